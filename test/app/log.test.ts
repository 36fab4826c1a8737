import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prettyLine } from '../../src/app/log.ts';

const root = join(import.meta.dirname, '../..');

/** What a program writes to stdout, with `log` in scope. */
const written = (logFormat: string, statements: string): string =>
  execFileSync(
    process.execPath,
    [
      '--input-type=module-typescript',
      '--eval',
      `import { createLog } from ${JSON.stringify(join(root, 'src/app/log.ts'))};
      const log = createLog({ logLevel: 'info', logFormat: '${logFormat}' });
      ${statements}`,
    ],
    { encoding: 'utf8' },
  );

test('each line of JSON has one name, whatever Probot calls its parts', () => {
  const line = written(
    'json',
    "log.child({ name: 'probot' }).child({ name: 'github', delivery: 'd1' }).info({ pulls: 2 }, 'done');",
  );
  expect(line.match(/"name"/g)).toHaveLength(1);
  expect(JSON.parse(line)).toMatchObject({
    level: 30,
    name: 'gatehouse',
    delivery: 'd1',
    pulls: 2,
    msg: 'done',
  });
});

test('a person gets text, with the stack of an error below its line', () => {
  const text = written('pretty', "log.warn({ err: new Error('lost') }, 'the queue had an error');");
  expect(text).toMatch(/^\d\d:\d\d:\d\d warn {3}the queue had an error\n {4}Error: lost\n {8}at /);
});

test('details that the message has are not repeated', () => {
  const line = { level: 30, time: 0, msg: 'Gatehouse 1.0.0 starts', version: '1.0.0', role: 'all' };
  expect(prettyLine(JSON.stringify(line))).toMatch(/ info {3}Gatehouse 1\.0\.0 starts role=all\n$/);
});
