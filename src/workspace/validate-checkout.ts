import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { verdicts } from '../changes/verdicts.ts';
import type { ConnectorClass } from '../connector/connector.ts';
import * as instruments from '../analyzers/analyze.ts';
import { UserError } from '../shared/user-error.ts';
import { reportOf, type ConnectorReport, type Report, type RuleInfo } from '../report/report.ts';
import { rules } from '../rules/registry.ts';
import { markBaselined, parseBaseline, type Baseline } from '../validation/baseline.ts';
import { defaultSettings, settingsPath, type Settings } from '../settings/defaults.ts';
import { validateDeletion, type ValidationOptions } from './validate-folder.ts';
import { linkOnTheWay } from './find-checkout.ts';
import { readRegularFile, statsOf } from './files.ts';
import { findConnectors, type Candidate } from './find-connectors.ts';
import { deletedFolders, fromRoot, readBaseFile, type Base } from './git.ts';
import { addIcons, iconsOf, scanCatalogs } from './scan-catalog.ts';
import { validateAll, type Batch } from './thread-pool.ts';

/**
 * For a run that lasts seconds at the most, not for a server: what the optimizing compiler would
 * save in it is less than what it costs, and with threads it costs each of them; simple machine
 * code from the first call on pays. The heap grows by half at a time, instead of taking whatever
 * the machine has. Measured: docs/decisions/0017-faster.md.
 */
export function tuneForShortRun(): void {
  for (const flag of ['--no-turbofan', '--always-sparkplug', '--heap-growing-percent=50'])
    setFlagsFromString(flag);
}

/** Everything that a finding may be of: the rules, and what an update may change. */
export const explainableRules: readonly RuleInfo[] = [
  ...rules,
  ...Object.entries(verdicts).map(([id, { description, rationale }]) => ({
    id,
    description,
    rationale,
  })),
];

/** Where package.json is, and what is published beside it. */
export const packageRoot = new URL(
  import.meta.url.endsWith('.ts') ? '../../' : '../',
  import.meta.url,
);

export const version = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
};

/**
 * What folders of connectors are called in most repositories: it is known before settings are read,
 * which a base is needed for.
 */
export const usualFolders: readonly string[] = Object.keys(defaultSettings.folders);

/** What is to be checked. */
export interface CheckoutOptions {
  /** Folders of connectors or of repositories; none: the current one. */
  paths: readonly string[];
  /** Check only what changed since, and against it. */
  base: Base | undefined;
  settings: Settings;
  baseline: Baseline | undefined;
  /** The class of folders outside the usual layout. */
  assumed: ConnectorClass;
  jobs: number;
  /** What is to be told and written, where it is known how many connectors are checked. */
  telling: (
    connectors: number,
  ) => Pick<ValidationOptions, 'fix' | 'fixes' | 'excerpts' | 'changelogs'>;
  progress?: Progress;
}
type Progress = (done: number, total: number) => void;

/** What came of it; `candidates` are the folders that were checked, without those that are gone. */
interface CheckoutResult {
  report: Report;
  candidates: readonly Candidate[];
}

/**
 * Checks connectors of a checkout: the way of the command line and of the Action. Throws a Problem
 * that says what to do.
 */
export async function validateCheckout({
  paths,
  base,
  settings,
  baseline,
  assumed,
  jobs,
  telling,
  progress,
}: CheckoutOptions): Promise<CheckoutResult> {
  const all = findConnectors(paths.length === 0 ? ['.'] : paths, settings.folders, assumed, {
    strays: base !== undefined,
  });
  const candidates = base
    ? all
        .filter(({ directory }) => hasChanged(base, directory))
        .map((candidate) => withSubmodules(base, candidate))
    : all;
  const examined = await validateCandidates(
    candidates,
    settings,
    { overrides: settings.rules, ...telling(candidates.length), ...(base && { base }) },
    { jobs, ...(progress && { progress }) },
  );
  const connectors = baseline
    ? examined.map((one) => ({ ...one, findings: markBaselined(baseline, one.path, one.findings) }))
    : examined;
  if (base) {
    for (const path of await deletedFolders(base, Object.keys(settings.folders))) {
      connectors.push(
        await validateDeletion(base, path, settings.folders[path.split('/')[0] ?? ''] ?? assumed),
      );
    }
  }
  return { report: reportOf(connectors, version()), candidates };
}

/** Examines connectors beside all others of their repositories, in threads where there are many. */
export async function validateCandidates(
  candidates: readonly Candidate[],
  settings: Settings,
  examination: Omit<ValidationOptions, 'catalogs' | 'words'>,
  { jobs, progress }: { jobs: number; progress?: Progress },
): Promise<ConnectorReport[]> {
  async function* prepare(): AsyncIterable<Batch> {
    const catalogs = scanCatalogs(candidates, settings.folders);
    const how = { ...examination, catalogs, words: settings.words };
    const icons = iconsOf(candidates);
    const isPictured = ({ directory }: Candidate): boolean => icons.get(directory) !== undefined;
    yield {
      candidates: candidates.filter((candidate) => !isPictured(candidate)),
      examination: how,
    };
    const pictured = candidates.filter(isPictured);
    if (pictured.length === 0) return;
    await addIcons(catalogs, pictured, icons, instruments.analyzeIcon);
    yield { candidates: pictured, examination: how };
  }
  return validateAll(
    candidates,
    prepare,
    instruments,
    { jobs, worker: new URL('./worker.js', import.meta.url) },
    (done) => progress?.(done, candidates.length),
  );
}

const hasChanged = (base: Base, directory: string): boolean => {
  const folder = fromRoot(base, directory);
  return folder === ''
    ? base.changed.length > 0
    : base.changed.some((path) => path === folder || path.startsWith(`${folder}/`));
};

/** A candidate with what git says is a submodule in it, or in its place. */
function withSubmodules(base: Base, candidate: Candidate): Candidate {
  const folder = fromRoot(base, candidate.directory);
  const submodules = base.submodules.flatMap((path) => {
    if (path === folder) return [''];
    return path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [];
  });
  return submodules.length === 0 ? candidate : { ...candidate, submodules };
}

/**
 * The settings of the guarded repository. With a base they are read from the branch that it is on,
 * as it is today: a change must not relax what it is held to, nor begin at an old commit to be held
 * to less.
 */
export async function loadSettings(
  given: string | undefined,
  base: Base | undefined,
  directory: string,
): Promise<Settings> {
  if (given !== undefined) return settingsOf(given, given, readNamed(given, maxSettingsBytes));
  if (base) {
    const bytes = await readBaseFile(base.root, base.tip, settingsPath, maxSettingsBytes);
    return bytes === undefined ? defaultSettings : settingsOf(settingsPath, settingsPath, bytes);
  }
  const file = settingsAbove(directory);
  return file === undefined
    ? defaultSettings
    : settingsOf(file, settingsPath, readNamed(file, maxSettingsBytes, settingsPath));
}

/** More bytes of settings, or of a baseline, are not read. */
export const maxSettingsBytes = 256 * 1024;
const mostBaseline = 32 * 1024 * 1024;

/**
 * The bytes of a file that was named, or that has to be there. `shown` is what a Problem calls it.
 */
function readNamed(path: string, most: number, shown = path): Uint8Array {
  const link = linkOnTheWay(resolve(path));
  const read = readRegularFile(path, { maxBytes: most });
  if (link !== undefined)
    throw new UserError(
      `${shown} could not be read: ${link} is a symbolic link, and links of a checkout are ` +
        'not followed.',
    );
  if ('bytes' in read) return read.bytes;
  throw new UserError(`${shown} could not be read: it ${read.description}.`);
}

/** Settings from a file's bytes; `shown` is what a Problem calls it. */
export async function settingsOf(
  file: string,
  shown: string,
  bytes: Uint8Array,
): Promise<Settings> {
  const { parseSettings } = await import('../settings/parse.ts');
  const result = parseSettings(
    file,
    bytes,
    rules.map(({ id }) => id),
  );
  if ('settings' in result) return result.settings;
  const { line, column, message } = result.mistake;
  throw new UserError(`${shown}:${line}:${column}: ${message}`);
}

/** The settings file of the checkout that a directory is in. */
function settingsAbove(directory: string): string | undefined {
  for (let at = resolve(directory); ; at = dirname(at)) {
    const file = join(at, settingsPath);
    if (statsOf(file)) return file; // if only a link to nothing: what cannot be read must be told
    if (existsSync(join(at, '.git')) || dirname(at) === at) return undefined;
  }
}

export interface BaselineFile {
  /** What messages call it. */
  name: string;
  path: string;
  bytes: Uint8Array | undefined;
}

/**
 * Where the baseline is, and what is in it. With a base it is read from there: a change must not
 * add to what it is excused.
 */
export async function baselineFile(
  given: string | undefined,
  settings: Settings,
  base: Base | undefined,
  directory: string,
): Promise<BaselineFile> {
  const name = given ?? settings.baseline;
  const path = given === undefined ? join(checkoutOf(directory, name), name) : resolve(given);
  let bytes: Uint8Array | undefined;
  if (given === undefined && base)
    bytes = await readBaseFile(base.root, base.tip, name, mostBaseline);
  else if (statsOf(path)) bytes = readNamed(path, mostBaseline, name);
  return { name, path, bytes };
}

export async function loadBaseline({ name, bytes }: BaselineFile): Promise<Baseline | undefined> {
  if (!bytes) return undefined;
  const result = parseBaseline(new TextDecoder().decode(bytes));
  if ('wrong' in result) throw new UserError(`${name} cannot be used. ${result.wrong}`);
  return result.baseline;
}

/** The top of the checkout that a directory is in; the directory itself where there is none. */
function checkoutOf(directory: string, baseline: string): string {
  for (let at = directory; ; at = dirname(at)) {
    if (['.git', settingsPath, baseline].some((name) => existsSync(join(at, name)))) return at;
    if (dirname(at) === at) return directory;
  }
}
