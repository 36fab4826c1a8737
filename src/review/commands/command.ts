import { type Role } from '../model/role.ts';
import type { PendingEvents } from '../../release/ride.ts';
import type { ReviewTools } from '../facts/validate-connectors.ts';
import type { BaseFacts, Share } from '../model/facts.ts';
import type {
  Comment,
  Result,
  MergeRequest,
  Acknowledgement,
  CertificationRequest,
  Hold,
  SecondVersionRequest,
  Signature,
  Transfer,
  Verification,
} from '../model/snapshot.ts';

export interface Command {
  name: string;
  /** How to write it, for `/help`. */
  usage: string;
  /** What it does, for `/help`. */
  description: string;
  /** If it does several things, what `/help` lists instead of it. */
  forms?: readonly Pick<Command, 'usage' | 'description' | 'allowedRoles'>[];
  /**
   * What may follow the command on its line. With anything else it is refused.
   *
   * - `note`: free text, which is recorded
   * - `consent`: free text that must not read like a question or a "not yet"
   * - `company`: what `/agree` parses itself
   * - `accounts`: logins that the command parses itself; not a question
   * - `action`: what `/deploy` parses itself
   */
  argumentKind: 'nothing' | 'note' | 'consent' | 'company' | 'accounts' | 'action';
  /** Who may use it. */
  allowedRoles: 'anyone' | readonly Role[];
  /** Whether it is about the head that its author saw: a later push cancels it. */
  boundToHead: boolean;
  /** Whether it does more than to record something: then it needs the mode `full`. */
  changesPullRequest?: true;
  /** Whether it works on a closed or merged pull request. */
  whenClosed?: true;
  /** Whether there is no such command without a release train. */
  needsTrain?: true;
  /**
   * Whether the author of a comment that almost has this command probably means it, and should get
   * a reply. If missing, everyone who may use the command should.
   */
  couldMean?(comment: Comment, facts: BaseFacts, consents: ConsentState): boolean;
  /** Undefined if something that it needs could not be read. The next review runs it again. */
  run(
    invocation: CommandInvocation,
    facts: BaseFacts,
    consents: ConsentState,
    tools: ReviewTools,
  ): CommandResult | undefined;
}

/** One use of a command. */
export interface CommandInvocation {
  comment: Comment;
  /** What follows the command on its line. */
  argument: string;
  /** Whether the author of the comment has a role. */
  hasRole: (role: Role) => Result<boolean>;
}

/** What people have agreed to so far: the records, and the commands before this one. */
export interface ConsentState {
  acknowledgements: readonly Acknowledgement[];
  hold: Hold | null;
  merge: MergeRequest | null;
  transfer: Transfer | null;
  certification: CertificationRequest | null;
  secondVersion: SecondVersionRequest | null;
  /** From commands of this review only. */
  signatures: readonly Signature[];
  verifications: readonly Verification[];
  /** From commands of this review only, at most one entry for each ride. */
  rideEvents: readonly PendingEvents[];
}

/** Why a command was refused, in Markdown; `isUnknown` if it is not a command. */
export type CommandResult = { refused: string; isUnknown?: true } | CommandDone;

/** What a command changes, and what it says about that. */
export interface CommandDone {
  refused?: undefined;
  /** What was done, in Markdown. Missing if a reaction is enough. */
  reply?: string;
  /** Whether the reply ends with what is left to do. */
  saysWhatIsLeft?: true;
  consents?: Partial<ConsentState>;
  explain?: true;
  /** The files to commit, and a list of the fixes for the message of the commit. */
  fix?: { files: readonly { path: string; text: string }[]; list: string };
  withdraw?: true;
  /** Owners to add. The comment gets its answer when their pull request is open. */
  share?: Omit<Share, 'comment'>;
}
