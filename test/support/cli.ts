import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

const root = join(import.meta.dirname, '../..');
/** The command line as it is built. */
export const cli = join(root, 'dist/cli.js');
if (!existsSync(cli)) throw new Error('dist/ is not built. Run: npm run build');

/** A connector that breaks no rule. */
export const contoso = join(root, 'fixtures/connectors/certified-connectors/Contoso Invoices');
export const definition = 'apiDefinition.swagger.json';

/** A folder for the tests of one file. */
export const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export interface Run {
  status: number | null;
  out: string;
  err: string;
}

/**
 * Runs `gatehouse` with these words, to its end. Fails if it does not end in time.
 * @param timeout in milliseconds
 */
export function run(
  words: readonly string[],
  cwd = folder,
  env: Readonly<Record<string, string>> = {},
  timeout = 90_000,
): Run {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [cli, ...words], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout,
    env: { ...process.env, ...env },
  });
  expect(error, words.join(' ')).toBeUndefined();
  return { status, out: stdout, err: stderr };
}

interface ReportedConnector {
  path: string;
  findings: {
    rule: string;
    file: string;
    line: number;
    column: number;
    severity: string;
    message: string;
    existing: boolean;
  }[];
}

/** The connectors of a JSON report. */
export function connectorsIn({ out, err }: Run): ReportedConnector[] {
  expect(out, err).not.toBe('');
  return JSON.parse(out).connectors;
}

/** An option of Node.js with which a process cannot load a package. */
export const withoutPackage = (name: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(
    `import { registerHooks } from 'node:module'; registerHooks({ resolve: ` +
      `(name, context, next) => { if (name === '${name}') throw new Error('${name} was ` +
      `loaded'); return next(name, context); } });`,
  )}`;

/** Replaces a text in a file of a connector, its definition unless another is named. */
export function change(connector: string, find: string, replace: string, file = definition): void {
  const path = join(connector, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(find);
  writeFileSync(path, text.replace(find, replace));
}

export const git = (at: string, ...words: string[]): void =>
  void execFileSync(
    'git',
    [
      '-c',
      'user.name=Ann',
      '-c',
      'user.email=ann@contoso.com',
      '-c',
      'init.defaultBranch=dev',
      '-c',
      'commit.gpgsign=false',
      ...words,
    ],
    { cwd: at, stdio: 'pipe' },
  );

/** Makes a folder a repository, on the branch `dev`, with all that is in it. */
export function commitAll(at: string): void {
  git(at, 'init');
  git(at, 'add', '-A');
  git(at, 'commit', '-m', 'Start');
}
