import { definitionName } from '../connector/connector.ts';
import { mayNameCommand } from '../review/commands/parse-commands.ts';
import { codeownersOf, codeownersPaths } from '../ownership/codeowners.ts';
import { connectorFoldersOf, maxConnectors } from '../review/facts/connector-folders.ts';
import type { ConnectorFolderName } from '../review/model/connector-folder-name.ts';
import { ok, unavailable, valueOr } from '../review/model/result.ts';
import type {
  Account,
  Comment,
  Reaction,
  RepositoryName,
  Result,
  Sharing,
  Snapshot,
  TextAtBase,
} from '../review/model/snapshot.ts';
import { settingsPath, type Settings } from '../settings/defaults.ts';
import type { Client } from './client.ts';
import { readComparison, type Comparison } from './commits.ts';
import { readTree, type TreeEntry } from './git-trees.ts';
import { objectAt, orUnreadable, stringAt, type ResponseObject } from './parse-response.ts';
import { readMembers, readPermissions, readTeams } from './permissions.ts';
import {
  readBaseChangeTime,
  readDefaultBranch,
  readForkSource,
  readPolicyFile,
  readProtection,
  settingsOrDefaults,
} from './read-base-branch.ts';
import {
  changesIdentity,
  nothingKnown,
  readCatalog,
  readOpenPullRequests,
  type KnownConnectors,
} from './read-catalog.ts';
import { readCheckRuns } from './read-check-runs.ts';
import {
  addReactions,
  readComments,
  unansweredCommands,
  type Conversation,
} from './read-comments.ts';
import { readConnectors, readContents } from './read-connectors.ts';
import { readDeployments } from './read-deployments.ts';
import {
  headShaOf,
  readChangedFiles,
  refreshMergeable,
  repositoryOf,
  requestPull,
  toPull,
  type PullResponse,
  type RepositoryIdentity,
} from './request-pull.ts';
import { readPublishers } from './read-publishers.ts';
import { readReviews, verdictsAmong } from './read-reviews.ts';
import { readSharing } from './read-sharing.ts';
import { readSuggestions } from './read-suggestions.ts';

/** Which pull request to read, and for what. */
export interface PullRequestQuery {
  repository: RepositoryName;
  number: number;
  /** Reviews the commit of a merge queue instead of the head, compared with its base. */
  group?: { sha: string; baseSha: string };
  /** The account that Gatehouse writes as. */
  bot: Account;
  checkName: string;
  /** The current time, ISO 8601 in UTC with a `Z`. */
  now: string;
  /** The version of Gatehouse. */
  version: string;
  /** Whether an earlier command requested the merge: then the branch rules are read. */
  isMergeRequested: boolean;
  /** Accounts with a recorded consent, which counts only while they have the permission for it. */
  consentingAccounts: readonly Account[];
  /**
   * What the store has about earlier reviews: the ids of answered comments, and our reactions by
   * comment id. Without a store, the reactions are read from GitHub.
   */
  history?: { answered: readonly number[]; reactions: ReadonlyMap<number, readonly Reaction[]> };
  /** Looks up what earlier reviews and sweeps found out; without a store, nothing. */
  known?: KnownConnectors;
}

/** The part of a query that every check has. */
type BasicQuery = Pick<
  PullRequestQuery,
  'repository' | 'number' | 'group' | 'bot' | 'now' | 'version' | 'history'
>;

/**
 * The part of a `Snapshot` that comes from GitHub. `analysis` of the folders is empty: analyzers
 * fill it.
 */
export type PullRequestData = Omit<Snapshot, 'signatures' | 'records' | 'pushes'>;

/**
 * Reads a pull request, to the last page of each list. What GitHub does not show is unavailable. If
 * nothing has changed since the last read, GitHub answers the requests with 304 or the cache does.
 * @throws PullRequestNotFound if GitHub does not show the pull request
 * @throws UnexpectedResponse if a required part is not what GitHub documents
 * @throws What Octokit throws if GitHub is unreachable
 */
export async function readPullRequest(
  client: Client,
  query: PullRequestQuery,
): Promise<PullRequestData> {
  const { repository, group, bot, history, known = nothingKnown } = query;
  const response = await requestPull(client, repository, query.number);
  const reviewedSha = group?.sha ?? headShaOf(response);
  const [basics, reviewList, checks] = await Promise.all([
    readBasics(client, query, response),
    orUnreadable(() => readReviews(client, repository, query.number)),
    orUnreadable(() => readCheckRuns(client, repository, reviewedSha, query.checkName, bot)),
  ]);
  const { pull, comparison, conversation, tree, effectiveSettings } = basics;
  const baseRef = pull.base.ref;
  const [files, owners] = await Promise.all([
    readChangedFiles(client, repository, pull, comparison),
    readPolicyFile(client, repository, tree, codeownersPaths),
  ]);
  const folders = connectorFoldersOf(valueOr(files, []), effectiveSettings.folders);
  const basePaths = new Set(tree.ok ? tree.value.map(({ path }) => path) : []);
  const isNew = ({ path }: ConnectorFolderName): boolean => !basePaths.has(path);
  const commands = commandsIn(conversation);
  const hasCommands = query.isMergeRequested || commands.length > 0;
  const isMergeRequested =
    query.isMergeRequested || commands.some(({ body }) => mayNameCommand(body, 'merge'));

  const [
    connectors,
    permissions,
    teams,
    members,
    protection,
    suggestions,
    deployments,
    baseSince,
    publishers,
    sharing,
  ] = await Promise.all([
    readConnectors(client, repository, folders.slice(0, maxConnectors), {
      before: group ? ok(group.baseSha) : pull.mergeBase,
      after: reviewedSha,
      tip: valueOr(comparison, undefined)?.tip,
      tree,
      files: group ? undefined : files,
    }),
    readPermissions(
      client,
      repository,
      unansweredCommands(conversation, history?.answered ?? []),
      verdictsAmong(reviewList),
      query.consentingAccounts,
    ),
    // A new connector has no owners yet.
    readTeams(
      client,
      teamsOwning(
        owners,
        folders.filter((folder) => !isNew(folder)),
      ),
    ),
    readCompanyMembers(client, basics),
    isMergeRequested
      ? orUnreadable(() => readProtection(client, repository, baseRef))
      : unavailable('nobody has requested the merge'),
    orUnreadable(() => readSuggestions(client, repository, query.number, bot, reviewList)),
    pull.state.kind === 'merged'
      ? readDeployments(client, repository, pull.state.sha, bot)
      : ok([]),
    hasCommands
      ? orUnreadable(() => readBaseChangeTime(client, repository, query.number))
      : unavailable('no comment has a command'),
    readPublishersOf(
      client,
      query,
      basics,
      owners,
      folders.filter((folder) => !isNew(folder)),
    ),
    readSharingOf(client, query, basics, owners, folders),
  ]);
  const readable = await readContents(client, repository, connectors);
  // Only a new name or icon can collide with another pull request.
  const openPulls =
    folders.some(isNew) || changesIdentity(readable)
      ? await orUnreadable(() =>
          readOpenPullRequests(client, repository, baseRef, query.number, effectiveSettings, known),
        )
      : ok({ pulls: [], isComplete: true });
  return {
    ...dataOf(query, basics),
    pull: await refreshMergeable(client, repository, pull),
    files,
    comments: basics.comments,
    reviews: reviewList.ok ? ok(reviewList.value.reviews) : reviewList,
    baseSince,
    permissions,
    teams,
    members,
    settings: basics.settings,
    defaultBranch: basics.defaultBranch,
    owners,
    ...readable,
    catalog: tree.ok
      ? ok(await readCatalog(client, repository, tree.value, effectiveSettings, readable, known))
      : tree,
    openPulls: openPulls.ok ? ok(openPulls.value.pulls) : openPulls,
    protection,
    checks,
    suggestions,
    deployments,
    ...publishers,
    ...(sharing && { sharing }),
    ...unreadParts(conversation, openPulls.ok && !openPulls.value.isComplete),
  };
}

/**
 * Reads what the CLA check needs of a pull request. All other parts are unavailable.
 * @throws as `readPullRequest`
 */
export async function readForCla(client: Client, query: BasicQuery): Promise<PullRequestData> {
  const response = await requestPull(client, query.repository, query.number);
  const basics = await readBasics(client, query, response);
  const notNeeded = unavailable('the CLA check does not need it');
  return {
    ...dataOf(query, basics),
    comments: basics.comments,
    settings: basics.settings,
    defaultBranch: basics.defaultBranch,
    members: await readCompanyMembers(client, basics),
    files: notNeeded,
    reviews: notNeeded,
    baseSince: notNeeded,
    permissions: {},
    teams: {},
    owners: notNeeded,
    connectors: [],
    contents: {},
    catalog: notNeeded,
    openPulls: notNeeded,
    protection: notNeeded,
    checks: notNeeded,
    suggestions: notNeeded,
    deployments: notNeeded,
    ...unreadParts(basics.conversation, false),
  };
}

/** What every check needs of a pull request. */
interface Basics extends Pick<
  PullRequestData,
  'pull' | 'comments' | 'settings' | 'defaultBranch' | 'forkOf'
> {
  identity: RepositoryIdentity;
  comparison: Result<Comparison>;
  conversation: Result<Conversation>;
  /** The files at the tip of the base branch. */
  tree: Result<readonly TreeEntry[]>;
  effectiveSettings: Settings;
}

async function readBasics(
  client: Client,
  { repository, bot, history }: BasicQuery,
  response: ResponseObject<PullResponse>,
): Promise<Basics> {
  const baseRef = stringAt(objectAt(response, 'base'), 'ref');
  const [comparison, conversation, forkOf] = await Promise.all([
    readComparison(client, repository, baseRef, headShaOf(response)),
    orUnreadable(() => readComments(client, repository, response, bot)),
    readForkSource(client, repository, response),
  ]);
  const comments = await withReactions(client, repository, conversation, bot, history?.reactions);
  const pull = toPull(response, comparison);
  const tree = comparison.ok
    ? await readTree(client, repository, comparison.value.tip)
    : comparison;
  const settings = await readPolicyFile(client, repository, tree, [settingsPath]);
  const defaultBranch = await readDefaultBranch(client, repository, response, settings);
  return {
    pull,
    comments,
    settings,
    defaultBranch,
    ...(forkOf !== undefined && { forkOf }),
    identity: repositoryOf(response),
    comparison,
    conversation,
    tree,
    effectiveSettings: settingsOrDefaults({ repository, settings, defaultBranch, pull }),
  };
}

/** Who published the changed connector before, if that matters: owners may always update it. */
async function readPublishersOf(
  client: Client,
  { repository }: BasicQuery,
  { pull, comparison, effectiveSettings }: Basics,
  codeowners: Result<TextAtBase | null>,
  existing: readonly ConnectorFolderName[],
): Promise<Pick<PullRequestData, 'publishers'>> {
  const [folder] = existing;
  // For advice, what the store knows is enough.
  if (!folder || effectiveSettings.gates.publisher[folder.class] !== 'required') return {};
  const text = codeowners.ok && codeowners.value ? codeowners.value.text : '';
  const isOwner = codeownersOf(text, `${folder.path}/${definitionName}`).some(
    (owner) => owner.toLowerCase() === `@${pull.author.login.toLowerCase()}`,
  );
  if (isOwner || !comparison.ok) return {};
  return {
    publishers: await readPublishers(client, repository, comparison.value.tip, folder.path),
  };
}

/** What `/share` needs, if a comment without an answer has it. */
async function readSharingOf(
  client: Client,
  { repository, bot, history }: PullRequestQuery,
  { comparison, conversation, tree }: Basics,
  codeowners: Result<TextAtBase | null>,
  folders: readonly ConnectorFolderName[],
): Promise<Sharing | undefined> {
  const [folder] = folders;
  const comments = valueOr(unansweredCommands(conversation, history?.answered ?? []), []).filter(
    ({ body }) => mayNameCommand(body, 'share'),
  );
  if (!folder || comments.length === 0 || !comparison.ok || !tree.ok) return undefined;
  return readSharing(client, {
    repository,
    bot,
    folder: folder.path,
    comments,
    codeowners: codeowners.ok ? codeowners.value?.path : undefined,
    tip: comparison.value.tip,
    isPublished: tree.value.some(({ path }) => path === folder.path),
  });
}

/** The parts of the data that every check has. */
const dataOf = (
  { now, version, bot, group }: BasicQuery,
  { pull, comparison, forkOf, identity }: Basics,
): Pick<
  PullRequestData,
  'now' | 'version' | 'bot' | 'forkOf' | 'pull' | 'at' | 'commits' | keyof RepositoryIdentity
> => ({
  now,
  version,
  bot,
  ...identity,
  ...(forkOf !== undefined && { forkOf }),
  pull,
  at: group ? { kind: 'merge-group', ...group } : { kind: 'head' },
  commits: comparison.ok ? comparison.value.commits : comparison,
});

/** Which people who wrote commits are members of companies that have signed the CLA. */
const readCompanyMembers = (
  client: Client,
  { comparison, pull, effectiveSettings }: Basics,
): Promise<PullRequestData['members']> =>
  readMembers(client, companyOrganizations(effectiveSettings), authorsOf(comparison, pull.author));

/** Our reactions to the comments, from the store if there is one, else from GitHub. */
async function withReactions(
  client: Client,
  repository: RepositoryName,
  conversation: Result<Conversation>,
  bot: Account,
  stored?: ReadonlyMap<number, readonly Reaction[]>,
): Promise<Result<readonly Comment[]>> {
  if (!conversation.ok) return conversation;
  if (!stored) return ok(await addReactions(client, repository, conversation.value, bot));
  return ok(
    conversation.value.comments.map((comment) => ({
      ...comment,
      reactions: stored.get(comment.id) ?? [],
    })),
  );
}

const commandsIn = (conversation: Result<Conversation>): readonly Comment[] =>
  conversation.ok
    ? conversation.value.comments.filter(({ id }) => conversation.value.commands.has(id))
    : [];

function unreadParts(
  conversation: Result<Conversation>,
  hasMoreOpenPulls: boolean,
): Pick<PullRequestData, 'unread'> {
  const comments = conversation.ok ? conversation.value.unread : 0;
  return comments > 0 || hasMoreOpenPulls
    ? {
        unread: { ...(comments > 0 && { comments }), ...(hasMoreOpenPulls && { openPulls: true }) },
      }
    : {};
}

/** The organizations for whose members a company has signed the CLA. */
const companyOrganizations = ({ cla }: Settings): string[] => [
  ...new Set(cla.companies.flatMap(({ organizations }) => organizations ?? [])),
];

/** The people who wrote commits, and the author of the pull request. */
function authorsOf(comparison: Result<Comparison>, pullAuthor: Account): Account[] {
  const commits =
    comparison.ok && comparison.value.commits.ok ? comparison.value.commits.value : [];
  const commitAuthors = commits
    .flatMap(({ author, coAuthors }) => [author, ...coAuthors])
    .flatMap(({ account }) => (account.ok && account.value ? [account.value] : []));
  const people = [pullAuthor, ...commitAuthors].filter(({ type }) => type === 'user');
  return [...new Map(people.map((account) => [account.id, account])).values()];
}

/** The teams that own any of the connectors, as `organization/team`. */
function teamsOwning(
  codeowners: Result<TextAtBase | null>,
  folders: readonly ConnectorFolderName[],
): string[] {
  const text = codeowners.ok && codeowners.value ? codeowners.value.text : '';
  const owners = folders
    .slice(0, maxConnectors)
    .flatMap(({ path }) => codeownersOf(text, `${path}/${definitionName}`));
  const teams = owners.filter((owner) => owner.startsWith('@') && owner.includes('/'));
  return [...new Set(teams.map((owner) => owner.slice(1)))];
}
