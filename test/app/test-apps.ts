import { afterEach } from 'vitest';
import { databases } from '../store/databases.ts';
import type { Files } from '../github/fake/git-objects.ts';
import { createTestApp, type TestApp } from './test-app.ts';

/**
 * Creates test apps for the tests of a file, with a PostgreSQL if there is one. Each is closed after
 * its test.
 */
export function testApps(): (files?: Files) => Promise<TestApp> {
  const newDatabase = databases();
  const open: TestApp[] = [];
  afterEach(async () => {
    for (const app of open.splice(0)) await app.close();
  });
  return async (files) => {
    const app = await createTestApp(await newDatabase(), files);
    open.push(app);
    return app;
  };
}
