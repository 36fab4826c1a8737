import { setTimeout } from 'node:timers/promises';
import { errorMessage } from '../shared/user-error.ts';
import type { Store } from '../store/store.ts';
import type { GitHubAccess } from './github-access.ts';
import type { Role } from './roles.ts';

/** How long the database may take to answer, in milliseconds. */
const databaseTimeout = 5000;
/** How long pull requests may wait while no review starts or ends, in seconds. */
const maxStandstill = 600;

interface ReadinessOptions {
  role: Role;
  store: Pick<Store, 'ping' | 'queueProgress'>;
  access: Pick<GitHubAccess, 'obstacle'>;
}

/**
 * Why this process cannot do its work; empty if it can. A process with the role `web` only stores
 * deliveries, so it needs the database and nothing else.
 */
export async function obstaclesOf({ role, store, access }: ReadinessOptions): Promise<string[]> {
  const database = await orTimeout(store.ping());
  if (database !== undefined) return [`The database does not answer: ${database}`];
  if (role === 'web') return [];
  const { oldestWaiting, sinceActivity = Infinity } = await store.queueProgress();
  return [
    ...(access.obstacle === undefined ? [] : [access.obstacle]),
    ...(oldestWaiting > maxStandstill && sinceActivity > maxStandstill
      ? [
          `The queue is stuck: a pull request has been waiting for ${Math.floor(oldestWaiting / 60)} ` +
            'minutes, and no review has started. Restart this process, and look for errors in its log.',
        ]
      : []),
  ];
}

/** The reason if the promise fails or takes too long. */
async function orTimeout(promise: Promise<void>): Promise<string | undefined> {
  const controller = new AbortController();
  const late = setTimeout(databaseTimeout, `no answer within ${databaseTimeout / 1000} seconds`, {
    signal: controller.signal,
    ref: false,
  });
  late.catch(() => {}); // aborted
  try {
    return await Promise.race([promise.then(() => undefined), late]);
  } catch (error) {
    return errorMessage(error);
  } finally {
    controller.abort();
  }
}
