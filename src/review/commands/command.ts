import type { Tools } from '../examine.ts';
import type { GivenFacts } from '../facts.ts';
import type {
  Comment,
  Known,
  MergeRequest,
  Acknowledgement,
  Hold,
  Signature,
} from '../snapshot.ts';

/**
 * What somebody is to a pull request. An owner is one of the connector's; a maintainer may write to
 * the repository.
 */
export type Role = 'author' | 'maintainer' | 'owner';

export interface Command {
  name: string;
  /** How it is written, and what it does: for `/help`. */
  usage: string;
  does: string;
  /**
   * What may stand behind it on its line: nothing, words that are kept, words that are kept of
   * something that is allowed by it, or what `/agree` reads itself. With anything else it is not
   * carried out, and its writer is told.
   */
  takes: 'nothing' | 'note' | 'consent' | 'company';
  /** Who may say it. */
  who: 'anyone' | readonly Role[];
  /** Whether it is about the head that its writer saw: a push after it voids it. */
  ofHead: boolean;
  /** Whether it is heard when the pull request is closed or merged. */
  whenClosed?: true;
  /**
   * Whether the writer of something that only looks like it may mean it, and is to be told. Without
   * this whoever may say it.
   */
  mayMean?(comment: Comment, facts: GivenFacts, so: Consents): boolean;
  /**
   * Undefined if it cannot be judged now, because something could not be read: it is heard again in
   * the next review.
   */
  carryOut(said: Utterance, facts: GivenFacts, so: Consents, tools: Tools): Result | undefined;
}

/** A command with what is known of whoever said it. */
export interface Utterance {
  comment: Comment;
  rest: string;
  /** Whether the writer has a role; unknown where GitHub did not say. */
  has: (role: Role) => Known<boolean>;
}

/** What has been consented to so far, by records and the commands before this one. */
export interface Consents {
  acknowledgements: readonly Acknowledgement[];
  hold: Hold | null;
  merge: MergeRequest | null;
  /** Given now, by the commands before. */
  signatures: readonly Signature[];
}

export type Result = { refused: string } | Done;

/** What a command changes; nothing where it has only to be answered with a reaction. */
export interface Done {
  refused?: undefined;
  /** Only for what was asked to be told: a reaction says that it is done. */
  words?: string;
  consents?: Partial<Consents>;
  explain?: true;
  fix?: readonly { path: string; text: string }[];
  withdraw?: true;
}
