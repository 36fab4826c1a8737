/**
 * Parses the pull request number out of the name of a merge queue's branch, the only place where
 * GitHub says it. NaN for any other ref.
 */
export const pullRequestOfMergeQueue = (ref: string): number =>
  Number(/\/pr-(\d{1,9})-[0-9a-f]+$/.exec(ref)?.[1]);
