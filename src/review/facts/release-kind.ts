import type { ReleaseKind } from '../../settings/train-settings.ts';
import type { ValidatedConnector } from '../model/facts.ts';

/** What a version does to its connector; undefined if it deletes it. */
export function releaseKindOf({
  kind,
  changes,
}: Pick<ValidatedConnector, 'kind' | 'changes'>): ReleaseKind | undefined {
  if (kind === 'deletion') return undefined;
  if (kind === 'new') return 'new';
  return changes?.size === 'major' ? 'major' : 'minor';
}
