import type { ConnectorClass, FileEntry, Analysis, Misplaced } from '../../connector/connector.ts';
import type { EffectKind } from './effect-kind.ts';

/**
 * Everything that is read of one pull request before it is reviewed: plain data, the same after
 * `JSON.stringify` and `JSON.parse`. The room that reads it (github/, store/) judges nothing; the
 * room that judges (review/) reads nothing. Times are ISO 8601 in UTC with a `Z`, so that they
 * compare as strings. Identity is an account's number, never its login.
 */
export interface Snapshot {
  /** When it was read: the review's clock. */
  now: string;
  /** The version of Gatehouse, and with it of the rules. */
  version: string;
  /** The account that Gatehouse writes as, for example `gatehouse[bot]`. */
  bot: Account;
  repository: RepositoryName;
  pull: Pull;
  /**
   * What is reviewed, and where the check is reported: the head of the pull request, or what a
   * merge queue made of it. For a merge group `connectors` are those of the group's commit and of
   * the commit that it goes on top of.
   */
  at: { kind: 'head' } | { kind: 'merge-group'; sha: string; baseSha: string };
  /** All pages. Unknown where GitHub would not list them all. */
  commits: Result<readonly Commit[]>;
  /** All pages; GitHub lists 3,000 at most: fewer than `pull.changedFiles` is possible. */
  files: Result<readonly ChangedFile[]>;
  /**
   * On the conversation, oldest first, ours among them. Of a very long one only the newest, and
   * ours: see `unread`.
   */
  comments: Result<readonly Comment[]>;
  /** Oldest first. */
  reviews: Result<readonly Review[]>;
  /** When the base branch was last changed to another one; null if it never was. */
  baseSince: Result<string | null>;
  /** When heads of this pull request were first seen, oldest first, the present one last. */
  pushes: Result<readonly Push[]>;
  /**
   * What accounts may do in the repository, by the account's number: those who commented or
   * reviewed, and those whose recorded consent still counts. One that is not there is unknown.
   */
  permissions: Readonly<Record<string, Result<Permission>>>;
  /**
   * Members of the teams that `CODEOWNERS` names for the changed files, by `organization/team` in
   * small letters.
   */
  teams: Readonly<Record<string, Result<readonly Account[]>>>;
  /**
   * The numbers of those commit authors who are members of an organization that a company signed
   * for, by the organization's name in small letters.
   */
  members: Readonly<Record<string, Result<readonly number[]>>>;
  /** `.github/gatehouse.yml` at the base's commit; null where there is none. */
  settings: Result<TextAtBase | null>;
  /** What the default branch says about how the repository is guarded. */
  defaultBranch: DefaultBranch;
  /**
   * `CODEOWNERS` at the base's commit, from `.github/`, the root or `docs/`, as GitHub looks for
   * it; null where there is none.
   */
  owners: Result<TextAtBase | null>;
  /**
   * The folders of connectors that the pull request touches (`foldersOf`), at most `mostConnectors`
   * of them.
   */
  connectors: readonly ConnectorAt[];
  /** Base64 of the files' bytes, by the SHA of their blob: what `connectors` refer to. */
  contents: Readonly<Record<string, string>>;
  /** The other connectors of the base branch. */
  catalog: Result<readonly CatalogConnector[]>;
  /** The other pull requests that are open against the same base. */
  openPulls: Result<readonly OpenPull[]>;
  /** The rules of the base branch. */
  protection: Result<Protection>;
  /** Of the people who wrote commits, whatever the version of the agreement. */
  signatures: Result<readonly Signature[]>;
  /** What was recorded for this pull request in earlier reviews. */
  records: Result<Records>;
  /** What was answered within the last hour on other pull requests of the repository. */
  answeredElsewhere?: readonly Answer[];
  /** Our check runs by the SHA they are on: of the head, or of the merge group's commit. */
  checks: Result<readonly CheckRun[]>;
  /** Our suggestions: comments of reviews on the diff. */
  suggestions: Result<readonly StandingSuggestion[]>;
  /** Deployments of the merge commit that we made; empty before the merge. */
  deployments: Result<readonly Deployment[]>;
  /** What there is more of than is read. Missing where everything was. */
  unread?: {
    /** How many comments there are besides `comments`, older than they are. */
    comments?: number;
    /** Whether there are more pull requests than `openPulls`, older than they are. */
    openPulls?: boolean;
  };
}

/**
 * Something that was asked for. An answer of 403 or 404 where there should be one is unknown, never
 * "no".
 */
export type Result<T> = { ok: true; value: T } | { ok: false; reason: string };

export interface Account {
  /** 0 for a ghost. */
  id: number;
  login: string;
  /**
   * A ghost stands for people who deleted their account, or whom an import invented: it is no one
   * of them, so two ghosts are never the same (`isPerson`).
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
  /** Where people see it: `https://github.com/<owner>/<name>/pull/<number>`. */
  url: string;
  title: string;
  /** Empty where there is none. */
  body: string;
  state:
    | { kind: 'open'; draft: boolean }
    | { kind: 'closed' }
    | { kind: 'merged'; at: string; sha: string };
  author: Account;
  createdAt: string;
  base: { ref: string; sha: string };
  /** `repository` is null where the fork was deleted. */
  head: { ref: string; sha: string; repository: RepositoryName | null };
  /** The commit that head and base have in common: what the connectors are compared with. */
  mergeBase: Result<string>;
  /** Whether it merges without conflict; unknown while GitHub works it out. */
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
  /** Of the `Co-authored-by` trailers in `message`, in their order: see `coAuthorsOf`. */
  coAuthors: readonly Person[];
  /**
   * Whether GitHub verified the signature, which is the committer's; missing if GitHub did not say.
   */
  verified?: boolean;
}

/** Somebody as a commit names them. */
export interface Person {
  name: string;
  email: string;
  /** The account that the e-mail belongs to; null where it belongs to nobody. */
  account: Result<Account | null>;
}

export interface ChangedFile {
  path: string;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** The former path of a renamed file. */
  previousPath?: string;
  /** The hunks of a unified diff. Missing for binary and large files. */
  patch?: string;
}

export interface Comment {
  id: number;
  author: Account;
  createdAt: string;
  /** Later than `createdAt` where it was edited. */
  updatedAt: string;
  body: string;
  /** Our reactions to it. */
  reactions: readonly Reaction[];
}

/** GitHub's names of reactions, those that are used. */
export type Reaction = '+1' | '-1' | 'eyes' | 'rocket';

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
  /** The number of the account that pushed it, if a delivery told of it. */
  by?: number;
  /** When it was pushed, or first heard of: never before the push. */
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

/** A connector's folder before and after; null where there is none. */
export interface ConnectorAt {
  /** From the repository's root. */
  path: string;
  class: ConnectorClass;
  /** At the merge base (for a merge group at `baseSha`). */
  before: Result<FolderAt | null>;
  after: Result<FolderAt | null>;
}

export interface FolderAt {
  files: readonly FileAt[];
  /** What stands there that is no folder. */
  misplaced?: Misplaced;
  /** What the instruments measured of these files. */
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
  /** `info.title`, `host` and `basePath` of its definition, where somebody has read it. */
  title?: string;
  host?: string;
  basePath?: string;
  /** The SHA of its icon's blob. */
  icon?: string;
  /** The perceptual hash of its icon (`IconPicture.hash`), where somebody has measured it. */
  iconHash?: string;
}

export interface OpenPull {
  number: number;
  title: string;
  author: Account;
  /**
   * The connector folders that it touches, and the SHA of an icon that it brings, where somebody
   * has looked.
   */
  folders: readonly string[];
  icons: readonly string[];
}

export interface Protection {
  /** The contexts of required status checks. */
  requiredChecks: readonly string[];
  mergeQueue: boolean;
}

/** Consent to the agreement. */
export interface Signature {
  account: Pick<Account, 'id' | 'login'>;
  /** As it was given. */
  company?: string;
  cla: ClaVersion;
  signedAt: string;
  /** Where it was said. */
  source:
    | { kind: 'comment'; repository: RepositoryName; pull: number; comment: number }
    | { kind: 'import'; from: 'contributor-assistant' | 'cla-assistant'; where: string };
  /**
   * Whom it was given to, unless that is the repository of the comment (`recipientOf`). An import
   * that names nobody counts for nobody.
   */
  recipient?: Recipient;
}

/** Whom a signature was given to. */
export interface Recipient {
  owner: string;
  /** The repository's name; missing if it was given to the owner as a whole. */
  repository?: string;
}

export interface ClaVersion {
  /**
   * Its name and the address of its text. Missing if they were not recorded, as in signatures from
   * other tools: then the version alone tells which text it was.
   */
  name?: string;
  url?: string;
  version: string;
  /** SHA-256 of its text, in hexadecimal; empty if none was recorded. */
  digest: string;
}

export interface Records {
  /** Commands that were carried out or refused. */
  answers: readonly Answer[];
  acknowledgements: readonly Acknowledgement[];
  hold: Hold | null;
  merge: MergeRequest | null;
  rejection: RejectedEffect | null;
}

/** What came of a command. */
export interface Answer {
  /** The comment that it stands in. */
  comment: number;
  outcome: 'done' | 'refused';
  /** What is replied, as Markdown, where words are needed. */
  reply?: string;
  /**
   * For all but those who may write: the account that was answered, and when. They are answered so
   * often an hour.
   */
  account?: number;
  at?: string;
  /** Whether that was somebody without any part in the pull request. */
  stranger?: true;
  /** Nothing is to be seen of it, not even a reaction: there were too many. */
  silent?: true;
}

/** A deliberate yes to what an update breaks. */
export interface Acknowledgement {
  by: Account;
  as: 'author' | 'reviewer';
  fingerprints: readonly string[];
  reason?: string;
  /**
   * The base branch that it is for. Records that Gatehouse kept before it noted the branch have
   * none.
   */
  base?: string;
  comment: number;
  at: string;
}

export interface Hold {
  by: Account;
  reason?: string;
  /** The base branch that the pull request had then. */
  base?: string;
  comment: number;
  at: string;
}

/** The wish to merge as soon as all gates pass. */
export interface MergeRequest {
  by: Account;
  comment: number;
  at: string;
  /**
   * The base branch that it is for: another base voids the wish. Records that Gatehouse kept before
   * it noted the branch have none.
   */
  base?: string;
  /** What the connector's files were: a push that changes them voids the wish. */
  connector: string;
  /** The head that was put into the merge queue. */
  queued?: string;
  /** What voided it, for good: it tells why nothing is merged. */
  voided?: Voided;
}

export type Voided =
  /** A push changed the connector. */
  | { kind: 'push'; head: string }
  /** The base branch was changed, to this one. */
  | { kind: 'base'; base: string }
  /** Whoever asked may not merge any more. */
  | { kind: 'right' }
  /** The comment was deleted or says something else now. */
  | { kind: 'taken-back' };

/** The first step that GitHub refused when they were last carried out. */
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
  /** What we gave it: the digest of what it shows. */
  externalId: string;
  /** Whether somebody has asked for it again since it has an outcome. */
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
  /**
   * The newest status but `inactive`; `pending` where there is none yet, `inactive` where there is
   * no other.
   */
  state: 'pending' | 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
}
