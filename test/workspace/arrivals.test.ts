import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/settings/defaults.ts';
import { arrivalsFromHistory, readArrivals } from '../../src/workspace/arrivals.ts';
import { folder, git } from '../support/cli.ts';

const classFolders = Object.keys(defaultSettings.folders);

const write = (at: string, path: string, text = path): void => {
  mkdirSync(join(at, path, '..'), { recursive: true });
  writeFileSync(join(at, path), text);
};

const commit = (at: string, date: string): void => {
  git(at, 'add', '-A');
  // The committer's date, which no option of git commit sets.
  const before = process.env.GIT_COMMITTER_DATE;
  process.env.GIT_COMMITTER_DATE = `${date}T12:00:00Z`;
  git(at, 'commit', '-m', date);
  if (before === undefined) delete process.env.GIT_COMMITTER_DATE;
  else process.env.GIT_COMMITTER_DATE = before;
};

const candidate = (at: string, path: string) => ({
  directory: join(at, path),
  path,
  class: 'certified' as const,
  classKnown: true,
});

describe('the history of a checkout', () => {
  const at = join(folder, 'history');
  mkdirSync(at, { recursive: true });
  git(at, 'init');
  write(at, 'certified-connectors/Contoso/readme.md');
  commit(at, '2021-03-04');
  write(at, 'certified-connectors/Contoso/apiDefinition.swagger.json');
  write(at, 'certified-connectors/Fabrikam [x] é/readme.md');
  commit(at, '2022-05-06');
  git(at, 'mv', 'certified-connectors/Contoso', 'certified-connectors/Contoso Invoices');
  write(at, 'certified-connectors/Contoso Invoices/readme.md', 'other');
  commit(at, '2023-07-08');
  git(at, 'checkout', '-b', 'branch');
  write(at, 'custom-connectors/Sample/readme.md');
  commit(at, '2024-01-01');
  git(at, 'checkout', 'dev');
  write(at, 'readme.md');
  commit(at, '2024-02-02');
  process.env.GIT_COMMITTER_DATE = '2024-12-24T12:00:00Z';
  git(at, 'merge', '--no-ff', '-m', 'Merge', 'branch');
  delete process.env.GIT_COMMITTER_DATE;

  test.each([
    ['certified-connectors/Fabrikam [x] é', '2022-05-06'],
    ['certified-connectors/Contoso Invoices', '2021-03-04'], // renamed
    ['custom-connectors/Sample', '2024-12-24'], // merged then, written before
    ['custom-connectors/Uncommitted', undefined],
  ])('says of %s: %s', async (path, date) => {
    const { dateOf } = await arrivalsFromHistory(at, classFolders, [candidate(at, path)]);
    expect(dateOf(candidate(at, path))).toBe(date);
  });

  test('is needed whole', async () => {
    const clone = join(folder, 'shallow');
    git(folder, 'clone', '--depth', '1', `file://${at}`, clone);
    await expect(arrivalsFromHistory(clone, classFolders, [])).rejects.toThrow(
      'The clone is shallow, so it lacks the dates of older connectors.',
    );
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    await expect(arrivalsFromHistory(outside, classFolders, [])).rejects.toThrow(
      '--by arrival needs the history of a git checkout',
    );
  });
});

describe('a file of dates', () => {
  const file = join(folder, 'arrivals.tsv');

  test('has a line for each connector', () => {
    writeFileSync(file, '# Dates\n\ncustom-connectors/A B\t2025-01-02\r\n');
    const { source, dateOf } = readArrivals(file);
    expect(source).toBe('`arrivals.tsv`');
    expect(dateOf(candidate(folder, 'custom-connectors/A B'))).toBe('2025-01-02');
    expect(dateOf(candidate(folder, 'custom-connectors/B'))).toBeUndefined();
  });

  test.each([
    'custom-connectors/A',
    'custom-connectors/A\t2025',
    '\t2025-01-02',
    'A\t2025-01-02\tx',
  ])('is refused with %j', (line) => {
    writeFileSync(file, `# Dates\n${line}\n`);
    expect(() => readArrivals(file)).toThrow(
      'arrivals.tsv line 2 must be a path, a tab and a date',
    );
  });

  test('must exist', () =>
    expect(() => readArrivals(join(folder, 'none.tsv'))).toThrow('could not be read'));
});
