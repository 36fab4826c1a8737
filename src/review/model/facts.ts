import type { PageDifference } from '../../reference/page-difference.ts';
import type { BreakingChange, UpdateSize } from '../../changes/classify.ts';
import type { ConnectorClass } from '../../connector/connector.ts';
import type { PendingEvents } from '../../release/ride.ts';
import type { Finding } from '../../shared/finding.ts';
import type { Settings } from '../../settings/defaults.ts';
import type { ConnectorFolderName } from './connector-folder-name.ts';
import type { Suggestion } from './effects.ts';
import type {
  Account,
  LiveFolder,
  MergeRequest,
  Records,
  Result,
  Signature,
  Snapshot,
  Verification,
} from './snapshot.ts';

/** What follows from a snapshot, without judging it. Plain data, as `review --show facts` prints. */
export interface Facts extends BaseFacts {
  commands: CommandOutcome;
}

/** The facts before the commands in the comments are applied. */
export interface BaseFacts {
  snapshot: Snapshot;
  /** The settings of the base branch; unavailable if they could not be read or have an error. */
  settings: Result<Settings>;
  /** The settings, or the defaults if unavailable. Only for display, never for a decision. */
  displaySettings: Settings;
  /** What Gatehouse may do on this pull request. */
  allowed: AllowedEffects;
  scope: ChangeScope;
  /** The changed connectors that were read. */
  connectors: readonly { folder: ConnectorFolderName; validation: Result<ValidatedConnector> }[];
  /** Every commit author, and the person who opened the pull request. */
  signatories: Result<readonly Signatory[]>;
  /** The owners that `CODEOWNERS` names for the changed connector. */
  owners: Result<Codeowners>;
  /** When the present head was pushed. */
  headPushedAt: Result<string>;
}

/** What Gatehouse may do on a pull request at GitHub. */
export interface AllowedEffects {
  /** A neutral check run says what it would say, and blocks nothing. */
  check: 'none' | 'neutral' | 'conclusive';
  /** The comment, replies and reactions, and with them the records of what people agreed to. */
  comments: boolean;
  /** Everything else: labels, suggestions, descriptions, commits, drafts, merges, deployments. */
  changes: boolean;
}

/** What a pull request changes. */
export interface ChangeScope {
  folders: readonly ConnectorFolderName[];
  /** Added or changed paths in a place for connector folders (`isMisplaced`); the first hundred. */
  misplaced: readonly string[];
  /** Other changed paths outside of connector folders; the first hundred. */
  outside: readonly string[];
  outsideCount: number;
  /** Unavailable if GitHub did not list all changed files. */
  complete: Result<true>;
  /** Whether it only proposes a connector: a readme, under the title `Proposal - …`. */
  proposal: boolean;
}

/** A connector, checked against the rules and compared with its earlier version. */
export interface ValidatedConnector {
  kind: 'new' | 'update' | 'deletion';
  class: ConnectorClass;
  /** `info.title` of the definition. */
  title?: string;
  /** In the order of files and lines. `existing` ones were there before the pull request. */
  findings: readonly Finding[];
  /** Files over a limit, which were not read. */
  unread: readonly string[];
  /** Only for an update or deletion. */
  changes?: {
    size: UpdateSize;
    breaking: readonly BreakingChange[];
    /** The changes that break flows or may break them, as findings. */
    findings: readonly Finding[];
    /** Markdown. */
    changelog: string;
    count: number;
  };
  /** What readers of its reference page will see differently; only for an update, if anything. */
  page?: PageDifference;
  /** What breaks for people who have another version than the base branch; missing if there are none. */
  live?: readonly LiveComparison[];
  /** Of the names and bytes of the files: changes whenever the connector does. */
  digest: string;
  /** The SHA of the blob of the icon, and its perceptual hash if it was measured. */
  icon?: string;
  iconHash?: string;
  /** The publisher that its properties name. */
  publisher?: string;
  /** What of its identity the pull request adds or changes. */
  changedIdentity: readonly ('folder' | 'title' | 'icon')[];
  /** Fixes whose lines are all in the diff, with the fingerprint of their finding. */
  suggestions: readonly FindingSuggestion[];
  /** Of the findings whose fixes could be suggested, those of rules with too many of them. */
  groupedFixes: readonly { rule: string; message: string; count: number }[];
  oauth: boolean;
  /** The zip archives directly in the folder. */
  archives: readonly string[];
  /** Whether the earlier version had one. */
  hadArchive: boolean;
  /** `info.contact.email` of the definition. */
  contact?: string;
}

/** A comparison with a version that people in some rings have. */
export interface LiveComparison extends Pick<LiveFolder, 'version' | 'pull' | 'rings'> {
  /** What breaks for them and not for people who have the version of the base branch. */
  breaking: Result<readonly BreakingChange[]>;
}

/** A suggestion that fixes a finding. */
export interface FindingSuggestion extends Suggestion {
  /** The fingerprint, the rule and the message of the finding. */
  fingerprint: string;
  rule: string;
  message: string;
}

/** Someone who wrote commits or opened the pull request, and whether they signed the CLA. */
export interface Signatory {
  /** Missing if the email address belongs to no account. */
  account?: Account;
  name: string;
  email: string;
  commits: number;
  /** Their first commit, or the head if they have none. */
  sha: string;
  /**
   * Set if someone else opened the pull request, and GitHub verified no signature of the commits
   * that name this person.
   */
  unverified?: true;
  consent:
    | { kind: 'signed'; signature: Signature }
    | { kind: 'company'; company: string }
    | { kind: 'allowed' }
    | { kind: 'program' }
    | { kind: 'not' }
    | { kind: 'nobody' }
    | { kind: 'unknown'; reason: string };
}

export interface Codeowners {
  /** As `CODEOWNERS` writes them: `@login`, `@organization/team`, an address. */
  named: readonly string[];
  /** The logins of accounts among them, in lower case. */
  logins: readonly string[];
  /** The ids of members of the teams among them. */
  accounts: readonly number[];
  /** The teams whose members could not be read. */
  unknown: readonly string[];
}

/** Owners to add to a connector, by a pull request that changes `CODEOWNERS`. */
export interface Share {
  /** The id of the comment that asks for it. */
  comment: number;
  by: Account;
  /** The path of the connector's folder. */
  folder: string;
  /** The people who become owners, `by` perhaps among them. */
  people: readonly Account[];
  /** The last commit of the base branch. */
  tip: string;
  /** `CODEOWNERS` with them. */
  file: { path: string; text: string };
  /** The owners of `CODEOWNERS` itself, as it writes them. */
  approvers: readonly string[];
}

/** The result of the commands in the comments. */
export interface CommandOutcome {
  /** The records after all commands; unavailable if the present ones could not be read. */
  records: Result<Records>;
  /** New signatures. */
  signatures: readonly Signature[];
  /** New confirmations of identities. */
  verifications: readonly Verification[];
  /** New events of rides, at most one entry for each ride. */
  rideEvents: readonly PendingEvents[];
  /** The ids of comments with `/why`. The reply needs the decision, which comes later. */
  explain: readonly number[];
  /** The ids of comments whose reply ends with what is left to do, which also comes later. */
  sayWhatIsLeft: readonly number[];
  /** A commit with all fixes, what they are, and the id of the comment that asked for it. */
  fix: { comment: number; files: readonly { path: string; text: string }[]; list: string } | null;
  withdraw: boolean;
  share: Share | null;
  /**
   * The merge request that counts now; null if there is none. Unavailable if GitHub did not say what
   * the rights of its author are.
   */
  mergeRequest: Result<MergeRequest | null>;
}
