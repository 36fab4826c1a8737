import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownershipOf, readCodeowners } from '../../src/ownership/codeowners.ts';
import { lintCodeowners } from '../../src/ownership/lint-codeowners.ts';

const files = [
  'readme.md',
  'certified-connectors/A/apiDefinition.swagger.json',
  'certified-connectors/A/icon.png',
  'certified-connectors/B/apiDefinition.swagger.json',
  'custom-connectors/C D/apiDefinition.swagger.json',
];
const connectors = new Map(
  ['certified-connectors/A', 'certified-connectors/B', 'custom-connectors/C D'].map((folder) => [
    folder,
    `${folder}/apiDefinition.swagger.json`,
  ]),
);
const lint = (text: string) => lintCodeowners(text, files, connectors);

test('a file without faults has no findings', () => {
  expect(
    lint(
      '# all\n* @org/all\n/certified-connectors/A/ @a\n*.png @design\n/custom-connectors/C\\ D/ @c\n',
    ),
  ).toEqual({ findings: [], connectors: { total: 3, withOwnLine: 2, withoutOwner: 0 } });
});

test('lines without effect, and connectors without owners', () => {
  const { findings, connectors: counts } = lint(
    [
      '/certified-connectors/A/ @a',
      '!/certified-connectors/B/ @b',
      '/certified-connectors/[AB]/ @b',
      '/certified-connectors/A/ someone',
      '/certified-connectors/Z/ @z',
      '/certified-connectors/A/ @a @b',
      '/certified-connectors/B/',
    ].join('\n'),
  );
  expect(findings.map(({ line, kind }) => `${line} ${kind}`)).toEqual([
    '1 shadowed-line',
    '1 connector-without-owner',
    '2 skipped-line',
    '3 skipped-line',
    '4 skipped-line',
    '5 unused-line',
    '7 connector-without-owner',
  ]);
  expect(findings.map(({ message }) => message.replaceAll(/[⟦⟧]/g, ''))).toMatchInlineSnapshot(`
    [
      "The owners of \`/certified-connectors/A/\` are never asked, because later lines match the same files, such as line 6, and the last match wins. Put all owners into one line.",
      "\`custom-connectors/C D\` has no owner: no line matches it.",
      "GitHub skips this line, which begins with \`!\`, which cannot exclude files here.",
      "GitHub skips this line, which has a range such as \`[a-z]\`, which does not work here.",
      "GitHub skips this line, which names \`someone\`, which is not an owner: owners are \`@login\`, \`@organization/team\` or email addresses.",
      "No file matches \`/certified-connectors/Z/\`. Correct the path, or remove the line.",
      "\`certified-connectors/B\` has no owner, because the line \`/certified-connectors/B/\` names none.",
    ]
  `);
  expect(counts).toEqual({ total: 3, withOwnLine: 1, withoutOwner: 2 });
});

const path = fc.constantFrom(...files);
const pattern = fc.constantFrom(
  '*',
  '*.png',
  '**/icon.png',
  'certified-connectors/',
  '/certified-connectors/',
  'certified-connectors/*/icon.png',
  '/certified-connectors/A',
  'certified-connectors/A/**',
  'A/',
  'A',
  '/A/',
  'readme.md',
  '/readme.md',
  String.raw`custom-connectors/C\ D/`,
);

test('of the lines that it compares, each file has the one that decides', () => {
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 8 }), path, (patterns, file) => {
      const text = patterns.map((each) => `${each} @a`).join('\n');
      const found = new Set(
        lintCodeowners(text, [file], new Map()).findings.map(({ line }) => line),
      );
      const used = readCodeowners(text)
        .map(({ line }) => line)
        .filter((line) => !found.has(line));
      expect(used).toEqual([ownershipOf(text, file)?.line].filter((line) => line !== undefined));
    }),
  );
});

// Comparing each file with each line would exceed the time limit of the test many times over.
test('the work grows with the lines and files, not with their product', () => {
  const folders = Array.from({ length: 20_000 }, (_, index) => `certified-connectors/C${index}`);
  const text = folders.map((folder) => `/${folder}/ @a`).join('\n');
  const { findings } = lintCodeowners(
    text,
    folders.flatMap((folder) => [`${folder}/a.json`, `${folder}/b.json`]),
    new Map(folders.map((folder) => [folder, `${folder}/a.json`])),
  );
  expect(findings).toEqual([]);
});
