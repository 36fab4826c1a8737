import { commands, window, workspace, type ExtensionContext } from 'vscode';
import {
  ExecuteCommandRequest,
  LanguageClient,
  TransportKind,
  type ServerOptions,
} from 'vscode-languageclient/node';

/** The files of a connector that people edit, and the settings of a repository. */
const documents = [
  '**/apiDefinition*.json',
  '**/*.swagger.json',
  '**/apiProperties.json',
  '**/*.csx',
  '**/[Rr][Ee][Aa][Dd][Mm][Ee].md',
  '**/.github/gatehouse.yml',
];

let client: LanguageClient | undefined;

/** VS Code calls it when a workspace has a connector. */
export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand('gatehouse.restart', () => restart(context)),
    commands.registerCommand('gatehouse.showOutput', () => client?.outputChannel.show()),
    commands.registerCommand('gatehouse.fixAll', fixAll),
    workspace.onDidGrantWorkspaceTrust(() => restart(context)),
    workspace.onDidChangeConfiguration((event) =>
      event.affectsConfiguration('gatehouse.path') ? restart(context) : undefined,
    ),
  );
  await start(context);
}

/** VS Code calls it when the extension is turned off. */
export const deactivate = (): Promise<void> | undefined => client?.dispose();

async function start(context: ExtensionContext): Promise<void> {
  client = new LanguageClient('gatehouse', 'Gatehouse', serverOptions(context), {
    documentSelector: documents.map((pattern) => ({ scheme: 'file', pattern })),
    initializationOptions: { trusted: workspace.isTrusted },
  });
  await client.start();
}

/**
 * The program of the setting, or the server of the extension. Both scripts run in the Node.js of
 * VS Code.
 */
function serverOptions(context: ExtensionContext): ServerOptions {
  const transport = TransportKind.stdio;
  const path = workspace.getConfiguration('gatehouse').get<string>('path', '');
  if (path === '') return { module: context.asAbsolutePath('server/dist/lsp.js'), transport };
  const args = ['lsp'];
  return /\.[cm]?js$/.test(path)
    ? { module: path, args, transport }
    : { command: path, args, transport };
}

async function restart(context: ExtensionContext): Promise<void> {
  await client?.dispose();
  await start(context);
}

async function fixAll(): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (!client || !document) return;
  await client.sendRequest(ExecuteCommandRequest.type, {
    command: 'gatehouse.fixAllInDocument',
    arguments: [client.code2ProtocolConverter.asUri(document.uri)],
  });
}
