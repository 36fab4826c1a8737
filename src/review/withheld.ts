import { unknown } from './known.ts';
import type { Snapshot } from './snapshot.ts';

/** A pull request as it is considered: whole, or without what costs too much to look into. */
export interface Considerable {
  snapshot: Snapshot;
  /** Why fixes are not worked out, if they are not. */
  unfixed?: string;
}

/**
 * Ways to consider a pull request, the whole of it first. Each leaves out more than the one before
 * it, and says why: what it leaves out could not be judged.
 * @param excess how the last one went over a limit: "took longer than 30 seconds"
 *
 */
export const waysToConsider: readonly ((snapshot: Snapshot, excess: string) => Considerable)[] = [
  (snapshot) => ({ snapshot }),
  (snapshot, excess) => ({ snapshot, unfixed: `Working out the fixes ${excess}.` }),
  (snapshot, excess) => ({
    snapshot: withoutFiles(snapshot, excess),
    unfixed: `Checking the connector ${excess}.`,
  }),
  (snapshot, excess) => ({
    snapshot: {
      ...withoutFiles(snapshot, excess),
      comments: unknown(`Reading the comments ${excess}.`),
    },
  }),
];

/**
 * Whether leaving out the fixes makes a difference: whether a comment without an answer may ask for
 * them.
 */
export function mayAskForFixes({ comments, records }: Snapshot): boolean {
  const answered = new Set(
    records.known ? records.value.answers.map(({ comment }) => comment) : [],
  );
  return (
    comments.known &&
    comments.value.some(({ id, body }) => !answered.has(id) && /\/fix\b/i.test(body))
  );
}

function withoutFiles(snapshot: Snapshot, excess: string): Snapshot {
  const what =
    snapshot.connectors.length === 1
      ? 'the connector'
      : `the ${snapshot.connectors.length} connectors`;
  const because =
    `Checking ${what} ${excess} and was stopped. ` +
    'Make the files smaller or simpler, or ask whoever runs Gatehouse to raise the limit.';
  return {
    ...snapshot,
    contents: {},
    connectors: snapshot.connectors.map((at) => ({
      ...at,
      before: unknown(because),
      after: unknown(because),
    })),
  };
}
