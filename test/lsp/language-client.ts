import { spawn, type ChildProcess } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  InitializeRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type CodeAction,
  type CodeLens,
  type CompletionItem,
  type CompletionList,
  type Diagnostic,
  type Hover,
  type InitializeResult,
  type ProtocolConnection,
  type Position,
  type Range,
  type TextDocumentContentChangeEvent,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { cli } from '../support/cli.ts';

interface Published {
  uri: string;
  version?: number;
  diagnostics: Diagnostic[];
}

export interface ClientOptions {
  /** The absolute paths of the workspace folders. */
  folders: readonly string[];
  capabilities?: ClientCapabilities;
  initializationOptions?: object;
  /** What the client answers `workspace/configuration` with. */
  configuration?: object;
  /** The program and arguments that start the server. */
  command?: readonly string[];
}

/** As much as VS Code can do, of what the server uses. */
export const allCapabilities: ClientCapabilities = {
  workspace: {
    applyEdit: true,
    configuration: true,
    workspaceFolders: true,
    didChangeWatchedFiles: { dynamicRegistration: true },
    didChangeConfiguration: { dynamicRegistration: true },
    codeLens: { refreshSupport: true },
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
  },
  window: { showDocument: { support: true } },
  textDocument: {
    hover: { contentFormat: ['markdown', 'plaintext'] },
    completion: { completionItem: { snippetSupport: true } },
  },
};

export const uriOf = (path: string): string => pathToFileURL(path).href;

/** An editor that runs the language server as a process, and talks to it over its streams. */
export class LanguageClient {
  readonly process: ChildProcess;
  readonly connection: ProtocolConnection;
  /** What the server logged or showed. */
  readonly messages: string[] = [];
  readonly shownDocuments: string[] = [];
  /** The files that the server asked to watch. */
  readonly watched: string[] = [];
  initialized: InitializeResult = { capabilities: {} };
  stderr = '';
  readonly exited: Promise<number | null>;
  readonly #documents = new Map<string, TextDocument>();
  readonly #published = new Map<string, Published>();
  readonly #listeners = new Set<() => void>();
  lensRefreshes = 0;

  constructor({
    configuration,
    command = [process.execPath, cli, 'lsp', '--stdio'],
  }: ClientOptions) {
    const [program = '', ...args] = command;
    this.process = spawn(program, args, { stdio: 'pipe' });
    const { stdin, stdout, stderr } = this.process;
    if (!stdin || !stdout || !stderr) throw new Error('The server has no streams.');
    stderr.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.exited = new Promise((resolve) => this.process.on('exit', resolve));
    this.connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    const { connection } = this;
    connection.onNotification('textDocument/publishDiagnostics', (published: Published) => {
      this.#published.set(published.uri, published);
      this.#notify();
    });
    for (const method of ['window/logMessage', 'window/showMessage'])
      connection.onNotification(method, ({ message }: { message: string }) => {
        this.messages.push(message);
        this.#notify();
      });
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => configuration ?? null),
    );
    connection.onRequest(
      'client/registerCapability',
      ({ registrations }: { registrations: { registerOptions?: unknown }[] }) => {
        this.watched.push(JSON.stringify(registrations));
      },
    );
    connection.onRequest('workspace/codeLens/refresh', () => {
      this.lensRefreshes += 1;
      this.#notify();
    });
    connection.onRequest('window/showDocument', ({ uri }: { uri: string }) => {
      this.shownDocuments.push(uri);
      return { success: true };
    });
    connection.onRequest('workspace/applyEdit', ({ edit }: { edit: WorkspaceEdit }) => {
      this.apply(edit);
      return { applied: true };
    });
    connection.listen();
  }

  static async start(options: ClientOptions): Promise<LanguageClient> {
    const client = new LanguageClient(options);
    await client.#initialize(options);
    return client;
  }

  async #initialize({
    folders,
    capabilities = allCapabilities,
    initializationOptions,
  }: ClientOptions): Promise<void> {
    this.initialized = await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities,
      workspaceFolders: folders.map((path) => ({ uri: uriOf(path), name: path })),
      ...(initializationOptions && { initializationOptions }),
    });
    await this.connection.sendNotification('initialized', {});
  }

  /** Opens a document and returns its URI. */
  open(path: string, text: string, uri = uriOf(path)): string {
    const document = TextDocument.create(uri, 'json', 1, text);
    this.#documents.set(uri, document);
    this.#send('textDocument/didOpen', {
      textDocument: { uri, languageId: 'json', version: 1, text },
    });
    return uri;
  }

  /** Edits an open document. */
  edit(uri: string, ...contentChanges: TextDocumentContentChangeEvent[]): void {
    const document = this.#documentAt(uri);
    const version = document.version + 1;
    TextDocument.update(document, contentChanges, version);
    this.#send('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
  }

  /** Replaces the first occurrence of a text in an open document. */
  replace(uri: string, find: string, text: string): void {
    const document = this.#documentAt(uri);
    const at = document.getText().indexOf(find);
    if (at < 0) throw new Error(`${uri} does not contain ${find}`);
    const range = { start: document.positionAt(at), end: document.positionAt(at + find.length) };
    this.edit(uri, { range, text });
  }

  /** Applies what the server wants to change, as an editor does. Files that it creates are opened. */
  apply({ documentChanges = [], changes = {} }: WorkspaceEdit): void {
    for (const change of documentChanges) {
      if ('edits' in change) {
        const { uri, version } = change.textDocument;
        const document = this.#documentAt(uri);
        if (version !== null && version !== document.version) throw new Error('stale edit');
        const edits = change.edits.filter((edit) => 'newText' in edit);
        this.edit(uri, { text: TextDocument.applyEdits(document, edits) });
      } else if (change.kind === 'create') this.open('', '', change.uri);
    }
    for (const [uri, edits] of Object.entries(changes))
      this.edit(uri, { text: TextDocument.applyEdits(this.#documentAt(uri), edits) });
  }

  save(uri: string): void {
    this.#send('textDocument/didSave', { textDocument: { uri } });
  }

  close(uri: string): void {
    this.#documents.delete(uri);
    this.#send('textDocument/didClose', { textDocument: { uri } });
  }

  changedOnDisk(...paths: string[]): void {
    this.#send('workspace/didChangeWatchedFiles', {
      changes: paths.map((path) => ({ uri: uriOf(path), type: 2 })),
    });
  }

  textOf(uri: string): string {
    return this.#documentAt(uri).getText();
  }

  positionOf(uri: string, find: string, offset = 0): Position {
    const document = this.#documentAt(uri);
    return document.positionAt(document.getText().indexOf(find) + offset);
  }

  positionAt(uri: string, offset: number): Position {
    return this.#documentAt(uri).positionAt(offset);
  }

  /** The text that a range of an open document covers. */
  textIn(uri: string, range: Range): string {
    return this.#documentAt(uri).getText(range);
  }

  /** Waits for the diagnostics of the current version of an open document. */
  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const isCurrent = (): boolean =>
      (this.#published.get(uri)?.version ?? 0) >= this.#documentAt(uri).version;
    await this.until(isCurrent, `diagnostics of ${uri}`);
    return this.#published.get(uri)?.diagnostics ?? [];
  }

  /** The diagnostics that were published last for a file. */
  published(uri: string): Published | undefined {
    return this.#published.get(uri);
  }

  /** Waits until a condition holds, after each message of the server. */
  async until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const listener = (): void => {
        if (!condition()) return;
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
      void this.exited.then((status) =>
        reject(new Error(`The server ended with ${status} before: ${what}\n${this.stderr}`)),
      );
    });
  }

  hover(uri: string, position: Position): Promise<Hover | null> {
    return this.#request('textDocument/hover', { textDocument: { uri }, position });
  }

  completions(uri: string, position: Position): Promise<CompletionItem[]> {
    return this.#request<CompletionList | null>('textDocument/completion', {
      textDocument: { uri },
      position,
    }).then((list) => list?.items ?? []);
  }

  codeActions(uri: string, range: Range, only?: string[]): Promise<CodeAction[]> {
    return this.#request('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...(only && { only }) },
    });
  }

  codeLenses(uri: string): Promise<CodeLens[]> {
    return this.#request('textDocument/codeLens', { textDocument: { uri } });
  }

  execute({ command, arguments: args = [] }: { command: string; arguments?: unknown[] }) {
    return this.#request('workspace/executeCommand', { command, arguments: args });
  }

  /** Ends the server as an editor does; returns its exit status. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    return this.exited;
  }

  #request<Result>(method: string, params: object): Promise<Result> {
    return this.connection.sendRequest(method, params);
  }

  #send(method: string, params: object): void {
    void this.connection.sendNotification(method, params);
  }

  #documentAt(uri: string): TextDocument {
    const document = this.#documents.get(uri);
    if (!document) throw new Error(`${uri} is not open`);
    return document;
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
