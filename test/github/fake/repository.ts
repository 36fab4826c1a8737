import {
  ObjectStore,
  type Commit,
  type Difference,
  type Files,
  type Signature,
} from './git-objects.ts';

export interface Account {
  id: number;
  login: string;
  type: 'User' | 'Bot' | 'Organization';
  name: string;
  /** Those that commits are known by, lower case. */
  emails: string[];
  /** Of an organization. */
  members: Set<Account>;
  /** Of an organization, by their slug. */
  teams: Map<string, Set<Account>>;
}
const roles = ['read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof roles)[number];
export interface Reaction {
  id: number;
  user: Account;
  content: string;
  createdAt: string;
}
export interface Comment {
  id: number;
  body: string;
  user: Account;
  createdAt: string;
  updatedAt: string;
  reactions: Reaction[];
  /** The classifier under which it is folded. */
  minimized?: string;
}
export interface ReviewComment {
  id: number;
  path: string;
  side: 'LEFT' | 'RIGHT';
  line: number;
  startLine?: number;
  body: string;
  commit: string;
  hunk: string;
  user: Account;
  createdAt: string;
}
export interface Review {
  id: number;
  user: Account;
  body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  commit: string;
  submittedAt: string;
  comments: ReviewComment[];
}
interface Annotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  annotation_level: string;
  message: string;
  title: string | null;
  raw_details: string | null;
}
export interface CheckRun {
  id: number;
  suite: number;
  name: string;
  head: string;
  externalId: string;
  detailsUrl: string;
  status: string;
  conclusion: string | null;
  startedAt: string;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: Annotation[];
  /** Undefined where another App made it. */
  app: App | undefined;
}
export interface Status {
  id: number;
  sha: string;
  context: string;
  state: string;
  description: string | null;
  targetUrl: string | null;
  creator: Account;
  createdAt: string;
}
export interface Deployment {
  id: number;
  sha: string;
  ref: string;
  task: string;
  environment: string;
  description: string | null;
  payload: unknown;
  creator: Account;
  createdAt: string;
  production: boolean;
  transient: boolean;
  statuses: {
    id: number;
    state: string;
    description: string;
    logUrl: string;
    creator: Account;
    createdAt: string;
  }[];
}
export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}
/** What must hold before something may be merged into a branch. */
export interface Protection {
  requiredChecks?: readonly string[];
  approvals?: number;
  mergeQueue?: boolean;
  /** Said by a ruleset rather than by the older branch protection. */
  ruleset?: boolean;
}
export interface App {
  id: number;
  slug: string;
  name: string;
  account: Account;
  owner: Account;
  permissions: Readonly<Record<string, string>>;
  events: readonly string[];
  secret: string;
  privateKey: string;
  publicKey: string;
}
export interface MergeGroup {
  ref: string;
  head: string;
  base: string;
  branch: string;
  pull: Pull;
}
/** What happened, to be told to those who listen. */
export interface Happening {
  event: string;
  action?: string;
  repository?: Repository;
  sender: Account;
  about: About;
}
export interface About {
  pull?: Pull;
  comment?: Comment;
  review?: Review;
  run?: CheckRun;
  group?: MergeGroup;
  deployment?: Deployment;
  status?: Deployment['statuses'][number];
  label?: Label | undefined;
  branch?: string;
  before?: string | undefined;
  after?: string;
  reason?: string;
  changes?: { [name: string]: unknown };
  installation?: number;
}

export interface Installation {
  id: number;
  app: App;
  account: Account;
  repositories: Set<Repository>;
  /** What its owner has granted, where that is not what the App asks for. */
  permissions?: Readonly<Record<string, string>>;
}

/** Everything there is, and a clock that ticks a second whenever something happens. */
export class World {
  readonly accounts: Account[] = [];
  readonly repositories: Repository[] = [];
  readonly apps: App[] = [];
  /** The installations of Apps, by their number. */
  readonly installations = new Map<number, Installation>();
  #last = 1000;
  #time = Date.UTC(2026, 0, 5, 9);
  readonly #tell: (happening: Happening) => void;

  constructor(tell: (happening: Happening) => void) {
    this.#tell = tell;
  }

  next = (): number => ++this.#last;
  /** ISO 8601, without fractions, as GitHub writes it. */
  now = (): string => new Date((this.#time += 1000)).toISOString().replace('.000Z', 'Z');
  /** Lets time pass. */
  pass = (seconds: number): void => void (this.#time += seconds * 1000);
  tell = (happening: Happening): void => this.#tell(happening);

  account(
    login: string,
    {
      type = 'User',
      email,
      name = login,
    }: { type?: Account['type']; email?: string; name?: string } = {},
  ): Account {
    const known = this.accounts.find((one) => one.login.toLowerCase() === login.toLowerCase());
    if (known) return known;
    const id = this.next();
    const account: Account = {
      id,
      login,
      type,
      name,
      emails: [],
      members: new Set(),
      teams: new Map(),
    };
    account.emails.push(
      ...(email === undefined ? [] : [email.toLowerCase()]),
      `${id}+${login}@users.noreply.github.com`.toLowerCase(),
    );
    this.accounts.push(account);
    return account;
  }

  /** Somebody deletes their account: GitHub shows all who have done that as one user. */
  remove = (account: Account): void =>
    void Object.assign(account, { id: 10_137, login: 'ghost', name: 'Deleted user', emails: [] });

  byEmail = (email: string): Account | undefined =>
    this.accounts.find(({ emails }) => emails.includes(email.toLowerCase()));
  repository = (owner: string, name: string): Repository | undefined =>
    this.repositories.find(
      (one) =>
        one.owner.login.toLowerCase() === owner.toLowerCase() &&
        one.name.toLowerCase() === name.toLowerCase(),
    );

  createRepository(
    owner: Account,
    name: string,
    {
      branch = 'dev',
      files = {},
      parent,
    }: { branch?: string; files?: Files; parent?: Repository } = {},
  ): Repository {
    const repository = new Repository(this, owner, name, branch, parent);
    this.repositories.push(repository);
    if (!parent) repository.push(branch, { by: owner, message: 'First', files });
    return repository;
  }
}

/**
 * What is pushed: files put on top of a branch, which begins at the default branch where it is new.
 */
export interface Change {
  by: Account;
  message?: string;
  files?: Files;
  /** Who wrote it, where that is somebody else than who pushed. */
  author?: { name: string; email: string };
  /** Whether it has a signature that GitHub knows. */
  verified?: boolean;
  /** Puts the commit in place of the branch's last one. */
  amend?: boolean;
  /** A commit to merge, with its files. */
  merge?: string;
}

export class Repository {
  readonly id: number;
  readonly refs = new Map<string, string>();
  readonly pulls: Pull[] = [];
  readonly labels = new Map<string, Label>();
  readonly checkRuns: CheckRun[] = [];
  /** The suites of check runs that somebody asked for again. */
  readonly requeued = new Set<number>();
  readonly statuses: Status[] = [];
  readonly deployments: Deployment[] = [];
  readonly collaborators = new Map<Account, Role>();
  readonly protections = new Map<string, Protection>();
  readonly queue: MergeGroup[] = [];
  readonly forks: Repository[] = [];
  readonly store: ObjectStore;
  readonly createdAt: string;
  readonly world: World;
  owner: Account;
  name: string;
  readonly defaultBranch: string;
  readonly parent: Repository | undefined;
  isPrivate = false;
  /** The `owner/name` that it had before, in lower case. */
  readonly formerNames: string[] = [];

  constructor(
    world: World,
    owner: Account,
    name: string,
    defaultBranch: string,
    parent?: Repository,
  ) {
    this.world = world;
    this.owner = owner;
    this.name = name;
    this.defaultBranch = defaultBranch;
    this.parent = parent;
    this.id = world.next();
    this.createdAt = world.now();
    this.store = parent?.store ?? new ObjectStore();
    parent?.forks.push(this);
    for (const [ref, sha] of parent?.refs ?? [])
      if (ref.startsWith('refs/heads/')) this.refs.set(ref, sha);
  }

  get fullName(): string {
    return `${this.owner.login}/${this.name}`;
  }

  fork = (owner: Account, name = this.name): Repository =>
    this.world.createRepository(owner, name, { branch: this.defaultBranch, parent: this });
  tip = (branch: string): string | undefined => this.refs.get(`refs/heads/${branch}`);
  /** Gives it another name, or to another owner. Requests for its former name are forwarded. */
  rename(name: string, by: Account, owner = this.owner): void {
    const former = { name: this.name, owner: this.owner };
    this.formerNames.push(this.fullName.toLowerCase());
    this.name = name;
    this.owner = owner;
    const isTransfer = former.owner !== owner;
    const kind = former.owner.type === 'Organization' ? 'organization' : 'user';
    this.world.tell({
      event: 'repository',
      action: isTransfer ? 'transferred' : 'renamed',
      repository: this,
      sender: by,
      about: {
        changes: isTransfer
          ? { owner: { from: { [kind]: { login: former.owner.login, id: former.owner.id } } } }
          : { repository: { name: { from: former.name } } },
      },
    });
  }
  let = (account: Account, role: Role): void => void this.collaborators.set(account, role);

  /** The commit that a branch, a tag, a full ref or a SHA means. */
  resolve(ref: string): Commit | undefined {
    const sha =
      this.refs.get(ref) ??
      this.refs.get(`refs/${ref}`) ??
      this.tip(ref) ??
      this.refs.get(`refs/tags/${ref}`) ??
      ref;
    return this.store.commits.get(sha);
  }

  roleOf(account: Account): Role | undefined {
    if (account === this.owner) return 'admin';
    return this.collaborators.get(account) ?? (this.isPrivate ? undefined : 'read');
  }
  may = (account: Account, role: Role): boolean =>
    roles.indexOf(this.roleOf(account) ?? 'read') >= roles.indexOf(role);

  associationOf(account: Account): string {
    if (account === this.owner) return 'OWNER';
    if (this.owner.members.has(account)) return 'MEMBER';
    if (this.collaborators.has(account)) return 'COLLABORATOR';
    return this.pulls.some((pull) => pull.user === account && pull.mergedAt)
      ? 'CONTRIBUTOR'
      : 'NONE';
  }

  /** Makes a commit and moves the branch to it. Returns its SHA. */
  push(
    branch: string,
    { by, message = 'Change', files = {}, author, verified = false, amend = false, merge }: Change,
  ): string {
    const before = this.tip(branch) ?? this.tip(this.defaultBranch);
    const under = before === undefined ? undefined : this.store.commits.get(before);
    let tree = under?.tree;
    if (merge !== undefined && under) {
      const theirs = this.store.commits.get(merge);
      const base = this.store.mergeBase(under.sha, merge);
      tree = theirs && base && this.store.merge(base.tree, under.tree, theirs.tree);
      if (!tree) throw new Error(`${merge} cannot be merged into ${branch} of ${this.fullName}`);
    }
    const first = amend ? under?.parents : under && [under.sha];
    const parents = [...(first ?? []), ...(merge === undefined ? [] : [merge])];
    const signature: Signature = { ...(author ?? this.signatureOf(by)), date: this.world.now() };
    const commit = this.store.writeCommit({
      tree: this.store.withFiles(tree, files),
      parents,
      author: signature,
      committer: signature,
      message,
      verified,
    });
    this.moveBranch(branch, commit.sha, by);
    return commit.sha;
  }

  signatureOf = (account: Account): { name: string; email: string } => ({
    name: account.name,
    email: account.emails[0] ?? '',
  });

  /** Moves a branch, tells of the push, and of the pull requests whose head or base it is. */
  moveBranch(branch: string, sha: string, by: Account): void {
    const before = this.tip(branch);
    this.refs.set(`refs/heads/${branch}`, sha);
    this.world.tell({
      event: 'push',
      repository: this,
      sender: by,
      about: { branch, before, after: sha },
    });
    const upstream = [this, ...(this.parent ? [this.parent] : [])];
    for (const pull of upstream.flatMap((repository) => repository.pulls)) {
      if (
        pull.state === 'open' &&
        pull.headRepository === this &&
        pull.headRef === branch &&
        pull.head !== sha
      )
        pull.moved(sha, by);
    }
  }

  /** A pull request of a branch, perhaps a fork's. */
  open({
    by,
    from = this,
    branch,
    into = this.defaultBranch,
    title,
    body = '',
    draft = false,
  }: {
    by: Account;
    from?: Repository;
    branch: string;
    into?: string;
    title: string;
    body?: string | null;
    draft?: boolean;
  }): Pull {
    const head = from.tip(branch);
    const base = this.tip(into);
    if (head === undefined || base === undefined)
      throw new Error(
        `there is no branch ${branch} to open a pull request of, or no branch ${into}`,
      );
    const pull = new Pull(this, {
      user: by,
      headRepository: from,
      headRef: branch,
      head,
      baseRef: into,
      baseSha: base,
      title,
      body,
      draft,
    });
    this.pulls.push(pull);
    this.refs.set(`refs/pull/${pull.number}/head`, head);
    pull.tell('opened', by);
    return pull;
  }

  protect = (branch: string, protection: Protection): void =>
    void this.protections.set(branch, protection);

  /** A check of somebody else, or of an App. */
  check(name: string, head: string, conclusion: string | null): CheckRun {
    const now = this.world.now();
    const run: CheckRun = {
      id: this.world.next(),
      suite: this.world.next(),
      name,
      head,
      externalId: '',
      detailsUrl: '',
      status: conclusion === null ? 'queued' : 'completed',
      conclusion,
      startedAt: now,
      completedAt: conclusion === null ? null : now,
      title: null,
      summary: null,
      text: null,
      annotations: [],
      app: undefined,
    };
    this.checkRuns.push(run);
    return run;
  }

  /**
   * Somebody presses the button "Re-run" of a check run: its suite is queued until the App says how
   * it ends; the run itself stays as it is.
   */
  rerequest(run: CheckRun, by: Account): void {
    this.requeued.add(run.suite);
    this.world.tell({
      event: 'check_run',
      action: 'rerequested',
      repository: this,
      sender: by,
      about: { run },
    });
  }
  /** What the runs of a suite come to. */
  statusOf(suite: number): string {
    const head = this.checkRuns.find((run) => run.suite === suite)?.head ?? '';
    const runs = this.latestRuns(head).filter((run) => run.suite === suite);
    if (this.requeued.has(suite)) return 'queued';
    return runs.every(({ status }) => status === 'completed') ? 'completed' : 'in_progress';
  }

  /** The last run of each name for a commit. */
  latestRuns(head: string): CheckRun[] {
    const latest = new Map<string, CheckRun>();
    for (const run of this.checkRuns)
      if (run.head === head) latest.set(`${run.app?.id ?? 0} ${run.name}`, run);
    return [...latest.values()];
  }

  /** The required checks of a branch that a commit has not passed. */
  unmetChecks(branch: string, head: string): string[] {
    const good = new Set(
      this.latestRuns(head)
        .filter(
          ({ conclusion }) =>
            conclusion !== null && ['success', 'neutral', 'skipped'].includes(conclusion),
        )
        .map(({ name }) => name),
    );
    for (const { sha, context, state } of this.statuses) {
      if (sha !== head) continue;
      if (state === 'success') good.add(context);
      else good.delete(context);
    }
    return (this.protections.get(branch)?.requiredChecks ?? []).filter((name) => !good.has(name));
  }

  /**
   * Puts a pull request into the merge queue: GitHub makes a commit of it on the newest base and
   * asks for the checks of that.
   */
  enqueue(pull: Pull, by: Account): MergeGroup {
    const base = this.tip(pull.baseRef) ?? '';
    const merged = pull.mergedTree(base);
    if (merged === undefined) throw new Error(`pull request ${pull.number} conflicts`);
    const signature = { name: 'GitHub', email: 'noreply@github.com', date: this.world.now() };
    const { sha } = this.store.writeCommit({
      tree: merged,
      parents: [base],
      author: signature,
      committer: signature,
      message: `${pull.title} (#${pull.number})`,
    });
    const group: MergeGroup = {
      ref: `refs/heads/gh-readonly-queue/${pull.baseRef}/pr-${pull.number}-${base}`,
      head: sha,
      base,
      branch: pull.baseRef,
      pull,
    };
    this.refs.set(group.ref, sha);
    this.queue.push(group);
    this.world.tell({
      event: 'merge_group',
      action: 'checks_requested',
      repository: this,
      sender: by,
      about: { group },
    });
    return group;
  }

  /** Takes a pull request out of the merge queue. */
  dequeue(pull: Pull, by: Account): void {
    for (const group of this.queue.filter((each) => each.pull === pull))
      this.#destroy(group, by, 'dequeued');
  }

  /** Merges the groups of the queue whose required checks have passed. */
  advanceQueue(by: Account): void {
    for (const group of this.queue.filter(
      ({ branch, head }) => this.unmetChecks(branch, head).length === 0,
    )) {
      this.#destroy(group, by, 'merged');
      group.pull.merged(group.head, by);
    }
  }

  #destroy(group: MergeGroup, sender: Account, reason: 'dequeued' | 'merged'): void {
    this.queue.splice(this.queue.indexOf(group), 1);
    this.refs.delete(group.ref);
    this.world.tell({
      event: 'merge_group',
      action: 'destroyed',
      repository: this,
      sender,
      about: { group, reason },
    });
  }
}

interface Opening {
  user: Account;
  headRepository: Repository;
  headRef: string;
  head: string;
  baseRef: string;
  baseSha: string;
  title: string;
  body: string | null;
  draft: boolean;
}

export class Pull {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly user: Account;
  headRepository: Repository | undefined;
  readonly headRef: string;
  head: string;
  baseRef: string;
  /**
   * The base branch's tip when the pull request was opened or last pushed to; it does not follow
   * the branch.
   */
  baseSha: string;
  title: string;
  body: string | null;
  draft: boolean;
  state: 'open' | 'closed' = 'open';
  mergedAt: string | undefined;
  mergedBy: Account | undefined;
  closedAt: string | undefined;
  mergeCommit: string | undefined;
  readonly createdAt: string;
  updatedAt: string;
  maintainersMayPush = true;
  /** When it was pointed at other base branches. */
  readonly baseChanges: { id: number; actor: Account; createdAt: string }[] = [];
  /**
   * GitHub works out in the background whether it merges, once somebody looks: so often it says
   * neither yes nor no.
   */
  looksUntilMergeable = 0;
  readonly labels = new Set<string>();
  readonly comments: Comment[] = [];
  readonly reviews: Review[] = [];
  readonly reactions: Reaction[] = [];

  constructor(repository: Repository, opening: Opening) {
    const { world } = repository;
    this.repository = repository;
    this.id = world.next();
    this.number = repository.pulls.length + 1;
    this.createdAt = this.updatedAt = world.now();
    this.user = opening.user;
    this.headRepository = opening.headRepository;
    this.headRef = opening.headRef;
    this.head = opening.head;
    this.baseRef = opening.baseRef;
    this.baseSha = opening.baseSha;
    this.title = opening.title;
    this.body = opening.body;
    this.draft = opening.draft;
  }

  get #world(): World {
    return this.repository.world;
  }
  get #store(): ObjectStore {
    return this.repository.store;
  }

  tell(action: string, sender: Account, about: About = {}): void {
    this.updatedAt = this.#world.now();
    this.#world.tell({
      event: 'pull_request',
      action,
      repository: this.repository,
      sender,
      about: { pull: this, ...about },
    });
  }

  get mergeBase(): string {
    return (
      this.#store.mergeBase(this.repository.tip(this.baseRef) ?? this.baseSha, this.head)?.sha ??
      this.baseSha
    );
  }
  get files(): Difference[] {
    const [base, head] = [
      this.#store.commits.get(this.mergeBase),
      this.#store.commits.get(this.head),
    ];
    return base && head ? this.#store.differences(base.tree, head.tree) : [];
  }
  get commits(): Commit[] {
    return this.#store.between(this.repository.tip(this.baseRef) ?? this.baseSha, this.head);
  }

  mergedTree(base: string): string | undefined {
    const [common, ours, theirs] = [this.mergeBase, base, this.head].map(
      (sha) => this.#store.commits.get(sha)?.tree,
    );
    return common && ours && theirs ? this.#store.merge(common, ours, theirs) : undefined;
  }
  get mergeable(): boolean | null {
    return this.looksUntilMergeable === 0
      ? this.state === 'open' &&
          this.mergedTree(this.repository.tip(this.baseRef) ?? this.baseSha) !== undefined
      : null;
  }
  get mergeableState(): string {
    if (this.mergeable === null) return 'unknown';
    if (!this.mergeable) return 'dirty';
    if (this.draft) return 'draft';
    return this.blockedBy() === undefined ? 'clean' : 'blocked';
  }
  /** What GitHub would answer who tried to merge it; undefined where nothing stands in the way. */
  blockedBy(): string | undefined {
    const protection = this.repository.protections.get(this.baseRef);
    const [unmet] = this.repository.unmetChecks(this.baseRef, this.head);
    if (unmet !== undefined) return `Required status check "${unmet}" is expected.`;
    const approved = new Set(
      this.reviews.filter(({ state }) => state === 'APPROVED').map(({ user }) => user),
    ).size;
    if (approved < (protection?.approvals ?? 0))
      return `At least ${protection?.approvals ?? 0} approving review is required by reviewers with write access.`;
    return protection?.mergeQueue ? 'Changes must be made through the merge queue' : undefined;
  }

  /** The branch of its head has been pushed to. */
  moved(sha: string, by: Account): void {
    const before = this.head;
    this.head = sha;
    this.baseSha = this.repository.tip(this.baseRef) ?? this.baseSha;
    this.repository.refs.set(`refs/pull/${this.number}/head`, sha);
    this.tell('synchronize', by, { before, after: sha });
  }
  /** Pushes to its branch. Returns the new head. */
  push = (change: Change): string => {
    if (!this.headRepository) throw new Error('the fork is gone');
    return this.headRepository.push(this.headRef, change);
  };

  edit(
    by: Account,
    {
      title = this.title,
      body = this.body,
      base = this.baseRef,
    }: { title?: string; body?: string | null; base?: string },
  ): void {
    const changes = {
      ...(title !== this.title && { title: { from: this.title } }),
      ...(body !== this.body && { body: { from: this.body ?? '' } }),
    };
    const rebased =
      base === this.baseRef
        ? {}
        : { base: { ref: { from: this.baseRef }, sha: { from: this.baseSha } } };
    [this.title, this.body, this.baseRef] = [title, body, base];
    if ('base' in rebased) {
      this.baseSha = this.repository.tip(base) ?? this.baseSha;
      this.baseChanges.push({
        id: this.repository.world.next(),
        actor: by,
        createdAt: this.repository.world.now(),
      });
    }
    this.tell('edited', by, { changes: { ...changes, ...rebased } });
  }
  close(by: Account): void {
    [this.state, this.closedAt] = ['closed', this.#world.now()];
    this.tell('closed', by);
  }
  reopen(by: Account): void {
    [this.state, this.closedAt] = ['open', undefined];
    this.tell('reopened', by);
  }
  setDraft(by: Account, draft: boolean): void {
    this.draft = draft;
    this.tell(draft ? 'converted_to_draft' : 'ready_for_review', by);
  }

  comment(by: Account, body: string): Comment {
    const now = this.#world.now();
    const comment: Comment = {
      id: this.#world.next(),
      body,
      user: by,
      createdAt: now,
      updatedAt: now,
      reactions: [],
    };
    this.comments.push(comment);
    this.#tellComment('created', comment, by);
    return comment;
  }
  editComment(by: Account, comment: Comment, body: string): void {
    const was = comment.body;
    [comment.body, comment.updatedAt] = [body, this.#world.now()];
    this.#tellComment('edited', comment, by, { changes: { body: { from: was } } });
  }
  deleteComment(by: Account, comment: Comment): void {
    this.comments.splice(this.comments.indexOf(comment), 1);
    this.#tellComment('deleted', comment, by);
  }
  #tellComment(action: string, comment: Comment, sender: Account, about: About = {}): void {
    this.updatedAt = this.#world.now();
    this.#world.tell({
      event: 'issue_comment',
      action,
      repository: this.repository,
      sender,
      about: { pull: this, comment, ...about },
    });
  }

  review(
    by: Account,
    event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT',
    { body = '', commit = this.head, comments = [] as ReviewComment[] } = {},
  ): Review {
    const state = (
      { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const
    )[event];
    const review: Review = {
      id: this.#world.next(),
      user: by,
      body,
      state,
      commit,
      submittedAt: this.#world.now(),
      comments,
    };
    this.reviews.push(review);
    this.#world.tell({
      event: 'pull_request_review',
      action: 'submitted',
      repository: this.repository,
      sender: by,
      about: { pull: this, review },
    });
    return review;
  }
  dismiss(by: Account, review: Review): void {
    review.state = 'DISMISSED';
    this.#world.tell({
      event: 'pull_request_review',
      action: 'dismissed',
      repository: this.repository,
      sender: by,
      about: { pull: this, review },
    });
  }

  label(by: Account, ...names: string[]): void {
    for (const name of names) {
      const known =
        [...this.repository.labels.keys()].find(
          (one) => one.toLowerCase() === name.toLowerCase(),
        ) ?? name;
      if (!this.repository.labels.has(known))
        this.repository.labels.set(known, {
          id: this.#world.next(),
          name: known,
          color: 'ededed',
          description: null,
        });
      if (this.labels.has(known)) continue;
      this.labels.add(known);
      this.tell('labeled', by, { label: this.repository.labels.get(known) });
    }
  }
  unlabel(by: Account, name: string): boolean {
    const known = [...this.labels].find((one) => one.toLowerCase() === name.toLowerCase());
    if (known === undefined) return false;
    this.labels.delete(known);
    this.tell('unlabeled', by, { label: this.repository.labels.get(known) });
    return true;
  }

  /** Squashes it into the base branch, now. Returns the commit's SHA. */
  squash(by: Account, message: string): string {
    const base = this.repository.tip(this.baseRef) ?? '';
    const tree = this.mergedTree(base);
    if (tree === undefined) throw new Error(`pull request ${this.number} conflicts`);
    const author = { ...this.repository.signatureOf(this.user), date: this.#world.now() };
    const committer = { name: 'GitHub', email: 'noreply@github.com', date: author.date };
    const { sha } = this.#store.writeCommit({ tree, parents: [base], author, committer, message });
    this.merged(sha, by);
    return sha;
  }
  merged(sha: string, by: Account): void {
    const now = this.#world.now();
    this.state = 'closed';
    this.mergedAt = this.closedAt = now;
    this.mergedBy = by;
    this.mergeCommit = sha;
    this.repository.moveBranch(this.baseRef, sha, by);
    this.tell('closed', by);
  }
}
