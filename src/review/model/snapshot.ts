import type { ConnectorClass, FileEntry, Analysis, Misplaced } from '../../connector/connector.ts';
import type { NewRide, RideHistory } from '../../release/ride.ts';
import type { Freeze, SecondVersion } from '../../settings/train-settings.ts';
import type { EffectKind } from './effect-kind.ts';

/**
 * Everything that a review reads about a pull request. Plain data, which `JSON.stringify` and
 * `JSON.parse` preserve. The layers that read it (github/, store/) judge nothing; the layer that
 * judges (review/) reads nothing. Times are ISO 8601 in UTC with a `Z`, so that they compare as
 * strings. An account is identified by its id, never by its login.
 */
export interface Snapshot {
  /** When it was read: the current time of the review. */
  now: string;
  /** The version of Gatehouse and its rules. */
  version: string;
  /** The account that Gatehouse writes as, for example `gatehouse[bot]`. */
  bot: Account;
  repository: RepositoryName;
  /** GitHub's id of the repository, which stays if it is renamed; missing if it was not read. */
  repositoryId?: number;
  /** Whether everyone may read the repository; missing if that was not read. */
  isPublic?: boolean;
  /** The address at which people reach this server; missing if it is not known. */
  publicUrl?: string;
  pull: Pull;
  /**
   * What is reviewed, and where the check is reported: the head of the pull request, or what a
   * merge queue made of it. For a merge group `connectors` are those of the group's commit and of
   * the commit that it goes on top of.
   */
  at: { kind: 'head' } | { kind: 'merge-group'; sha: string; baseSha: string };
  /** All of them; unavailable if GitHub does not list them all. */
  commits: Result<readonly Commit[]>;
  /** GitHub lists at most 3,000, so there may be fewer than `pull.changedFiles`. */
  files: Result<readonly ChangedFile[]>;
  /**
   * The comments of the conversation, oldest first, including ours. If there are very many, only the
   * newest and ours: see `unread`.
   */
  comments: Result<readonly Comment[]>;
  /** Oldest first. */
  reviews: Result<readonly Review[]>;
  /** When the base was last changed to another branch; null if it never was. */
  baseSince: Result<string | null>;
  /** When each head was first seen, oldest first; the present head is last. */
  pushes: Result<readonly Push[]>;
  /**
   * Repository permissions by account id, of everyone who commented or reviewed, or whose recorded
   * consent still counts. The permission of any other account is unknown.
   */
  permissions: Readonly<Record<string, Result<Permission>>>;
  /** Members of the teams in `CODEOWNERS` for the changed files, by `organization/team`, lower case. */
  teams: Readonly<Record<string, Result<readonly Account[]>>>;
  /**
   * By the lower-case name of an organization that a company signed for: the ids of the commit
   * authors who are its members.
   */
  members: Readonly<Record<string, Result<readonly number[]>>>;
  /** `.github/gatehouse.yml` at the base commit; null if there is none. */
  settings: Result<TextAtBase | null>;
  /** The settings of the default branch, which the base branch cannot loosen. */
  defaultBranch: DefaultBranch;
  /** The repository that this one is a fork of, as `owner/name`; missing if it is not a fork. */
  forkOf?: string;
  /** `CODEOWNERS` at the base commit, where GitHub looks for it; null if there is none. */
  owners: Result<TextAtBase | null>;
  /** The changed connector folders (`connectorFoldersOf`), at most `maxConnectors`. */
  connectors: readonly ConnectorAt[];
  /** The bytes of the files of `connectors` in Base64, by the SHA of their blob. */
  contents: Readonly<Record<string, string>>;
  /** The other connectors of the base branch. */
  catalog: Result<readonly CatalogConnector[]>;
  /** The other open pull requests into the same base. */
  openPulls: Result<readonly OpenPull[]>;
  /** The rules of the base branch. */
  protection: Result<Protection>;
  /** The signatures of commit authors, for any version of the CLA. */
  signatures: Result<readonly Signature[]>;
  /** The confirmed identities of the person who opened the pull request, for this owner. */
  verifications?: Result<readonly Verification[]>;
  /**
   * Who published the changed connector before: the authors of merged pull requests, or of the
   * commit that added the folder. Missing if nothing depends on it.
   */
  publishers?: Result<readonly Account[]>;
  /** How many days the last merged pull requests of the same class were open. */
  mergeDays?: readonly number[];
  /** What `/share` needs. Missing if no comment without an answer has it. */
  sharing?: Sharing;
  /** What is known of the release train. Missing without a database. */
  train?: StoredTrain;
  /** What earlier reviews of this pull request recorded. */
  records: Result<Records>;
  /** Answers within the last hour on other pull requests of the repository. */
  answeredElsewhere?: readonly Answer[];
  /** Our check runs at the head, or at the commit of the merge group. */
  checks: Result<readonly CheckRun[]>;
  /** Our suggestions, which are review comments on the diff. */
  suggestions: Result<readonly StandingSuggestion[]>;
  /** Our deployments of the commit that is deployed; empty before something is. */
  deployments: Result<readonly Deployment[]>;
  /** What was too much to read. Missing if everything was read. */
  unread?: {
    /** The number of older comments that are not in `comments`. */
    comments?: number;
    /** Whether there are older pull requests that are not in `openPulls`. */
    openPulls?: boolean;
  };
}

/** A value that was read, or why it is unavailable. A 403 or 404 is "unavailable", never "no". */
export type Result<T> = { ok: true; value: T } | { ok: false; reason: string };

/** What is known about sharing the connector that the pull request changes. */
export interface Sharing {
  /** The last commit of the base branch. */
  tip: string;
  /** Whether the base branch has the connector. */
  isPublished: boolean;
  /** The accounts that the comments name, by login in lower case; null for no account. */
  accounts: Readonly<Record<string, Result<Account | null>>>;
  /** Our pull requests that add owners to the connector, the newest. */
  proposals: Result<readonly OwnersProposal[]>;
}

/** A pull request of ours that adds owners to a connector. */
export interface OwnersProposal {
  number: number;
  /** The id of the comment that asked for it. */
  comment: number;
  isOpen: boolean;
  /** Who would own the connector, as `CODEOWNERS` writes it; empty if it is not open. */
  owners: readonly string[];
}

export interface Account {
  /** 0 for a ghost. */
  id: number;
  login: string;
  /**
   * A ghost is the placeholder for any deleted or invented account, so two ghosts need not be the
   * same person (`isPerson`).
   */
  type: 'user' | 'bot' | 'organization' | 'ghost';
}

export interface RepositoryName {
  owner: string;
  repo: string;
}

export interface Pull {
  number: number;
  /** GraphQL's id. */
  nodeId: string;
  /** The page: `https://github.com/<owner>/<name>/pull/<number>`. */
  url: string;
  title: string;
  /** The description, '' if there is none. */
  body: string;
  state:
    | { kind: 'open'; draft: boolean }
    | { kind: 'closed' }
    | { kind: 'merged'; at: string; sha: string };
  author: Account;
  createdAt: string;
  base: { ref: string; sha: string };
  /** `repository` is null if the fork was deleted. */
  head: { ref: string; sha: string; repository: RepositoryName | null };
  /** The common ancestor of head and base, with which the connectors are compared. */
  mergeBase: Result<string>;
  /** Whether it merges without conflict; unavailable while GitHub computes that. */
  mergeable: Result<boolean>;
  /** Whether maintainers may push to the head; true for a branch of the repository itself. */
  maintainerCanModify: boolean;
  labels: readonly string[];
  /** As GitHub counts them. */
  changedFiles: number;
}

export interface Commit {
  sha: string;
  parents: readonly string[];
  message: string;
  author: Person;
  committer: Person;
  /** From the `Co-authored-by` trailers in `message`: see `parseCoAuthors`. */
  coAuthors: readonly Person[];
  /** When it was committed, by the clock of the committer, ISO 8601; missing if GitHub did not say. */
  committedAt?: string;
  /** Whether GitHub verified the signature of the committer; missing if GitHub did not say. */
  verified?: boolean;
}

/** A person as a commit names them. */
export interface Person {
  name: string;
  email: string;
  /** The account that the email address belongs to; null if it belongs to none. */
  account: Result<Account | null>;
}

export interface ChangedFile {
  path: string;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** The path before a rename. */
  previousPath?: string;
  /** The hunks of a unified diff. Missing for binary and large files. */
  patch?: string;
}

export interface Comment {
  id: number;
  /** GitHub's id for GraphQL; missing if GitHub did not say. */
  nodeId?: string;
  author: Account;
  createdAt: string;
  /** Later than `createdAt` if the comment was edited. */
  updatedAt: string;
  body: string;
  /** Our reactions to it. */
  reactions: readonly Reaction[];
}

/** GitHub's names of the reactions that we use. */
export type Reaction = '+1' | '-1' | 'confused' | 'eyes' | 'rocket';

export interface Review {
  id: number;
  author: Account;
  state: 'approved' | 'changes-requested' | 'commented' | 'dismissed';
  at: string;
  /** The head that was reviewed. */
  sha: string;
}

export interface Push {
  sha: string;
  /** The id of the account that pushed it, if a webhook named it. */
  by?: number;
  /** When it was pushed, or first seen: never before the push. */
  at: string;
}

export type Permission = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface TextAtBase {
  path: string;
  text: string;
}

export interface DefaultBranch {
  name: string;
  /** `.github/gatehouse.yml` at its tip; null if there is none. */
  settings: Result<TextAtBase | null>;
}

/** A connector folder before and after; null if there is none. */
export interface ConnectorAt {
  /** From the repository's root. */
  path: string;
  class: ConnectorClass;
  /** At the merge base (for a merge group at `baseSha`). */
  before: Result<FolderAt | null>;
  after: Result<FolderAt | null>;
  /** Whether the base branch has changed the folder since the merge base. */
  isBehind?: true;
  /** The versions that rings have and that differ from `before` and `after`; the newest first. */
  live?: readonly LiveFolder[];
}

/** A version of a connector that people in the regions of some rings have. */
export interface LiveFolder {
  version: string;
  /** The number of its pull request. */
  pull: number;
  rings: readonly string[];
  /** `contents` has only its definition and properties. */
  folder: Result<FolderAt | null>;
}

export interface FolderAt {
  files: readonly FileAt[];
  /** What is there instead of a folder. */
  misplaced?: Misplaced;
  /** What the analyzers found in these files. */
  analysis: Analysis;
}

export interface FileAt {
  /** Within the folder, with slashes. */
  path: string;
  kind: FileEntry['kind'];
  /** Bytes. */
  size: number;
  /** Key of `Snapshot.contents`; missing there for links, submodules and files over a limit. */
  blob: string;
}

export interface CatalogConnector {
  path: string;
  /** `info.title`, `host` and `basePath` of its definition, if it was read. */
  title?: string;
  host?: string;
  basePath?: string;
  /** The SHA of its icon's blob. */
  icon?: string;
  /** The perceptual hash of its icon (`IconPicture.hash`), if it was computed. */
  iconHash?: string;
  /** The publisher that its properties name, if they were read. */
  publisher?: string;
}

export interface OpenPull {
  number: number;
  title: string;
  author: Account;
  /** The connector folders that it changes and the SHAs of the icons that it adds, if known. */
  folders: readonly string[];
  icons: readonly string[];
  /** What its last review recorded. Missing if it was never reviewed. */
  connectors?: readonly ConnectorIdentity[];
}

/** What must be unique about a connector, as far as a pull request adds or changes it. */
export interface ConnectorIdentity {
  /** From the repository's root. */
  path: string;
  class: ConnectorClass;
  /** Whether the pull request adds the folder. */
  isNew: boolean;
  /** `info.title`, if it is new. */
  title?: string;
  /** The SHA of the icon's blob and the icon's perceptual hash (`IconPicture.hash`), if it is new. */
  icon?: string;
  iconHash?: string;
}

/** What is known of a file of a connector by the SHA of its blob: it can never change. */
export interface FileFacts {
  /** `info.title`, `host` and `basePath` of a definition. */
  title?: string;
  host?: string;
  basePath?: string;
  /** The perceptual hash of an icon. */
  iconHash?: string;
  /** The publisher that a properties file names. */
  publisher?: string;
}

export interface Protection {
  /** The contexts of required status checks. */
  requiredChecks: readonly string[];
  mergeQueue: boolean;
}

/** A signature of the CLA. */
export interface Signature {
  account: Pick<Account, 'id' | 'login'>;
  /** As the signer wrote it. */
  company?: string;
  cla: ClaVersion;
  signedAt: string;
  /** Where it comes from. */
  source:
    | { kind: 'comment'; repository: RepositoryName; pull: number; comment: number }
    | { kind: 'import'; from: 'contributor-assistant' | 'cla-assistant'; where: string };
  /**
   * Whom it is for, unless that is the repository of the comment (`recipientOf`). An import without
   * a recipient counts nowhere.
   */
  recipient?: Recipient;
}

/** Whom a signature is for. */
export interface Recipient {
  owner: string;
  /** Missing if the signature is for all repositories of the owner. */
  repository?: string;
}

export interface ClaVersion {
  /**
   * The name of the CLA and the address of its text. Missing in signatures from other tools, for
   * which only the version identifies the text.
   */
  name?: string;
  url?: string;
  version: string;
  /** SHA-256 of its text, in hexadecimal; empty if none was recorded. */
  digest: string;
}

/** What the database has of the release train, as far as it concerns a pull request. */
export interface StoredTrain {
  /** Those of the pull request, and all others of the connectors that it changes, oldest first. */
  rides: readonly RideHistory[];
  /** All rides of the repository that wait for a train; missing unless the pull request is merged. */
  waiting?: readonly RideHistory[];
  /**
   * By folder, the digest at the merge commit of what was deployed before the merge; missing if
   * nothing was, or before the merge.
   */
  merged?: Readonly<Record<string, Result<string>>>;
  /** The freezes that people declared, besides those of the settings. */
  freezes: readonly Freeze[];
}

export interface Records {
  /** Commands that were carried out or refused. */
  answers: readonly Answer[];
  acknowledgements: readonly Acknowledgement[];
  hold: Hold | null;
  merge: MergeRequest | null;
  rejection: RejectedEffect | null;
  /** What the pull request adds that must be unique; missing if it was never recorded. */
  identities?: readonly ConnectorIdentity[];
  /** A maintainer's consent to another publisher; missing or null if there is none. */
  transfer?: Transfer | null;
  /** What was recorded of the merge; missing before it. */
  publication?: Publication;
  /** The rides that began with the merge; missing if there are none. */
  rides?: readonly NewRide[];
  /** When the certification began; missing or null if it did not. */
  certification?: CertificationRequest | null;
  /** What someone decided about an earlier version in flight; missing or null if nobody did. */
  secondVersion?: SecondVersionRequest | null;
}

/** What the version of a pull request does while an earlier version is in flight. */
export interface SecondVersionRequest {
  what: SecondVersion;
  by: Account;
  reason?: string;
  comment: number;
  at: string;
  /** The base branch that it is for. */
  base: string;
  /** `connectorDigest` at that time; a push that changes it voids the request. */
  connector: string;
}

/** Consent that the author of the pull request publishes a connector of someone else. */
export interface Transfer {
  by: Account;
  /** The id of the account that may publish it. */
  to: number;
  reason?: string;
  comment: number;
  at: string;
}

/** A maintainer's `certify-connector`. */
export interface CertificationRequest {
  by: Account;
  comment: number;
  at: string;
}

/** That a maintainer confirmed who a publisher is. */
export interface Verification {
  account: Pick<Account, 'id' | 'login'>;
  /** The owner of the repository that it is for. */
  owner: string;
  verifiedAt: string;
  /** The last day on which it counts, as in `2027-03-31`. */
  until: string;
  source:
    | { kind: 'comment'; repository: RepositoryName; pull: number; comment: number; by: string }
    | { kind: 'import' };
}

/** A merged pull request, for later ones. */
export interface Publication {
  /** The folders of the connectors that it added or changed. */
  paths: readonly string[];
  class: ConnectorClass;
  author: Account;
  openedAt: string;
  mergedAt: string;
}

/** The answer to a comment with commands. */
export interface Answer {
  /** The id of the comment. */
  comment: number;
  /** `unknown`: it is not a command, and probably meant as one. */
  outcome: 'done' | 'refused' | 'unknown';
  /** In Markdown. Missing if a reaction is enough. */
  reply?: string;
  /** Whom we answered and when, for the limits of `limitReplies`. Missing for maintainers. */
  account?: number;
  at?: string;
  /** Whether the author of the comment has no part in the pull request. */
  stranger?: true;
  /** Whether there is not even a reaction, because of the limits. */
  silent?: true;
}

/** Consent to breaking changes. */
export interface Acknowledgement {
  by: Account;
  as: 'author' | 'reviewer';
  fingerprints: readonly string[];
  reason?: string;
  /** The base branch that it is for. Old records have none. */
  base?: string;
  comment: number;
  at: string;
}

export interface Hold {
  by: Account;
  reason?: string;
  /** The base branch at that time. */
  base?: string;
  comment: number;
  at: string;
}

/** A request to merge as soon as all gates pass. */
export interface MergeRequest {
  by: Account;
  comment: number;
  at: string;
  /** The base branch that it is for; another base voids it. Old records have none. */
  base?: string;
  /** `connectorDigest` at that time; a push that changes it voids the request. */
  connector: string;
  /** The head that is in the merge queue. */
  queued?: string;
  /** What voided it. A voided request stays void. */
  voided?: Voided;
}

export type Voided =
  /** A push changed the connector. */
  | { kind: 'push'; head: string }
  /** The base branch was changed, to this one. */
  | { kind: 'base'; base: string }
  /** Its author lost the right to merge. */
  | { kind: 'right' }
  /** The comment was deleted or edited. */
  | { kind: 'taken-back' };

/** The first effect that GitHub rejected when they were last applied. */
export interface RejectedEffect {
  effect: Exclude<EffectKind, 'record'>;
  /** In GitHub's words. */
  reason: string;
  head: string;
}

export interface CheckRun {
  id: number;
  name: string;
  sha: string;
  status: 'queued' | 'in_progress' | 'completed';
  /** The digest that we gave it: see `CheckReport.externalId`. */
  externalId: string;
  /** Whether someone asked GitHub to run it again since it was completed. */
  rerequested?: true;
}

export interface StandingSuggestion {
  id: number;
  path: string;
  body: string;
}

export interface Deployment {
  id: number;
  environment: string;
  sha: string;
  /** The newest status that is not `inactive`; `pending` if there is no status yet. */
  state: 'pending' | 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
}
