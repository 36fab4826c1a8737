/** The kinds of `Effect`. */
export type EffectKind =
  | 'record'
  | 'write-check'
  | 'create-comment'
  | 'edit-comment'
  | 'minimize-comment'
  | 'add-labels'
  | 'remove-label'
  | 'react'
  | 'suggest'
  | 'commit-files'
  | 'convert-to-draft'
  | 'edit-description'
  | 'merge'
  | 'enqueue'
  | 'dequeue'
  | 'create-deployment'
  | 'open-pull-request';
