import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Diagnostic } from 'vscode-languageserver/node';
import { settingsPath } from '../settings/defaults.ts';
import { limits } from '../shared/limits.ts';
import { isWithin } from '../workspace/find-checkout.ts';
import { slashes } from '../workspace/list-folder.ts';
import type { ClientSettings } from './client-settings.ts';
import { mistakeDiagnostics, toDiagnostic } from './diagnostics.ts';
import { findFolder } from './find-folder.ts';
import { readSettings } from './settings-file.ts';
import type { EditorFinding, EditorReport, ValidationRequest } from './thread-messages.ts';
import { pathOfUri, uriOfPath } from './uri.ts';
import type { ValidationClient } from './validation-client.ts';
import { ValidationQueue, type Clock } from './validation-queue.ts';

/** How long a person must not type before the connector is validated, in milliseconds. */
const delay = 200;

interface WorkspaceOptions {
  clock: Clock;
  client: ValidationClient;
  /** All open documents. */
  documents: () => readonly TextDocument[];
  /** Whether git may run. */
  trusted: boolean;
  settingsOf: (workspaceFolder: string | undefined) => Promise<ClientSettings>;
  publish: (diagnostics: { uri: string; version?: number; diagnostics: Diagnostic[] }) => void;
  /** The breaking changes of a connector may be others than before. */
  onReport: () => void;
  log: (message: string) => void;
}

/** Which connectors are open in the editor, and what was found in each. */
export class EditorWorkspace {
  readonly #options: WorkspaceOptions;
  readonly #queue: ValidationQueue<EditorReport>;
  /** The folders of the connectors that open documents are part of, by the URI of the document. */
  readonly #folders = new Map<string, string>();
  readonly #reports = new Map<string, EditorReport>();
  /** The URIs of the files that have diagnostics, by the connector's folder. */
  readonly #published = new Map<string, ReadonlySet<string>>();
  readonly #changed = new Map<string, ValidationRequest['changed']>();
  /** What was logged, to log it only once. */
  readonly #logged = new Set<string>();
  #workspaceFolders: readonly string[] = [];

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    const { client, clock, log } = options;
    this.#queue = new ValidationQueue({
      clock,
      delay,
      validate: async (folder) => client.validate(await this.#requestFor(folder)),
      cancel: () => client.cancel(),
      deliver: (folder, report) => this.#deliver(folder, report),
      fail: (folder, error) => log(`${folder} could not be validated. ${String(error)}`),
    });
  }

  setWorkspaceFolders(folders: readonly string[]): void {
    this.#workspaceFolders = folders;
    this.changedOnDisk([]);
  }

  /** A document was opened or edited. */
  edited(document: TextDocument): void {
    const path = pathOfUri(document.uri);
    if (path === undefined) return;
    if (isSettingsFile(path)) {
      this.#publishSettings(document, path);
      for (const folder of this.#openFolders()) this.#queue.touch(folder);
      return;
    }
    const folder = this.#folders.get(document.uri) ?? this.#findFolder(path);
    if (folder === undefined) return;
    // Changes on disk were of no interest while it was closed.
    if (!this.#openFolders().has(folder)) this.#changed.set(folder, 'checkout');
    this.#folders.set(document.uri, folder);
    this.#queue.touch(folder);
  }

  /** A document was saved. */
  saved(document: TextDocument): void {
    const path = pathOfUri(document.uri);
    if (path !== undefined) this.changedOnDisk([path]);
  }

  closed(document: TextDocument): void {
    const { uri } = document;
    const path = pathOfUri(uri);
    const folder = this.#folders.get(uri);
    this.#folders.delete(uri);
    if (path !== undefined && isSettingsFile(path)) {
      this.#options.publish({ uri, diagnostics: [] });
      for (const open of this.#openFolders()) this.#queue.touch(open);
    }
    if (folder === undefined) return;
    if (this.#openFolders().has(folder)) this.#queue.touch(folder);
    else this.#closeFolder(folder);
  }

  /**
   * Files on disk changed. Any file beyond the open connectors may matter to all of them: it may be
   * the settings, the branch, or a connector with the same name.
   * @param paths the absolute paths; empty if anything may have changed
   */
  changedOnDisk(paths: readonly string[]): void {
    const open = this.#openFolders();
    const isInOpenFolder = (path: string): boolean =>
      Array.from(open).some((folder) => isWithin(folder, path));
    const changed = paths.length > 0 && paths.every(isInOpenFolder) ? 'connector' : 'checkout';
    for (const document of this.#options.documents()) this.#findFolderAgain(document);
    for (const folder of this.#openFolders()) {
      if (changed === 'connector' && !paths.some((path) => isWithin(folder, path))) continue;
      if (this.#changed.get(folder) !== 'checkout') this.#changed.set(folder, changed);
      this.#queue.touch(folder);
    }
  }

  /** The settings of the editor changed. */
  validateAll(): void {
    for (const folder of this.#openFolders()) this.#queue.touch(folder);
  }

  /** What was found in the connector of a document the last time. */
  reportFor(uri: string): EditorReport | undefined {
    const folder = this.#folders.get(uri);
    return folder === undefined ? undefined : this.#reports.get(folder);
  }

  /** What is found in the connector of a document as it is now. */
  async currentReportFor(uri: string): Promise<EditorReport | undefined> {
    const folder = this.#folders.get(uri);
    if (folder !== undefined) await this.#queue.settled(folder);
    return this.reportFor(uri);
  }

  /** The findings in a document. */
  findingsIn(uri: string): readonly EditorFinding[] {
    const path = pathOfUri(uri);
    return this.reportFor(uri)?.files.find((file) => file.path === path)?.findings ?? [];
  }

  /** The text of a document once everything is fixed; undefined if it stays the same. */
  async fixedText({ uri }: TextDocument): Promise<string | undefined> {
    const folder = this.#folders.get(uri);
    const path = pathOfUri(uri);
    if (folder === undefined || path === undefined) return undefined;
    return this.#options.client.fixedText(await this.#requestFor(folder), path);
  }

  /** The workspace folder that a path is in; the innermost if they are nested. */
  workspaceFolderOf(path: string): string | undefined {
    return this.#workspaceFolders
      .filter((folder) => isWithin(folder, path))
      .toSorted((a, b) => b.length - a.length)[0];
  }

  #openFolders(): ReadonlySet<string> {
    return new Set(this.#folders.values());
  }

  #findFolder(path: string): string | undefined {
    const open = this.#options.documents().flatMap(({ uri }) => pathOfUri(uri) ?? []);
    return findFolder(path, this.workspaceFolderOf(path), open);
  }

  /** A definition that was added or deleted changes which connector a document is part of. */
  #findFolderAgain({ uri }: TextDocument): void {
    const path = pathOfUri(uri);
    if (path === undefined || isSettingsFile(path)) return;
    const before = this.#folders.get(uri);
    const folder = this.#findFolder(path);
    if (folder === before) return;
    if (folder === undefined) this.#folders.delete(uri);
    else this.#folders.set(uri, folder);
    if (folder !== undefined) this.#queue.touch(folder);
    if (before !== undefined && !this.#openFolders().has(before)) this.#closeFolder(before);
  }

  #closeFolder(folder: string): void {
    this.#queue.drop(folder);
    this.#reports.delete(folder);
    this.#changed.delete(folder);
    for (const uri of this.#published.get(folder) ?? [])
      this.#options.publish({ uri, diagnostics: [] });
    this.#published.delete(folder);
  }

  async #requestFor(directory: string): Promise<Omit<ValidationRequest, 'id' | 'fix'>> {
    const workspaceFolder = this.workspaceFolderOf(directory);
    const settings = await this.#options.settingsOf(workspaceFolder);
    const documents = this.#options.documents().flatMap((document) => {
      const path = pathOfUri(document.uri);
      if (path === undefined) return [];
      if (!isSettingsFile(path) && !isWithin(directory, path)) return [];
      const text = document.getText();
      const { length } = text;
      return [{ path, text: length > limits.fileBytes ? undefined : text, length }];
    });
    const changed = this.#changed.get(directory) ?? 'nothing';
    this.#changed.delete(directory);
    return {
      directory,
      workspaceFolder,
      documents,
      assumedClass: settings.class,
      base: this.#options.trusted ? settings.base : undefined,
      changed,
    };
  }

  #deliver(folder: string, report: EditorReport): void {
    const openDocuments = this.#options
      .documents()
      .filter(({ uri }) => this.#folders.get(uri) === folder);
    if (openDocuments.length === 0) return;
    this.#reports.set(folder, report);
    const byPath = new Map(openDocuments.map((document) => [pathOfUri(document.uri), document]));
    const diagnostics = new Map<string, Diagnostic[]>(openDocuments.map(({ uri }) => [uri, []]));
    for (const { path, findings } of report.files)
      diagnostics.set(byPath.get(path)?.uri ?? uriOfPath(path), findings.map(toDiagnostic));
    for (const uri of this.#published.get(folder) ?? [])
      if (!diagnostics.has(uri)) this.#options.publish({ uri, diagnostics: [] });
    for (const [uri, list] of diagnostics) {
      const version = openDocuments.find((document) => document.uri === uri)?.version;
      this.#options.publish({
        uri,
        diagnostics: list,
        ...(version !== undefined && { version }),
      });
    }
    this.#published.set(folder, new Set(diagnostics.keys()));
    this.#reportSettings(report);
    if (report.problem !== undefined) this.#logOnce(`${folder}: ${report.problem}`);
    this.#options.onReport();
  }

  /** An open settings file has its own diagnostics already. */
  #reportSettings({ settings: { path, mistake } }: EditorReport): void {
    const isOpen = this.#options.documents().some(({ uri }) => pathOfUri(uri) === path);
    if (path === undefined || isOpen) return;
    const diagnostics = mistakeDiagnostics(mistake);
    const uri = uriOfPath(path);
    if (diagnostics.length > 0) this.#logged.add(uri);
    if (this.#logged.has(uri)) this.#options.publish({ uri, diagnostics });
  }

  #publishSettings(document: TextDocument, path: string): void {
    const { uri, version } = document;
    const read = readSettings(path, document.getText());
    const diagnostics = 'mistake' in read ? mistakeDiagnostics(read.mistake) : [];
    this.#options.publish({ uri, version, diagnostics });
  }

  #logOnce(message: string): void {
    if (this.#logged.has(message)) return;
    this.#logged.add(message);
    this.#options.log(message);
  }
}

const isSettingsFile = (path: string): boolean => slashes(path).endsWith(`/${settingsPath}`);
