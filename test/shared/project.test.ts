import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { docsSite, packageName, pageOf, repository } from '../../src/shared/project.ts';

test('the names of the project are those of package.json', () => {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  expect(manifest).toMatchObject({
    name: packageName,
    bin: { gatehouse: 'dist/cli.js', [packageName]: 'dist/cli.js' },
    homepage: docsSite,
    repository: { type: 'git', url: `git+https://github.com/${repository}.git` },
  });
});

test('the page of an ID stays on the site', () => {
  expect(pageOf('5000.2.6.2')).toBe(`${docsSite}explain/5000.2.6.2`);
  expect(pageOf('../x')).toBe(`${docsSite}explain/..%2Fx`);
});
