/**
 * The pull request that a merge queue's commit is of: GitHub tells it in the name of the queue's
 * branch alone. NaN where the name is another.
 */
export const pullRequestOfMergeQueue = (ref: string): number =>
  Number(/\/pr-(\d{1,9})-[0-9a-f]+$/.exec(ref)?.[1]);
