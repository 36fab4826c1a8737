import type { Instant } from '../release/civil-date.ts';

/** What a notice is about. A digest has several of the others. */
export const topics = ['turn', 'ring', 'freeze', 'late', 'deadline', 'done', 'digest'] as const;
export type Topic = (typeof topics)[number];
export type NewsTopic = Exclude<Topic, 'digest'>;

/** A comment on the pull request, mail to someone who asked for it, or a POST to an operator's. */
export const channels = ['github', 'mail', 'webhook'] as const;
export type Channel = (typeof channels)[number];

/** What a notice says of a ride. Stored as JSON; texts are messages (see `safe`). */
export interface RideSubject {
  kind: 'ride';
  topic: NewsTopic;
  title: string;
  lines: readonly string[];
  /** Whether the recipient has to act. */
  isYourTurn: boolean;
  ride: string;
  pull: number;
  /** The path of the connector's folder. */
  connector: string;
  version: string;
  /** When it was noticed. */
  at: Instant;
  /** For programs: what it says, by topic. */
  details: Readonly<Record<string, unknown>>;
}

/** What a person gets together, once a day. */
export interface DigestSubject {
  kind: 'digest';
  items: readonly RideSubject[];
}

/** Asks a person whether they want mail. */
export interface ConfirmationSubject {
  kind: 'confirmation';
}

export type NoticeSubject = RideSubject | DigestSubject | ConfirmationSubject;

/** A notice that is not stored yet. */
export interface NewNotice {
  /** Ride, ring, state and recipient. Of two notices with the same key, only the first counts. */
  key: string;
  channel: Channel;
  /** A login for mail, the id of a target for webhooks, `pull` for comments. */
  recipient: string;
  subject: RideSubject;
  dueAt: Instant;
  /** Whether it waits for the next digest instead of being sent by itself. */
  inDigest: boolean;
  /** It is left out if the ride has this many comments. Without it, there is no limit. */
  maxComments?: number;
}

/** The notices of a ride that follow from its events and the time. */
export interface RideNotices {
  notices: readonly NewNotice[];
  /** Whether messages that say "your turn" are outdated, if they are still waiting. */
  isTurnOver: boolean;
}

/** A row of the outbox that has to be sent now. */
export interface StoredNotice {
  /** A UUID. */
  id: string;
  /** `owner/name`, in lower case. */
  repository: string;
  channel: Channel;
  recipient: string;
  subject: NoticeSubject;
  createdAt: Instant;
  /** How often sending it failed. */
  attempts: number;
}
