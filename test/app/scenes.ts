import { afterEach } from 'vitest';
import { databases } from '../store/databases.ts';
import { scene, type Scene } from './harness.ts';

/**
 * Scenes for the tests of a file, with a database in a PostgreSQL if there is one; each is closed
 * after its test.
 */
export function scenes(): () => Promise<Scene> {
  const newDatabase = databases();
  const open: Scene[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  return async () => {
    const one = await scene(await newDatabase());
    open.push(one);
    return one;
  };
}
