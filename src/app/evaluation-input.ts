import { unavailable } from '../review/model/result.ts';
import type { Snapshot } from '../review/model/snapshot.ts';

/** A pull request to evaluate: complete, or without its most expensive parts. */
export interface EvaluationInput {
  snapshot: Snapshot;
  /** Why fixes are not computed, if they are not. */
  fixesUnavailable?: string;
  /** What is wanted of the evaluation. */
  purpose: EvaluationPurpose;
}

/**
 * - `effects`: only what is to be done
 * - `evaluation`: also what leads to it
 * - `preview`: what Gatehouse would say if the settings allowed it to comment; there are no effects
 */
export type EvaluationPurpose = 'effects' | 'evaluation' | 'preview';

/** The part of an input that an attempt chooses. */
type Attempt = Omit<EvaluationInput, 'purpose'>;

/**
 * The attempts to evaluate a pull request, the complete one first. Each leaves out more than the one
 * before it, and gives the reason for which that part could not be judged.
 * @param excess how the last attempt exceeded a limit: "took longer than 30 seconds"
 */
export const evaluationAttempts: readonly ((snapshot: Snapshot, excess: string) => Attempt)[] = [
  (snapshot) => ({ snapshot }),
  (snapshot, excess) => ({ snapshot, fixesUnavailable: `Computing the fixes ${excess}.` }),
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
 * Whether a comment without an answer may request fixes. If none does, leaving out the fixes makes
 * no difference.
 */
export function mayRequestFixes({ comments, records }: Snapshot): boolean {
  const answered = new Set(records.ok ? records.value.answers.map(({ comment }) => comment) : []);
  return (
    comments.ok && comments.value.some(({ id, body }) => !answered.has(id) && /\/fix\b/i.test(body))
  );
}

function withoutFiles(snapshot: Snapshot, excess: string): Snapshot {
  const subject =
    snapshot.connectors.length === 1
      ? 'the connector'
      : `the ${snapshot.connectors.length} connectors`;
  const reason =
    `Checking ${subject} ${excess} and was stopped. ` +
    'Make the files smaller or simpler, or ask the operator of Gatehouse to raise the limit.';
  return {
    ...snapshot,
    contents: {},
    connectors: snapshot.connectors.map((at) => ({
      ...at,
      before: unavailable(reason),
      after: unavailable(reason),
    })),
  };
}
