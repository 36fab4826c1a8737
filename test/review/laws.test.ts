import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { pulls, snapshotOf, type PullCase } from '../../fixtures/pulls.ts';
import { decide } from '../../src/review/decide.ts';
import { machineGates } from '../../src/review/model/gate.ts';
import { plan } from '../../src/review/plan.ts';
import type { Json } from '../../src/json/values.ts';
import type { Snapshot } from '../../src/review/model/snapshot.ts';
import { expectInert } from './inert.ts';
import { carryOut, factsOf } from './simulated-github.ts';
import { escapeMarkdown, tableCell } from '../../src/report/markdown.ts';

const known = new Map(pulls());
const caseOf = (name: string): PullCase => known.get(name) ?? { shows: '' };
const effectsFor = (snapshot: Snapshot) => plan(decide(factsOf(snapshot)), snapshot);

const who = fc.constantFrom('ada', 'ben', 'rita', 'rob', 'olaf', 'eve', 'bot' as const);
const line = fc.constantFrom(
  '/check',
  '/agree',
  '/agree company="X"',
  '/acknowledge',
  '/acknowledge 30bd69f why',
  '/hold',
  '/unhold',
  '/merge',
  '/withdraw',
  '/why',
  '/help',
  'hello',
  '> /merge',
  '@gatehouse agree',
);
const comments = fc.array(
  fc.record({
    by: who,
    at: fc.constantFrom('09:30', '10:30', '10:31', '11:45'),
    body: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
  }),
  { maxLength: 6 },
);
const gone: Json = { ok: false, reason: 'GitHub answered 403.' };
const missing = fc.subarray(
  [
    'commits',
    'files',
    'comments',
    'reviews',
    'pushes',
    'settings',
    'owners',
    'catalog',
    'openPulls',
    'protection',
    'signatures',
    'records',
    'checks',
    'suggestions',
    'deployments',
  ] as const,
  { maxLength: 4 },
);
const anyPull = fc.record({
  name: fc.constantFrom(...known.keys()),
  comments,
  missing,
  labels: fc.subarray(['New', 'needs:attention', 'help wanted', 'deployed', 'Validation phase']),
});

describe('whatever is on a pull request, and whatever could not be read', () => {
  test('a second review of an unchanged pull request writes nothing', () => {
    let settled = 0;
    fc.assert(
      fc.property(anyPull, ({ name, comments: more, missing: unread, labels }) => {
        const pull = caseOf(name);
        let snapshot = snapshotOf({ ...pull, comments: [...(pull.comments ?? []), ...more] });
        snapshot = {
          ...snapshot,
          pull: { ...snapshot.pull, labels },
          ...Object.fromEntries(unread.map((part) => [part, structuredClone(gone)])),
        };
        // What changes the state of the pull request itself (a merge, a draft, a deployment) is
        // seen by the review after it.
        for (let round = 0; round < 3; round += 1) {
          const effects = effectsFor(snapshot);
          if (effects.some((effect) => effect.kind === 'commit-files')) return;
          snapshot = carryOut(effects, snapshot);
        }
        expect(effectsFor(snapshot)).toEqual([]);
        settled += 1;
      }),
      { numRuns: 100 },
    );
    expect(settled).toBeGreaterThan(50);
  });

  test('a review that was killed after any of its steps ends as if it had not been', () => {
    const reviewed = (snapshot: Snapshot, steps: number): Snapshot => {
      const effects = effectsFor(snapshot);
      let end = steps;
      // they are recorded in one transaction
      while (effects[end - 1]?.kind === 'record' && effects[end]?.kind === 'record') end += 1;
      let after = carryOut(effects.slice(0, end), snapshot);
      for (let round = 0; round < 4; round += 1) after = carryOut(effectsFor(after), after);
      return after;
    };
    const written = ({ comments: all, bot }: Snapshot): string[] =>
      all.ok
        ? all.value
            .filter(({ author }) => author.id === bot.id)
            .map(({ body }) => body)
            .sort()
        : [];
    const kept = ({ records, checks, pull, signatures, deployments }: Snapshot) => ({
      records: records.ok ? records.value : null,
      check: checks.ok
        ? checks.value.map(({ externalId, status }) => `${status} ${externalId}`)
        : null,
      labels: [...pull.labels].sort(),
      body: pull.body,
      state: pull.state.kind,
      signatures: signatures.ok ? signatures.value.length : null,
      deployments: deployments.ok ? deployments.value.length : null,
    });
    const interrupted = { atOnce: 0, halfway: 0 };
    fc.assert(
      fc.property(anyPull, fc.nat(12), ({ name, comments: more }, steps) => {
        const pull = caseOf(name);
        const snapshot = snapshotOf({ ...pull, comments: [...(pull.comments ?? []), ...more] });
        if (effectsFor(snapshot).some((effect) => effect.kind === 'commit-files')) return;
        const [whole, killed] = [reviewed(snapshot, Infinity), reviewed(snapshot, steps)];
        expect(written(killed)).toEqual(written(whole));
        expect(kept(killed)).toEqual(kept(whole));
        const total = effectsFor(snapshot).length;
        interrupted.atOnce += Number(steps === 0 && total > 0);
        interrupted.halfway += Number(steps > 0 && steps < total);
      }),
      { numRuns: 60 },
    );
    expect(interrupted.atOnce).toBeGreaterThan(0);
    expect(interrupted.halfway).toBeGreaterThan(0);
  });

  test('a repository that only observes gets a neutral check run, and nothing else', () => {
    const seen = { checks: 0, commands: 0 };
    fc.assert(
      fc.property(
        anyPull,
        fc.constantFrom('observe', undefined),
        fc.constantFrom('', 'labels: { nwe: x }\n'),
        ({ name, comments: more, missing: unread, labels }, mode, mistake) => {
          const pull = caseOf(name);
          const usual = snapshotOf({ ...pull, comments: [...(pull.comments ?? []), ...more] });
          const text =
            (pull.bare ? '' : (pull.settings ?? '').replaceAll(/^labels:\n.*\n/gm, '')) +
            `preset: microsoft\n` +
            `${mode === undefined ? '' : 'mode: observe\n'}${mode === undefined ? '' : mistake}`;
          const settings = { ok: true, value: { path: '.github/gatehouse.yml', text } } as const;
          const parts = unread.filter((part) => part !== 'settings');
          const snapshot: Snapshot = {
            ...usual,
            pull: { ...usual.pull, labels },
            ...Object.fromEntries(parts.map((part) => [part, structuredClone(gone)])),
            settings,
            defaultBranch: { name: 'dev', settings },
          };
          const effects = effectsFor(snapshot);
          // What the next review needs to know. Nobody at GitHub sees it.
          const records = effects.flatMap((effect) =>
            effect.kind === 'record' ? [effect.entry] : [],
          );
          const answers = records.flatMap((entry) =>
            entry.kind === 'answer' ? [entry.answer] : [],
          );
          const others = effects.filter(({ kind }) => kind !== 'record');
          expect(
            records.filter(
              (entry) =>
                !['answer', 'identities', 'publication'].includes(entry.kind) &&
                !(entry.kind === 'merge' && entry.merge?.voided),
            ),
          ).toEqual([]);
          expect(answers.filter(({ outcome, silent }) => outcome === 'done' || !silent)).toEqual(
            [],
          );
          expect(
            others.filter(
              (effect) => effect.kind !== 'write-check' || effect.outcome !== 'neutral',
            ),
          ).toEqual([]);
          seen.checks += others.length;
          seen.commands += answers.length;
        },
      ),
      { numRuns: 100 },
    );
    expect(seen.checks).toBeGreaterThan(50);
    expect(seen.commands).toBeGreaterThan(0);
  });

  test('`mode: comment` writes a check run, comments and reactions, and changes nothing', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(anyPull, ({ name, comments: more, missing: unread, labels }) => {
        const pull = caseOf(name);
        const usual = snapshotOf({ ...pull, comments: [...(pull.comments ?? []), ...more] });
        const text = `${pull.bare ? '' : (pull.settings ?? '')}preset: microsoft\nmode: comment\n`;
        const settings = { ok: true, value: { path: '.github/gatehouse.yml', text } } as const;
        const snapshot: Snapshot = {
          ...usual,
          pull: { ...usual.pull, labels },
          settings,
          defaultBranch: { name: 'dev', settings },
          ...Object.fromEntries(unread.map((part) => [part, structuredClone(gone)])),
        };
        for (const { kind } of effectsFor(snapshot)) kinds.add(kind);
      }),
      { numRuns: 100 },
    );
    expect([...kinds].sort()).toEqual([
      'create-comment',
      'edit-comment',
      'react',
      'record',
      'write-check',
    ]);
  });

  test('nothing merges unless everything was judged, and passes', () => {
    const seen = { merges: 0, successes: 0 };
    fc.assert(
      fc.property(anyPull, ({ name, comments: others, missing: unread }) => {
        const snapshot = {
          ...snapshotOf({ ...caseOf(name), comments: others }),
          ...Object.fromEntries(unread.map((part) => [part, structuredClone(gone)])),
        };
        const decision = decide(factsOf(snapshot));
        const open = decision.gates.filter(({ status }) => status !== 'passed');
        const passed = new Set(
          decision.gates.filter(({ status }) => status === 'passed').map((gate) => gate.name),
        );
        const isMerging = decision.merge !== null && decision.merge.by !== 'leaving-the-queue';
        expect(isMerging ? open : []).toEqual([]);
        const isSuccess = decision.check?.outcome === 'success';
        expect(isSuccess ? machineGates.filter((gate) => !passed.has(gate)) : []).toEqual([]);
        seen.merges += Number(isMerging);
        seen.successes += Number(isSuccess);
      }),
      { numRuns: 200 },
    );
    expect(seen.merges).toBeGreaterThan(0);
    expect(seen.successes).toBeGreaterThan(0);
  });
});

describe('a gate that could not be judged never passes', () => {
  test.each([
    ['commits', 'cla'],
    ['signatures', 'cla'],
    ['files', 'scope'],
    ['files', 'definition'],
    ['reviews', 'review'],
    ['catalog', 'uniqueness'],
    ['openPulls', 'uniqueness'],
    ['settings', 'scope'],
    ['records', 'hold'],
  ])('without %s: %s', (part, gate) => {
    const snapshot = { ...snapshotOf({ shows: '' }), [part]: gone };
    expect(decide(factsOf(snapshot)).gates.find(({ name }) => name === gate)?.status).toBe(
      'unjudged',
    );
  });

  test.each(['before', 'after'])('without the connector %s: all that is about it', (side) => {
    const snapshot = snapshotOf({ shows: '' });
    const [one] = snapshot.connectors;
    const gates = decide(
      factsOf({ ...snapshot, connectors: one ? [{ ...one, [side]: gone }] : [] }),
    ).gates;
    expect(gates.filter(({ status }) => status === 'unjudged').map(({ name }) => name)).toEqual([
      'definition',
      'properties',
      'wording',
      'icon',
      'package',
      'compatibility',
      'uniqueness',
      'attestations',
      'owners',
    ]);
  });
});

describe('while GitHub computes whether a pull request is mergeable', () => {
  const computing = {
    pull: { mergeable: { ok: false, value: null, reason: 'GitHub is still working it out' } },
  };
  const commentOf = (pull: PullCase): string =>
    decide(factsOf(snapshotOf({ ...pull, snapshot: computing }))).comment ?? '';

  test('the comment leaves that out if someone has something else to do', () => {
    expect(commentOf({ shows: '', reviews: [] })).toContain(
      '**Waiting for a reviewer: 1 approval**',
    );
    expect(commentOf({ shows: '', reviews: [] })).not.toContain('mergeable');
    expect(commentOf({ shows: '', signatures: [] })).toMatch(/^\*\*Your turn: the CLA\*\*/);
    expect(commentOf({ shows: '', signatures: [] })).not.toContain('mergeable');
  });

  test('the comment says so if everything else passes', () => {
    expect(commentOf({ shows: '' })).toContain(
      '**Could not be checked yet:**\n- No conflicts: GitHub is still working it out',
    );
  });
});

test('an icon that another connector has in other bytes is the same icon', () => {
  const snapshot = snapshotOf({ shows: '', before: null, after: {} });
  const [one] = snapshot.connectors;
  const picture = one?.after.ok ? one.after.value?.analysis.iconAnalysis?.picture?.hash : undefined;
  const neighbors = (hash: string, publisher = 'Northwind'): Snapshot => ({
    ...snapshot,
    catalog: {
      ok: true,
      value: [
        {
          path: 'certified-connectors/Northwind',
          icon: 'b'.repeat(40),
          iconHash: hash,
          publisher,
        },
      ],
    },
  });
  const stateOf = (of: Snapshot) =>
    decide(factsOf(of)).gates.find(({ name }) => name === 'uniqueness')?.status;
  expect(stateOf(neighbors(picture ?? ''))).toBe('failed');
  expect(stateOf(neighbors(picture ?? '', 'contoso'))).toBe('passed');
  expect(stateOf(neighbors('00'.repeat((picture ?? '').length / 2)))).toBe('passed');
});

test('where more pull requests are open than are read, something new is held against those that are, and that is said', () => {
  const snapshot = snapshotOf({
    shows: '',
    before: null,
    after: {},
    snapshot: {
      unread: { openPulls: true },
      openPulls: {
        ok: true,
        value: [
          {
            number: 3,
            title: 'Something',
            author: { id: 1, login: 'eve', type: 'user' },
            folders: [],
            icons: [],
          },
        ],
      },
    },
  });
  const unique = (of: Snapshot) =>
    decide(factsOf(of)).gates.find(({ name }) => name === 'uniqueness');
  expect(unique(snapshot)).toMatchObject({
    status: 'passed',
    reason: expect.stringContaining('1 pull request'),
  });
  const taken: Snapshot = {
    ...snapshot,
    openPulls: {
      ok: true,
      value: [
        {
          number: 3,
          title: 'Something',
          author: snapshot.bot,
          folders: ['custom-connectors/ContosoInvoices'],
          icons: [],
        },
      ],
    },
  };
  expect(unique(taken)?.status).toBe('failed');
});

test('where more was said than is read the comment and the check tell of it, and the same whatever comes after', () => {
  const textsWith = (unread: number) => {
    const { comment, check } = decide(
      factsOf(snapshotOf({ shows: '', snapshot: { unread: { comments: unread } } })),
    );
    return [comment, check?.summary];
  };
  for (const text of textsWith(7)) expect(text).toContain('The oldest comments here were not read');
  expect(textsWith(8)).toEqual(textsWith(7));
});

test('a check that somebody asked for again is written again with all that it shows, and then stands', () => {
  const snapshot = snapshotOf(caseOf('a-first-submission-with-errors'));
  const after = carryOut(effectsFor(snapshot), snapshot);
  const runs = after.checks.ok ? after.checks.value : [];
  const asked = {
    ...after,
    checks: {
      ok: true as const,
      value: runs.map((run) => ({ ...run, rerequested: true as const })),
    },
  };
  expect(effectsFor(asked)).toMatchObject([
    { kind: 'write-check', run: null, batches: [expect.any(Array)] },
  ]);
  expect(effectsFor(carryOut(effectsFor(asked), asked))).toEqual([]);
});

test('a wish to merge is not followed any more where no check is required any more', () => {
  const asked = snapshotOf({
    shows: '',
    reviews: [],
    comments: [{ by: 'rita', at: '11:00', body: '/merge' }],
  });
  const waits = carryOut(effectsFor(asked), asked);
  const approved = { ...waits, reviews: snapshotOf({ shows: '' }).reviews };
  expect(effectsFor(approved).map((effect) => effect.kind)).toContain('merge');
  const unguarded = decide(
    factsOf({
      ...approved,
      protection: { ok: true, value: { requiredChecks: [], mergeQueue: false } },
    }),
  );
  expect(unguarded.merge).toBeNull();
  expect(
    unguarded.gates.filter(({ status }) => status !== 'passed').map(({ name }) => name),
  ).toEqual(['mergeable']);
});

describe('the check run', () => {
  test('groups its annotations beyond fifty, and never sends more than fifty at once', () => {
    // A group is of one rule in one file: each stray file is a group of its own.
    const files = Object.fromEntries(
      Array.from({ length: 70 }, (_, index) => [`stray-${index}.txt`, 'Notes.']),
    );
    const paths = Object.fromEntries(
      Array.from({ length: 120 }, (_, index) => [
        `/p${index}`,
        { get: { operationId: 'ListInvoices', responses: {} } },
      ]),
    );
    const check = effectsFor(
      snapshotOf({ shows: '', before: null, after: { definition: { paths }, files } }),
    ).find((effect) => effect.kind === 'write-check');
    const batches = check?.batches ?? [];
    expect(batches.length).toBeGreaterThan(1);
    for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(50);
    const grouped = batches.flat().map(({ message }) => message);
    expect(grouped).toContainEqual(
      expect.stringMatching(/\d+ more errors of \w+ in this file: lines 1/),
    );
    expect(check?.summary.length).toBeLessThanOrEqual(65_535);
  });

  test('is written anew where the annotations are others, and edited where only the words are', () => {
    const snapshot = snapshotOf(caseOf('a-breaking-change'));
    const after = carryOut(effectsFor(snapshot), snapshot);
    const acknowledged = snapshotOf({
      ...caseOf('a-breaking-change'),
      comments: [{ by: 'ada', at: '10:30', body: '/acknowledge' }],
    });
    expect(
      effectsFor({ ...acknowledged, checks: after.checks }).find(
        (effect) => effect.kind === 'write-check',
      ),
    ).toMatchObject({ run: expect.any(Number), batches: [] });
    const other = snapshotOf(caseOf('a-first-submission-with-errors'));
    expect(
      effectsFor({ ...other, checks: after.checks }).find(
        (effect) => effect.kind === 'write-check',
      ),
    ).toMatchObject({ run: null, batches: [expect.any(Array)] });
  });

  test('is written again when somebody asked GitHub to run it again', () => {
    const snapshot = snapshotOf({ shows: '' });
    const after = carryOut(effectsFor(snapshot), snapshot);
    if (!after.checks.ok) throw new Error('known');
    const asked = {
      ...after,
      checks: {
        ok: true as const,
        value: after.checks.value.map((run) => ({ ...run, status: 'queued' as const })),
      },
    };
    expect(effectsFor(asked).map((effect) => effect.kind)).toEqual(['write-check']);
  });
});

test('a patch that `/fix` offers is one that git applies', () => {
  const snapshot = snapshotOf(caseOf('a-fix-where-nobody-may-push'));
  const words =
    decide(factsOf(snapshot))
      .records?.answers.map((answer) => answer.reply ?? '')
      .join('') ?? '';
  const patch = /````diff\n([^]*?)````/.exec(words)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  try {
    const [one] = snapshot.connectors;
    const files = one?.after.ok ? (one.after.value?.files ?? []) : [];
    for (const { path, blob } of files) {
      const full = join(folder, one?.path ?? '', path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, Buffer.from(snapshot.contents[blob] ?? '', 'base64'));
    }
    execFileSync('git', ['init', '-q'], { cwd: folder });
    expect(() =>
      execFileSync('git', ['apply', '--check', '-'], {
        cwd: folder,
        input: patch,
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    ).not.toThrow();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('hostile words', () => {
  const words = fc.string({
    unit: fc.constantFrom(
      '`',
      '``',
      ' ',
      '\n',
      '|',
      '\\',
      '<',
      '>',
      '</code>',
      '</details>',
      '<!--',
      '-->',
      '<img src=x>',
      '@everyone',
      '@octocat',
      '#1',
      'fixes #1',
      '&commat;everyone',
      '&#64;octocat',
      '&#x40;octocat',
      '&num;1',
      '&lt;img src=x&gt;',
      '&',
      ';',
      '\\|',
      'https://evil.example',
      '](x)',
      '![',
      '[',
      '*',
      '_',
      '\u202e',
      'a',
      '.',
      '**',
    ),
    minLength: 1,
    maxLength: 12,
  });

  test('of a connector, a path, a name, a reason or a title neither mention, link nor get out', () => {
    let replies = 0;
    fc.assert(
      fc.property(words, words, words, (title, path, reason) => {
        const pull: PullCase = {
          shows: '',
          before: null,
          after: {
            definition: {
              info: { title },
              paths: { '/invoices/{id}': { get: { operationId: path, summary: reason } } },
            },
          },
          comments: [
            { by: 'rita', at: '10:30', body: `/hold ${reason}` },
            { by: 'ben', at: '10:31', body: `/agree company="${title}` },
            { by: 'ada', at: '10:32', body: '/why' },
          ],
          commits: [
            {
              sha: 'aaaa111',
              by: 'nobody',
              message: `${reason}\n\nCo-authored-by: ${title} <${path}>`,
            },
          ],
          snapshot: {
            pull: { title, changedFiles: 2, head: { ref: path } },
            files: {
              ok: true,
              value: [
                {
                  path: 'certified-connectors/Contoso Invoices/apiDefinition.swagger.json',
                  status: 'modified',
                },
                { path: `x${path}`, status: 'added' },
              ],
            },
          },
        };
        const decision = decide(factsOf(snapshotOf(pull)));
        expectInert(decision.comment ?? '');
        expectInert(decision.check?.summary ?? '');
        const answers = (decision.records?.answers ?? []).flatMap((answer) => answer.reply ?? []);
        for (const answer of answers) expectInert(answer);
        replies += answers.length;
      }),
      { numRuns: 100 },
    );
    expect(replies).toBeGreaterThan(0);
  });

  test('of a folder do not get out of a table either', () => {
    const answers =
      decide(
        factsOf(
          snapshotOf({
            shows: '',
            path: 'certified-connectors/&#64;octocat|`',
            before: null,
            after: {},
            comments: [{ by: 'ada', at: '10:32', body: '/why' }],
          }),
        ),
      ).records?.answers ?? [];
    expect(answers).toMatchObject([{ reply: expect.stringContaining('octocat') }]);
    for (const answer of answers) expectInert(answer.reply ?? '');
  });

  test('of the title in the heading of a changelog neither', () => {
    fc.assert(
      fc.property(words, (title) => {
        const { comment } = decide(
          factsOf(
            snapshotOf({
              shows: '',
              after: {
                definition: {
                  info: { title },
                  definitions: { NewInvoice: { properties: { note: { type: 'string' } } } },
                },
              },
            }),
          ),
        );
        expect(comment).toContain('<summary>Changelog of this update');
        expectInert(comment ?? '');
      }),
      { numRuns: 100 },
    );
  });

  test('in a row of a table stay in their cell', () => {
    fc.assert(
      fc.property(words, (text) => {
        const [, row] = micromark(
          `| a | b |\n| --- | --- |\n| ${tableCell(escapeMarkdown(text))} | end |`,
          {
            extensions: [gfm()],
            htmlExtensions: [gfmHtml()],
          },
        ).split('<tbody>');
        expect(row).toMatch(/<td>end<\/td>\s*<\/tr>/);
        expect(tableCell(escapeMarkdown(text)).replace(/\\[^]/g, '')).not.toMatch(/[|\n]/);
      }),
    );
  });

  test.each(pulls())('in %s', (_name, pull) => {
    const { comment, check, records } = decide(factsOf(snapshotOf(pull)));
    expectInert(comment ?? '');
    expectInert(check?.summary ?? '');
    for (const answer of records?.answers ?? []) expectInert(answer.reply ?? '');
  });
});
