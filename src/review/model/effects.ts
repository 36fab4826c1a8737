import type { NewRide, PendingEvents } from '../../release/ride.ts';
import type { UpdateSize } from '../../changes/classify.ts';
import type {
  Acknowledgement,
  Answer,
  CertificationRequest,
  ConnectorIdentity,
  Hold,
  MergeRequest,
  Publication,
  Reaction,
  RejectedEffect,
  RepositoryName,
  SecondVersionRequest,
  Signature,
  Transfer,
  Verification,
} from './snapshot.ts';

/**
 * One change to a pull request: one request to GitHub or one write to the store. (A check run needs
 * one more request for each 50 annotations.) Effects are applied in order: records first, the merge
 * last. If GitHub says that the head has moved, the review ends; the push starts another.
 */
export type Effect =
  /** A write to the store. Records in a row share a transaction. */
  | { kind: 'record'; entry: RecordEntry }
  /**
   * A check run on `sha`. `run` is the id of the run to edit; null creates one. A batch has at most
   * 50 annotations, which GitHub adds to those of the run. All requests but the last leave the run
   * `in_progress` and without `externalId`.
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
  /**
   * GraphQL's `minimizeComment`, as outdated: GitHub folds the comment. Nothing depends on it, so it
   * counts as done if GitHub does not allow it.
   */
  | { kind: 'minimize-comment'; nodeId: string }
  | { kind: 'add-labels'; labels: readonly string[] }
  | { kind: 'remove-label'; label: string }
  | { kind: 'react'; comment: number; reaction: Reaction }
  /**
   * One review with event `COMMENT` at `sha`, with `body` above its suggestions. GitHub rejects the
   * whole review if one suggestion is outside of the diff.
   */
  | { kind: 'suggest'; sha: string; body: string; suggestions: readonly Suggestion[] }
  /** One commit on top of `head`, and a push of the branch without force. */
  | {
      kind: 'commit-files';
      repository: RepositoryName;
      branch: string;
      head: string;
      message: string;
      files: readonly { path: string; text: string }[];
    }
  /** GraphQL's `convertPullRequestToDraft`; the REST API cannot do it. */
  | { kind: 'convert-to-draft'; nodeId: string }
  /** Only if the description is still `was`: its author may have edited it. */
  | { kind: 'edit-description'; was: string; body: string }
  /** A squash with the expected head. `requestComment` is the id of the comment that requested it. */
  | { kind: 'merge'; head: string; title: string; message: string; requestComment: number }
  /** GraphQL's `enqueuePullRequest` with the expected head; the REST API cannot do it. */
  | { kind: 'enqueue'; nodeId: string; head: string; requestComment: number }
  /** GraphQL's `dequeuePullRequest`. */
  | { kind: 'dequeue'; nodeId: string }
  | {
      kind: 'create-deployment';
      sha: string;
      environment: string;
      description: string;
      payload: DeploymentPayload;
    }
  /**
   * A new branch of this repository with one commit on top of `tip`, and its pull request. What is
   * there already stays as it is.
   */
  | {
      kind: 'open-pull-request';
      base: string;
      tip: string;
      branch: string;
      title: string;
      body: string;
      message: string;
      files: readonly { path: string; text: string }[];
    };

/** What we record about a pull request. Recording the same entry again changes nothing. */
export type RecordEntry =
  | { kind: 'signature'; signature: Signature }
  | { kind: 'acknowledgement'; acknowledgement: Acknowledgement }
  /** Null ends it. */
  | { kind: 'hold'; hold: Hold | null }
  | { kind: 'merge'; merge: MergeRequest | null }
  /** Null if GitHub rejects nothing any more. */
  | { kind: 'rejection'; rejection: RejectedEffect | null }
  | { kind: 'verification'; verification: Verification }
  /** Null takes it back. */
  | { kind: 'transfer'; transfer: Transfer | null }
  | { kind: 'certification'; certification: CertificationRequest | null }
  /** Null takes it back. */
  | { kind: 'second-version'; request: SecondVersionRequest | null }
  | { kind: 'publication'; publication: Publication }
  /** Recorded once, when the merge is first seen. */
  | { kind: 'rides'; rides: readonly NewRide[] }
  /**
   * Events of a ride, for an append-only log: not stored if someone else appended an event after
   * `lastSeq` (see `RideChangedError`).
   */
  | ({ kind: 'ride-events' } & PendingEvents)
  | { kind: 'identities'; identities: readonly ConnectorIdentity[] }
  | { kind: 'answer'; answer: Answer }
  /** Records that a command has our reaction. */
  | { kind: 'reaction'; comment: number; reaction: Reaction };

/** `pending` if something may be judged later; the run stays `in_progress`. */
export type CheckOutcome = GateOutcome | 'neutral';
/** What several gates come to. */
export type GateOutcome = 'success' | 'failure' | 'pending';

export interface Annotation {
  /** From the repository root. */
  path: string;
  startLine: number;
  endLine: number;
  /** Only if both lines are the same, as GitHub requires. */
  columns?: { start: number; end: number };
  level: 'notice' | 'warning' | 'failure';
  title: string;
  message: string;
}

/**
 * Replaces lines of the head, on the right side of the diff and within one hunk. `body` has the new
 * lines, or in an effect the whole comment.
 */
export interface Suggestion {
  path: string;
  startLine: number;
  endLine: number;
  body: string;
}

/** For the system that deploys the connector. */
export interface DeploymentPayload {
  pull: number;
  connector: string;
  class: string;
  size: UpdateSize | 'new';
  /** SHA-256 of the folder as reviewed (see `folderDigest`); missing if it could not be read. */
  digest?: string;
}
