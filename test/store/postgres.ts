import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/**
 * A real PostgreSQL: the one of `GATEHOUSE_TEST_DATABASE_URL`, or one started here from what is
 * installed.
 */
export interface Server {
  /** A new, empty database in it. @returns its connection string */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** @returns a port of the loopback interface that is free now */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });

const debian = '/usr/lib/postgresql';

function programs(): string | undefined {
  const versions = existsSync(debian)
    ? readdirSync(debian).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return folders.find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  );
}

/** Whether `startPostgres` can: without, tests that need it are skipped, and say so. */
export const hasPostgres =
  process.env.GATEHOUSE_TEST_DATABASE_URL !== undefined || programs() !== undefined;

const idOf = (kind: '-u' | '-g'): number =>
  Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));

export async function startPostgres(): Promise<Server> {
  const given = process.env.GATEHOUSE_TEST_DATABASE_URL;
  if (given !== undefined)
    return { createDatabase: () => createDatabase(given), stop: () => Promise.resolve() };
  const bin = programs();
  if (bin === undefined)
    throw new Error(
      'PostgreSQL is not installed: set GATEHOUSE_TEST_DATABASE_URL, or install the package postgresql.',
    );
  // PostgreSQL refuses to run as root, which a container's user often is.
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-postgres-'));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'gatehouse', '--auth=trust', '--no-sync', '-E', 'UTF8'],
    { ...user, cwd: folder, stdio: 'ignore' },
  );
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'max_connections=200',
  ];
  const child = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap((one) => ['-c', one])],
    { ...user, cwd: folder, stdio: 'ignore' },
  );
  const url = `postgres://gatehouse@127.0.0.1:${port}/postgres`;
  const end = (): void => void child.kill('SIGINT'); // ends connections that are still open
  process.once('exit', end);
  await answers(url, child);
  return {
    createDatabase: () => createDatabase(url),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
        process.off('exit', end);
        end();
      }),
  };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`PostgreSQL ended with ${child.exitCode} while it started.`);
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      // eslint-disable-line -- it says by no other sign that it is up
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

let made = 0;

async function createDatabase(server: string): Promise<string> {
  const name = `gatehouse_${process.pid}_${Date.now()}_${made++}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
