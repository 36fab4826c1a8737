import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { pulls, snapshotOf } from '../../fixtures/pulls.ts';
import { evaluate } from '../../src/app/evaluate.ts';
import type { Snapshot } from '../../src/review/model/snapshot.ts';
import { ReviewProcesses, type Limits } from '../../src/app/review-processes.ts';

const limits: Limits = { processes: 2, seconds: 60, megabytes: 512 };
const program = new URL('../../src/app/review-process.ts', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-processes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let programs = 0;
function written(text: string): URL {
  programs += 1;
  const file = join(folder, `${programs}.mjs`);
  writeFileSync(file, text);
  return pathToFileURL(file);
}
/**
 * A process that does something with what it is asked, where `asked` is the question and `answer`
 * takes the answer.
 */
const doing = (text: string): URL =>
  written(`
    const answer = (effects) => process.send({ effects });
    const files = [];
    process.on('message', (asked) => {
      if ('blob' in asked) { files.push(asked.blob); return; }
      const unknown = asked.snapshot.connectors.every(({ after }) => !after.ok);
      ${text}
    });
    process.send({ ready: true });`);

let running: ReviewProcesses | undefined;
let told: string[] = [];
afterEach(async () => {
  await running?.close();
  running = undefined;
});
const start = (more: Partial<Limits>, of: URL = program): ReviewProcesses => {
  told = [];
  running = new ReviewProcesses({ ...limits, ...more }, of, (pull, excess) =>
    told.push(`${pull} ${excess}`),
  );
  return running;
};

const [first] = pulls();
const snapshot = snapshotOf(first?.[1] ?? { shows: '' });
/** The same pull request at another head. */
const at = (sha: string): Snapshot => ({
  ...snapshot,
  pull: { ...snapshot.pull, head: { ...snapshot.pull.head, sha } },
});
const name = `${snapshot.repository.owner}/${snapshot.repository.repo}#${snapshot.pull.number}`;

describe('a pull request', () => {
  test('is considered in a process of its own as it would be here', async () => {
    const pool = start({});
    for (const [, one] of pulls().slice(0, 12)) {
      const given = snapshotOf(one);
      const here = await evaluate({ snapshot: given, purpose: 'evaluation' });
      expect(await pool.effects(given)).toEqual(structuredClone(here.effects));
      expect(await pool.evaluation(given)).toEqual(structuredClone(here));
    }
    expect(told).toEqual([]);
  });

  test('that never comes to an end is considered without its files, and not looked into again until it changes', async () => {
    const pool = start(
      { seconds: 1 },
      doing(
        'if (unknown) answer([{ reason: ' +
          'asked.snapshot.connectors[0].after.reason, fixesUnavailable: ' +
          'asked.fixesUnavailable, files }]); else for (;;);',
      ),
    );
    const withoutFiles = [
      {
        reason:
          'Checking the connector took longer than 1 second and was stopped. ' +
          'Make the files smaller or simpler, or ask the operator of Gatehouse to raise the ' +
          'limit.',
        fixesUnavailable: 'Checking the connector took longer than 1 second.',
        files: [],
      },
    ];
    expect(await pool.effects(snapshot)).toEqual(withoutFiles);
    expect(told).toEqual([`${name} took longer than 1 second`]);
    expect(await pool.effects(snapshot)).toEqual(withoutFiles);
    expect(told).toHaveLength(1);
    expect(await pool.effects(at('b'.repeat(40)))).toEqual(withoutFiles);
    expect(told).toHaveLength(2);
  });

  test('whose fixes never come to an end is considered without them', async () => {
    const pool = start(
      { seconds: 1 },
      doing(
        `if (asked.fixesUnavailable) answer([{ fixesUnavailable: asked.fixesUnavailable, unknown }]); else for (;;);`,
      ),
    );
    const asking = {
      ...snapshot,
      comments: {
        ok: true as const,
        value: [
          {
            id: 7,
            author: snapshot.pull.author,
            createdAt: snapshot.now,
            updatedAt: snapshot.now,
            body: '/fix',
            reactions: [],
          },
        ],
      },
    };
    expect(await pool.effects(asking)).toEqual([
      { fixesUnavailable: 'Computing the fixes took longer than 1 second.', unknown: false },
    ]);
  });

  test('whose comments never come to an end is considered without them too', async () => {
    const pool = start(
      { seconds: 1 },
      doing(
        `if (!asked.snapshot.comments.ok) answer([{ reason: asked.snapshot.comments.reason }]); else for (;;);`,
      ),
    );
    expect(await pool.effects(snapshot)).toEqual([
      { reason: 'Reading the comments took longer than 1 second.' },
    ]);
  });

  test('that takes too much memory is considered without its files', async () => {
    const pool = start(
      { megabytes: 64 },
      doing(
        'const all = []; if (unknown) answer([asked.snapshot.connectors[0].after.reason]); ' +
          'else for (;;) all.push(new Array(100_000).fill(all.length));',
      ),
    );
    expect(await pool.effects(snapshot)).toEqual([
      expect.stringMatching(
        /^Checking the connector took more memory than 64 MB and was stopped\./,
      ),
    ]);
  });

  test('that nothing can be left out of fails, and so does a mistake of ours', async () => {
    await expect(start({ seconds: 1 }, doing(`for (;;);`)).effects(snapshot)).rejects.toThrow(
      'took longer than 1 second, whatever it leaves out',
    );
    await running?.close();
    await expect(
      start({}, doing(`process.send({ error: new TypeError('ours') })`)).effects(snapshot),
    ).rejects.toThrow('ours');
    await running?.close();
    await expect(start({}, doing(`process.exit(3)`)).effects(snapshot)).rejects.toThrow(
      'ended with status 3',
    );
    await running?.close();
    await expect(
      start({}, written(`throw new Error('from the start')`)).effects(snapshot),
    ).rejects.toThrow('ended with status 1');
  });

  test('sees nothing of the environment of the App, and with it none of its secrets', async () => {
    process.env.GATEHOUSE_TEST_SECRET = 'secret';
    try {
      expect(
        await start({}, doing(`answer([Object.keys(process.env)])`)).effects(snapshot),
      ).toEqual([[]]);
    } finally {
      delete process.env.GATEHOUSE_TEST_SECRET;
    }
  });

  test('that takes long keeps one process, and others are considered in the other meanwhile', async () => {
    const pool = start(
      { seconds: 3 },
      doing(
        `if (asked.snapshot.pull.head.sha.startsWith('c') && !unknown) for (;;); ` +
          'else answer([asked.snapshot.pull.head.sha]);',
      ),
    );
    const ended: string[] = [];
    const asked = ['c', 'd', 'e', 'f'].map(async (letter) => {
      expect(await pool.effects(at(letter.repeat(40)))).toEqual([letter.repeat(40)]);
      ended.push(letter);
    });
    await Promise.all(asked);
    expect(ended).toEqual(['d', 'e', 'f', 'c']);
  });
});
