import {
  CodeActionKind,
  CodeLensRefreshRequest,
  createConnection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  MarkupKind,
  MessageType,
  ShowMessageNotification,
  TextDocuments,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type CodeAction,
  type CodeActionParams,
  type CodeLens,
  type Connection,
  type ExecuteCommandParams,
  type Hover,
  type InitializeParams,
  type InitializeResult,
  type TextDocumentPositionParams,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { isObject } from '../json/values.ts';
import { severityEdit } from '../settings/severity-edit.ts';
import { settingsPath } from '../settings/defaults.ts';
import { pageOf } from '../shared/project.ts';
import { errorMessage } from '../shared/user-error.ts';
import { readRegularFile, statsOf } from '../workspace/files.ts';
import { linkOnTheWay } from '../workspace/find-checkout.ts';
import { explainableRules, maxSettingsBytes, version } from '../workspace/validate-checkout.ts';
import {
  parseClientSettings,
  parseInitializationOptions,
  type ClientSettings,
} from './client-settings.ts';
import {
  editOf,
  explanations,
  fixAllKind,
  overlap,
  quickFixes,
  relaxableRules,
  wants,
} from './code-actions.ts';
import { codeLensesOf } from './code-lenses.ts';
import { commands } from './commands.ts';
import { EditorWorkspace } from './editor-workspace.ts';
import { explanationOf } from './explanation.ts';
import { MessageFilter } from './message-filter.ts';
import { SchemaService } from './schema-service.ts';
import { ruleIds } from './settings-file.ts';
import { editsBetween, toTextEdits } from './text-edits.ts';
import type { EditorFinding } from './thread-messages.ts';
import { pathOfUri, uriOfPath } from './uri.ts';
import { ValidationClient } from './validation-client.ts';
import { systemClock } from './validation-queue.ts';

/** The section of the editor's settings. */
const section = 'gatehouse';

/** Files whose changes on disk change what is found. */
const watchedFiles = [
  '**/.github/gatehouse*.{yml,json}',
  '**/*.{json,csx,md,png,zip}',
  '**/.git/{HEAD,FETCH_HEAD,packed-refs,refs/**}',
];

/**
 * Runs the language server over two streams until the client ends it, which ends the process.
 * @param thread the program of the thread that validates: validation-thread.ts
 */
export function serve(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  thread: URL,
): void {
  const connection = createConnection(input.pipe(new MessageFilter()), output);
  connection.onInitialize((params) => {
    new LanguageServer(connection, params, thread).listen();
    return capabilitiesOf(params);
  });
  connection.listen();
}

const capabilitiesOf = ({ capabilities }: InitializeParams): InitializeResult => ({
  serverInfo: { name: 'gatehouse', version: version() },
  capabilities: {
    textDocumentSync: {
      openClose: true,
      change: TextDocumentSyncKind.Incremental,
      save: { includeText: false },
    },
    hoverProvider: true,
    completionProvider: { triggerCharacters: ['"', ':'], resolveProvider: true },
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
    codeLensProvider: {},
    executeCommandProvider: { commands: Object.values(commands) },
    ...(capabilities.workspace?.workspaceFolders && {
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    }),
  },
});

/** Answers the requests of one client. */
class LanguageServer {
  readonly #connection: Connection;
  readonly #capabilities: ClientCapabilities;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #schemas: SchemaService;
  readonly #workspace: EditorWorkspace;
  /** The editor's settings by workspace folder, as the client sent them. */
  readonly #settings = new Map<string | undefined, Promise<ClientSettings>>();
  #defaults: ClientSettings;
  #workspaceFolders: readonly string[];

  constructor(connection: Connection, params: InitializeParams, thread: URL) {
    this.#connection = connection;
    this.#capabilities = params.capabilities;
    const { trusted, ...settings } = parseInitializationOptions(params.initializationOptions);
    this.#defaults = settings;
    this.#schemas = new SchemaService(params.capabilities);
    this.#workspaceFolders = foldersOf(params);
    this.#workspace = new EditorWorkspace({
      clock: systemClock,
      client: new ValidationClient(thread),
      documents: () => this.#documents.all(),
      trusted,
      settingsOf: (folder) => this.#settingsOf(folder),
      publish: (diagnostics) => this.#attempt(connection.sendDiagnostics(diagnostics)),
      onReport: () => this.#refreshCodeLenses(),
      log: (message) => connection.console.warn(message),
    });
  }

  listen(): void {
    const connection = this.#connection;
    const documents = this.#documents;
    const workspace = this.#workspace;
    connection.onInitialized(() => this.#register());
    documents.onDidChangeContent(({ document }) => workspace.edited(document));
    documents.onDidSave(({ document }) => workspace.saved(document));
    documents.onDidClose(({ document }) => {
      this.#schemas.forget(document.uri);
      workspace.closed(document);
    });
    connection.onDidChangeWatchedFiles(({ changes }) => {
      workspace.changedOnDisk(changes.flatMap(({ uri }) => pathOfUri(uri) ?? []));
    });
    connection.onDidChangeConfiguration(({ settings }: { settings: unknown }) => {
      if (isObject(settings) && settings[section] !== undefined)
        this.#defaults = parseClientSettings(settings[section]);
      this.#settings.clear();
      workspace.validateAll();
    });
    connection.onHover((params) => this.#hover(params));
    connection.onCompletion(async ({ textDocument: { uri }, position }) => {
      const document = await this.#documentWithSchema(uri);
      return document && this.#schemas.complete(document, position);
    });
    connection.onCompletionResolve((item) => this.#schemas.resolve(item));
    connection.onCodeAction((params) => this.#codeActions(params));
    connection.onCodeLens(({ textDocument: { uri } }) => this.#codeLenses(uri));
    connection.onExecuteCommand((params) => this.#execute(params));
    documents.listen(connection);
    workspace.setWorkspaceFolders(this.#workspaceFolders);
  }

  #register(): void {
    const { workspace } = this.#capabilities;
    const { client } = this.#connection;
    if (workspace?.didChangeConfiguration?.dynamicRegistration)
      this.#attempt(client.register(DidChangeConfigurationNotification.type, { section }));
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration)
      this.#attempt(
        client.register(DidChangeWatchedFilesNotification.type, {
          watchers: watchedFiles.map((globPattern) => ({ globPattern })),
        }),
      );
    if (workspace?.workspaceFolders)
      this.#connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        this.#settings.clear();
        const gone = new Set(removed.map(({ uri }) => pathOfUri(uri)));
        const left = this.#workspaceFolders.filter((folder) => !gone.has(folder));
        this.#workspaceFolders = [...left, ...added.flatMap(({ uri }) => pathOfUri(uri) ?? [])];
        this.#workspace.setWorkspaceFolders(this.#workspaceFolders);
      });
  }

  /** A client may refuse any request; that is logged, if it still listens. */
  #attempt(request: Promise<unknown>): void {
    request.catch((error: unknown) => this.#connection.console.warn(errorMessage(error)));
  }

  #show(type: MessageType, message: string): void {
    this.#attempt(
      this.#connection.sendNotification(ShowMessageNotification.type, { type, message }),
    );
  }

  #settingsOf(folder: string | undefined): Promise<ClientSettings> {
    if (!this.#capabilities.workspace?.configuration) return Promise.resolve(this.#defaults);
    let settings = this.#settings.get(folder);
    if (!settings) {
      settings = this.#connection.workspace
        .getConfiguration({ section, ...(folder !== undefined && { scopeUri: uriOfPath(folder) }) })
        .then(
          (value: unknown) => (isObject(value) ? parseClientSettings(value) : this.#defaults),
          () => this.#defaults,
        );
      this.#settings.set(folder, settings);
    }
    return settings;
  }

  /** A document whose names are completed and described; undefined if the user turned that off. */
  async #documentWithSchema(uri: string): Promise<TextDocument | undefined> {
    const path = pathOfUri(uri);
    const folder = path === undefined ? undefined : this.#workspace.workspaceFolderOf(path);
    const { schemas } = await this.#settingsOf(folder);
    return schemas ? this.#documents.get(uri) : undefined;
  }

  async #hover({
    textDocument: { uri },
    position,
  }: TextDocumentPositionParams): Promise<Hover | undefined> {
    const document = await this.#documentWithSchema(uri);
    const fromSchema = document && (await this.#schemas.hover(document, position));
    const findings = this.#workspace
      .findingsIn(uri)
      .filter(({ range }) => overlap(range, { start: position, end: position }));
    if (findings.length === 0) return fromSchema;
    const explained = new Map(findings.map((finding) => [finding.rule, explanationOf(finding)]));
    const parts = [...explained.values(), ...markdownOf(fromSchema)];
    return { contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n---\n\n') } };
  }

  async #codeActions({
    textDocument: { uri },
    range,
    context: { only },
  }: CodeActionParams): Promise<CodeAction[]> {
    const document = this.#documents.get(uri);
    if (!document) return [];
    await this.#workspace.currentReportFor(uri);
    const findings = this.#workspace.findingsIn(uri);
    const actions: CodeAction[] = [];
    if (only && wants(only, fixAllKind)) {
      const edit = await this.#fixAllEdit(document);
      if (edit) actions.push({ title: fixAllTitle, kind: fixAllKind, edit });
    }
    if (!wants(only, CodeActionKind.QuickFix)) return actions;
    const inRange = findings.filter((finding) => overlap(finding.range, range));
    actions.push(...quickFixes(document, inRange, findings));
    if (inRange.some(({ edits }) => edits))
      actions.push({
        title: fixAllTitle,
        kind: CodeActionKind.QuickFix,
        command: { title: fixAllTitle, command: commands.fixAll, arguments: [uri] },
      });
    actions.push(...explanations(inRange), ...this.#relaxations(uri, inRange));
    return actions.map((action) =>
      action.edit ? { ...action, edit: this.#supported(action.edit) } : action,
    );
  }

  /** Actions that turn the errors of a rule into warnings, in the settings of the repository. */
  #relaxations(uri: string, findings: readonly EditorFinding[]): CodeAction[] {
    const settings = this.#workspace.reportFor(uri)?.settings;
    const path = settings?.path;
    if (path === undefined || settings?.mistake) return [];
    const document = this.#documents.all().find((each) => pathOfUri(each.uri) === path);
    const text = document?.getText() ?? settingsText(path);
    if (text === undefined) return [];
    const isNew = !document && !statsOf(path);
    const canCreate =
      this.#capabilities.workspace?.workspaceEdit?.resourceOperations?.includes('create') === true;
    if (isNew && !(canCreate && this.#workspace.workspaceFolderOf(path) !== undefined)) return [];
    const shown = document ?? TextDocument.create(uriOfPath(path), 'yaml', 0, text);
    return relaxableRules(findings, ruleIds).flatMap((rule): CodeAction[] => {
      const edit = severityEdit(shown.getText(), rule, 'warning', ruleIds);
      if (!edit) return [];
      const file = { uri: shown.uri, version: document?.version ?? null };
      return [
        {
          title: `Make ${rule} a warning in ${settingsPath}`,
          kind: CodeActionKind.QuickFix,
          edit: {
            documentChanges: [
              ...(isNew ? [{ kind: 'create' as const, uri: shown.uri }] : []),
              { textDocument: file, edits: toTextEdits(shown, [edit]) },
            ],
          },
        },
      ];
    });
  }

  async #fixAllEdit(document: TextDocument): Promise<WorkspaceEdit | undefined> {
    const { version: before } = document;
    const text = await this.#workspace.fixedText(document);
    if (text === undefined || document.version !== before) return undefined;
    return this.#supported(editOf(document, editsBetween(document, text)));
  }

  /** The edit without versions for clients that do not know them. */
  #supported(edit: WorkspaceEdit): WorkspaceEdit {
    if (this.#capabilities.workspace?.workspaceEdit?.documentChanges === true) return edit;
    const changes = (edit.documentChanges ?? []).flatMap((change) =>
      'edits' in change ? [[change.textDocument.uri, change.edits] as const] : [],
    );
    return {
      changes: Object.fromEntries(
        changes.map(([uri, edits]) => [uri, edits.filter((each) => 'newText' in each)]),
      ),
    };
  }

  async #codeLenses(uri: string): Promise<CodeLens[]> {
    const refreshes = this.#capabilities.workspace?.codeLens?.refreshSupport === true;
    const report = refreshes
      ? this.#workspace.reportFor(uri)
      : await this.#workspace.currentReportFor(uri);
    return report && report.definition === pathOfUri(uri) ? codeLensesOf(uri, report) : [];
  }

  #refreshCodeLenses(): void {
    if (this.#capabilities.workspace?.codeLens?.refreshSupport === true)
      this.#attempt(this.#connection.sendRequest(CodeLensRefreshRequest.type));
  }

  async #execute({ command, arguments: args = [] }: ExecuteCommandParams): Promise<void> {
    const [first, , messages]: unknown[] = args;
    if (typeof first !== 'string') return;
    if (command === commands.explain) await this.#explain(first);
    else if (command === commands.fixAll) await this.#fixAll(first);
    else if (command === commands.showBreakingChanges && Array.isArray(messages))
      this.#show(MessageType.Warning, messages.map(String).join('\n'));
  }

  async #explain(id: string): Promise<void> {
    const rule = explainableRules.find((each) => each.id === id);
    if (!rule) return;
    if (this.#capabilities.window?.showDocument?.support === true)
      await this.#connection.window.showDocument({ uri: pageOf(rule.id), external: true });
    else
      this.#show(
        MessageType.Info,
        [rule.id, rule.description, rule.rationale, pageOf(rule.id)].join('\n'),
      );
  }

  async #fixAll(uri: string): Promise<void> {
    const document = this.#documents.get(uri);
    const edit = document && (await this.#fixAllEdit(document));
    if (edit) await this.#connection.workspace.applyEdit({ label: fixAllTitle, edit });
    else this.#show(MessageType.Info, 'Nothing in this file can be fixed.');
  }
}

const fixAllTitle = 'Fix all problems in this file';

/** The text of a settings file on disk, `''` if there is none; undefined if it cannot be edited. */
function settingsText(path: string): string | undefined {
  if (linkOnTheWay(path) !== undefined) return undefined;
  if (!statsOf(path)) return '';
  const read = readRegularFile(path, { maxBytes: maxSettingsBytes });
  return 'bytes' in read ? new TextDecoder().decode(read.bytes) : undefined;
}

/** The Markdown of a hover of the schemas. */
function markdownOf(hover: Hover | undefined): string[] {
  const contents = hover?.contents ?? [];
  return (Array.isArray(contents) ? contents : [contents]).map((part) =>
    typeof part === 'string' ? part : part.value,
  );
}

/** The workspace folders that the client opens. */
function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null ? [] : [rootUri]);
  return uris.flatMap((uri) => pathOfUri(uri) ?? []);
}
