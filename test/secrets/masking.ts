import { describe, expect, test } from 'vitest';
import type { Case } from '../../fixtures/cases.ts';
import { contextOf, folderOf } from '../../fixtures/cases.ts';
import { snapshotOf, type PullCase } from '../../fixtures/pulls.ts';
import { changelog } from '../../src/changes/changelog.ts';
import { compareConnectors } from '../../src/changes/compare.ts';
import { classify } from '../../src/changes/classify.ts';
import { readConnector, type Connector } from '../../src/connector/connector.ts';
import type { Finding } from '../../src/shared/finding.ts';
import { isObject, own, type Json } from '../../src/json/values.ts';
import { withSnippet } from '../../src/report/snippet.ts';
import { format, formats as reportFormats } from '../../src/report/format.ts';
import { impactFormats } from '../../src/report/format.ts';
import { formatImpact } from '../../src/report/impact.ts';
import { computeImpact } from '../../src/validation/impact.ts';
import { reportOf, type ConnectorReport } from '../../src/report/report.ts';
import { decide } from '../../src/review/decide.ts';
import { plan } from '../../src/review/plan.ts';
import type { RecordEntry } from '../../src/review/model/effects.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { rules } from '../../src/rules/registry.ts';
import { emptyBaseline, addRules, formatBaseline } from '../../src/validation/baseline.ts';
import { a, formats } from './secret-samples.ts';
import { factsOf } from '../review/simulated-github.ts';

/** A place where a text of a stranger's can stand; `text` gives a mark that is replaced by it. */
type Place = (text: () => string) => Case;

const definition = (patch: Case['definition'] & object): Case => ({ definition: patch });
const ofList = (operation: Case['definition'] & object): Case =>
  definition({ paths: { '/invoices': { get: operation } } });

const places: Record<string, Place> = {
  'the summary and the description of an operation': (text) =>
    ofList({ summary: text(), description: text() }),
  'the id of an operation': (text) => ofList({ operationId: text() }),
  'a path': (text) =>
    definition({
      paths: {
        [`/files-${text()}`]: {
          get: {
            summary: 'Get a file',
            description: 'Gets a file.',
            responses: { 200: { description: 'The file.' } },
          },
        },
      },
    }),
  'the name of a parameter': (text) =>
    ofList({
      parameters: [
        {
          name: text(),
          in: 'query',
          type: 'string',
          'x-ms-summary': 'Status',
          description: 'Status',
        },
      ],
    }),
  'a default, an example and listed values': (text) =>
    ofList({
      parameters: [
        {
          name: 'status',
          in: 'query',
          type: 'integer',
          default: text(),
          example: text(),
          enum: [text(), 'open', 'open'],
        },
      ],
    }),
  'the name of a definition': (text) =>
    definition({
      definitions: { [text()]: { type: 'object', properties: { id: { type: 'string' } } } },
    }),
  'the name of a field': (text) =>
    definition({
      definitions: { Invoice: { properties: { [text()]: { type: 'string', format: text() } } } },
    }),
  'a response': (text) =>
    ofList({ responses: { 200: { description: text(), schema: { $ref: text() } } } }),
  'the title': (text) => definition({ info: { title: text(), description: text() } }),
  'host and base path': (text) => definition({ host: text(), basePath: text() }),
  'the way to sign in': (text) =>
    definition({
      securityDefinitions: { [text()]: { type: 'apiKey', in: 'header', name: text() } },
    }),
  'a name that nobody knows': (text) => definition({ [text()]: text() }),
  'the properties': (text) => ({
    properties: {
      properties: {
        iconBrandColor: text(),
        publisher: text(),
        [text()]: 1,
        connectionParameters: { [text()]: { type: text() } },
      },
    },
  }),
  'a policy': (text) => ({
    properties: {
      properties: {
        policyTemplateInstances: [
          { templateId: text(), title: text(), parameters: { [text()]: text() } },
        ],
      },
    },
  }),
};

/** How the characters of a text are written in JSON. */
const writings: Record<string, (text: string) => string> = {
  'as they are': (text) => JSON.stringify(text).slice(1, -1),
  'all as escapes': (text) =>
    Array.from({ length: text.length }, (_, at) => escaped(text, at)).join(''),
  'some as escapes': (text) =>
    Array.from({ length: text.length }, (_, at) =>
      at % 3 === 1 || /["\\\s]/.test(text.charAt(at)) ? escaped(text, at) : text.charAt(at),
    ).join(''),
  'with escaped slashes and punctuation': (text) =>
    Array.from({ length: text.length }, (_, at) => {
      const character = text.charAt(at);
      if (character === '/') return '\\/';
      return /\w/.test(character) ? character : escaped(text, at);
    }).join(''),
};
const escaped = (text: string, at: number): string =>
  `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;

/** The connector with a text at places, written in a way. */
function planted(
  chosen: readonly Place[],
  text: string,
  write: (text: string) => string,
): { one: Case; marks: number } {
  let marks = 0;
  const edits: NonNullable<Case['edits']> = [];
  const cases = chosen.map((place) => {
    const from = marks;
    const one = place(() => `MARK${(marks += 1)}END`);
    for (let mark = from + 1; mark <= marks; mark += 1)
      edits.push({
        file: one.properties ? 'apiProperties.json' : 'apiDefinition.swagger.json',
        find: `MARK${mark}END`,
        replace: write(text),
      });
    return one;
  });
  const all = (part: 'definition' | 'properties'): Json =>
    cases.map((one) => one[part] ?? {}).reduce(both, {});
  return { one: { definition: all('definition'), properties: all('properties'), edits }, marks };
}

/** Two merge patches as one. */
function both(first: Json, second: Json): Json {
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second];
  if (!isObject(first) || !isObject(second)) return second;
  return {
    ...first,
    ...Object.fromEntries(
      Object.entries(second).map(([key, value]) => [
        key,
        own(first, key) === undefined ? value : both(first[key] ?? null, value),
      ]),
    ),
  };
}

const letters = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();

/**
 * The runs of letters and digits of a secret, beyond what everybody knows of its format, that a
 * text shows whatever it leaves out between them.
 */
function shown(secret: string, text: string): string[] {
  const all = letters(secret);
  const tail = all.slice(Math.min(all.length - 8, Math.max(8, Math.ceil(all.length / 3))));
  const told = letters(text.replaceAll('incoming webhook', ''));
  return Array.from({ length: tail.length - 7 }, (_, at) => tail.slice(at, at + 8)).filter((run) =>
    told.includes(run),
  );
}

const read = (one: Case): Connector => readConnector(folderOf(one));
const findingsOf = (connector: Connector, one: Case = {}): Finding[] =>
  runRules(connector, rules, { context: contextOf(one) });

async function written(
  connector: Connector,
  findings: readonly Finding[],
  before?: Connector,
): Promise<string> {
  const report: ConnectorReport = {
    path: connector.path,
    class: connector.class,
    findings: findings.map((finding) => withSnippet(finding, connector, before)),
  };
  const texts = await Promise.all(
    reportFormats.map(async (name) =>
      Array.from(
        await format(reportOf([report], '1.0.0'), name, { color: false, width: 300, rules: [] }),
      ).join(''),
    ),
  );
  const impact = computeImpact([report], rules, () => ({ now: 'error', severity: 'error' }), {
    tool: { name: 'gatehouse', version: '1.0.0' },
    baseline: undefined,
  });
  const baseline = formatBaseline(addRules(emptyBaseline, rules, {}, [report]));
  return [
    ...texts,
    ...impactFormats.map((name) => formatImpact(impact, name, { color: false, width: 300 })),
    baseline,
  ].join('\n');
}

/** All that is written to GitHub for a pull request; fixes are commits of what is there. */
function reviewed(one: Omit<PullCase, 'shows'>): string {
  const snapshot = snapshotOf({ shows: '', ...one });
  return JSON.stringify(
    plan(decide(factsOf(snapshot)), snapshot).filter(
      (effect) =>
        effect.kind !== 'commit-files' &&
        effect.kind !== 'edit-description' &&
        !(effect.kind === 'record' && hasPaths(effect.entry)),
    ),
  );
}

/** Entries with paths of connectors, which the store compares and nobody is shown. */
const hasPaths = ({ kind }: RecordEntry): boolean =>
  kind === 'identities' || kind === 'publication' || kind === 'rides';

const isSecret = ({ rule }: Finding): boolean =>
  rule === 'SecretFound' || rule === 'SecretSuspected';
/** What it is, a text with it, and the secret: as they are read, not as a file writes them. */
type Sample = [name: string, text: string, secret: string];
export const everySample: readonly Sample[] = formats.map(([name, text, secret]): Sample => {
  const lines = (one: string): string => one.replaceAll('\\n', '\n');
  return [name, lines(text.replace('%', () => secret)), lines(secret)];
});

/** Ways to write a character in other files. */
const code = (text: string, at: number): number => text.charCodeAt(at);
const inFiles: Record<string, { file: string; write: (text: string) => string }> = {
  'in the readme': { file: 'readme.md', write: (text) => `# Contoso Invoices\n\n${text}\n` },
  'in the readme with escaped punctuation': {
    file: 'readme.md',
    write: (text) => `# Contoso Invoices\n\n${text.replace(/[_.~-]/g, '\\$&')}\n`,
  },
  'in the readme as entities': {
    file: 'readme.md',
    write: (text) =>
      text.replace(/[A-Za-z_]/g, (_, at: number) =>
        at % 2 === 0 ? `&#${code(text, at)};` : `&#x${code(text, at).toString(16)};`,
      ),
  },
  'in the readme with a soft hyphen and a joiner': {
    file: 'readme.md',
    write: (text) => text.replace(/(?<=\w{3})(?=\w{3})/g, '\u00ad').replaceAll('e', 'e\u2060'),
  },
  'in the script': { file: 'script.csx', write: (text) => `var key = ${JSON.stringify(text)};\n` },
  'in the script as escapes': {
    file: 'script.csx',
    write: (text) =>
      'var key = ' +
      `"${Array.from(text, (_, at) => (at % 2 === 0 ? escaped(text, at) : `\\U${code(text, at).toString(16).padStart(8, '0')}`)).join('')}";\n`,
  },
  'in JSON within JSON': {
    file: 'notes.json',
    write: (text) =>
      JSON.stringify({ body: JSON.stringify({ header: writings['some as escapes']?.(text) }) }),
  },
  'in a file that does not belong there': { file: 'notes.txt', write: (text) => text },
};

/** That each of some secrets is found, and shown nowhere. */
export function describeSecrets(samples: readonly Sample[]): void {
  describe.each(Object.entries(writings))(
    'a secret whose characters are written %s',
    (_, write) => {
      test.each(samples)(
        'is found wherever it stands in JSON, and no report shows it: %s',
        async (_name, text, secret) => {
          const { one, marks } = planted(Object.values(places), text, write);
          const connector = read(one);
          const findings = findingsOf(connector);
          const found = findings.filter(isSecret);
          expect(
            new Set(
              found.map(({ location: { file, line, column } }) => `${file}:${line}:${column}`),
            ).size,
          ).toBeGreaterThanOrEqual(marks);
          expect(found.every(({ fixable }) => !fixable)).toBe(true);
          expect(shown(secret, await written(connector, findings))).toEqual([]);
        },
      );
    },
  );

  describe.each(Object.entries(inFiles))('a secret %s', (_, { file, write }) => {
    test('is found, and no report shows it', async () => {
      for (const [name, text, secret] of samples) {
        const connector = read({ files: { [file]: write(text) } });
        const findings = findingsOf(connector);
        expect(findings.filter(isSecret).length, `${name}, ${text}`).toBeGreaterThan(0);
        expect(shown(secret, await written(connector, findings)), name).toEqual([]);
      }
    });
  });

  test('a secret in a file of UTF-16 that does not belong there is found', () => {
    const folder = folderOf({});
    const bytes = new Uint8Array(Buffer.from(`\ufeffToken ghp_${a(36)}`, 'utf16le'));
    expect(
      findingsOf(
        readConnector({
          ...folder,
          files: [...folder.files, { path: 'notes.txt', kind: 'file', size: bytes.length, bytes }],
        }),
      ).some(isSecret),
    ).toBe(true);
  });

  /** Those that can stand in a name: some systems take no slash, no colon and no line break. */
  const inNames = samples.filter(([, text]) => !/[/:\n"?<>]/.test(text));

  test('a secret in the name of a file is found, in each file, and no report shows it', async () => {
    for (const [name, text, secret] of inNames) {
      const connector = read({
        files: { [`${text}.txt`]: 'Notes.', [`${text}/notes.txt`]: 'More notes.' },
        links: [`link ${text}`],
      });
      const findings = findingsOf(connector);
      expect(findings.filter(isSecret).length, name).toBe(3);
      expect(shown(secret, await written(connector, findings)), name).toEqual([]);
    }
  });

  test('a secret in the name of the folder is found, and no report shows it', async () => {
    for (const [name, text, secret] of inNames) {
      const connector = readConnector({
        ...folderOf({ definition: { host: 'localhost' } }),
        path: `certified-connectors/${text}`,
      });
      const findings = findingsOf(connector);
      expect(findings.filter(isSecret).length, name).toBe(1);
      expect(shown(secret, await written(connector, findings)), name).toEqual([]);
    }
  });

  test('what is called a secret and looks random is masked where it is a default, too', async () => {
    const secret = a(24);
    const parameter = {
      name: 'api-key',
      in: 'query',
      type: 'integer',
      default: secret,
      enum: [secret, `${secret}2`],
      'x-ms-summary': 'Key',
      description: 'Key',
    };
    const connector = read({
      definition: { paths: { '/invoices': { get: { parameters: [parameter] } } } },
    });
    const findings = findingsOf(connector);
    expect(findings.some(({ rule }) => rule === 'SecretSuspected')).toBe(true);
    expect(shown(secret, await written(connector, findings))).toEqual([]);
  });

  describe('of an update nothing shows a secret', () => {
    test.each(Object.keys(places))('that stood before or stands now in %s', async (where) => {
      const place = places[where] ?? (() => ({}));
      for (const [name, text, secret] of samples) {
        const { one } = planted([place], text, writings['some as escapes'] ?? String);
        for (const [before, after] of [
          [one, {}],
          [{}, one],
          [one, planted([place], text.replaceAll(/[g1]/g, '7'), String).one],
        ] as const) {
          const [was, now] = [read(before), read(after)];
          const changes = compareConnectors(was, now);
          const findings = classify(changes, now, was);
          expect(
            shown(
              secret,
              `${await written(now, findings, was)}${changelog(changes, findings, was, now)}`,
            ),
            name,
          ).toEqual([]);
        }
      }
    });

    test.each(Object.keys(places))('and a review writes none to GitHub: %s', (where) => {
      const place = places[where] ?? (() => ({}));
      for (const [name, text, secret] of samples) {
        const { one } = planted([place], text, writings['some as escapes'] ?? String);
        const comments: PullCase['comments'] = [
          { by: 'ada', at: '11:30', body: '/fix' },
          { by: 'ada', at: '11:31', body: '/why' },
        ];
        const snapshot: Json = { pull: { maintainerCanModify: false } };
        for (const pull of [
          { before: one, after: {}, comments, snapshot },
          { before: {}, after: one, comments, snapshot },
          { before: null, after: one, comments, snapshot },
          { before: one, after: null, comments, snapshot },
        ]) {
          expect(shown(secret, reviewed(pull)), name).toEqual([]);
        }
      }
    });
  });

  describe('a review writes no secret to GitHub', () => {
    test('that stands in the name of a file, of the folder, of a file outside, of the branch or of the pull request', () => {
      for (const [name, text, secret] of inNames) {
        const files = { [`${text}.txt`]: 'Notes.' };
        const named = reviewed({
          before: null,
          after: { files },
          path: `certified-connectors/${text}`,
          comments: [{ by: 'ada', at: '11:30', body: '/why' }],
        });
        const outside = reviewed({
          snapshot: {
            pull: {
              title: `Add ${text}`,
              base: { ref: text },
              head: { ref: text },
              changedFiles: 1,
            },
            files: {
              ok: true,
              value: [
                { path: `${text}.txt`, status: 'added' },
                { path: 'certified-connectors/Contoso Invoices/readme.md', status: 'modified' },
              ],
            },
          },
        });
        const merged = reviewed({
          after: {},
          snapshot: { pull: { title: `Add ${text}` } },
          comments: [{ by: 'rita', at: '11:30', body: '/merge' }],
        });
        expect(shown(secret, `${named}${outside}${merged}`), name).toEqual([]);
      }
    });
  });
}
