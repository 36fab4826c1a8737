/**
 * Writes a page for each rule, `docs/rules/<RuleId>.md`, and for each kind of change,
 * `docs/changes/<Kind>.md`, with their tables, from the rules, the verdicts and their fixtures, and
 * the pictures of a terminal, the tables of other pages, and the reference of the command line.
 * With `--check` it writes nothing and fails where a page is missing, stale or of no rule.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { casesOf } from '../fixtures/cases.ts';
import { variableDocs } from '../src/app/env.ts';
import { permissionPurposes, readManifest } from '../src/app/manifest.ts';
import { createMetrics } from '../src/app/metrics.ts';
import { verdicts } from '../src/changes/verdicts.ts';
import { readConnector } from '../src/connector/connector.ts';
import { packageName, runsAs } from '../src/shared/project.ts';
import * as analyzers from '../src/analyzers/analyze.ts';
import { apiRoutes } from '../src/portal/api/routes.ts';
import { markdownTable } from '../src/report/markdown.ts';
import { toPretty } from '../src/report/pretty.ts';
import { reportOf } from '../src/report/report.ts';
import { compareVersions } from '../src/validation/validate-connector.ts';
import { answersWithoutCode, policyByCode } from '../src/rules/policy-codes.ts';
import { rules } from '../src/rules/registry.ts';
import type { Rule, RuleCategory } from '../src/rules/rule.ts';
import { defaultSettings } from '../src/settings/defaults.ts';
import { compareFolders, validateFolder, inFile } from '../src/workspace/validate-folder.ts';
import { findConnectors } from '../src/workspace/find-connectors.ts';
import { readFolderAt } from '../src/workspace/read-folder.ts';
import { layersTable } from '../test/architecture/layers.ts';
import { rulesBehind, sourceOf } from '../src/cli/explain-policy.ts';
import { changePage, type Meaning } from './change-page.ts';
import { cliPage } from './cli-page.ts';
import { editorPicture } from './editor-picture.ts';
import { picture } from './picture.ts';
import { rulePage, severities } from './rule-page.ts';

const categoryTitles: Record<RuleCategory, string> = {
  package: 'The files of the connector',
  uniqueness: 'What only one connector may have',
  definition: 'The definition',
  wording: 'The wording',
  properties: 'The properties',
  icon: 'The icon',
};

function index(): string {
  const section = ([category, ofCategory]: [RuleCategory, Rule[]]): string => {
    const table = markdownTable(
      ['rule', 'severity', 'fixable', 'says'],
      ofCategory.map((rule) => [
        `[${rule.id}](${rule.id}.md)`,
        severities(rule),
        rule.fixable ? 'yes' : '',
        rule.description,
      ]),
    );
    return `## ${categoryTitles[category]}\n\n${table}`;
  };
  return `# Rules

Written by \`npm run docs\` from the rules and their fixtures. Severities are measured: what more than 2.5% of the
accepted independent publishers' connectors do is not an error. [Coverage of the published rules](coverage.md).

${[...Map.groupBy(rules, ({ category }) => category)].map(section).join('\n\n')}
`;
}

/**
 * Every published rule: where it is, how bad a breach is, its fixtures, and the accepted connectors
 * it calls wrong.
 */
function coverage(): string {
  const read = (name: string): string =>
    readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8');
  const published: { source: string; sections: Record<string, string[]> } = JSON.parse(
    read('fixtures/published-rules.json'),
  );
  const defects: { rules: Record<string, { why: string; connectors: string[] }> } = JSON.parse(
    read('fixtures/accepted-defects.json'),
  );
  const sources = readdirSync(fileURLToPath(new URL('../src/rules/', import.meta.url)), {
    recursive: true,
    encoding: 'utf8',
  })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => [name, read(`src/rules/${name}`)] as const);
  const row = (id: string): string[] => {
    const rule = rules.find((one) => one.id === id);
    const file = sources.find(([, text]) => text.includes(`'${id}'`))?.[0];
    const cases = (['bad', 'good'] as const).map((kind) => casesOf(id, kind).length);
    const wrong = defects.rules[id];
    const where = file === undefined ? '' : `[${file}](../../src/rules/${file})`;
    const what = wrong === undefined ? '' : `${wrong.connectors.join(', ')}: ${wrong.why}`;
    const severity = rule ? severities(rule) : 'missing';
    return [`[${id}](${id}.md)`, where, severity, `${cases.join(' bad, ')} good`, what];
  };
  const head = [
    'id',
    'where',
    'severity',
    'fixtures',
    'accepted independent publishers\u2019 connectors that break it, and why that is true',
  ];
  const own = rules
    .map(({ id }) => id)
    .filter((id) => !Object.values(published.sections).flat().includes(id));
  const sections = [...Object.entries(published.sections), ['Ours', own] as const];
  return `# Coverage of the published rules

Written by \`npm run docs\`. ${published.source} There are ${Object.values(published.sections).flat().length}; every one is here, and ${own.length} of our own follow.

${sections.map(([name, ids]) => `## ${name}\n\n${markdownTable(head, ids.map(row))}`).join('\n\n')}
`;
}

/** Text in a table as it is, except code. */
const literal = (text: string): string => text.replaceAll('*', '\\*').replaceAll('<', '&lt;');

/** Every policy code with the rules that stand for it, or why there is none. */
function policyPage(): string {
  const row = (code: string): string[] => {
    const policy = policyByCode.get(code);
    if (!policy) throw new Error(`no policy ${code}`);
    const behind = rulesBehind(code).map(({ id }) => `[${id}](rules/${id}.md)`);
    return [
      `\`${code}\``,
      [policy.message, ...(policy.condition ? [policy.condition] : [])].map(literal).join('<br>'),
      sourceOf(policy),
      behind.length > 0 ? listOf(behind) : `None. ${policy.unchecked ?? ''}`,
    ];
  };
  /** The first rules, and the rest folded. */
  const listOf = (items: readonly string[]): string => {
    if (items.length <= 6) return items.join(', ');
    const [first, rest] = [items.slice(0, 3), items.slice(3)];
    const folded = `<summary>and ${rest.length} more</summary>${rest.join(', ')}`;
    return `${first.join(', ')} <details>${folded}</details>`;
  };
  const head = ['code', 'message', 'source', 'rules'];
  const codes = Array.from(policyByCode.keys());
  const withRule = codes.filter((code) => rulesBehind(code).length > 0).length;
  const table = (of: (code: string) => boolean): string =>
    markdownTable(head, codes.filter(of).map(row));
  return `# Policy codes

Written by \`npm run docs\` from \`src/rules/policy-codes.ts\`. The certification of a connector
answers with these codes, or since July 2026 with the same messages without their codes.
\`gatehouse explain 5000.2.2.5\` shows a code and its rules; reports show the first code of a rule
beside each finding. Of ${codes.length} codes, ${withRule} have rules.

The texts are from the documentation of the policies, from comments of the certification service in
pull requests of the model repository, from an answer of the Solution Checker (February 2025), and
from a publisher's account of certification in Partner Center (May to August 2026). *Retold*: a
summary, not the original text. *Cut*: only the beginning is known.

[What a finding blocks](cli.md#what-a-finding-blocks): the pull request, the certification, or nothing.

## Certification service

${table((code) => code.startsWith('5000'))}

## Solution Checker

${table((code) => !code.startsWith('5000'))}

## Answers without a code

${markdownTable(
  ['message', 'source', 'meaning'],
  answersWithoutCode.map(({ message, source, meaning }) => [literal(message), source, meaning]),
)}
`;
}

function changeIndex(): string {
  const table = markdownTable(
    ['change', 'severity', 'update', 'what it is'],
    Object.entries<Meaning>(verdicts).map(([kind, { severity, size, description }]) => [
      `[${kind}](${kind}.md)`,
      severity,
      size,
      description,
    ]),
  );
  return `# Changes

Written by \`npm run docs\`. What an update of a connector may change, and what that means to people who have built flows on it:
an \`error\` breaks a flow that works today, a \`warning\` may, a \`note\` does not. A minor update changes texts, color, publisher
and documentation only.

${table}
`;
}

/** What the README's first command shows of the connector that has mistakes. */
async function example(): Promise<string> {
  const candidates = findConnectors(
    [fileURLToPath(new URL(`../${exampleParent}/${exampleConnector}`, import.meta.url))],
    defaultSettings.folders,
    'certified',
  );
  const connectors = await Promise.all(
    candidates.map((candidate) =>
      validateFolder(
        candidate,
        { overrides: {}, words: [], fixes: false, snippets: true },
        analyzers,
      ),
    ),
  );
  // Paths are as short as in the folder that most people work in.
  const shown = connectors.map((each) => ({ ...each, directory: exampleConnector }));
  const command = `${runsAs} check "${exampleConnector}"`;
  const prompt = '\u001b[32m$\u001b[39m';
  return picture(
    `${prompt} cd ${exampleParent}\n${prompt} ${command}\n\n` +
      toPretty(reportOf(shown, ''), { color: true, width: 90, view: { command } }),
    'What gatehouse check shows of a connector with mistakes',
  );
}

const exampleParent = 'fixtures/connectors/independent-publisher-connectors';
const exampleConnector = 'Fabrikam Tickets';

const [exampleBefore, exampleAfter] = [
  'fixtures/update/before.json',
  'fixtures/update/after.json',
] as const;
const exampleFolder = (path: string) =>
  readFolderAt(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'certified');

/** What the example of an update shows. */
function updateExample(): string {
  const report = reportOf(
    [
      inFile(
        compareFolders(exampleFolder(exampleBefore), exampleFolder(exampleAfter), true),
        exampleAfter,
      ),
    ],
    '',
  );
  const command = `\u001b[32m$\u001b[39m ${runsAs} diff ${exampleBefore} ${exampleAfter}`;
  return picture(
    `${command}\n\n${toPretty(report, { color: true, width: 80, view: { briefNotes: true } })}`,
    'What gatehouse diff shows of an update that breaks flows',
  );
}

/** The page about updates with the changelog of that update, as a quotation. */
function updatesPage(): string {
  const [was, now] = [
    readConnector(exampleFolder(exampleBefore)),
    readConnector(exampleFolder(exampleAfter)),
  ];
  const quoted = compareVersions(was, now)
    .changelog()
    .trimEnd()
    .split('\n')
    .map((line) => `> ${line.replace(/^#/, '##')}`.trimEnd());
  const text = readFileSync(join(docs, 'updates.md'), 'utf8');
  return text.replace(
    /(<!-- written by npm run docs -->\n)[^]*?(<!-- end -->)/,
    (_, start: string, end: string) => `${start}${quoted.join('\n')}\n\n${end}`,
  );
}

const isDescribed = (
  value: unknown,
): value is Record<string, { description: string; default?: string }> =>
  typeof value === 'object' && value !== null;

/** The page of the Action, with what action.yml says of its inputs and outputs. */
function actionPage(): string {
  const action: { inputs?: unknown; outputs?: unknown } = parseYaml(
    readFileSync(join(docs, '../action.yml'), 'utf8'),
  );
  const table = (of: 'inputs' | 'outputs'): string => {
    const described = action[of];
    if (!isDescribed(described)) throw new Error(`action.yml has no ${of}`);
    const head = [of.slice(0, -1), 'is', ...(of === 'inputs' ? ['default'] : [])];
    const rows = Object.entries(described).map(([name, { description, default: value }]) => [
      `\`${name}\``,
      description,
      ...(of === 'inputs' ? [value === undefined ? '' : `\`${value}\``] : []),
    ]);
    return markdownTable(head, rows);
  };
  const text = readFileSync(join(docs, 'action.md'), 'utf8');
  return text.replace(
    /(<!-- written by npm run docs: (inputs|outputs) -->\n)[^]*?(<!-- end -->)/g,
    (_, start: string, of: 'inputs' | 'outputs', end: string) => `${start}\n${table(of)}\n\n${end}`,
  );
}

/** The page for contributors, with the table of the layers. */
function contributing(): string {
  const text = readFileSync(join(docs, '../CONTRIBUTING.md'), 'utf8');
  return text.replace(
    /(<!-- written by npm run docs: layers -->\n)[^]*?(<!-- end -->)/,
    (_, start: string, end: string) => `${start}\n${layersTable()}\n\n${end}`,
  );
}

/** The page for operators, with its generated parts. */
async function operatorsPage(): Promise<string> {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const manifest: { peerDependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const packages = Object.entries(manifest.peerDependencies).map(
    ([name, range]) => `${name}@${range.replace(/^\^/, '')}`,
  );
  const { default_permissions: permissions } = readManifest(root);
  const metrics = await createMetrics({
    version: '',
    jobCounts: () => Promise.resolve({}),
    oldestJobSeconds: () => Promise.resolve(0),
    isReady: () => Promise.resolve(true),
  }).show();
  const parts: Record<string, string> = {
    install: `\`\`\`sh\nnpm install ${[packageName, ...packages].join(' ')}\n${runsAs} serve\n\`\`\``,
    variables: markdownTable(
      ['variable', 'default', 'description'],
      variableDocs().map(({ name, defaultValue, description }) => [
        `\`${name}\``,
        defaultValue,
        description,
      ]),
    ),
    permissions: markdownTable(
      ['permission', 'purpose'],
      Object.entries(permissionPurposes).map(([name, purpose]) => [
        `${name.replaceAll('_', ' ')}: ${permissions[name]}`,
        purpose,
      ]),
    ),
    metrics: markdownTable(
      ['metric', 'meaning'],
      Array.from(metrics.matchAll(/^# HELP (gatehouse_\w+) (.*)$/gm), ([, name, help = '']) => [
        `\`${name}\``,
        help,
      ]),
    ),
  };
  return readFileSync(join(docs, 'operate.md'), 'utf8').replace(
    /(<!-- written by npm run docs: (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n${parts[name]}\n\n${end}`,
  );
}

/** The page about the API, with the table of its routes. */
function apiPage(): string {
  const table = markdownTable(
    ['`GET`', ''],
    apiRoutes.map(({ path, summary }) => [`\`${path}\``, summary]),
  );
  return readFileSync(join(docs, 'api.md'), 'utf8').replace(
    /(<!-- written by npm run docs: routes -->\n)[^]*?(<!-- end -->)/,
    (_, start: string, end: string) => `${start}\n${table}\n\n${end}`,
  );
}

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const pages = new Map([
  ['check.svg', await example()],
  ['diff.svg', updateExample()],
  ['updates.md', updatesPage()],
  ['editor.svg', await editorPicture()],
  ['../CONTRIBUTING.md', contributing()],
  ['action.md', actionPage()],
  ['api.md', apiPage()],
  ['operate.md', await operatorsPage()],
  ['cli.md', cliPage()],
  ['policies.md', policyPage()],
  ['rules/README.md', index()],
  ['rules/coverage.md', coverage()],
  ...rules.map((rule) => [`rules/${rule.id}.md`, rulePage(rule)] as const),
  ['changes/README.md', changeIndex()],
  ...Object.entries(verdicts).map(
    ([kind, verdict]) => [`changes/${kind}.md`, changePage(kind, verdict)] as const,
  ),
]);
for (const name of ['rules', 'changes']) mkdirSync(join(docs, name), { recursive: true });
const found = ['rules', 'changes'].flatMap((folder) =>
  readdirSync(join(docs, folder)).map((name) => `${folder}/${name}`),
);
const stands = (name: string): string | undefined =>
  existsSync(join(docs, name)) ? readFileSync(join(docs, name), 'utf8') : undefined;
const stale = [...pages].filter(([name, text]) => stands(name) !== text).map(([name]) => name);
const left = found.filter((name) => !pages.has(name));
if (process.argv.includes('--check')) {
  for (const name of [...stale, ...left]) console.error(`docs/${name} is stale. Run: npm run docs`);
  process.exitCode = stale.length + left.length > 0 ? 1 : 0;
} else {
  for (const name of left) rmSync(join(docs, name));
  for (const name of stale) writeFileSync(join(docs, name), pages.get(name) ?? '');
  console.log(`${rules.length} rules, ${stale.length} pages written, ${left.length} removed`);
}
