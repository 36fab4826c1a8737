import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../fixtures/pulls.ts';
import { formats } from '../../src/report/format.ts';
import { decide } from '../../src/review/decide.ts';
import { plan } from '../../src/review/plan.ts';
import { rules } from '../../src/rules/registry.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { contoso, definition } from '../support/cli.ts';
import { expectInert } from '../review/inert.ts';
import { factsOf } from '../review/simulated-github.ts';
import { inRepository, type Entry } from './disk.ts';
import { runs, within } from './runs.ts';
import { expectQuiet } from './shown.ts';
import { hostile } from './texts.ts';

const reserved = [
  definition,
  'CON',
  'nul.json',
  'aux',
  'COM1.csx',
  '.git',
  '.gitmodules',
  '.GIT',
  'git~1',
  '.gitattributes',
  '-rf',
  '--format',
  '~',
  '$HOME',
  '%TEMP%',
  'a:b',
  'C:',
  'x.',
  'x ',
  ' x',
  '*',
  '?',
  '"',
  'é.md',
  'e\u0301.md',
  'ICON.PNG',
  'icon.png',
  'readme.md',
  'README.md',
  'script.csx',
  'apiproperties.json',
  'node_modules',
  'constructor',
  '__proto__',
  'a'.repeat(255),
  'é'.repeat(127),
];
/** A name that a disk takes. */
const name: fc.Arbitrary<string> = fc
  .oneof(
    hostile,
    fc.constantFrom(...reserved),
    fc
      .tuple(hostile, fc.constantFrom('.json', '.md', '.png', '.csx'))
      .map((parts) => parts.join('')),
  )
  .map((text) =>
    Buffer.from(text.replace(/[/\0]/g, '')).subarray(0, 255).toString().replaceAll('\ufffd', ''),
  )
  .map((text) => (/^\.{0,2}$/.test(text) ? 'x' : text));
/** As git has names: any bytes. */
const anyName: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: name.map((text) => Buffer.from(text)) },
  fc
    .constantFrom([0xff], [0x61, 0xc3, 0x2e], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0x2e, 0x2e, 0x80])
    .map((bytes) => Buffer.from(bytes)),
);

const files = [definition, 'apiProperties.json', 'readme.md', 'icon.png'].map((file) => ({
  file,
  bytes: readFileSync(join(contoso, file)),
}));
/** A connector that is in order, in a folder of any name, with more files. */
const connector = fc.record({
  parent: fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .constantFrom(
          'certified-connectors',
          'independent-publisher-connectors',
          'custom-connectors',
        )
        .map((one) => Buffer.from(one)),
    },
    anyName,
  ),
  at: anyName,
  more: fc.array(fc.array(anyName, { minLength: 1, maxLength: 3 }), { maxLength: 5 }),
});
const entriesOf = (
  connectors: readonly { parent: Buffer; at: Buffer; more: Buffer[][] }[],
): Entry[] =>
  connectors.flatMap(({ parent, at, more }) => [
    ...files.map(({ file, bytes }) => ({ names: [parent, at, Buffer.from(file)], bytes })),
    ...more.map((names, index) => ({
      names: [parent, at, ...names],
      bytes: files[index % files.length]?.bytes ?? Buffer.of(),
    })),
  ]);

describe('of files and folders', () => {
  test('show as what they are, in every format, and nothing is written', () => {
    fc.assert(
      fc.property(
        fc.array(connector, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...formats),
        (connectors, format) => {
          inRepository(entriesOf(connectors), (run) => {
            run(['check'], format);
            run(['impact'], format === 'json' || format === 'markdown' ? format : 'pretty');
            const [first] = connectors;
            if (first)
              // none there if it is not UTF-8
              run(['diff', contoso, join(first.parent.toString(), first.at.toString())], format);
          });
        },
      ),
      runs(16),
    );
  });

  test('that settings name are shown, and nothing outside the repository is written', () => {
    const path = fc.oneof(
      name,
      fc.constantFrom(
        '../outside.json',
        '/tmp/gatehouse-outside.json',
        '.git/config',
        'a/../../outside',
        'C:\\outside',
        '~/outside',
      ),
    );
    fc.assert(
      fc.property(path, name, (baseline, folders) => {
        const settings =
          `baseline: ${JSON.stringify(baseline)}\nfolders:\n  ${JSON.stringify(folders)}: ` +
          `certified\nwords:\n  - ${JSON.stringify(folders)}\n`;
        inRepository(
          [
            ...entriesOf([{ parent: Buffer.from(folders), at: Buffer.from('Contoso'), more: [] }]),
            {
              names: ['.github', 'gatehouse.yml'].map((one) => Buffer.from(one)),
              bytes: Buffer.from(settings),
            },
          ],
          (run) => {
            run(['check'], 'json');
          },
        );
      }),
      runs(12),
    );
  });

  test('in settings are read, or are a mistake at a line that is there', () => {
    const line = fc
      .tuple(
        fc.constantFrom('baseline', 'base', 'folders', 'words', 'rules', 'labels', 'cla', 'x'),
        fc.constantFrom(': ', ':\n  - ', ':\n  ', ': &a ', ': *a\n', ': !!js ', ': |\n  '),
        hostile,
        fc.boolean(),
      )
      .map(([key, colon, text, quoted]) => `${key}${colon}${quoted ? JSON.stringify(text) : text}`);
    let mistakes = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const text = lines.join('\n');
        const read = within(() =>
          parseSettings(
            '.github/gatehouse.yml',
            text,
            rules.map(({ id }) => id),
          ),
        );
        if (!('mistake' in read)) return;
        mistakes += 1;
        expect(read.mistake.line).toBeGreaterThan(0);
        expect(read.mistake.line).toBeLessThanOrEqual(text.split('\n').length + 1);
        expect(read.mistake.column).toBeGreaterThan(0);
        expectQuiet(read.mistake.message);
      }),
      runs(1500),
    );
    expect(mistakes).toBeGreaterThan(0);
  });
});

describe('on a pull request', () => {
  test('of files, people, branches and labels neither mention, link nor get out, and all is decided', () => {
    const login = fc.oneof(fc.constantFrom('everyone', 'octocat', 'eve', 'ghost', ''), hostile);
    const pull = fc.record({
      title: hostile,
      branch: hostile,
      folder: name,
      file: name,
      author: login,
      email: hostile,
      commit: hostile,
      label: hostile,
      owners: fc.array(
        fc.tuple(hostile, hostile).map((parts) => parts.join(' ')),
        { maxLength: 4 },
      ),
      other: hostile,
    });
    fc.assert(
      fc.property(
        pull,
        ({ title, branch, folder, file, author, email, commit, label, owners, other }) => {
          const path = `certified-connectors/${folder}`;
          const snapshot = snapshotOf({
            shows: '',
            path,
            before: null,
            after: { files: { [file]: 'x' } },
            owners: `${owners.join('\n')}\n/${path}/ @${author}\n`,
            commits: [
              { sha: 'c0ffee5', by: 'ada' },
              {
                sha: 'aaaa111',
                by: 'nobody',
                message: `${commit}\n\nCo-authored-by: ${author} <${email}>`,
              },
            ],
            comments: [
              { by: 'rita', at: '10:30', body: `/hold ${other}` },
              { by: 'ada', at: '10:31', body: '/why' },
            ],
            snapshot: { pull: { title, labels: [label], head: { ref: branch } } },
          });
          const named = {
            ...snapshot,
            files: {
              ok: true as const,
              value: [
                ...(snapshot.files.ok ? snapshot.files.value : []),
                { path: other, status: 'renamed' as const, previousPath: file },
              ],
            },
          };
          const decision = within(() => decide(factsOf(named)));
          expectInert(decision.comment ?? '');
          expectInert(decision.check?.summary ?? '');
          for (const { message, title: heading } of decision.check?.annotations ?? [])
            expectQuiet(message + heading);
          for (const { reply } of decision.records?.answers ?? []) expectInert(reply ?? '');
          expect(decision.merge).toBeNull();
          plan(decision, named);
        },
      ),
      runs(300),
    );
  });
});
