import { definitionName } from '../connector/connector.ts';
import { limits } from '../shared/limits.ts';
import { mayHaveCommand, mayNameCommand } from '../review/commands/parse-commands.ts';
import { ok, valueOr, unavailable } from '../review/model/result.ts';
import { connectorFoldersOf, maxConnectors } from '../review/facts/connector-folders.ts';
import { type ConnectorFolderName } from '../review/model/connector-folder-name.ts';
import { resolveSettings } from '../review/derive-facts.ts';
import { codeownersOf, codeownersPaths } from '../review/facts/codeowners.ts';
import { isPerson } from '../review/model/account.ts';
import { isAnswered } from '../review/plan.ts';
import type {
  Account,
  ChangedFile,
  CheckRun,
  Comment,
  ConnectorAt,
  DefaultBranch,
  Deployment,
  FolderAt,
  Result,
  Protection,
  Pull,
  Reaction,
  RepositoryName,
  Review,
  Snapshot,
  StandingSuggestion,
  TextAtBase,
} from '../review/model/snapshot.ts';
import { defaultSettings, settingsPath, type Settings } from '../settings/defaults.ts';
import { commentLimit, type Client } from './client.ts';
import { compare, toChangedFile, type Comparison, type RepositoryParameters } from './commits.ts';
import {
  account,
  data,
  flag,
  inner,
  isData,
  list,
  number,
  oneOf,
  readable as readableOf,
  sha,
  text,
  textOr,
  time,
  orUnreadable,
  writerOf,
  type ResponseObject,
} from './parse-response.ts';
import {
  blobOf,
  filesBelow,
  folderAt,
  folderWithout,
  readable,
  treeOf,
  type TreeEntry,
} from './git-trees.ts';
import { readCatalog, readOpenPullRequests } from './read-catalog.ts';
import { readAccount, readMembers, readPermissions, readTeams } from './permissions.ts';

/** Which pull request is read, and for what. */
export interface PullRequestQuery {
  repository: RepositoryName;
  number: number;
  /**
   * What a merge queue made of it and is to be reviewed in its place, and the commit that it goes
   * on top of.
   */
  group?: { sha: string; baseSha: string };
  /** Who Gatehouse is at GitHub (see `whoAmI`). */
  bot: Account;
  /** The name of the check run. */
  check: string;
  /** The clock, ISO 8601 in UTC with a `Z`. */
  now: string;
  version: string;
  /** Whether somebody has asked for the merge, so that the rules of the base branch matter. */
  mergeWanted: boolean;
  /** Those whose recorded consents count only while they may still give them. */
  consented: readonly Account[];
  /** What earlier reviews did with comments, where it is kept: then it is not asked about. */
  done?: { answered: readonly number[]; reactions: ReadonlyMap<number, readonly Reaction[]> };
}

/**
 * What GitHub knows of a pull request; the rest of a `Snapshot` is ours. `measured` of the folders
 * is empty: measuring is for others.
 */
export type PullRequestData = Omit<Snapshot, 'signatures' | 'records' | 'pushes'>;

/**
 * GitHub does not show the pull request: it is not there yet, not any more, or not for this
 * installation.
 */
export class PullRequestNotFound extends Error {}

/**
 * Whose rights are asked for in one review, and of how many comments what we reacted with: each
 * costs a request, and anybody can comment.
 */
const mostAsked = { commenters: 30, reviewers: 100, reactions: 30 };

/**
 * Bytes of a text that says how the repository is guarded; GitHub reads no longer `CODEOWNERS`
 * either.
 */
const mostPolicy = 3 * 1024 * 1024;

/**
 * Reads a pull request, through the REST API alone and to the last page. What GitHub does not show
 * is unknown. Two readings with nothing new between them cost the same requests, most of them
 * answered with 304; what is named by its SHA is read once.
 * @throws NoSuchPull; Unexpected for what GitHub should never send; what Octokit throws where
 * GitHub is out of reach
 *
 */
export async function readPullRequest(
  client: Client,
  question: PullRequestQuery,
): Promise<PullRequestData> {
  const { repository, group, bot, now, version, done } = question;
  const where = { owner: repository.owner, repo: repository.repo };
  const { from, head, baseRef } = await pullNamed(client, where, question.number);
  const reviewed = group?.sha ?? head;

  const [comparison, talk, opinions, checks] = await Promise.all([
    compare(client, where, baseRef, head),
    orUnreadable(() => commentsOf(client, where, from, bot)),
    orUnreadable(() => reviewsOf(client, where, question.number)),
    orUnreadable(() => checksOf(client, where, reviewed, question)),
  ]);
  const comments = talk.ok
    ? ok(
        done
          ? talk.value.comments.map((one) => ({
              ...one,
              reactions: done.reactions.get(one.id) ?? [],
            }))
          : await withReactions(client, where, talk.value, bot),
      )
    : talk;
  const reviews = opinions.ok ? ok(opinions.value.reviews) : opinions;
  const seen = pullOf(from, comparison);
  const files = await filesOf(client, where, seen, comparison);
  const tree = comparison.ok ? await treeOf(client, repository, comparison.value.tip) : comparison;
  const [settings, owners] = await Promise.all([
    policyOf(client, repository, tree, [settingsPath]),
    policyOf(client, repository, tree, codeownersPaths),
  ]);
  const defaultBranch = await defaultBranchOf(client, repository, from, settings);
  const chosen = readBy({ settings, defaultBranch, pull: seen });
  const touched = connectorFoldersOf(valueOr(files, []), chosen.folders);
  const there = new Set(tree.ok ? tree.value.map(({ path }) => path) : []);
  const isNew = touched.filter(({ path }) => !there.has(path));
  const wrote = authorsOf(comparison, seen.author);
  const speaking = talk.ok
    ? talk.value.comments.filter(({ id }) => talk.value.speaking.has(id))
    : [];
  const spoken = question.mergeWanted || speaking.length > 0;
  const wanted = question.mergeWanted || speaking.some(({ body }) => mayNameCommand(body, 'merge'));

  const [
    connectors,
    permissions,
    teams,
    members,
    opened,
    protection,
    suggestions,
    deployments,
    baseSince,
  ] = await Promise.all([
    connectorsOf(client, repository, touched.slice(0, maxConnectors), files, {
      before: group ? ok(group.baseSha) : seen.mergeBase,
      after: reviewed,
      tip: valueOr(comparison, undefined)?.tip,
      tree,
      group: group !== undefined,
    }),
    readPermissions(
      client,
      where,
      unansweredIn(talk, done?.answered ?? []),
      verdictsOf(opinions),
      question.consented,
    ),
    // Something new belongs to nobody yet.
    readTeams(
      client,
      teamsAmong(
        owners,
        touched.filter((folder) => !isNew.includes(folder)),
      ),
    ),
    readMembers(client, organizationsIn(chosen), wrote),
    // An update takes no other's name: only something new is held against the others.
    isNew.length > 0
      ? orUnreadable(() => readOpenPullRequests(client, where, baseRef, question.number, chosen))
      : ok({ pulls: [], whole: true }),
    wanted
      ? orUnreadable(() => protectionOf(client, where, baseRef))
      : unavailable('nobody has asked for the merge'),
    orUnreadable(() => suggestionsOf(client, where, question, opinions)),
    seen.state.kind === 'merged' ? deploymentsOf(client, where, seen.state.sha, bot) : ok([]),
    spoken
      ? orUnreadable(() => baseSinceOf(client, where, question.number))
      : unavailable('nobody has said anything that hangs on it'),
  ]);
  const read = await withContents(client, repository, connectors);
  return {
    now,
    version,
    bot,
    repository,
    pull: await withMergeability(client, where, seen),
    at: group ? { kind: 'merge-group', ...group } : { kind: 'head' },
    commits: comparison.ok ? comparison.value.commits : comparison,
    files,
    comments,
    reviews,
    baseSince,
    permissions,
    teams,
    members,
    settings,
    defaultBranch,
    owners,
    ...read,
    catalog: tree.ok
      ? ok(
          await readCatalog(client, repository, tree.value, chosen, read.connectors, read.contents),
        )
      : tree,
    openPulls: opened.ok ? ok(opened.value.pulls) : opened,
    protection,
    checks,
    suggestions,
    deployments,
    ...unreadIn(talk.ok ? talk.value.unread : 0, opened.ok && !opened.value.whole),
  };
}

const unreadIn = (comments: number, openPulls: boolean): Pick<PullRequestData, 'unread'> =>
  comments > 0 || openPulls
    ? { unread: { ...(comments > 0 && { comments }), ...(openPulls && { openPulls }) } }
    : {};

/**
 * What the agreement takes of a pull request. Nobody has asked for anything else: it is unknown.
 * @throws as `readPull`
 */
export async function readForCla(
  client: Client,
  {
    repository,
    number: pull,
    group,
    bot,
    now,
    version,
  }: Pick<PullRequestQuery, 'repository' | 'number' | 'group' | 'bot' | 'now' | 'version'>,
): Promise<PullRequestData> {
  const where = { owner: repository.owner, repo: repository.repo };
  const { from, head, baseRef } = await pullNamed(client, where, pull);
  const [comparison, talk] = await Promise.all([
    compare(client, where, baseRef, head),
    orUnreadable(() => commentsOf(client, where, from, bot)),
  ]);
  const comments = talk.ok ? ok(await withReactions(client, where, talk.value, bot)) : talk;
  const seen = pullOf(from, comparison);
  const tree = comparison.ok ? await treeOf(client, repository, comparison.value.tip) : comparison;
  const settings = await policyOf(client, repository, tree, [settingsPath]);
  const defaultBranch = await defaultBranchOf(client, repository, from, settings);
  const nobodyAsks = unavailable('nobody has asked for it');
  return {
    now,
    version,
    bot,
    repository,
    pull: seen,
    at: group ? { kind: 'merge-group', ...group } : { kind: 'head' },
    commits: comparison.ok ? comparison.value.commits : comparison,
    comments,
    settings,
    defaultBranch,
    members: await readMembers(
      client,
      organizationsIn(readBy({ settings, defaultBranch, pull: seen })),
      authorsOf(comparison, seen.author),
    ),
    files: nobodyAsks,
    reviews: nobodyAsks,
    baseSince: nobodyAsks,
    permissions: {},
    teams: {},
    owners: nobodyAsks,
    connectors: [],
    contents: {},
    catalog: nobodyAsks,
    openPulls: nobodyAsks,
    protection: nobodyAsks,
    checks: nobodyAsks,
    suggestions: nobodyAsks,
    deployments: nobodyAsks,
    ...unreadIn(talk.ok ? talk.value.unread : 0, false),
  };
}

async function pullNamed(
  client: Client,
  where: RepositoryParameters,
  pull: number,
): Promise<{ from: ResponseObject; head: string; baseRef: string }> {
  const first = await client.get('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...where,
    pull_number: pull,
  });
  if (!first.ok)
    throw new PullRequestNotFound(`${where.owner}/${where.repo}#${pull}: ${first.reason}`);
  const from = data(first.value, 'a pull request');
  return { from, head: sha(inner(from, 'head'), 'sha'), baseRef: text(inner(from, 'base'), 'ref') };
}

/** The account that any token writes as; that of a workflow may not ask the REST API. */
export const accountOfToken = (client: Client): Promise<Result<Account>> =>
  orUnreadable(async () => {
    const answer = await client.ask('query { viewer { login } }', {});
    return answer.ok ? readAccount(client, text(inner(answer.value, 'viewer'), 'login')) : answer;
  });

/** The account that the App writes as, by the App's short name. */
export async function botAccountOf(client: Client, slug: string): Promise<Account> {
  const found = await readAccount(client, `${slug}[bot]`);
  if (!found.ok) throw new Error(`GitHub does not tell who Gatehouse writes as: ${found.reason}`);
  return found.value;
}

function pullStateOf(from: ResponseObject): Pull['state'] {
  if (flag(from, 'merged'))
    return { kind: 'merged', at: time(from, 'merged_at'), sha: sha(from, 'merge_commit_sha') };
  return oneOf(from, 'state', ['open', 'closed']) === 'open'
    ? { kind: 'open', draft: from.draft === true }
    : { kind: 'closed' };
}

function pullOf(from: ResponseObject, comparison: Result<Comparison>): Pull {
  const [head, base] = [inner(from, 'head'), inner(from, 'base')];
  const headRepository = isData(head.repo)
    ? { owner: text(inner(head.repo, 'owner'), 'login'), repo: text(head.repo, 'name') }
    : null;
  const own = isData(base.repo) && isData(head.repo) && head.repo.id === base.repo.id;
  const state = pullStateOf(from);
  return {
    number: number(from, 'number'),
    nodeId: text(from, 'node_id'),
    url: text(from, 'html_url'),
    title: text(from, 'title'),
    body: textOr(from, 'body', ''),
    state,
    author: writerOf(from.user),
    createdAt: time(from, 'created_at'),
    // GitHub's own base SHA is as old as the last push to the head: the rules of today are those of
    // the branch's last commit.
    base: {
      ref: text(base, 'ref'),
      sha: comparison.ok ? comparison.value.tip : sha(base, 'sha'),
    },
    head: { ref: text(head, 'ref'), sha: sha(head, 'sha'), repository: headRepository },
    mergeBase: comparison.ok ? ok(comparison.value.mergeBase) : comparison,
    mergeable: mergeableOf(from),
    maintainerCanModify: own || flag(from, 'maintainer_can_modify'),
    labels: readableOf(list(from.labels, 'labels'), (label) =>
      text(data(label, 'a label'), 'name'),
    ),
    changedFiles: number(from, 'changed_files'),
  };
}

/**
 * GitHub works out whether a pull request merges once somebody looks, and tells nobody when it is
 * done: by the end of the reading it mostly is, and is asked again.
 */
async function withMergeability(
  client: Client,
  where: RepositoryParameters,
  pull: Pull,
): Promise<Pull> {
  if (pull.state.kind !== 'open' || pull.mergeable.ok) return pull;
  const again = await client.get('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...where,
    pull_number: pull.number,
  });
  if (!again.ok) return pull;
  const from = data(again.value, 'a pull request');
  return sha(inner(from, 'head'), 'sha') === pull.head.sha
    ? { ...pull, mergeable: mergeableOf(from) }
    : pull;
}

const mergeableOf = ({ mergeable }: ResponseObject): Result<boolean> =>
  typeof mergeable === 'boolean' ? ok(mergeable) : unavailable('GitHub is still working it out');

/** A comparison has 300 files at most; a pull request's own list has 3,000. */
async function filesOf(
  client: Client,
  where: RepositoryParameters,
  pull: Pull,
  comparison: Result<Comparison>,
): Promise<Result<readonly ChangedFile[]>> {
  if (
    comparison.ok &&
    comparison.value.files.length >= pull.changedFiles &&
    comparison.value.files.length < 300
  )
    return ok(comparison.value.files);
  return orUnreadable(async () => {
    const pages = await client.pages('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
      ...where,
      pull_number: pull.number,
    });
    return pages.ok ? ok(pages.value.flatMap(toChangedFile)) : pages;
  });
}

const ours: readonly Reaction[] = ['+1', '-1', 'eyes', 'rocket'];

/**
 * What GitHub calls those who belong to a repository. Who is something else has no more rights for
 * it: this only says who is asked about first.
 */
const insiders: ReadonlySet<unknown> = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/** What is said on a pull request. */
interface Conversation {
  /**
   * The newest, oldest first, without a gap; and ours from the beginning. Without our reactions.
   */
  comments: readonly Comment[];
  /** How many others were not read. */
  unread: number;
  /**
   * Those by people that may have a command. Commands are read where that has a limit of time: to
   * tell so much is all that is done here.
   */
  speaking: ReadonlySet<number>;
  /** Those that have reactions such as ours, whoever they are of. */
  reacted: ReadonlySet<number>;
  insiders: ReadonlySet<number>;
}

async function commentsOf(
  client: Client,
  where: RepositoryParameters,
  pull: ResponseObject,
  bot: Account,
): Promise<Result<Conversation>> {
  // GitHub counts them; nobody has to ask for none. Before anything is said the count is read once
  // more.
  if (pull.comments === 0)
    return ok({
      comments: [],
      unread: 0,
      speaking: new Set(),
      reacted: new Set(),
      insiders: new Set(),
    });
  const read = await client.newest(
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { ...where, issue_number: number(pull, 'number') },
    commentLimit,
  );
  if (!read.ok) return read;
  const { items, older, missing } = read.value;
  // Of the oldest only ours: whether the others were answered stands in what was not read.
  const kept = [
    ...older.filter((one) => isData(one) && isData(one.user) && one.user.id === bot.id),
    ...items,
  ];
  const raw = [
    ...new Map(
      kept.map((one) => [number(data(one, 'a comment'), 'id'), data(one, 'a comment')]),
    ).values(),
  ];
  const comments = raw.map((from): Comment => ({
    id: number(from, 'id'),
    author: writerOf(from.user),
    createdAt: time(from, 'created_at'),
    updatedAt: time(from, 'updated_at'),
    body: textOr(from, 'body', ''),
    reactions: [],
  }));
  return ok({
    comments: comments.sort((a, b) => a.id - b.id),
    unread: missing
      ? Math.max(1, (typeof pull.comments === 'number' ? pull.comments : 0) - comments.length)
      : 0,
    speaking: new Set(
      comments
        .filter(({ author, body }) => isPerson(author) && mayHaveCommand(body))
        .map(({ id }) => id),
    ),
    reacted: new Set(
      raw
        .filter(
          ({ reactions }) =>
            isData(reactions) &&
            ours.some((one) => reactions[one] !== 0 && reactions[one] !== undefined),
        )
        .map((from) => number(from, 'id')),
    ),
    insiders: new Set(
      raw
        .filter((from) => insiders.has(from.author_association))
        .map((from) => writerOf(from.user).id),
    ),
  });
}

/**
 * Comments with what we reacted with, where nobody keeps records: it tells what was answered. A
 * command with words from us was refused. Of the others that have reactions the newest are asked
 * about; those before them are taken for answered, because nobody shall agree anew to something by
 * what they said long ago.
 */
async function withReactions(
  client: Client,
  where: RepositoryParameters,
  { comments, speaking, reacted }: Conversation,
  bot: Account,
): Promise<Comment[]> {
  const replied = isAnswered({ comments: ok(comments), bot });
  const open = comments
    .filter(({ id }) => reacted.has(id) && speaking.has(id) && !replied.has(id))
    .map(({ id }) => id);
  const asked = new Map(
    await Promise.all(
      open
        .slice(-mostAsked.reactions)
        .map(async (id) => [id, await reactionsTo(client, where, id, bot)] as const),
    ),
  );
  const others = new Set(open.slice(0, -mostAsked.reactions));
  const reactionsOf = (id: number): readonly Reaction[] => {
    const found = asked.get(id);
    if (found) return found;
    if (replied.has(id)) return ['-1'];
    return others.has(id) ? ['+1'] : [];
  };
  return comments.map((comment) => ({ ...comment, reactions: reactionsOf(comment.id) }));
}

/**
 * Our reactions to a comment. They come soon after it: where they are not among the first hundred,
 * it is taken for done.
 */
async function reactionsTo(
  client: Client,
  where: RepositoryParameters,
  comment: number,
  bot: Account,
): Promise<readonly Reaction[]> {
  const answer = await client.begin(
    'GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
    { ...where, comment_id: comment },
    { pages: 1, bytes: commentLimit.bytes },
  );
  if (!answer.ok) return [];
  const mine = answer.value.items.filter(
    (one): one is ResponseObject => isData(one) && isData(one.user) && one.user.id === bot.id,
  );
  return mine.length === 0 && answer.value.more !== undefined
    ? ['+1']
    : ours.filter((reaction) => mine.some(({ content }) => content === reaction));
}

/**
 * The comments that may have a command without an answer, as far as their writers can be asked
 * about: who belongs to the repository first, then the newest.
 */
function unansweredIn(
  talk: Result<Conversation>,
  answered: readonly number[],
): Result<readonly Comment[]> {
  if (!talk.ok) return talk;
  const { comments, speaking, insiders: those } = talk.value;
  const settled = new Set(answered);
  return ok(
    firstOf(
      comments.filter(({ id }) => speaking.has(id) && !settled.has(id)).toReversed(),
      those,
      mostAsked.commenters,
    ),
  );
}

/** Reviews that approve or ask for changes, as far as their writers can be asked about. */
const verdictsOf = (opinions: Result<ReviewList>): Result<readonly Review[]> =>
  opinions.ok
    ? ok(
        firstOf(
          opinions.value.reviews.filter(({ state }) => state !== 'commented').toReversed(),
          opinions.value.insiders,
          mostAsked.reviewers,
        ),
      )
    : opinions;

/** What so many people wrote, those first who belong to the repository. */
function firstOf<T extends { author: Account }>(
  written: readonly T[],
  those: ReadonlySet<number>,
  most: number,
): T[] {
  const people = new Set(
    [...written.filter(({ author }) => those.has(author.id)), ...written].map(
      ({ author }) => author.id,
    ),
  );
  const chosen = new Set([...people].slice(0, most));
  return written.filter(({ author }) => chosen.has(author.id));
}

interface ReviewList {
  reviews: readonly Review[];
  /** Whether all that approve or ask for changes are among them, and not all others. */
  verdictsAlone: boolean;
  insiders: ReadonlySet<number>;
}

const verdicts = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
} as const;

export async function reviewsOf(
  client: Client,
  where: RepositoryParameters,
  pull: number,
): Promise<Result<ReviewList>> {
  const read = await client.newest(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    { ...where, pull_number: pull },
    commentLimit,
  );
  if (!read.ok) return read;
  const { items, missing } = read.value;
  // Anybody can review without end. A request for changes that was not read would be overlooked:
  // then GitHub tells the last word of each writer.
  if (missing) return verdictsOfWriters(client, where, pull);
  const raw = items.map((one) => data(one, 'a review'));
  const reviews = raw.flatMap((from): Review[] => {
    const state = oneOf(from, 'state', [
      'APPROVED',
      'CHANGES_REQUESTED',
      'COMMENTED',
      'DISMISSED',
      'PENDING',
    ]);
    // One that is being written is told to its author alone.
    if (state === 'PENDING') return [];
    return [
      {
        id: number(from, 'id'),
        author: writerOf(from.user),
        state: verdicts[state],
        at: time(from, 'submitted_at'),
        sha: textOr(from, 'commit_id', ''),
      },
    ];
  });
  return ok({
    reviews,
    verdictsAlone: false,
    insiders: new Set(
      raw
        .filter((from) => insiders.has(from.author_association))
        .map((from) => writerOf(from.user).id),
    ),
  });
}

/** The last approval or request for changes of everybody who may write to the repository. */
async function verdictsOfWriters(
  client: Client,
  { owner, repo }: RepositoryParameters,
  pull: number,
): Promise<Result<ReviewList>> {
  const of =
    'latestOpinionatedReviews(first: 100, writersOnly: ' +
    'true) { totalCount nodes { databaseId state submittedAt commit { oid } author { ' +
    '__typename login ... on User { databaseId } ... on Bot { databaseId } } } }';
  const answer = await client.ask(
    'query($owner: String!, $repo: String!, $pull: Int!) { repository(owner: ' +
      `$owner, name: $repo) { pullRequest(number: $pull) { ${of} } } }`,
    { owner, repo, pull },
  );
  if (!answer.ok) return answer;
  const { totalCount, nodes } = inner(
    inner(inner(answer.value, 'repository'), 'pullRequest'),
    'latestOpinionatedReviews',
  );
  const reviews = list(nodes, 'nodes').map((one): Review => {
    const from = data(one, 'a review');
    const { __typename: type, databaseId: id, login } = inner(from, 'author');
    return {
      id: number(from, 'databaseId'),
      author: account({ id, login, type }, 'author'),
      state: verdicts[oneOf(from, 'state', ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'])],
      at: time(from, 'submittedAt'),
      sha: text(inner(from, 'commit'), 'oid'),
    };
  });
  if (reviews.length !== totalCount)
    return unavailable('more people have reviewed it than GitHub tells at once');
  return ok({
    reviews,
    verdictsAlone: true,
    insiders: new Set(reviews.map(({ author }) => author.id)),
  });
}

async function checksOf(
  client: Client,
  where: RepositoryParameters,
  ref: string,
  { check, bot }: PullRequestQuery,
): Promise<Result<readonly CheckRun[]>> {
  const pages = await client.pages(
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    { ...where, ref, check_name: check },
    'check_runs',
  );
  if (!pages.ok) return pages;
  const mine = pages.value
    .map((one) => data(one, 'a check run'))
    .filter(
      ({ app }) =>
        isData(app) && `${textOr(app, 'slug', '')}[bot]`.toLowerCase() === bot.login.toLowerCase(),
    );
  const newest = Math.max(...mine.map((from) => number(from, 'id')));
  return ok(
    await Promise.all(
      mine.map(async (from): Promise<CheckRun> => {
        const id = number(from, 'id');
        const status =
          from.status === 'completed' || from.status === 'in_progress' ? from.status : 'queued';
        const again =
          id === newest && status === 'completed' && (await isRerequested(client, where, from));
        return {
          id,
          name: text(from, 'name'),
          sha: sha(from, 'head_sha'),
          status,
          externalId: textOr(from, 'external_id', ''),
          ...(again && { rerequested: true }),
        };
      }),
    ),
  );
}

/**
 * Whether somebody has asked for a check run again that has an outcome: GitHub leaves the run as it
 * is, and sets the suite that it is in back to `queued`.
 */
async function isRerequested(
  client: Client,
  where: RepositoryParameters,
  { check_suite: suite }: ResponseObject,
): Promise<boolean> {
  if (!isData(suite) || typeof suite.id !== 'number') return false;
  const answer = await client.get('GET /repos/{owner}/{repo}/check-suites/{check_suite_id}', {
    ...where,
    check_suite_id: suite.id,
  });
  return answer.ok && isData(answer.value) && answer.value.status === 'queued';
}

/** Our own comments on the diff; only where a review of ours says that there may be some. */
async function suggestionsOf(
  client: Client,
  where: RepositoryParameters,
  { number: pull, bot }: PullRequestQuery,
  opinions: Result<ReviewList>,
): Promise<Result<readonly StandingSuggestion[]>> {
  if (!opinions.ok) return opinions;
  const { reviews, verdictsAlone } = opinions.value;
  if (!verdictsAlone && !reviews.some(({ author }) => author.id === bot.id)) return ok([]);
  const read = await client.begin(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments',
    { ...where, pull_number: pull },
    commentLimit,
  );
  if (!read.ok) return read;
  // Ours may be among those that were not read: nothing is suggested twice.
  if (read.value.more !== undefined)
    return unavailable('there are more comments on the diff than Gatehouse reads');
  const mine = read.value.items
    .map((one) => data(one, 'a comment of a review'))
    .filter((from) => isData(from.user) && from.user.id === bot.id);
  return ok(
    mine.map((from) => ({
      id: number(from, 'id'),
      path: text(from, 'path'),
      body: textOr(from, 'body', ''),
    })),
  );
}

const deploymentsOf = (
  client: Client,
  where: RepositoryParameters,
  of: string,
  bot: Account,
): Promise<Result<readonly Deployment[]>> =>
  orUnreadable(() => deploymentsBy(client, where, of, bot));

async function deploymentsBy(
  client: Client,
  where: RepositoryParameters,
  of: string,
  bot: Account,
): Promise<Result<readonly Deployment[]>> {
  const pages = await client.pages('GET /repos/{owner}/{repo}/deployments', { ...where, sha: of });
  if (!pages.ok) return pages;
  const mine = pages.value
    .map((one) => data(one, 'a deployment'))
    .filter((from) => isData(from.creator) && from.creator.id === bot.id);
  const found: Deployment[] = [];
  for (const from of mine) {
    const state = await stateOf(client, where, number(from, 'id'));
    if (!state.ok) return state;
    found.push({
      id: number(from, 'id'),
      environment: text(from, 'environment'),
      sha: sha(from, 'sha'),
      state: state.value,
    });
  }
  return ok(found);
}

const states: readonly Deployment['state'][] = [
  'pending',
  'queued',
  'in_progress',
  'success',
  'failure',
  'error',
];

/**
 * What became of a deployment. That GitHub made it inactive when something else was deployed to the
 * same environment says nothing about that.
 */
async function stateOf(
  client: Client,
  where: RepositoryParameters,
  deployment: number,
): Promise<Result<Deployment['state']>> {
  const statuses = await client.get(
    'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    { ...where, deployment_id: deployment, per_page: 100 },
  );
  if (!statuses.ok) return statuses;
  const told = list(statuses.value, 'statuses').map((one) => data(one, 'a status').state);
  return ok(
    told.length === 0
      ? 'pending'
      : (states.find((state) => state === told.find((one) => one !== 'inactive')) ?? 'inactive'),
  );
}

/**
 * The rules of a branch: those of rulesets, and the older protection as far as everybody may see
 * it.
 */
async function protectionOf(
  client: Client,
  where: RepositoryParameters,
  branch: string,
): Promise<Result<Protection>> {
  const [ruled, asked] = await Promise.all([
    client.pages('GET /repos/{owner}/{repo}/rules/branches/{branch}', { ...where, branch }),
    client.get('GET /repos/{owner}/{repo}/branches/{branch}', { ...where, branch }),
  ]);
  if (!ruled.ok) return ruled;
  if (!asked.ok) return asked;
  const required = new Set<string>();
  let mergeQueue = false;
  for (const one of ruled.value) {
    const rule = data(one, 'a rule');
    if (rule.type === 'merge_queue') mergeQueue = true;
    if (rule.type !== 'required_status_checks') continue;
    for (const check of list(
      inner(rule, 'parameters').required_status_checks,
      'required_status_checks',
    ))
      required.add(text(data(check, 'a check'), 'context'));
  }
  const { protection } = data(asked.value, 'a branch');
  const older =
    isData(protection) && isData(protection.required_status_checks)
      ? protection.required_status_checks
      : {};
  for (const context of Array.isArray(older.contexts) ? older.contexts : [])
    if (typeof context === 'string') required.add(context);
  return ok({ requiredChecks: [...required].sort(), mergeQueue });
}

/**
 * A text that says how the repository is guarded, from the first of the places where it is, at the
 * base branch's last commit.
 */
async function policyOf(
  client: Client,
  repository: RepositoryName,
  tree: Result<readonly TreeEntry[]>,
  places: readonly string[],
): Promise<Result<TextAtBase | null>> {
  if (!tree.ok) return tree;
  for (const path of places) {
    const entry =
      tree.value.find((one) => one.path === path) ??
      (path === settingsPath
        ? tree.value.find((one) => one.type !== 'tree' && path.startsWith(`${one.path}/`))
        : undefined);
    if (!entry) continue;
    // Something else in its place is a mistake of who guards the repository: to go on as if there
    // were nothing would be to guard it less.
    if (entry.path !== path || entry.type !== 'blob' || entry.mode === '120000')
      return unavailable(`${entry.path} is ${notFile(entry)}, so ${path} cannot be read`);
    if (entry.size > mostPolicy) return unavailable(`${path} is larger than ${mostPolicy} bytes`);
    const blob = await blobOf(client, repository, entry.sha);
    return blob.ok ? ok({ path, text: Buffer.from(blob.value, 'base64').toString() }) : blob;
  }
  return ok(null);
}

/**
 * The default branch's settings: those of the base branch if that is the default branch, which it
 * mostly is.
 */
async function defaultBranchOf(
  client: Client,
  repository: RepositoryName,
  from: ResponseObject,
  settings: Result<TextAtBase | null>,
): Promise<DefaultBranch> {
  const base = inner(from, 'base');
  const name = text(inner(base, 'repo'), 'default_branch');
  if (name === text(base, 'ref')) return { name, settings };
  const tree = await orUnreadable(async () => {
    const branch = await client.get('GET /repos/{owner}/{repo}/branches/{branch}', {
      owner: repository.owner,
      repo: repository.repo,
      branch: name,
    });
    return branch.ok
      ? treeOf(client, repository, sha(inner(data(branch.value, 'a branch'), 'commit'), 'sha'))
      : branch;
  });
  return { name, settings: await policyOf(client, repository, tree, [settingsPath]) };
}

/** When the pull request was last pointed at another base branch. */
async function baseSinceOf(
  client: Client,
  where: RepositoryParameters,
  pull: number,
): Promise<Result<string | null>> {
  const pages = await client.pages('GET /repos/{owner}/{repo}/issues/{issue_number}/events', {
    ...where,
    issue_number: pull,
  });
  if (!pages.ok) return pages;
  const changed = pages.value
    .map((one) => data(one, 'an event'))
    .filter(
      ({ event }) => event === 'base_ref_changed' || event === 'automatic_base_change_succeeded',
    );
  return ok(
    changed
      .map((event) => time(event, 'created_at'))
      .sort()
      .at(-1) ?? null,
  );
}
function notFile({ type, mode }: TreeEntry): string {
  if (type === 'tree') return 'a folder';
  if (type === 'commit') return 'a submodule';
  return mode === '120000' ? 'a symbolic link' : 'a file';
}

/**
 * The settings that decide what is read. Wrong ones are for the review to tell of; what is read is
 * then what the defaults say.
 */
const readBy = (given: Parameters<typeof resolveSettings>[0]): Settings =>
  valueOr(resolveSettings(given), defaultSettings);

/** The organizations whose members a company has agreed for. */
const organizationsIn = ({ cla }: Settings): string[] => [
  ...new Set(cla.companies.flatMap(({ organizations }) => organizations ?? [])),
];

/** The people who wrote commits, and who opened the pull request. */
function authorsOf(comparison: Result<Comparison>, opened: Account): Account[] {
  const commits =
    comparison.ok && comparison.value.commits.ok ? comparison.value.commits.value : [];
  const named = commits
    .flatMap(({ author, coAuthors }) => [author, ...coAuthors])
    .flatMap(({ account: of }) => (of.ok && of.value ? [of.value] : []));
  return [
    ...new Map(
      [opened, ...named].filter(({ type }) => type === 'user').map((one) => [one.id, one]),
    ).values(),
  ];
}

interface Sides {
  before: Result<string>;
  after: string;
  /** The commit that `tree` is of. */
  tip: string | undefined;
  tree: Result<readonly TreeEntry[]>;
  /** Whether it is a merge queue's commit, of which the changed files do not tell. */
  group: boolean;
}

async function connectorsOf(
  client: Client,
  repository: RepositoryName,
  folders: readonly ConnectorFolderName[],
  files: Result<readonly ChangedFile[]>,
  { before, after, tip, tree, group }: Sides,
): Promise<ConnectorAt[]> {
  const beforeOf = async (
    path: string,
    is: Result<FolderAt | null>,
  ): Promise<Result<FolderAt | null>> => {
    if (!before.ok) return before;
    if (tree.ok && before.value === tip) {
      const below = filesBelow(tree.value, path);
      return ok(below && { files: below, analysis: {} });
    }
    const whole =
      !group &&
      files.ok &&
      files.value.length < mostFiles &&
      is.ok &&
      (is.value?.files.length ?? 0) <= limits.files;
    return whole
      ? folderWithout(client, repository, {
          path,
          commit: before.value,
          after: is.value,
          files: files.value,
        })
      : folderAt(client, repository, path, before.value);
  };
  return Promise.all(
    folders.map(async (folder) => {
      const is = await folderAt(client, repository, folder.path, after);
      return { ...folder, before: await beforeOf(folder.path, is), after: is };
    }),
  );
}

/** GitHub lists no more files of a pull request than these. */
const mostFiles = 3000;

/** The teams that own one of these connectors, as `organization/team`. */
function teamsAmong(
  owners: Result<TextAtBase | null>,
  folders: readonly ConnectorFolderName[],
): string[] {
  const written = owners.ok && owners.value ? owners.value.text : '';
  const named = folders
    .slice(0, maxConnectors)
    .flatMap(({ path }) => codeownersOf(written, `${path}/${definitionName}`));
  return [
    ...new Set(
      named
        .filter((owner) => owner.startsWith('@') && owner.includes('/'))
        .map((owner) => owner.slice(1)),
    ),
  ];
}

/**
 * The bytes of all files that may be read, each blob once. A folder of which GitHub does not show
 * one is unknown.
 */
async function withContents(
  client: Client,
  repository: RepositoryName,
  connectors: readonly ConnectorAt[],
): Promise<Pick<PullRequestData, 'connectors' | 'contents'>> {
  const folders = connectors
    .flatMap(({ before, after }) => [before, after])
    .flatMap((side) => (side.ok && side.value ? [side.value] : []));
  const blobs = new Set(folders.flatMap((folder) => readable(folder).map(({ blob }) => blob)));
  const read = new Map(
    await Promise.all(
      Array.from(blobs, async (blob) => [blob, await blobOf(client, repository, blob)] as const),
    ),
  );
  const whole = (side: Result<FolderAt | null>): Result<FolderAt | null> => {
    const lacking =
      side.ok && side.value
        ? readable(side.value)
            .map(({ blob }) => read.get(blob))
            .find((blob) => !blob?.ok)
        : undefined;
    return lacking && !lacking.ok ? lacking : side;
  };
  return {
    connectors: connectors.map((connector) => ({
      ...connector,
      before: whole(connector.before),
      after: whole(connector.after),
    })),
    contents: Object.fromEntries(
      Array.from(read).flatMap(([blob, bytes]) => (bytes.ok ? [[blob, bytes.value]] : [])),
    ),
  };
}
