import { afterAll, beforeAll } from 'vitest';
import { hasPostgres, startPostgres, type Server } from './postgres.ts';

/**
 * One PostgreSQL, if there can be one, for the tests of a file.
 * @returns makes a new, empty database in it and resolves to its connection string; undefined where
 * there is none
 *
 */
export function databases(): () => Promise<string | undefined> {
  let server: Server | undefined;
  beforeAll(async () => {
    if (hasPostgres) server = await startPostgres();
  });
  afterAll(() => server?.stop());
  return async () => server?.createDatabase();
}
