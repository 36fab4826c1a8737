import { definitionName } from '../connector/connector.ts';
import { limits } from '../connector/limits.ts';
import { mayCommand, maySay } from '../review/commands/said.ts';
import { known, knownOr, unknown } from '../review/known.ts';
import { foldersOf, mostConnectors, type ConnectorFolderName } from '../review/layout.ts';
import { settingsFor } from '../review/learn.ts';
import { ownersOf, ownersPaths } from '../review/owners.ts';
import type { Account, ChangedFile, CheckRun, Comment, ConnectorAt, DefaultBranch, Deployment, FolderAt, Known, Protection, Pull, Reaction, RepositoryName, Review, Snapshot, StandingSuggestion, TextAtBase } from '../review/snapshot.ts';
import { defaultSettings, settingsPath, type Settings } from '../settings/defaults.ts';
import { notShown, type Client } from './client.ts';
import { compare, fileOf, type Comparison, type Where } from './commits.ts';
import { accountOrGhost, data, flag, inner, isData, list, number, oneOf, sha, text, textOr, time, type Data } from './data.ts';
import { blobOf, filesBelow, folderAt, folderWithout, readable, treeOf, type TreeEntry } from './folders.ts';
import { neighboursOf, openPullsOf } from './others.ts';
import { accountNamed, membersOf, permissionsOf, teamsOf } from './people.ts';

/** Which pull request is read, and for what. */
export interface Question {
  repository: RepositoryName;
  number: number;
  /** What a merge queue made of it and is to be reviewed in its place, and the commit that it goes on top of. */
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
}

/** What GitHub knows of a pull request; the rest of a `Snapshot` is ours. `measured` of the folders is empty: measuring is for others. */
export type Reading = Omit<Snapshot, 'signatures' | 'records' | 'pushes'>;

/** GitHub does not show the pull request: it is not there yet, not any more, or not for this installation. */
export class NoSuchPull extends Error {}

/** Bytes of a text that says how the repository is guarded; GitHub reads no longer `CODEOWNERS` either. */
const mostPolicy = 3 * 1024 * 1024;

/**
 * Reads a pull request, through the REST API alone and to the last page. What GitHub does not show is unknown. Two readings with nothing new between
 * them cost the same requests, most of them answered with 304; what is named by its SHA is read once.
 * @throws NoSuchPull; Unexpected for what GitHub should never send; what Octokit throws where GitHub is out of reach
 */
export async function readPull(client: Client, question: Question): Promise<Reading> {
  const { repository, group, bot, now, version } = question;
  const where = { owner: repository.owner, repo: repository.name };
  const { from, head, baseRef } = await pullNamed(client, where, question.number);
  const reviewed = group?.sha ?? head;

  const [comparison, comments, reviews, checks] = await Promise.all([
    compare(client, where, baseRef, head),
    commentsOf(client, where, from, bot),
    reviewsOf(client, where, question.number),
    checksOf(client, where, reviewed, question),
  ]);
  const seen = pullOf(from, comparison);
  const files = await filesOf(client, where, seen, comparison);
  const tree = comparison.known ? await treeOf(client, repository, comparison.value.tip) : comparison;
  const [settings, owners] = await Promise.all([policyOf(client, repository, tree, [settingsPath]), policyOf(client, repository, tree, ownersPaths)]);
  const defaultBranch = await defaultBranchOf(client, where, from, settings);
  const chosen = readBy({ settings, defaultBranch, pull: seen });
  const touched = foldersOf(knownOr(files, []), chosen.folders);
  const there = new Set(tree.known ? tree.value.map(({ path }) => path) : []);
  const isNew = touched.filter(({ path }) => !there.has(path));
  const wrote = authorsOf(comparison, seen.author);
  const spoken = question.mergeWanted || knownOr(comments, []).some(({ author, body }) => author.type === 'user' && mayCommand(body));
  const wanted = question.mergeWanted || knownOr(comments, []).some(({ body }) => maySay(body, 'merge'));

  const [connectors, permissions, teams, members, openPulls, protection, suggestions, deployments, baseSince] = await Promise.all([
    connectorsOf(client, repository, touched.slice(0, mostConnectors), files, { before: group ? known(group.baseSha) : seen.mergeBase, after: reviewed, tip: knownOr(comparison, undefined)?.tip, tree, group: group !== undefined }),
    permissionsOf(client, where, comments, reviews, question.consented),
    // Something new belongs to nobody yet.
    teamsOf(client, teamsAmong(owners, touched.filter((folder) => !isNew.includes(folder)))),
    membersOf(client, organizationsIn(chosen), wrote),
    // An update takes no other's name: only something new is held against the others.
    isNew.length > 0 ? openPullsOf(client, where, baseRef, question.number, chosen) : known([]),
    wanted ? protectionOf(client, where, baseRef) : unknown('nobody has asked for the merge'),
    suggestionsOf(client, where, question, reviews),
    seen.state.is === 'merged' ? deploymentsOf(client, where, seen.state.sha, bot) : known([]),
    spoken ? baseSinceOf(client, where, question.number) : unknown('nobody has said anything that hangs on it'),
  ]);
  const read = await withContents(client, repository, connectors);
  return {
    now,
    version,
    bot,
    repository,
    pull: await withMergeability(client, where, seen),
    at: group ? { is: 'merge-group', ...group } : { is: 'head' },
    commits: comparison.known ? comparison.value.commits : comparison,
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
    neighbours: tree.known ? known(await neighboursOf(client, repository, tree.value, chosen, read.connectors, read.contents)) : tree,
    openPulls,
    protection,
    checks,
    suggestions,
    deployments,
  };
}

/** What the agreement takes of a pull request. Nobody has asked for anything else: it is unknown. @throws as `readPull` */
export async function readForAgreement(client: Client, { repository, number: pull, group, bot, now, version }: Pick<Question, 'repository' | 'number' | 'group' | 'bot' | 'now' | 'version'>): Promise<Reading> {
  const where = { owner: repository.owner, repo: repository.name };
  const { from, head, baseRef } = await pullNamed(client, where, pull);
  const [comparison, comments] = await Promise.all([compare(client, where, baseRef, head), commentsOf(client, where, from, bot)]);
  const seen = pullOf(from, comparison);
  const tree = comparison.known ? await treeOf(client, repository, comparison.value.tip) : comparison;
  const settings = await policyOf(client, repository, tree, [settingsPath]);
  const defaultBranch = await defaultBranchOf(client, where, from, settings);
  const nobodyAsks = unknown('nobody has asked for it');
  return {
    now,
    version,
    bot,
    repository,
    pull: seen,
    at: group ? { is: 'merge-group', ...group } : { is: 'head' },
    commits: comparison.known ? comparison.value.commits : comparison,
    comments,
    settings,
    defaultBranch,
    members: await membersOf(client, organizationsIn(readBy({ settings, defaultBranch, pull: seen })), authorsOf(comparison, seen.author)),
    files: nobodyAsks,
    reviews: nobodyAsks,
    baseSince: nobodyAsks,
    permissions: {},
    teams: {},
    owners: nobodyAsks,
    connectors: [],
    contents: {},
    neighbours: nobodyAsks,
    openPulls: nobodyAsks,
    protection: nobodyAsks,
    checks: nobodyAsks,
    suggestions: nobodyAsks,
    deployments: nobodyAsks,
  };
}

async function pullNamed(client: Client, where: Where, pull: number): Promise<{ from: Data; head: string; baseRef: string }> {
  const first = await client.get('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...where, pull_number: pull });
  if (!first.known) throw new NoSuchPull(`${where.owner}/${where.repo}#${pull}: ${first.because}`);
  const from = data(first.value, 'a pull request');
  return { from, head: sha(inner(from, 'head'), 'sha'), baseRef: text(inner(from, 'base'), 'ref') };
}

/** The account that any token writes as; that of a workflow may not ask the REST API. */
export async function whoWrites(client: Client): Promise<Account> {
  const login = text(inner(await client.graphql('query { viewer { login } }', {}, { repeatable: true }), 'viewer'), 'login');
  const found = await accountNamed(client, login);
  if (!found.known) throw new Error(`GitHub does not tell who ${login} is: ${found.because}`);
  return found.value;
}

/** The account that the App writes as, by the App's short name. */
export async function whoAmI(client: Client, slug: string): Promise<Account> {
  const found = await accountNamed(client, `${slug}[bot]`);
  if (!found.known) throw new Error(`GitHub does not tell who Gatehouse writes as: ${found.because}`);
  return found.value;
}

function pullOf(from: Data, comparison: Known<Comparison>): Pull {
  const [head, base] = [inner(from, 'head'), inner(from, 'base')];
  const headRepository = isData(head.repo) ? { owner: text(inner(head.repo, 'owner'), 'login'), name: text(head.repo, 'name') } : null;
  const own = isData(base.repo) && isData(head.repo) && head.repo.id === base.repo.id;
  const state: Pull['state'] = flag(from, 'merged')
    ? { is: 'merged', at: time(from, 'merged_at'), sha: sha(from, 'merge_commit_sha') }
    : oneOf(from, 'state', ['open', 'closed']) === 'open'
      ? { is: 'open', draft: from.draft === true }
      : { is: 'closed' };
  return {
    number: number(from, 'number'),
    nodeId: text(from, 'node_id'),
    url: text(from, 'html_url'),
    title: text(from, 'title'),
    body: textOr(from, 'body', ''),
    state,
    author: accountOrGhost(from.user, 'user'),
    createdAt: time(from, 'created_at'),
    // GitHub's own base SHA is as old as the last push to the head: the rules of today are those of the branch's last commit.
    base: { ref: text(base, 'ref'), sha: comparison.known ? comparison.value.tip : sha(base, 'sha') },
    head: { ref: text(head, 'ref'), sha: sha(head, 'sha'), repository: headRepository },
    mergeBase: comparison.known ? known(comparison.value.mergeBase) : comparison,
    mergeable: mergeableOf(from),
    maintainerCanModify: own || flag(from, 'maintainer_can_modify'),
    labels: list(from.labels, 'labels').map((label) => text(data(label, 'a label'), 'name')),
    changedFiles: number(from, 'changed_files'),
  };
}

/**
 * GitHub works out whether a pull request merges once somebody looks, and tells nobody when it is done: by the end of the reading it mostly is,
 * and is asked again.
 */
async function withMergeability(client: Client, where: Where, pull: Pull): Promise<Pull> {
  if (pull.state.is !== 'open' || pull.mergeable.known) return pull;
  const again = await client.get('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...where, pull_number: pull.number });
  if (!again.known) return pull;
  const from = data(again.value, 'a pull request');
  return sha(inner(from, 'head'), 'sha') === pull.head.sha ? { ...pull, mergeable: mergeableOf(from) } : pull;
}

const mergeableOf = (from: Data): Known<boolean> => (from.mergeable === null || from.mergeable === undefined ? unknown('GitHub is still working it out') : known(flag(from, 'mergeable')));

/** A comparison has 300 files at most; a pull request's own list has 3,000. */
async function filesOf(client: Client, where: Where, pull: Pull, comparison: Known<Comparison>): Promise<Known<readonly ChangedFile[]>> {
  if (comparison.known && comparison.value.files.length >= pull.changedFiles && comparison.value.files.length < 300) return known(comparison.value.files);
  const pages = await client.pages('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', { ...where, pull_number: pull.number });
  return pages.known ? known(pages.value.flatMap(fileOf)) : pages;
}

const ours: readonly Reaction[] = ['+1', '-1', 'eyes', 'rocket'];

async function commentsOf(client: Client, where: Where, pull: Data, bot: Account): Promise<Known<readonly Comment[]>> {
  // GitHub counts them; nobody has to ask for none. Before anything is said the count is read once more.
  if (pull.comments === 0) return known([]);
  const pages = await client.pages('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...where, issue_number: number(pull, 'number') });
  if (!pages.known) return pages;
  const comments = pages.value.map(async (one): Promise<Comment> => {
    const from = data(one, 'a comment');
    const body = textOr(from, 'body', '');
    const counts = isData(from.reactions) ? from.reactions : {};
    // We react to commands alone; whose the reactions are costs a request.
    const reacted = mayCommand(body) && ours.some((reaction) => counts[reaction] !== 0 && counts[reaction] !== undefined);
    const reactions = reacted ? await reactionsOf(client, where, number(from, 'id'), bot) : [];
    return { id: number(from, 'id'), author: accountOrGhost(from.user, 'user'), createdAt: time(from, 'created_at'), updatedAt: time(from, 'updated_at'), body, reactions };
  });
  return known((await Promise.all(comments)).sort((a, b) => a.id - b.id));
}

async function reactionsOf(client: Client, where: Where, comment: number, bot: Account): Promise<Reaction[]> {
  const pages = await client.pages('GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', { ...where, comment_id: comment });
  const mine = knownOr(pages, []).map((one) => data(one, 'a reaction')).filter((from) => isData(from.user) && from.user.id === bot.id);
  return ours.filter((reaction) => mine.some(({ content }) => content === reaction));
}

async function reviewsOf(client: Client, where: Where, pull: number): Promise<Known<readonly Review[]>> {
  const pages = await client.pages('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', { ...where, pull_number: pull });
  if (!pages.known) return pages;
  const states = { APPROVED: 'approved', CHANGES_REQUESTED: 'changes-requested', COMMENTED: 'commented', DISMISSED: 'dismissed' } as const;
  return known(
    pages.value.flatMap((one): Review[] => {
      const from = data(one, 'a review');
      const state = oneOf(from, 'state', ['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING']);
      // One that is being written is told to its author alone.
      if (state === 'PENDING') return [];
      return [{ id: number(from, 'id'), author: accountOrGhost(from.user, 'user'), state: states[state], at: time(from, 'submitted_at'), sha: textOr(from, 'commit_id', '') }];
    }),
  );
}

async function checksOf(client: Client, where: Where, ref: string, { check, bot }: Question): Promise<Known<readonly CheckRun[]>> {
  const pages = await client.pages('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ...where, ref, check_name: check }, 'check_runs');
  if (!pages.known) return pages;
  const mine = pages.value.map((one) => data(one, 'a check run')).filter(({ app }) => isData(app) && `${textOr(app, 'slug', '')}[bot]`.toLowerCase() === bot.login.toLowerCase());
  return known(
    mine.map((from): CheckRun => {
      const status = oneOf(from, 'status', ['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']);
      return { id: number(from, 'id'), name: text(from, 'name'), sha: sha(from, 'head_sha'), status: status === 'completed' || status === 'in_progress' ? status : 'queued', externalId: textOr(from, 'external_id', '') };
    }),
  );
}

/** Our own comments on the diff; only where a review of ours says that there may be some. */
async function suggestionsOf(client: Client, where: Where, { number: pull, bot }: Question, reviews: Known<readonly Review[]>): Promise<Known<readonly StandingSuggestion[]>> {
  if (!reviews.known) return reviews;
  if (!reviews.value.some(({ author }) => author.id === bot.id)) return known([]);
  const pages = await client.pages('GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', { ...where, pull_number: pull });
  if (!pages.known) return pages;
  const mine = pages.value.map((one) => data(one, 'a comment of a review')).filter((from) => isData(from.user) && from.user.id === bot.id);
  return known(mine.map((from) => ({ id: number(from, 'id'), path: text(from, 'path'), body: textOr(from, 'body', '') })));
}

async function deploymentsOf(client: Client, where: Where, of: string, bot: Account): Promise<Known<readonly Deployment[]>> {
  const pages = await client.pages('GET /repos/{owner}/{repo}/deployments', { ...where, sha: of });
  if (!pages.known) return pages;
  const mine = pages.value.map((one) => data(one, 'a deployment')).filter((from) => isData(from.creator) && from.creator.id === bot.id);
  const states = ['pending', 'queued', 'in_progress', 'success', 'failure', 'error', 'inactive'] as const;
  return known(
    await Promise.all(
      mine.map(async (from): Promise<Deployment> => {
        const newest = await client.get('GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', { ...where, deployment_id: number(from, 'id'), per_page: 1 });
        const [status] = newest.known ? list(newest.value, 'statuses') : [];
        return { id: number(from, 'id'), environment: text(from, 'environment'), sha: sha(from, 'sha'), state: status === undefined ? 'pending' : oneOf(data(status, 'a status'), 'state', states) };
      }),
    ),
  );
}

/** The rules of a branch: those of rulesets, and the older protection as far as everybody may see it. */
async function protectionOf(client: Client, where: Where, branch: string): Promise<Known<Protection>> {
  const [ruled, asked] = await Promise.all([client.pages('GET /repos/{owner}/{repo}/rules/branches/{branch}', { ...where, branch }), client.get('GET /repos/{owner}/{repo}/branches/{branch}', { ...where, branch })]);
  if (!ruled.known) return ruled;
  if (!asked.known) return asked;
  const required = new Set<string>();
  let mergeQueue = false;
  for (const one of ruled.value) {
    const rule = data(one, 'a rule');
    if (rule.type === 'merge_queue') mergeQueue = true;
    if (rule.type !== 'required_status_checks') continue;
    for (const check of list(inner(rule, 'parameters').required_status_checks, 'required_status_checks')) required.add(text(data(check, 'a check'), 'context'));
  }
  const { protection } = data(asked.value, 'a branch');
  const older = isData(protection) && isData(protection.required_status_checks) ? protection.required_status_checks : {};
  for (const context of Array.isArray(older.contexts) ? older.contexts : []) if (typeof context === 'string') required.add(context);
  return known({ requiredChecks: [...required].sort(), mergeQueue });
}

/** A text that says how the repository is guarded, from the first of the places where it is, at the base branch's last commit. */
async function policyOf(client: Client, repository: RepositoryName, tree: Known<readonly TreeEntry[]>, places: readonly string[]): Promise<Known<TextAtBase | null>> {
  if (!tree.known) return tree;
  for (const path of places) {
    const entry = tree.value.find((one) => one.path === path) ?? (path === settingsPath ? tree.value.find((one) => one.type !== 'tree' && path.startsWith(`${one.path}/`)) : undefined);
    if (!entry) continue;
    // Something else in its place is a mistake of who guards the repository: to go on as if there were nothing would be to guard it less.
    if (entry.path !== path || entry.type !== 'blob' || entry.mode === '120000') return unknown(`${entry.path} is ${notFile(entry)}, so ${path} cannot be read`);
    if (entry.size > mostPolicy) return unknown(`${path} is larger than ${mostPolicy} bytes`);
    const blob = await blobOf(client, repository, entry.sha);
    return blob.known ? known({ path, text: Buffer.from(blob.value, 'base64').toString() }) : blob;
  }
  return known(null);
}

/** The default branch's settings: those of the base branch if that is the default branch, which it mostly is. */
async function defaultBranchOf(client: Client, where: Where, from: Data, settings: Known<TextAtBase | null>): Promise<DefaultBranch> {
  const base = inner(from, 'base');
  const name = text(inner(base, 'repo'), 'default_branch');
  if (name === text(base, 'ref')) return { name, settings };
  const file = await client.get('GET /repos/{owner}/{repo}/contents/{path}', { ...where, path: settingsPath, ref: name }, { media: 'object' });
  if (!file.known) return { name, settings: file.because === notShown ? known(null) : file };
  const found = data(file.value, settingsPath);
  if (found.type !== 'file' || found.encoding !== 'base64') return { name, settings: unknown(`${settingsPath} is no file of at most 1 MB`) };
  return { name, settings: known({ path: settingsPath, text: Buffer.from(text(found, 'content'), 'base64').toString() }) };
}

/** When the pull request was last pointed at another base branch. */
async function baseSinceOf(client: Client, where: Where, pull: number): Promise<Known<string | null>> {
  const pages = await client.pages('GET /repos/{owner}/{repo}/issues/{issue_number}/events', { ...where, issue_number: pull });
  if (!pages.known) return pages;
  const changed = pages.value.map((one) => data(one, 'an event')).filter(({ event }) => event === 'base_ref_changed' || event === 'automatic_base_change_succeeded');
  return known(changed.map((event) => time(event, 'created_at')).sort().at(-1) ?? null);
}
const notFile = ({ type, mode }: TreeEntry): string => (type === 'tree' ? 'a folder' : type === 'commit' ? 'a submodule' : mode === '120000' ? 'a symbolic link' : 'a file');

/** The settings that decide what is read. Wrong ones are for the review to tell of; what is read is then what the defaults say. */
const readBy = (given: Parameters<typeof settingsFor>[0]): Settings => knownOr(settingsFor(given), defaultSettings);

/** The organisations whose members a company has agreed for. */
const organizationsIn = ({ agreement }: Settings): string[] => [...new Set(agreement.companies.flatMap(({ organizations }) => organizations ?? []))];

/** The people who wrote commits, and who opened the pull request. */
function authorsOf(comparison: Known<Comparison>, opened: Account): Account[] {
  const commits = comparison.known && comparison.value.commits.known ? comparison.value.commits.value : [];
  const named = commits.flatMap(({ author, coAuthors }) => [author, ...coAuthors]).flatMap(({ account: of }) => (of.known && of.value ? [of.value] : []));
  return [...new Map([opened, ...named].filter(({ type }) => type === 'user').map((one) => [one.id, one])).values()];
}

interface Sides {
  before: Known<string>;
  after: string;
  /** The commit that `tree` is of. */
  tip: string | undefined;
  tree: Known<readonly TreeEntry[]>;
  /** Whether it is a merge queue's commit, of which the changed files do not tell. */
  group: boolean;
}

async function connectorsOf(client: Client, repository: RepositoryName, folders: readonly ConnectorFolderName[], files: Known<readonly ChangedFile[]>, { before, after, tip, tree, group }: Sides): Promise<ConnectorAt[]> {
  const beforeOf = async (path: string, is: Known<FolderAt | null>): Promise<Known<FolderAt | null>> => {
    if (!before.known) return before;
    if (tree.known && before.value === tip) {
      const below = filesBelow(tree.value, path);
      return known(below && { files: below, measured: {} });
    }
    const whole = !group && files.known && files.value.length < mostFiles && is.known && (is.value?.files.length ?? 0) <= limits.files;
    return whole ? folderWithout(client, repository, { path, commit: before.value, after: is.value, files: files.value }) : folderAt(client, repository, path, before.value);
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

/** The teams that own one of these connectors, as `organisation/team`. */
function teamsAmong(owners: Known<TextAtBase | null>, folders: readonly ConnectorFolderName[]): string[] {
  const written = owners.known && owners.value ? owners.value.text : '';
  const named = folders.slice(0, mostConnectors).flatMap(({ path }) => ownersOf(written, `${path}/${definitionName}`));
  return [...new Set(named.filter((owner) => owner.startsWith('@') && owner.includes('/')).map((owner) => owner.slice(1)))];
}

/** The bytes of all files that may be read, each blob once. A folder of which GitHub does not show one is unknown. */
async function withContents(client: Client, repository: RepositoryName, connectors: readonly ConnectorAt[]): Promise<Pick<Reading, 'connectors' | 'contents'>> {
  const folders = connectors.flatMap(({ before, after }) => [before, after]).flatMap((side) => (side.known && side.value ? [side.value] : []));
  const blobs = new Set(folders.flatMap((folder) => readable(folder).map(({ blob }) => blob)));
  const read = new Map(await Promise.all(Array.from(blobs, async (blob) => [blob, await blobOf(client, repository, blob)] as const)));
  const whole = (side: Known<FolderAt | null>): Known<FolderAt | null> => {
    const lacking = side.known && side.value ? readable(side.value).map(({ blob }) => read.get(blob)).find((blob) => !blob?.known) : undefined;
    return lacking && !lacking.known ? lacking : side;
  };
  return {
    connectors: connectors.map((connector) => ({ ...connector, before: whole(connector.before), after: whole(connector.after) })),
    contents: Object.fromEntries(Array.from(read).flatMap(([blob, bytes]) => (bytes.known ? [[blob, bytes.value]] : []))),
  };
}
