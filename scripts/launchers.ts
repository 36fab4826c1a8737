import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { engines }: { engines: { node: string } } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);
const oldest = /^>=(\d+)$/.exec(engines.node)?.[1];
if (oldest === undefined)
  throw new Error(`engines.node of package.json is "${engines.node}" and not ">=" with a number.`);

/** The entry points of a bundle whose programs are started by launchers. */
export const programsOf = (sources: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(sources).map(([name, file]) => [programOf(name), file]));

const programOf = (name: string): string => `${name}-program`;

/**
 * Writes a launcher for each program into the folder of the bundle: `cli.js` loads
 * `cli-program.js`. An old Node.js stops at the first syntax or import that it lacks, with a stack
 * trace. A launcher has neither, so it can say which Node.js is needed instead.
 */
export function writeLaunchers(folder: string, names: readonly string[]): void {
  for (const name of names) writeFileSync(join(folder, `${name}.js`), launcherOf(name));
}

/**
 * The text of a launcher. It is valid both as a script and as a module, in the syntax of
 * Node.js 12.
 *
 * A program that waits for something that never happens must not exit with status 0, which would
 * mean that no error was found. Node.js sets 13 only if the program itself is the entry point.
 */
const launcherOf = (name: string): string => `#!/usr/bin/env node
if (parseInt(process.versions.node, 10) < ${oldest}) {
  process.stderr.write(
    'gatehouse needs Node.js ${oldest} or later; this is ' + process.versions.node + '\\n'
  );
  process.exitCode = 2;
} else {
  var isDone = false;
  process.once('exit', function () {
    if (!isDone && process.exitCode === undefined) process.exitCode = 13;
  });
  import('./${programOf(name)}.js').then(function () {
    isDone = true;
  });
}
`;
