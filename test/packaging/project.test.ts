import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { docsSite, packageName, repository, runsAs } from '../../src/shared/project.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
interface Manifest {
  name: string;
  version: string;
  homepage: string;
  bugs: string;
  repository: { url: string };
  bin: Record<string, string>;
}
const manifest: Manifest = JSON.parse(read('package.json'));
const [major = ''] = manifest.version.split('.');

/** What people read and copy: documents, workflows, templates, and the messages in the source. */
const documents = ['.', 'docs', '.github', 'src']
  .flatMap((folder) =>
    readdirSync(join(root, folder), {
      recursive: folder !== '.',
      encoding: 'utf8',
    }).map((name) => (folder === '.' ? name : `${folder}/${name}`)),
  )
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.(?:md|ya?ml|ts)$/.test(path))
  // They record what was true on their date.
  .filter((path) => !/^docs\/decisions\/|^CHANGELOG|^src\/generated\//.test(path));

test('package.json names the package and the repository that every command and link names', () => {
  expect(manifest).toMatchObject({
    name: packageName,
    homepage: docsSite,
    bugs: `https://github.com/${repository}/issues`,
    repository: { url: `git+https://github.com/${repository}.git` },
  });
  expect(runsAs).toBe(`npx ${manifest.name}`);
  expect(Object.keys(manifest.bin)).toEqual(['gatehouse', packageName]);
});

describe.each(documents)('%s', (path) => {
  const text = read(path);

  test('names the Action as it is released', () => {
    const named = Array.from(
      text.matchAll(/([\w.-]+\/gatehouse)@(?!sha)([\w.]+)/g),
      ([whole]) => whole,
    );
    expect(named.filter((action) => action !== `${repository}@v${major}`)).toEqual([]);
  });

  test('has no command that runs a stranger’s package, and no place for a name', () => {
    const commands = /\b(?:npx|npm (?:i|install|exec)) (?:-\S+ )*gatehouse\b.*|\bOWNER\/.*/g;
    expect(text.match(commands)).toBeNull();
  });
});

test('samples for a shell run what is installed nowhere', () => {
  const bare = documents.flatMap((path) =>
    Array.from(read(path).matchAll(/```sh\n([^]*?)```/g), ([, sample = '']) => sample)
      .flatMap((sample) => sample.split('\n'))
      .filter((line) => /^\s*(?:\w+=\S+ )?gatehouse /.test(line))
      .map((line) => `${path}: ${line}`),
  );
  expect(bare).toEqual([]);
});

test('documents name the Action somewhere', () => {
  const naming = documents.filter((path) => read(path).includes(`uses: ${repository}@v${major}`));
  expect(naming.length).toBeGreaterThan(4);
});
