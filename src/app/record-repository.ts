import type { Client } from '../github/client.ts';
import { readRepositoryInfo, readSettings } from '../github/read-base-branch.ts';
import type { RepositoryName, Result } from '../review/model/snapshot.ts';
import type { Settings } from '../settings/defaults.ts';
import type { Store } from '../store/store.ts';

/**
 * Reads the settings of a repository, and stores what the API needs to know of it: whether everyone
 * may read it, and its train. Requests to the API then need no request to GitHub.
 * @param options.now an instant
 */
export async function recordRepository(
  client: Client,
  repository: RepositoryName,
  { store, now }: { store: Store; now: string },
): Promise<Result<Settings>> {
  const info = await readRepositoryInfo(client, repository);
  if (!info.ok) return info;
  const settings = await readSettings(client, repository, info.value.defaultBranch);
  const { name, isPublic } = info.value;
  // Nothing is stored under a name that another repository may get.
  if (name.toLowerCase() === `${repository.owner}/${repository.repo}`.toLowerCase())
    await store.recordRepository(
      {
        name,
        isPublic,
        train: settings.ok ? trainOf(settings.value) : undefined,
        reference: settings.ok ? settings.value.reference : undefined,
      },
      new Date(now),
    );
  return settings;
}

/** Without the mode `full`, nothing is deployed. */
const trainOf = ({ mode, train }: Settings) =>
  mode === 'full' && train.rings.length > 0 ? train : null;
