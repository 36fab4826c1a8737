import type { Probot } from 'probot';
import type { ChangedConnector, FolderCommit } from '../../catalog/catalog-update.ts';
import { connectorType } from '../../catalog/connector-record.ts';
import { pageFiles } from '../../catalog/page-files.ts';
import { planIndex } from '../../catalog/plan-index.ts';
import { publisherKeyOf } from '../../catalog/publisher.ts';
import type { Client } from '../../github/client.ts';
import { notShown } from '../../github/http-error.ts';
import { installationOf } from '../../github/list-pull-requests.ts';
import {
  readBase,
  readRepositoryInfo,
  type BaseBranch,
  type RepositoryInfo,
} from '../../github/read-base-branch.ts';
import {
  foldersInTree,
  readFolderCommit,
  readIndexedFolder,
  type FolderInTree,
} from '../../github/read-index.ts';
import { folderDigest } from '../../release/folder-digest.ts';
import { parseRepositoryName } from '../../review/model/repository-name.ts';
import { ok } from '../../review/model/result.ts';
import type { FileFacts, RepositoryName, Result } from '../../review/model/snapshot.ts';
import type { IndexJob, Store } from '../../store/store.ts';
import type { Clients } from '../clients.ts';
import type { Clock } from '../clock.ts';
import { LeaseLostError } from '../review-pull-request.ts';
import type { ReviewProcesses } from '../review-processes.ts';

/** How many connectors one job reads, and of how many it looks up the last commit. */
const maxFolders = 100;
/** How many connectors are read at the same time. */
const concurrency = 4;
/**
 * Seconds until the next job, if connectors remain to be read or commits to be looked up. Reviews
 * need most of the requests that GitHub allows in an hour.
 */
const pause = { changed: 120, undated: 600, conflict: 5 };

interface IndexContext {
  log: Pick<Probot['log'], 'info' | 'warn'>;
  clients: Clients;
  store: Store;
  processes: Pick<ReviewProcesses, 'connectorFacts'>;
  clock: Clock;
}

/**
 * Brings the catalog of a repository up to date with its base branch: reads what changed since, at
 * most 100 connectors, and stores it at once. May end at any moment: then nothing is stored. Only
 * reads from GitHub, whatever the mode of the repository.
 * @param isHeld whether this worker still holds the job
 * @throws LeaseLostError; what Octokit throws if GitHub fails
 */
export async function indexCatalog(
  { repository }: IndexJob,
  isHeld: () => Promise<boolean>,
  context: IndexContext,
): Promise<void> {
  const { log, store, clock } = context;
  const name = parseRepositoryName(repository);
  if (!name) {
    log.warn({ repository }, 'no catalog: the name of the repository is not valid');
    return;
  }
  const source = await openSource(name, context);
  if (!source.ok) {
    if (source.reason === notShown) await store.deleteCatalog(repository);
    log.warn({ repository, reason: source.reason }, 'no catalog: the base branch is unknown');
    return;
  }
  const { base } = source.value;
  // The repository was renamed, and GitHub redirects to the new name.
  if (base.name.toLowerCase() !== repository.toLowerCase()) await store.deleteCatalog(repository);

  const indexed = await store.indexedCatalog(base.name);
  const folders = foldersInTree(base.tip.tree, base.settings).map((folder) => ({
    ...folder,
    digest: folderDigest(folder.files),
  }));
  const platform = new Set(
    base.settings.platform.map(publisherKeyOf).filter((key) => key !== undefined),
  );
  const plan = planIndex(indexed, folders, platform);
  const changed = plan.changed.slice(0, maxFolders);
  const undated = plan.undated.slice(0, maxFolders - changed.length);
  const hasCommits = indexed.commit !== undefined;
  const read = await inTurns(changed, (folder) =>
    readConnector(folder, source.value, { platform, hasCommits, processes: context.processes }),
  );
  const dates = await inTurns(undated, (folder) => readDate(folder, source.value));
  const typeOf = new Map(indexed.folders.map(({ folder, type }) => [folder, type]));
  const amended = new Map(plan.amended.map((each) => [each.folder, each]));
  for (const { folder, commit } of dates) {
    const type = amended.get(folder)?.type ?? typeOf.get(folder);
    if (commit.commit !== undefined && type !== undefined)
      amended.set(folder, { folder, type, ...commit });
  }
  if (!(await isHeld())) throw new LeaseLostError('another worker indexes the repository now');
  // What a blob contains never changes, so this is right whatever becomes of the update.
  for (const { files } of read) await store.addFileFacts(base.name, files);
  const isComplete = changed.length === plan.changed.length;
  const isStored = await store.updateCatalog(
    {
      repository: base.name,
      visibility: base.isPublic ? 'public' : 'private',
      updates: indexed.updates,
      commit: isComplete ? base.tip.commit : undefined,
      changed: read.map(({ connector }) => connector),
      amended: [...amended.values()],
      removed: plan.removed,
    },
    clock(),
  );
  log.info(
    {
      repository: base.name,
      read: read.length,
      removed: plan.removed.length,
      isComplete,
      isStored,
    },
    'a catalog was indexed',
  );
  const hasNewDates = undated.length < plan.undated.length && amended.size > 0;
  const next = (seconds: number): Promise<void> =>
    store.requestIndex({ repository: base.name }, { seconds });
  if (!isStored) await next(pause.conflict);
  else if (!isComplete) await next(pause.changed);
  else if (hasNewDates) await next(pause.undated);
}

/** A repository to index, and a client that may read it. */
interface Source {
  client: Client;
  name: RepositoryName;
  base: BaseBranch & Pick<RepositoryInfo, 'name' | 'isPublic'>;
}

async function openSource(
  name: RepositoryName,
  { clients }: IndexContext,
): Promise<Result<Source>> {
  const installation = await installationOf(await clients.forApp(), name);
  if (!installation.ok) return installation;
  const client = await clients.forInstallation(installation.value);
  const info = await readRepositoryInfo(client, name);
  if (!info.ok) return info;
  const base = await readBase(client, name, info.value.defaultBranch);
  return base.ok ? ok({ client, name, base: { ...info.value, ...base.value } }) : base;
}

/**
 * Reads a connector whose files changed.
 * @throws if GitHub does not give one of its files: then the job is tried again
 */
async function readConnector(
  folder: FolderInTree & { digest: string },
  { client, name, base }: Source,
  {
    platform,
    hasCommits,
    processes,
  }: {
    platform: ReadonlySet<string>;
    /** Whether to look up the last commit. */
    hasCommits: boolean;
    processes: IndexContext['processes'];
  },
): Promise<{ connector: ChangedConnector; files: ReadonlyMap<string, FileFacts> }> {
  const content = await readIndexedFolder(client, name, folder);
  if (!content.ok) throw new Error(`${folder.path} could not be read: ${content.reason}`);
  const { facts, files } = await processes.connectorFacts({
    folder: content.value,
    blobs: new Map(folder.files.map(({ path, blob }) => [path, blob])),
    digest: folder.digest,
  });
  const commit = hasCommits
    ? await readFolderCommit(client, name, folder.path, base.tip.commit)
    : undefined;
  return {
    connector: {
      facts,
      type: connectorType(facts, platform),
      contents: pageFiles(content.value.files),
      ...(commit?.ok === true && commit.value),
    },
    files,
  };
}

/** The last commit of a folder; an empty object if GitHub does not say. */
async function readDate(
  folder: string,
  { client, name, base }: Source,
): Promise<{ folder: string; commit: FolderCommit }> {
  const commit = await readFolderCommit(client, name, folder, base.tip.commit);
  return { folder, commit: commit.ok ? commit.value : {} };
}

/** Does something with each item, with a few at the same time. */
async function inTurns<Item, Value>(
  items: readonly Item[],
  use: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = [];
  for (let at = 0; at < items.length; at += concurrency)
    values.push(...(await Promise.all(items.slice(at, at + concurrency).map(use))));
  return values;
}
