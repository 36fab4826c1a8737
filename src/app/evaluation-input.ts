import { unavailable } from '../review/model/result.ts';
import type { Snapshot } from '../review/model/snapshot.ts';

/** A pull request as it is considered: whole, or without what costs too much to look into. */
export interface EvaluationInput {
  snapshot: Snapshot;
  /** Why fixes are not worked out, if they are not. */
  fixesUnavailable?: string;
}

/**
 * Ways to consider a pull request, the whole of it first. Each leaves out more than the one before
 * it, and says why: what it leaves out could not be judged.
 * @param excess how the last one went over a limit: "took longer than 30 seconds"
 *
 */
export const evaluationAttempts: readonly ((
  snapshot: Snapshot,
  excess: string,
) => EvaluationInput)[] = [
  (snapshot) => ({ snapshot }),
  (snapshot, excess) => ({ snapshot, fixesUnavailable: `Working out the fixes ${excess}.` }),
  (snapshot, excess) => ({
    snapshot: withoutFiles(snapshot, excess),
    fixesUnavailable: `Checking the connector ${excess}.`,
  }),
  (snapshot, excess) => ({
    snapshot: {
      ...withoutFiles(snapshot, excess),
      comments: unavailable(`Reading the comments ${excess}.`),
    },
  }),
];

/**
 * Whether leaving out the fixes makes a difference: whether a comment without an answer may ask for
 * them.
 */
export function mayRequestFixes({ comments, records }: Snapshot): boolean {
  const answered = new Set(records.ok ? records.value.answers.map(({ comment }) => comment) : []);
  return (
    comments.ok && comments.value.some(({ id, body }) => !answered.has(id) && /\/fix\b/i.test(body))
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
      before: unavailable(because),
      after: unavailable(because),
    })),
  };
}
