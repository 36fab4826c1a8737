import { afterAll, beforeAll } from 'vitest';
import { hasPostgres, startPostgres, type Server } from './postgres.ts';

/**
 * Starts a PostgreSQL for the tests of a file, if it is installed.
 * @returns a function that creates an empty database and returns its connection string; it returns
 * undefined if there is no PostgreSQL
 */
export function databases(): () => Promise<string | undefined> {
  let server: Server | undefined;
  beforeAll(async () => {
    if (hasPostgres) server = await startPostgres();
  });
  afterAll(() => server?.stop());
  return async () => server?.createDatabase();
}
