import { existsSync } from 'node:fs';
import { UserError } from '../shared/user-error.ts';
import { Store, type StoreOptions } from '../store/store.ts';
import type { AppEnvironment } from './env.ts';

/**
 * Opens the store that the environment names.
 * @param options for a server; by default, warnings go to stderr and errors of the queue are thrown
 * @throws UserError if it cannot be opened
 */
export const openStore = (
  { databaseUrl, folder, lease, newDatabase }: AppEnvironment,
  options: Partial<StoreOptions> = {},
): Promise<Store> =>
  Store.open({
    url: databaseUrl,
    folder,
    lease,
    createPolicy: newDatabase ?? 'unless marked',
    onLost(error) {
      warn(error.message);
      // Nothing that is still running may write to the database.
      process.exit(2);
    },
    warn,
    onQueueError(error) {
      throw error;
    },
    ...options,
  });

const warn = (message: string): void => console.error(`gatehouse: ${message}`);

/**
 * Runs a function with the store, which must exist.
 * @throws UserError if there is no database
 */
export async function withStore<T>(
  environment: AppEnvironment,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const { databaseUrl, folder } = environment;
  if (databaseUrl === undefined && !existsSync(folder))
    throw new UserError(
      `There is no database in ${folder}, so there are no signatures. ` +
        'Run this command where gatehouse serve runs, or set GATEHOUSE_FOLDER or DATABASE_URL.',
    );
  const store = await openStore(environment, { createPolicy: 'no' });
  try {
    return await use(store);
  } finally {
    await store.close(0);
  }
}
