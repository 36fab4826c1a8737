/**
 * How fast Gatehouse is, as ratios of what was measured in this one run (`npm run bench`, which
 * builds first). Exit status 1 where a bound is broken. `--json` prints the rows as JSON;
 * `--sample` gives Spectral, which needs a minute for all, every 12th connector; `--only <word>`
 * measures only the rows that have the word in their names. The corpus: `GATEHOUSE_CORPUS`, else
 * `../shared/corpus` beside the checkout.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { compareConnectors } from '../src/changes/compare.ts';
import { classify } from '../src/changes/classify.ts';
import { definitionName, readConnector, type ConnectorFolder } from '../src/connector/connector.ts';
import { isObject, type JsonObject } from '../src/json/values.ts';
import { runRules } from '../src/validation/run-rules.ts';
import { fixFolder } from '../src/validation/fix.ts';
import { rules } from '../src/rules/registry.ts';
import { defaultSettings } from '../src/settings/defaults.ts';
import { changed, tangled } from './changed.ts';
import { context } from '../fixtures/context.ts';
import { measureCatalog } from './catalog.ts';
import { contoso } from './contoso.ts';

interface Work {
  work: string;
  bound: { atMost: number } | { atLeast: number };
  unit: '×' | ' MB' | ' s';
}

interface Row extends Work {
  /** Undefined where it was skipped. */
  value?: number;
  detail: string;
}

const works = {
  parse: { work: 'whole corpus against JSON.parse', bound: { atMost: 10 }, unit: '×' },
  memory: { work: 'whole corpus, memory', bound: { atMost: 512 }, unit: ' MB' },
  spectral: { work: 'as many times as fast as Spectral', bound: { atLeast: 20 }, unit: '×' },
  cold: { work: 'one connector, cold, against Spectral', bound: { atMost: 0.5 }, unit: '×' },
  action: {
    work: 'Action, cold start on one connector, against Spectral',
    bound: { atMost: 0.5 },
    unit: '×',
  },
  diff: {
    work: 'diff of the largest definition, as many times as fast as openapi-diff',
    bound: { atLeast: 60 },
    unit: '×',
  },
  diffMemory: {
    work: 'diff of the largest definition, memory against openapi-diff',
    bound: { atMost: 0.2 },
    unit: '×',
  },
  diffChanged: {
    work: 'diff with a heavily changed copy, as many times as fast',
    bound: { atLeast: 60 },
    unit: '×',
  },
  diffChangedMemory: {
    work: 'diff with a heavily changed copy, memory',
    bound: { atMost: 0.2 },
    unit: '×',
  },
  diffGrowth: { work: 'diff, growth from 10 kB to 5 MB', bound: { atMost: 1.5 }, unit: '×' },
  diffTangled: {
    work: 'diff of schemas that are all recursive through twenty others',
    bound: { atMost: 1 },
    unit: ' s',
  },
  clean: { work: 'growth, no mistakes', bound: { atMost: 1.5 }, unit: '×' },
  faulty: { work: 'growth, mistakes in every operation', bound: { atMost: 1.5 }, unit: '×' },
  catalogFiles: {
    work: 'catalog of the whole corpus, as files',
    bound: { atMost: 20 },
    unit: ' s',
  },
  catalogMemory: {
    work: 'catalog of the whole corpus, memory',
    bound: { atMost: 512 },
    unit: ' MB',
  },
  catalogPush: { work: 'catalog, one connector that changed', bound: { atMost: 0.3 }, unit: ' s' },
  catalogSmall: {
    work: 'catalog of 1,200 connectors, slowest of lists and searches (p95)',
    bound: { atMost: 0.03 },
    unit: ' s',
  },
  catalogLarge: {
    work: 'catalog of 10,000 connectors, slowest of lists and searches (p95)',
    bound: { atMost: 0.1 },
    unit: ' s',
  },
  fixes: { work: 'growth, fixing mistakes in every operation', bound: { atMost: 1.5 }, unit: '×' },
} satisfies Record<string, Work>;
type Kind = keyof typeof works;

interface Definition {
  folder: string;
  file: string;
  bytes: number;
}

const here = import.meta.dirname;
const root = resolve(here, '..');
const cli = join(root, 'dist/cli.js');
const action = join(root, 'action/dist/action.js');
const spectralCli = join(here, 'node_modules/@stoplight/spectral-cli/dist/index.js');
const openApiDiffCli = join(here, 'node_modules/openapi-diff/bin/openapi-diff');
const corpus = resolve(process.env.GATEHOUSE_CORPUS ?? join(root, '../shared/corpus'));
/** Spectral gets every twelfth connector by size, or all. */
const step = process.argv.includes('--sample') ? 12 : 1;
const temporary = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const output = join(temporary, 'output');
const ruleset = join(temporary, 'ruleset.yaml');

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const seconds = (milliseconds: number): string =>
  `${(milliseconds / 1000).toFixed(milliseconds < 1000 ? 2 : 1)} s`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;

/**
 * Runs node in a fresh process. Milliseconds from start to end, what it printed, and what it said
 * on descriptor 3.
 */
async function node(
  args: readonly string[],
  input = '',
  more: Readonly<Record<string, string>> = {},
): Promise<{ time: number; printed: string; third: string }> {
  const { NODE_OPTIONS: _options, NODE_COMPILE_CACHE: _cache, ...environment } = process.env;
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: temporary,
    env: { ...environment, ...more, SCARF_ANALYTICS: 'false' },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const [, out, error, extra] = child.stdio;
  const collected = ['', '', ''];
  [out, error, extra].forEach(
    (stream, index) =>
      stream &&
      'on' in stream &&
      stream.on('data', (chunk: Buffer) => (collected[index] += chunk.toString())),
  );
  child.stdin.end(input);
  const status = await new Promise<number | null>((done, fail) =>
    child.on('error', fail).on('close', done),
  );
  const time = performance.now() - started;
  const [printed = '', complaint = '', third = ''] = collected;
  if (status !== 0 && status !== 1)
    throw new Error(
      `node ${args.slice(0, 6).join(' ')} … ended with ${status}: ${complaint.slice(0, 1000)}`,
    );
  return { time, printed, third };
}

/** Of a run that did nothing the time would be worth nothing: there must be a report. */
async function reporting(args: readonly string[]): ReturnType<typeof node> {
  rmSync(output, { force: true });
  const run = await node([...args, '--format', 'json', '--output', output]);
  if (!existsSync(output) || statSync(output).size < 100)
    throw new Error(
      `node ${args.slice(0, 6).join(' ')} … wrote no report: ${run.printed.slice(0, 1000)}`,
    );
  return run;
}

const usage = ['--import', join(here, 'usage.ts')];
const ours = (folders: readonly string[]) => reporting([...usage, cli, 'check', ...folders]);
const ourDiff = (before: string, after: string) =>
  reporting([...usage, cli, 'diff', before, after]);
const spectral = (files: readonly string[]) =>
  reporting([
    spectralCli,
    'lint',
    '--ruleset',
    ruleset,
    '--fail-on-unmatched-globs',
    '--quiet',
    ...files,
  ]);

/** The shortest time of three runs, and the most memory, in megabytes. */
async function bestOfThree(
  run: () => ReturnType<typeof node>,
): Promise<{ time: number; memory: number }> {
  const runs = [await run(), await run(), await run()];
  return {
    time: Math.min(...runs.map(({ time }) => time)),
    memory: Math.max(...runs.map(({ third }) => Number(third) / 1024)),
  };
}

/** The definitions of the corpus, the smallest first. */
function definitionsOf(repository: string): Definition[] {
  const folders = Object.keys(defaultSettings.folders).filter((name) =>
    existsSync(join(repository, name)),
  );
  return folders
    .flatMap((name) =>
      readdirSync(join(repository, name)).map((connector) => join(repository, name, connector)),
    )
    .map((folder) => ({ folder, file: join(folder, 'apiDefinition.swagger.json') }))
    .filter(({ file }) => existsSync(file))
    .map((one) => ({ ...one, bytes: statSync(one.file).size }))
    .sort((a, b) => a.bytes - b.bytes || (a.folder < b.folder ? -1 : 1));
}

/**
 * Spectral takes names for patterns: `Asite (Canada)` would match nothing. It gets copies with
 * plain names.
 */
const plainCopies = (definitions: readonly Definition[]): string[] =>
  definitions.map(({ file }, index) => {
    const copy = join(temporary, `${index}.json`);
    copyFileSync(file, copy);
    return copy;
  });

async function wholeCorpus(definitions: readonly Definition[]): Promise<Row[]> {
  say(`Checking all ${definitions.length} connectors, and parsing them, five times by turns …`);
  const paths = definitions.map(({ file }) => file).join('\n');
  const [checks, parses]: [number[], number[]] = [[], []];
  let memory = 0;
  for (let round = 0; round < 5; round += 1) {
    const { time, third } = await ours([corpus]);
    checks.push(time);
    memory = Math.max(memory, Number(third) / 1024);
    parses.push(Number((await node([join(here, 'parse.ts')], paths)).printed));
  }
  const [whole, parse] = [Math.min(...checks), Math.min(...parses)];
  const bytes = sum(definitions.map((one) => one.bytes));
  return [
    {
      ...works.parse,
      value: whole / parse,
      detail:
        `${seconds(whole)} for ${definitions.length} connectors with ${megabytes(bytes)} of ` +
        `definitions; decoding and JSON.parse of the same ${seconds(parse)}, each the best ` +
        'of five',
    },
    {
      ...works.memory,
      value: memory,
      detail: 'resident set at its peak, all threads, the highest of the five',
    },
  ];
}

async function againstSpectral(definitions: readonly Definition[]): Promise<Row> {
  const sample = definitions.filter((_one, index) => index % step === step >> 1);
  say(`Spectral on ${sample.length} connectors, once …`);
  const theirs = await spectral(plainCopies(sample));
  const checked = await bestOfThree(() =>
    ours(step === 1 ? [corpus] : sample.map(({ folder }) => folder)),
  );
  const share = sum(sample.map(({ bytes }) => bytes)) / sum(definitions.map(({ bytes }) => bytes));
  const scaled =
    `every ${step}th connector by size (${sample.length}); ` +
    `by bytes that makes ${seconds(theirs.time / share)} of Spectral for the whole ` +
    `corpus, and ${seconds(checked.time / share)} of ours`;
  return {
    ...works.spectral,
    value: theirs.time / checked.time,
    detail:
      `${seconds(checked.time)}, Spectral with spectral:oas ${seconds(theirs.time)}, both ` +
      `for ${step === 1 ? 'the whole corpus' : scaled}`,
  };
}

async function coldStart(definitions: readonly Definition[]): Promise<Row> {
  say('One median connector from a cold start, seven times each …');
  const middle = definitions[definitions.length >> 1];
  if (!middle) throw new Error(`There is no definition in ${corpus}.`);
  const [copy = ''] = plainCopies([middle]);
  const [mine, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < 7; round += 1) {
    mine.push((await node([cli, 'check', middle.folder])).time);
    theirs.push((await node([spectralCli, 'lint', '--ruleset', ruleset, copy])).time);
  }
  return {
    ...works.cold,
    value: median(mine) / median(theirs),
    detail:
      `${seconds(median(mine))}, Spectral ${seconds(median(theirs))}, for a definition of ` +
      `${Math.round(middle.bytes / 1000)} kB`,
  };
}

/**
 * The built Action as the runner starts it, on a repository with one connector that a pull request
 * changes: git included.
 */
async function actionColdStart(definitions: readonly Definition[]): Promise<Row> {
  say('The Action on one median connector from a cold start, seven times each …');
  const middle = definitions[definitions.length >> 1];
  if (!middle) throw new Error(`There is no definition in ${corpus}.`);
  if (!existsSync(action)) throw new Error('action/ is not built. Run: npm run build:action');
  const [copy = ''] = plainCopies([middle]);
  const repository = join(temporary, 'repository');
  const connector = join(repository, 'certified-connectors/Median');
  cpSync(dirname(middle.file), connector, { recursive: true });
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@contoso.example', ...args], {
      cwd: repository,
      encoding: 'utf8',
    }).trim();
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'Before');
  const definition = join(connector, 'apiDefinition.swagger.json');
  writeFileSync(
    definition,
    readFileSync(definition, 'utf8').replace('"description": "', '"description": "Now: '),
  );
  git('commit', '-q', '-a', '-m', 'After');
  const payload = join(temporary, 'event.json');
  writeFileSync(
    payload,
    JSON.stringify({ before: git('rev-parse', 'HEAD~1'), after: git('rev-parse', 'HEAD') }),
  );
  const environment = {
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: payload,
    GITHUB_WORKSPACE: repository,
    RUNNER_TEMP: temporary,
  };
  const [mine, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < 7; round += 1) {
    const run = await node([action], '', environment);
    if (!run.printed.includes('certified-connectors/Median'))
      throw new Error(`The Action checked nothing: ${run.printed}`);
    mine.push(run.time);
    theirs.push((await node([spectralCli, 'lint', '--ruleset', ruleset, copy])).time);
  }
  return {
    ...works.action,
    value: median(mine) / median(theirs),
    detail:
      `${seconds(median(mine))} with git and the comparison with the base, Spectral ` +
      `${seconds(median(theirs))}, for a definition of ${Math.round(middle.bytes / 1000)} ` +
      'kB',
  };
}

/**
 * openapi-diff gets the definition against itself only, and once: it needs half a minute. With a
 * changed copy it takes longer.
 */
async function againstOpenApiDiff(definitions: readonly Definition[]): Promise<Row[]> {
  const largest = definitions.at(-1);
  if (!largest) throw new Error(`There is no definition in ${corpus}.`);
  const definition: unknown = JSON.parse(readFileSync(largest.file, 'utf8'));
  if (!isObject(definition)) throw new Error(`${largest.file} is no object.`);
  const copy = join(temporary, 'changed.json');
  writeFileSync(copy, JSON.stringify(changed(definition), null, 2));
  say('openapi-diff on the largest definition, once …');
  const theirs = await node([...usage, openApiDiffCli, largest.file, largest.file]);
  const memory = Number(theirs.third) / 1024;
  const [same, other] = [
    await bestOfThree(() => ourDiff(largest.file, largest.file)),
    await bestOfThree(() => ourDiff(largest.file, copy)),
  ];
  const report: { summary?: { errors: number; notes: number; warnings: number } } = JSON.parse(
    readFileSync(output, 'utf8'),
  );
  const found = sum([
    report.summary?.errors ?? 0,
    report.summary?.warnings ?? 0,
    report.summary?.notes ?? 0,
  ]);
  const of =
    `openapi-diff ${seconds(theirs.time)} and ${Math.round(memory)} MB for the ` +
    `definition of ${megabytes(largest.bytes)} against itself`;
  return [
    { ...works.diff, value: theirs.time / same.time, detail: `${seconds(same.time)}, ${of}` },
    { ...works.diffMemory, value: same.memory / memory, detail: `${Math.round(same.memory)} MB` },
    {
      ...works.diffChanged,
      value: theirs.time / other.time,
      detail: `${seconds(other.time)} for ${found} changes, against the same run of openapi-diff`,
    },
    {
      ...works.diffChangedMemory,
      value: other.memory / memory,
      detail: `${Math.round(other.memory)} MB`,
    },
  ];
}

/** A folder with a definition alone. */
function folderOf(definition: JsonObject): ConnectorFolder {
  const bytes = new TextEncoder().encode(JSON.stringify(definition));
  return {
    path: 'Contoso',
    class: 'certified',
    files: [{ path: definitionName, kind: 'file', size: bytes.length, bytes }],
  };
}

/** From bytes to findings. How many there are. */
function diff([before, after]: readonly [ConnectorFolder, ConnectorFolder]): number {
  const [was, now] = [readConnector(before), readConnector(after)];
  return classify(compareConnectors(was, now), now, was).length;
}

function diffGrowth(): Row {
  say(`${works.diffGrowth.work} …`);
  const operations = [8, 75, 1200, 4800];
  const pairs = operations.map((many) => {
    const { definition } = readConnector(contoso(many, false));
    if (!definition) throw new Error('The made-up connector has no definition.');
    return [folderOf(definition.raw), folderOf(changed(definition.raw))] as const;
  });
  const size = ([before]: (typeof pairs)[number]): number =>
    sum(before.files.map((file) => file.size));
  // all together work on the same number of bytes, so that small ones can be measured too
  const run = (pair: (typeof pairs)[number], index: number): number => {
    const times = (operations.at(-1) ?? 1) / (operations[index] ?? 1);
    const started = performance.now();
    for (let time = 0; time < times; time += 1) diff(pair);
    return (performance.now() - started) / times / size(pair);
  };
  pairs.forEach(run);
  const rounds = Array.from({ length: 4 }, () => pairs.map(run));
  const best = pairs.map((_pair, index) => Math.min(...rounds.map((round) => round[index] ?? NaN)));
  const [, , third = NaN, last = NaN] = best; // four times as large, as in the other rows of growth
  const changes = pairs.map(diff).at(-1);
  return {
    ...works.diffGrowth,
    value: last / third,
    detail:
      `${best.map((time) => (time * 1e6).toFixed(1)).join(', ')} ns a byte at ` +
      `${pairs.map((pair) => `${Math.round(size(pair) / 1000)} kB`).join(', ')}; ` +
      `${changes} changes at the last`,
  };
}

async function catalogOfCorpus(): Promise<Row[]> {
  say(`${works.catalogFiles.work} …`);
  const site = join(temporary, 'site');
  const { time, third } = await node([...usage, cli, 'catalog', corpus, '--output', site]);
  const detail = 'index.json and the pages of each connector; from start to end';
  return [
    { ...works.catalogFiles, value: time / 1000, detail },
    { ...works.catalogMemory, value: (Number(third) * 1024) / 1e6, detail },
  ];
}

/** Queries of a catalog in the embedded database, which is slower than a PostgreSQL. */
async function catalogQueries(count: number): Promise<Row[]> {
  say(`catalog of ${count} connectors …`);
  const { push, times } = await measureCatalog(count, join(temporary, `catalog-${count}`));
  const [slowest] = times.toSorted((a, b) => b.p95 - a.p95);
  const queries: Row = {
    ...(count > 1200 ? works.catalogLarge : works.catalogSmall),
    value: (slowest?.p95 ?? NaN) / 1000,
    detail: times.map(({ what, p95 }) => `${what} ${p95.toFixed(1)} ms`).join(', '),
  };
  if (count > 1200) return [queries];
  const detail = 'reading a connector with 16 operations and storing it; the longest of 20';
  return [{ ...works.catalogPush, value: push / 1000, detail }, queries];
}

function diffTangled(): Row {
  say(`${works.diffTangled.work} …`);
  const pair = [folderOf(tangled(400, 'string')), folderOf(tangled(400, 'integer', 2))] as const;
  const times = Array.from({ length: 3 }, () => {
    const started = performance.now();
    diff(pair);
    return performance.now() - started;
  });
  return {
    ...works.diffTangled,
    value: Math.max(...times) / 1000,
    detail:
      '400 schemas, of which each has another type now and leads to others; the longest of three',
  };
}

/** The time for a byte must not grow with the number of operations. */
function growth(kind: 'clean' | 'faulty' | 'fixes'): Row {
  const smallest = 150;
  const inputs = [1, 2, 4, 8].map((factor) => contoso(smallest * factor, kind !== 'clean'));
  say(`${works[kind].work} …`);
  let findings = 0;
  const run = (folder: ConnectorFolder): number => {
    const started = performance.now();
    findings = runRules(
      readConnector(kind === 'fixes' ? fixFolder(folder, { context }) : folder),
      rules,
      { context },
    ).length;
    return (performance.now() - started) / sum(folder.files.map(({ size }) => size));
  };
  for (let round = 0; round < 6; round += 1) inputs.forEach(run);
  const rounds = Array.from({ length: 5 }, () => inputs.map(run));
  const times = inputs.map((_folder, index) =>
    Math.min(...rounds.map((round) => round[index] ?? NaN)),
  );
  const [, second = NaN, , last = NaN] = times;
  return {
    ...works[kind],
    value: last / second,
    detail:
      `${times.map((time) => (time * 1e6).toFixed(1)).join(', ')} ns a byte at ` +
      `${inputs.map((_one, index) => smallest * 2 ** index).join(', ')} operations; ` +
      `${findings} findings at the last`,
  };
}

const holds = ({ value, bound }: Row): boolean =>
  value === undefined || ('atMost' in bound ? value <= bound.atMost : value >= bound.atLeast);

function verdictOn(row: Row): string {
  if (row.value === undefined) return '–';
  return holds(row) ? 'yes' : 'NO';
}

function table(rows: readonly Row[]): string {
  const number = (value: number, unit: string): string =>
    `${value.toFixed(value < 10 ? 2 : 0)}${unit}`;
  const cells = [
    ['work', 'measured', 'bound', 'ok'],
    ...rows.map((row) => [
      row.work,
      row.value === undefined ? 'skipped' : number(row.value, row.unit),
      'atMost' in row.bound
        ? `≤ ${row.bound.atMost}${row.unit}`
        : `≥ ${row.bound.atLeast}${row.unit}`,
      verdictOn(row),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  const lines = cells.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' | ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join(' | '));
  return [...lines, '', ...rows.map(({ work, detail }) => `${work}: ${detail}`)].join('\n');
}

/** Installs the peers where they are missing or older than their lockfile. */
async function installPeers(): Promise<void> {
  const [installed, wanted] = [
    join(here, 'node_modules/.package-lock.json'),
    join(here, 'package-lock.json'),
  ];
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return;
  say('Installing the peers …');
  const child = spawn('npm', ['ci', '--prefix', here, '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const status = await new Promise((done, fail) => child.on('error', fail).on('close', done));
  if (status !== 0) throw new Error('npm ci in bench/ failed.');
}

/** What gives which rows; with a corpus those that need one. */
const measurements: {
  kinds: Kind[];
  measure: (definitions: readonly Definition[]) => Row[] | Promise<Row[]>;
  corpus?: true;
}[] = [
  { kinds: ['parse', 'memory'], corpus: true, measure: wholeCorpus },
  {
    kinds: ['spectral'],
    corpus: true,
    measure: async (definitions) => [await againstSpectral(definitions)],
  },
  {
    kinds: ['action'],
    corpus: true,
    measure: async (definitions) => [await actionColdStart(definitions)],
  },
  { kinds: ['cold'], corpus: true, measure: async (definitions) => [await coldStart(definitions)] },
  {
    kinds: ['diff', 'diffMemory', 'diffChanged', 'diffChangedMemory'],
    corpus: true,
    measure: againstOpenApiDiff,
  },
  { kinds: ['clean'], measure: () => [growth('clean')] },
  { kinds: ['faulty'], measure: () => [growth('faulty')] },
  { kinds: ['fixes'], measure: () => [growth('fixes')] },
  { kinds: ['catalogFiles', 'catalogMemory'], corpus: true, measure: catalogOfCorpus },
  { kinds: ['catalogPush', 'catalogSmall'], measure: () => catalogQueries(1200) },
  { kinds: ['catalogLarge'], measure: () => catalogQueries(10_000) },
  { kinds: ['diffGrowth'], measure: () => [diffGrowth()] },
  { kinds: ['diffTangled'], measure: () => [diffTangled()] },
];

async function measure(only: string): Promise<Row[]> {
  const wanted = measurements.filter(({ kinds }) =>
    kinds.some((kind) => works[kind].work.toLowerCase().includes(only.toLowerCase())),
  );
  if (wanted.length === 0)
    throw new Error(
      `No row has ${only} in its name. They are: ${Object.values(works)
        .map(({ work }) => work)
        .join('; ')}.`,
    );
  const definitions = existsSync(corpus) ? definitionsOf(corpus) : [];
  const rows: Row[] = [];
  if (definitions.length > 0 && wanted.some((one) => one.corpus)) {
    if (!existsSync(cli))
      throw new Error('There is no dist/cli.js. Run npm run build, or npm run bench, which does.');
    await installPeers();
    writeFileSync(ruleset, 'extends: ["spectral:oas"]\n');
  }
  // what runs in this process comes first, before anything else has warmed it
  for (const one of wanted.toSorted(
    (a, b) => Number(a.corpus ?? false) - Number(b.corpus ?? false),
  )) {
    if (one.corpus && definitions.length === 0) {
      const detail =
        `skipped: there are no connectors at ${corpus}. ` +
        'Set GATEHOUSE_CORPUS to a checkout of them.';
      rows.push(...one.kinds.map((kind) => ({ ...works[kind], detail })));
    } else rows.push(...(await one.measure(definitions)));
  }
  return rows.toSorted((a, b) => order(a) - order(b));
}

const order = ({ work }: Row): number => Object.values(works).findIndex((one) => one.work === work);

try {
  const at = process.argv.indexOf('--only');
  const rows = await measure(at < 0 ? '' : (process.argv[at + 1] ?? ''));
  console.log(
    process.argv.includes('--json')
      ? JSON.stringify(
          rows.map((row) => ({ ...row, ok: holds(row) })),
          null,
          2,
        )
      : table(rows),
  );
  process.exitCode = rows.every(holds) ? 0 : 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
