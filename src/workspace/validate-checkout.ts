import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { verdicts } from '../changes/verdicts.ts';
import type { ConnectorClass } from '../connector/connector.ts';
import * as analyzers from '../analyzers/analyze.ts';
import { UserError } from '../shared/user-error.ts';
import { pageOf } from '../shared/project.ts';
import { reportOf, type ConnectorReport, type Report, type RuleInfo } from '../report/report.ts';
import { rules } from '../rules/registry.ts';
import { markBaselined, parseBaseline, type Baseline } from '../validation/baseline.ts';
import { defaultSettings, settingsPath, type Settings } from '../settings/defaults.ts';
import { validateDeletion, type FolderOptions } from './validate-folder.ts';
import { foldersUpFrom, linkOnTheWay } from './find-checkout.ts';
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

/** Everything that a finding can be about: the rules, and the kinds of change. */
export const explainableRules: readonly RuleInfo[] = [
  ...rules,
  ...Object.entries(verdicts).map(([id, { description, rationale }]) => ({
    id,
    description,
    rationale,
    category: 'changes',
  })),
].map((rule) => ({ ...rule, page: pageOf(rule.id) }));

/** Where package.json is, and what is published beside it. */
export const packageRoot = new URL(
  import.meta.url.endsWith('.ts') ? '../../' : '../',
  import.meta.url,
);

/** The text of the page of a rule or a kind of change; undefined if there is none. */
export function pageText(id: string): string | undefined {
  const folder = Object.hasOwn(verdicts, id) ? 'changes' : 'rules';
  const page = new URL(`docs/${folder}/${id}.md`, packageRoot);
  return existsSync(page) ? readFileSync(page, 'utf8') : undefined;
}

export const version = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
};

/**
 * The class folders of most repositories. To read the settings takes a base, and to find the base
 * takes class folders.
 */
export const usualFolders: readonly string[] = Object.keys(defaultSettings.folders);

export interface CheckoutOptions {
  /** Folders of connectors or of repositories; the current folder if empty. */
  paths: readonly string[];
  /** Only connectors that changed since are checked, and compared with it. */
  base: Base | undefined;
  settings: Settings;
  baseline: Baseline | undefined;
  /** The class of connectors that are in no class folder. */
  assumed: ConnectorClass;
  jobs: number;
  /** What to report and to write, given the number of connectors. */
  outputOptions: (
    connectors: number,
  ) => Pick<FolderOptions, 'fix' | 'fixes' | 'snippets' | 'changelogs' | 'only'>;
  progress?: Progress;
}
type Progress = (done: number, total: number) => void;

interface CheckoutResult {
  report: Report;
  /** The folders that were checked, without the deleted ones. */
  candidates: readonly Candidate[];
}

/**
 * Validates connectors of a checkout, for the command line and the Action.
 * @throws UserError if a path, a file or the base cannot be read
 */
export async function validateCheckout({
  paths,
  base,
  settings,
  baseline,
  assumed,
  jobs,
  outputOptions,
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
  const validated = await validateCandidates(
    candidates,
    settings,
    { overrides: settings.rules, ...outputOptions(candidates.length), ...(base && { base }) },
    { jobs, ...(progress && { progress }) },
  );
  const connectors = baseline
    ? validated.map((connector) => ({
        ...connector,
        findings: markBaselined(baseline, connector.path, connector.findings),
      }))
    : validated;
  if (base) {
    for (const path of await deletedFolders(base, Object.keys(settings.folders))) {
      connectors.push(
        await validateDeletion(base, path, settings.folders[path.split('/')[0] ?? ''] ?? assumed),
      );
    }
  }
  return { report: reportOf(connectors, version()), candidates };
}

/** Validates connectors with the catalogs of their repositories; in threads if there are many. */
export async function validateCandidates(
  candidates: readonly Candidate[],
  settings: Settings,
  options: Omit<FolderOptions, 'catalogs' | 'words'>,
  { jobs, progress }: { jobs: number; progress?: Progress },
): Promise<ConnectorReport[]> {
  async function* prepare(): AsyncIterable<Batch> {
    const catalogs = scanCatalogs(candidates, settings.folders);
    const batchOptions = { ...options, catalogs, words: settings.words };
    const icons = iconsOf(candidates);
    const hasIcon = ({ directory }: Candidate): boolean => icons.get(directory) !== undefined;
    yield {
      candidates: candidates.filter((candidate) => !hasIcon(candidate)),
      options: batchOptions,
    };
    const withIcon = candidates.filter(hasIcon);
    if (withIcon.length === 0) return;
    await addIcons(catalogs, withIcon, icons, analyzers.analyzeIcon);
    yield { candidates: withIcon, options: batchOptions };
  }
  return validateAll(
    candidates,
    prepare,
    analyzers,
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

/** A candidate with the submodules that git has in its folder, or in place of it. */
function withSubmodules(base: Base, candidate: Candidate): Candidate {
  const folder = fromRoot(base, candidate.directory);
  const submodules = base.submodules.flatMap((path) => {
    if (path === folder) return [''];
    return path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [];
  });
  return submodules.length === 0 ? candidate : { ...candidate, submodules };
}

/**
 * Loads the settings of the guarded repository. With a base, it reads them from the latest commit of
 * the base branch: a change must not relax its own rules, nor start at an old commit to avoid new
 * ones.
 * @param path the file that the user named, if any
 * @throws UserError if the file cannot be read or is not valid
 */
export async function loadSettings(
  path: string | undefined,
  base: Base | undefined,
  directory: string,
): Promise<Settings> {
  if (path !== undefined) return settingsOf(path, path, readRequired(path, maxSettingsBytes));
  if (base) {
    const bytes = await readBaseFile(base.root, base.tip, settingsPath, maxSettingsBytes);
    return bytes === undefined ? defaultSettings : settingsOf(settingsPath, settingsPath, bytes);
  }
  const file = settingsAbove(directory);
  return file === undefined
    ? defaultSettings
    : settingsOf(file, settingsPath, readRequired(file, maxSettingsBytes, settingsPath));
}

export const maxSettingsBytes = 256 * 1024;
const maxBaselineBytes = 32 * 1024 * 1024;

/**
 * Reads a file that must exist.
 * @param name how an error calls it
 * @throws UserError if it cannot be read, is larger than `maxBytes`, or is behind a link
 */
function readRequired(path: string, maxBytes: number, name = path): Uint8Array {
  const link = linkOnTheWay(resolve(path));
  const read = readRegularFile(path, { maxBytes });
  if (link !== undefined)
    throw new UserError(
      `${name} could not be read: ${link} is a symbolic link, and links of a checkout are ` +
        'not followed.',
    );
  if ('bytes' in read) return read.bytes;
  throw new UserError(`${name} could not be read: it ${read.description}.`);
}

/**
 * Parses the bytes of a settings file.
 * @param name how an error calls it
 * @throws UserError if they are not valid
 */
export async function settingsOf(file: string, name: string, bytes: Uint8Array): Promise<Settings> {
  const { parseSettings } = await import('../settings/parse.ts');
  const result = parseSettings(
    file,
    bytes,
    rules.map(({ id }) => id),
  );
  if ('settings' in result) return result.settings;
  const { line, column, message } = result.mistake;
  throw new UserError(`${name}:${line}:${column}: ${message}`);
}

/** The settings file of the checkout that contains a directory, if it has such a file. */
export function settingsAbove(directory: string): string | undefined {
  for (const at of foldersUpFrom(directory)) {
    const file = join(at, settingsPath);
    if (statsOf(file)) return file; // even a dangling link: reading it reports the error
    if (existsSync(join(at, '.git'))) return undefined;
  }
  return undefined;
}

export interface BaselineFile {
  /** How messages call it. */
  name: string;
  path: string;
  /** Undefined if the file does not exist. */
  bytes: Uint8Array | undefined;
}

/**
 * Finds and reads the baseline. With a base, it reads the file there: a change must not add to its
 * own baseline.
 * @param path the file that the user named, if any
 * @throws UserError if it cannot be read
 */
export async function baselineFile(
  path: string | undefined,
  settings: Settings,
  base: Base | undefined,
  directory: string,
): Promise<BaselineFile> {
  const name = path ?? settings.baseline;
  const file = path === undefined ? join(checkoutOf(directory, name), name) : resolve(path);
  let bytes: Uint8Array | undefined;
  if (path === undefined && base)
    bytes = await readBaseFile(base.root, base.tip, name, maxBaselineBytes);
  else if (statsOf(file)) bytes = readRequired(file, maxBaselineBytes, name);
  return { name, path: file, bytes };
}

/** @throws UserError if it is not valid */
export async function loadBaseline({ name, bytes }: BaselineFile): Promise<Baseline | undefined> {
  if (!bytes) return undefined;
  const result = parseBaseline(new TextDecoder().decode(bytes));
  if ('problem' in result) throw new UserError(`${name} cannot be used. ${result.problem}`);
  return result.baseline;
}

/** The root of the checkout that contains a directory; the directory itself if there is none. */
function checkoutOf(directory: string, baseline: string): string {
  for (const at of foldersUpFrom(directory)) {
    if (['.git', settingsPath, baseline].some((name) => existsSync(join(at, name)))) return at;
  }
  return directory;
}
