import type { UpdateSize } from '../../changes/classify.ts';
import type {
  Acknowledgement,
  Answer,
  Hold,
  MergeRequest,
  Reaction,
  RejectedEffect,
  RepositoryName,
  Signature,
} from './snapshot.ts';

/**
 * One step from how a pull request stands to how it should look; one request to GitHub, or one
 * write to the store, each (a check run with more than 50 annotations takes one more for each 50).
 * They are carried out in their order: what is recorded comes first, the merge last. One that
 * GitHub answers with "the head moved" ends the review; the push that moved it starts another.
 */
export type Effect =
  /** To the store: all that follow one another in one transaction. */
  | { kind: 'record'; entry: RecordEntry }
  /**
   * A check run on `sha`; `run` is one of ours to be edited, null makes a new one. `batches` hold
   * at most 50 annotations each: GitHub adds them to those that a run has, so all but the last
   * request leave the run `in_progress` and without `externalId`.
   */
  | {
      kind: 'write-check';
      run: number | null;
      sha: string;
      name: string;
      externalId: string;
      outcome: CheckOutcome;
      title: string;
      summary: string;
      batches: readonly (readonly Annotation[])[];
    }
  | { kind: 'create-comment'; body: string }
  | { kind: 'edit-comment'; comment: number; body: string }
  | { kind: 'add-labels'; labels: readonly string[] }
  | { kind: 'remove-label'; label: string }
  | { kind: 'react'; comment: number; reaction: Reaction }
  /**
   * One review with event `COMMENT` at `sha`. All are inside the diff: one outside makes GitHub
   * refuse the whole review.
   */
  | { kind: 'suggest'; sha: string; suggestions: readonly Suggestion[] }
  /** One commit on top of `head`, and the branch moved on without force. */
  | {
      kind: 'commit-files';
      repository: RepositoryName;
      branch: string;
      head: string;
      message: string;
      files: readonly { path: string; text: string }[];
    }
  /** GraphQL's `convertPullRequestToDraft`: GitHub's REST API cannot. */
  | { kind: 'convert-to-draft'; nodeId: string }
  /** Only where the description is still `was`: its author may be writing in it. */
  | { kind: 'edit-description'; was: string; body: string }
  /** Squash, with the expected head. `asked` is the comment that asked for it. */
  | { kind: 'merge'; head: string; title: string; message: string; asked: number }
  /** GraphQL's `enqueuePullRequest` with the expected head: GitHub's REST API cannot. */
  | { kind: 'enqueue'; nodeId: string; head: string; asked: number }
  /** GraphQL's `dequeuePullRequest`. */
  | { kind: 'dequeue'; nodeId: string }
  | {
      kind: 'create-deployment';
      sha: string;
      environment: string;
      description: string;
      payload: DeploymentPayload;
    };

/**
 * What is remembered of a pull request or (a signature) beyond it. Recording the same entry again
 * changes nothing.
 */
export type RecordEntry =
  | { kind: 'signature'; signature: Signature }
  | { kind: 'acknowledgement'; acknowledgement: Acknowledgement }
  /** Null ends it. */
  | { kind: 'hold'; hold: Hold | null }
  | { kind: 'merge'; merge: MergeRequest | null }
  /** Null where nothing was refused any more. */
  | { kind: 'rejection'; rejection: RejectedEffect | null }
  | { kind: 'answer'; answer: Answer }
  /** That a command has our reaction. */
  | { kind: 'reaction'; comment: number; reaction: Reaction };

/** `pending`: what could not be judged may be judged later; the run stays `in_progress`. */
export type CheckOutcome = 'success' | 'failure' | 'pending';

export interface Annotation {
  /** From the repository's root. */
  path: string;
  startLine: number;
  endLine: number;
  /** Only where both lines are the same. */
  columns?: { start: number; end: number };
  level: 'notice' | 'warning' | 'failure';
  title: string;
  message: string;
}

/** Lines of the head that are replaced, on the right side of the diff and within one hunk. */
export interface Suggestion {
  path: string;
  startLine: number;
  endLine: number;
  body: string;
}

/** For whoever rolls the connector out. */
export interface DeploymentPayload {
  pull: number;
  connector: string;
  class: string;
  size: UpdateSize | 'new';
}
