import { join, relative } from 'node:path';
import {
  analyzedFilesOf,
  readConnector,
  type Analysis,
  type AnalyzedFiles,
  type Connector,
  type ConnectorFolder,
  type FileEntry,
} from '../connector/connector.ts';
import type { CatalogEntry } from '../catalog/entry.ts';
import { analyzeIcon } from '../analyzers/analyze.ts';
import { decode } from '../json/decode.ts';
import { defaultSettings, settingsPath, type Settings } from '../settings/defaults.ts';
import type { Finding } from '../shared/finding.ts';
import { limits } from '../shared/limits.ts';
import { UserError } from '../shared/user-error.ts';
import { markBaselined, type Baseline } from '../validation/baseline.ts';
import { fixSafely } from '../validation/fix.ts';
import { createRuleContext } from '../validation/rule-context.ts';
import { validateConnector, type ValidationOptions } from '../validation/validate-connector.ts';
import { readRegularFile } from '../workspace/files.ts';
import { findCheckout, linkOnTheWay } from '../workspace/find-checkout.ts';
import { candidateAt, type Candidate } from '../workspace/find-connectors.ts';
import { defaultBranchOf, findBase, readBase, type Base } from '../workspace/git.ts';
import { slashes } from '../workspace/list-folder.ts';
import { readFolder } from '../workspace/read-folder.ts';
import { addIcons, iconsOf, repositoryOf, scanCatalogs } from '../workspace/scan-catalog.ts';
import {
  baselineFile,
  loadBaseline,
  maxSettingsBytes,
  settingsAbove,
} from '../workspace/validate-checkout.ts';
import type { Analyzers } from '../workspace/validate-folder.ts';
import { reportOf } from './editor-report.ts';
import { readSettings } from './settings-file.ts';
import { bytesOfDocument, ShownText } from './shown-text.ts';
import type {
  EditorReport,
  OpenDocument,
  SettingsFile,
  ValidationRequest,
} from './thread-messages.ts';

/** What was read or computed for a connector, until something outside of the editor changes. */
interface CachedConnector {
  disk?: ConnectorFolder;
  analysis?: { files: AnalyzedFiles; result: Analysis };
  comparison?: Comparison;
}

/** The version before, and what is found in it with some settings. */
interface Comparison {
  commit: string;
  before: Connector | undefined;
  found?: { options: ValidationOptions; findings: readonly Finding[] };
}

/** A git checkout, or a folder without one. */
interface CachedCheckout {
  /** Everything else follows from them. */
  settings: CheckoutSettings;
  baseline?: { value: Baseline | undefined };
  /** By the ref. */
  bases: Map<string, BaseResult>;
  /** By the root of the repository, and whether they have icons. */
  catalogs: Map<string, readonly CatalogEntry[]>;
  /** By the folder and class of the connector. */
  options: Map<string, ValidationOptions>;
}

interface CheckoutSettings {
  /** Undefined if there is no file. */
  text: string | undefined;
  value: Settings;
  file: SettingsFile;
}

interface BaseResult {
  base?: Base;
  name?: string;
  problem?: string;
}

/** More connectors than anybody edits at a time. */
const maxCachedConnectors = 16;

/**
 * Validates connectors as they are in an editor: open documents in place of the files on disk. Keeps
 * what does not change while a person types: the files that are not open, the base, the catalog of
 * the repository.
 */
export class OpenConnectors {
  readonly #analyzers: Analyzers;
  readonly #connectors = new Map<string, CachedConnector>();
  readonly #checkouts = new Map<string, CachedCheckout>();

  constructor(analyzers: Analyzers) {
    this.#analyzers = analyzers;
  }

  /**
   * Validates the connector of a request.
   * @param checkpoint see `RunOptions`
   * @throws what `checkpoint` throws
   */
  async validate(request: ValidationRequest, checkpoint: () => void): Promise<EditorReport> {
    const opened = await this.#open(request);
    if ('problem' in opened)
      return {
        files: [],
        definition: undefined,
        breakingChanges: [],
        settings: opened.settings,
        problem: opened.problem,
      };
    const { candidate, checkout, folder, shown } = opened;
    const options = await this.#optionsFor(candidate, checkout);
    const { base, name, problem } = await this.#baseOf(request, checkout);
    const comparison = base && (await this.#comparisonWith(base, candidate));
    checkpoint();
    const before = comparison?.before;
    const after = readConnector({
      ...folder,
      ...(await this.#analysisOf(candidate.directory, folder)),
    });
    const result = validateConnector(
      { before, after },
      {
        ...options,
        checkpoint,
        ...(before && { findingsBefore: findingsIn(comparison, before, options) }),
      },
    );
    const baseline = await this.#baselineOf(candidate, checkout);
    const findings = baseline
      ? markBaselined(baseline, after.path, result.findings)
      : result.findings;
    return {
      ...reportOf(candidate.directory, { ...result, connector: after, findings }, shown),
      ...(name !== undefined && { base: name }),
      ...(problem !== undefined && { problem }),
      settings: checkout.settings.file,
    };
  }

  /** The text of an open document once everything is fixed; undefined if it stays the same. */
  async fixedText(
    request: ValidationRequest & { fix: string },
    checkpoint: () => void,
  ): Promise<string | undefined> {
    const opened = await this.#open(request);
    if ('problem' in opened) return undefined;
    const { candidate, checkout, folder, shown } = opened;
    const options = await this.#optionsFor(candidate, checkout);
    const { base } = await this.#baseOf(request, checkout);
    const comparison = base && (await this.#comparisonWith(base, candidate));
    const analyzed = { ...folder, ...(await this.#analysisOf(candidate.directory, folder)) };
    const { folder: fixed } = fixSafely(analyzed, {
      ...options,
      checkpoint,
      ...(comparison && { published: comparison.before ?? null }),
    });
    const path = slashes(relative(candidate.directory, request.fix));
    const entry = fixed.files.find((file) => file.path === path);
    const text = shown.get(path);
    if (!entry?.bytes || text === undefined || folder.files.includes(entry)) return undefined;
    const result = decode(entry.bytes).text.replace(/^\ufeff/, '');
    const shownText = new ShownText(result, text);
    return shownText.adapt(result);
  }

  /** Reads a connector with the open documents in place of its files. */
  async #open({
    directory,
    workspaceFolder,
    documents,
    assumedClass,
    changed,
  }: ValidationRequest): Promise<OpenedConnector | { problem: string; settings: SettingsFile }> {
    const root = findCheckout(directory) ?? workspaceFolder ?? directory;
    if (changed === 'checkout') this.#checkouts.delete(root);
    if (changed !== 'nothing') delete this.#connectors.get(directory)?.disk;
    const link = linkOnTheWay(directory);
    if (link !== undefined)
      return {
        problem: `${link} is a symbolic link, and links of a checkout are not followed.`,
        settings: { path: undefined },
      };
    const settings = settingsFor(directory, root, documents, this.#checkouts.get(root)?.settings);
    if (this.#checkouts.get(root)?.settings !== settings) this.#checkouts.delete(root);
    const checkout = cached<CachedCheckout>(this.#checkouts, root, () => ({
      settings,
      bases: new Map(),
      catalogs: new Map(),
      options: new Map(),
    }));
    const candidate = candidateAt(directory, settings.value.folders, assumedClass, root);
    const connector = cached<CachedConnector>(this.#connectors, directory, () => ({}));
    connector.disk ??= readFolder(candidate);
    return {
      candidate,
      checkout,
      ...withDocuments({ ...connector.disk, ...classAndPath(candidate) }, directory, documents),
    };
  }

  async #optionsFor(candidate: Candidate, checkout: CachedCheckout): Promise<ValidationOptions> {
    const key = `${candidate.class}\n${candidate.directory}`;
    const known = checkout.options.get(key);
    if (known) return known;
    const { rules: overrides, words } = checkout.settings.value;
    const root = repositoryOf(candidate);
    const catalog = root === undefined ? undefined : await catalogOf(candidate, root, checkout);
    const speller = await this.#analyzers.loadSpeller();
    const options: ValidationOptions = {
      overrides,
      context: createRuleContext(candidate, { speller, words, catalog }),
    };
    checkout.options.set(key, options);
    return options;
  }

  async #analysisOf(directory: string, folder: ConnectorFolder): Promise<Analysis> {
    const files = analyzedFilesOf(folder);
    const connector = cached<CachedConnector>(this.#connectors, directory, () => ({}));
    const last = connector.analysis;
    if (
      last &&
      last.files.script?.text === files.script?.text &&
      last.files.icon === files.icon &&
      last.files.packageFile === files.packageFile
    )
      return last.result;
    const result = await this.#analyzers.analyze(files);
    connector.analysis = { files, result };
    return result;
  }

  async #baseOf(
    { directory, workspaceFolder, base: ref }: ValidationRequest,
    { bases, settings }: CachedCheckout,
  ): Promise<BaseResult> {
    if (ref === undefined || workspaceFolder === undefined || findCheckout(directory) === undefined)
      return {};
    let result = bases.get(ref);
    if (!result) {
      result = await baseFor(directory, ref, settings.value);
      bases.set(ref, result);
    }
    return result;
  }

  async #comparisonWith(base: Base, candidate: Candidate): Promise<Comparison> {
    const { directory, path, class: connectorClass } = candidate;
    const connector = cached<CachedConnector>(this.#connectors, directory, () => ({}));
    if (connector.comparison?.commit !== base.commit) {
      const folder = await readBase(base, directory, path, connectorClass);
      connector.comparison = {
        commit: base.commit,
        before:
          folder &&
          readConnector({ ...folder, ...(await this.#analyzers.analyze(analyzedFilesOf(folder))) }),
      };
    }
    return connector.comparison;
  }

  async #baselineOf(
    { directory }: Candidate,
    checkout: CachedCheckout,
  ): Promise<Baseline | undefined> {
    if (checkout.baseline) return checkout.baseline.value;
    const { value: settings } = checkout.settings;
    let value: Baseline | undefined;
    try {
      value = await loadBaseline(await baselineFile(undefined, settings, undefined, directory));
    } catch (error) {
      // `check` reports it; in an editor the findings are just not marked as existing.
      if (!(error instanceof UserError)) throw error;
    }
    checkout.baseline = { value };
    return value;
  }
}

interface OpenedConnector {
  candidate: Candidate;
  checkout: CachedCheckout;
  folder: ConnectorFolder;
  /** The texts of the open documents, by their paths in the folder. */
  shown: ReadonlyMap<string, string>;
}

const classAndPath = ({ path, class: connectorClass }: Candidate) => ({
  path,
  class: connectorClass,
});

/** The value under a key, which is the newest then; the oldest is forgotten. */
function cached<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > maxCachedConnectors && oldest !== undefined) map.delete(oldest);
  return value;
}

/** What the rules find in the version before. */
function findingsIn(
  comparison: Comparison,
  before: Connector,
  options: ValidationOptions,
): readonly Finding[] {
  if (comparison.found?.options !== options)
    comparison.found = {
      options,
      findings: validateConnector({ after: before }, { ...options, fixes: false }).findings,
    };
  return comparison.found.findings;
}

async function baseFor(directory: string, ref: string, settings: Settings): Promise<BaseResult> {
  const options = { classFolders: Object.keys(settings.folders) };
  try {
    const name = ref === '' ? await defaultBranchOf(directory, options) : ref;
    if (name === undefined) return {};
    return { base: await findBase(directory, name, options), name };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}

/** The other connectors of the repository; their icons only if there is one to compare with. */
async function catalogOf(
  candidate: Candidate,
  root: string,
  { catalogs, settings }: CachedCheckout,
): Promise<readonly CatalogEntry[]> {
  const icons = iconsOf([candidate]);
  const hasIcon = icons.get(candidate.directory) !== undefined;
  const key = `${hasIcon ? 'with' : 'without'} icons\n${root}`;
  let catalog = catalogs.get(key);
  if (!catalog) {
    const scanned = scanCatalogs([candidate], settings.value.folders);
    if (hasIcon) await addIcons(scanned, [candidate], icons, analyzeIcon);
    catalog = scanned[root] ?? [];
    catalogs.set(key, catalog);
  }
  return catalog;
}

/**
 * The settings for a directory; the defaults if their file is missing or wrong.
 * @param last what this returned for the checkout the last time
 */
function settingsFor(
  directory: string,
  root: string,
  documents: readonly OpenDocument[],
  last: CheckoutSettings | undefined,
): CheckoutSettings {
  const path = settingsAbove(directory) ?? join(root, settingsPath);
  const text = documents.find((document) => document.path === path)?.text ?? textOf(path);
  if (typeof text === 'object')
    return {
      text: undefined,
      value: defaultSettings,
      file: { path, mistake: atStart(text.problem) },
    };
  if (last?.text === text && last?.file.path === path) return last;
  if (text === undefined) return { text, value: defaultSettings, file: { path } };
  const parsed = readSettings(path, text);
  return 'settings' in parsed
    ? { text, value: parsed.settings, file: { path } }
    : { text, value: defaultSettings, file: { path, mistake: parsed.mistake } };
}

/** The text of a settings file; undefined if there is none. */
function textOf(path: string): string | { problem: string } | undefined {
  const link = linkOnTheWay(path);
  if (link !== undefined)
    return { problem: `${link} is a symbolic link, and links of a checkout are not followed.` };
  const read = readRegularFile(path, { maxBytes: maxSettingsBytes });
  if ('bytes' in read) return new TextDecoder().decode(read.bytes);
  return read.obstacle === 'missing' ? undefined : { problem: `The file ${read.description}.` };
}

const atStart = (message: string): NonNullable<SettingsFile['mistake']> => ({
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  message,
});

/**
 * A folder with open documents in place of its files. A link stays a link: what it leads to is not
 * part of the connector.
 */
function withDocuments(
  folder: ConnectorFolder,
  directory: string,
  documents: readonly OpenDocument[],
): Pick<OpenedConnector, 'folder' | 'shown'> {
  const shown = new Map<string, string>();
  const files = new Map(folder.files.map((file) => [file.path, file]));
  for (const document of documents) {
    const path = slashes(relative(directory, document.path));
    if (path.startsWith('../')) continue;
    const onDisk = files.get(path);
    if (onDisk && onDisk.kind !== 'file') continue;
    files.set(path, entryOf(path, document, onDisk));
    if (document.text !== undefined) shown.set(path, document.text);
  }
  // A new folder has only documents that were not saved yet.
  const { misplaced, ...rest } = { ...folder, files: Array.from(files.values()) };
  const isNew = shown.size > 0 && (misplaced === 'empty' || misplaced === 'unreadable');
  return { folder: misplaced && !isNew ? { ...rest, misplaced } : rest, shown };
}

function entryOf(path: string, document: OpenDocument, onDisk: FileEntry | undefined): FileEntry {
  if (document.text === undefined) return { path, kind: 'file', size: document.length };
  const bytes = bytesOfDocument(document.text, onDisk?.bytes);
  if (onDisk && bytes === onDisk.bytes) return onDisk;
  return bytes.length > limits.fileBytes
    ? { path, kind: 'file', size: bytes.length }
    : { path, kind: 'file', size: bytes.length, bytes };
}
