import { type Role } from '../model/role.ts';
import type { ReviewTools } from '../facts/validate-connectors.ts';
import type { BaseFacts } from '../model/facts.ts';
import type {
  Comment,
  Result,
  MergeRequest,
  Acknowledgement,
  Hold,
  Signature,
} from '../model/snapshot.ts';

export interface Command {
  name: string;
  /** How it is written, and what it does: for `/help`. */
  usage: string;
  description: string;
  /**
   * What may stand behind it on its line: nothing, words that are kept, words that are kept of
   * something that is allowed by it, or what `/agree` reads itself. With anything else it is not
   * carried out, and its writer is told.
   */
  argumentKind: 'nothing' | 'note' | 'consent' | 'company';
  /** Who may say it. */
  allowedRoles: 'anyone' | readonly Role[];
  /** Whether it is about the head that its writer saw: a push after it voids it. */
  boundToHead: boolean;
  /** Whether it is heard when the pull request is closed or merged. */
  whenClosed?: true;
  /**
   * Whether the writer of something that only looks like it may mean it, and is to be told. Without
   * this whoever may say it.
   */
  couldMean?(comment: Comment, facts: BaseFacts, so: ConsentState): boolean;
  /**
   * Undefined if it cannot be judged now, because something could not be read: it is heard again in
   * the next review.
   */
  run(
    said: CommandInvocation,
    facts: BaseFacts,
    so: ConsentState,
    tools: ReviewTools,
  ): CommandResult | undefined;
}

/** A command with what is known of whoever said it. */
export interface CommandInvocation {
  comment: Comment;
  argument: string;
  /** Whether the writer has a role; unknown where GitHub did not say. */
  hasRole: (role: Role) => Result<boolean>;
}

/** What has been consented to so far, by records and the commands before this one. */
export interface ConsentState {
  acknowledgements: readonly Acknowledgement[];
  hold: Hold | null;
  merge: MergeRequest | null;
  /** Given now, by the commands before. */
  signatures: readonly Signature[];
}

export type CommandResult = { refused: string } | CommandDone;

/** What a command changes; nothing where it has only to be answered with a reaction. */
export interface CommandDone {
  refused?: undefined;
  /** Only for what was asked to be told: a reaction says that it is done. */
  reply?: string;
  consents?: Partial<ConsentState>;
  explain?: true;
  fix?: readonly { path: string; text: string }[];
  withdraw?: true;
}
