import { findFiles } from '../connector/file-names.ts';
import { folderDigest } from '../release/folder-digest.ts';
import { liveVersionsBeside } from '../review/facts/live-versions.ts';
import { ok, unavailable } from '../review/model/result.ts';
import type {
  ConnectorAt,
  LiveFolder,
  RepositoryName,
  Result,
  Snapshot,
  StoredTrain,
} from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import { readableFiles, readBlob, readFolder } from './git-trees.ts';

/** How many live versions one review reads, in at most three requests each. */
const maxLiveVersions = 2;

/**
 * Adds the versions of connectors that rings have, if the comparison with the base branch does not
 * cover them. Reads only their definitions and properties: what people use.
 */
export async function readLiveFolders(
  client: Client,
  repository: RepositoryName,
  { connectors, contents }: Pick<Snapshot, 'connectors' | 'contents'>,
  rides: StoredTrain['rides'],
): Promise<Pick<Snapshot, 'connectors' | 'contents'>> {
  let left = maxLiveVersions;
  const added: Record<string, string> = { ...contents };
  const withLive: ConnectorAt[] = [];
  for (const connector of connectors) {
    const live: LiveFolder[] = [];
    for (const { ride, rings } of liveVersionsBeside(connector, rides)) {
      const folder =
        left-- > 0
          ? await readVersion(client, repository, connector.path, ride.sha, added)
          : unavailable('More versions are live than one review compares.');
      live.push({ version: ride.version, pull: ride.pull, rings, folder });
    }
    withLive.push(live.length === 0 ? connector : { ...connector, live });
  }
  return { connectors: withLive, contents: added };
}

/** Reads a folder at a commit, and adds the bytes of its definition and properties. */
async function readVersion(
  client: Client,
  repository: RepositoryName,
  path: string,
  commit: string,
  contents: Record<string, string>,
): Promise<LiveFolder['folder']> {
  const folder = await readFolder(client, repository, path, commit);
  if (!folder.ok || !folder.value) return folder;
  const { definition, properties } = findFiles(readableFiles(folder.value));
  for (const file of [definition, properties]) {
    if (!file || Object.hasOwn(contents, file.blob)) continue;
    const bytes: Result<string> = await readBlob(client, repository, file.blob);
    if (!bytes.ok) return bytes;
    contents[file.blob] = bytes.value;
  }
  return ok(folder.value);
}

/**
 * The digests of folders at the merge commit, if the pull request was deployed before the merge.
 */
export async function readMergedFolders(
  client: Client,
  repository: RepositoryName,
  { pull, connectors }: Pick<Snapshot, 'pull' | 'connectors'>,
  { rides }: StoredTrain,
): Promise<StoredTrain['merged']> {
  const { state } = pull;
  const isDeployed = rides.some(
    ({ ride, events }) =>
      ride.pull === pull.number && events.some(({ kind }) => kind === 'begun-before-merge'),
  );
  if (state.kind !== 'merged' || !isDeployed) return undefined;
  const digests: Record<string, Result<string>> = {};
  for (const { path } of connectors) {
    const folder = await readFolder(client, repository, path, state.sha);
    digests[path] = folder.ok ? ok(folderDigest(folder.value?.files ?? [])) : folder;
  }
  return digests;
}
