import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { pageOf } from '../../src/shared/project.ts';
import { commitAll, connectorsIn, contoso, definition, folder, git, run } from '../support/cli.ts';
import { allCapabilities, LanguageClient, uriOf, type ClientOptions } from './language-client.ts';

const clients: LanguageClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.process.kill('SIGKILL');
});

let count = 0;

/** A repository with the connector Contoso Invoices. */
function repository(): { root: string; connector: string; path: string } {
  count += 1;
  const root = join(folder, `repository-${count}`);
  const connector = join(root, 'certified-connectors/Contoso Invoices');
  cpSync(contoso, connector, { recursive: true });
  return { root, connector, path: join(connector, definition) };
}

async function start(options: ClientOptions): Promise<LanguageClient> {
  const client = await LanguageClient.start(options);
  clients.push(client);
  return client;
}

/** A repository whose definition is open in an editor. */
async function opened(change: (text: string) => string = (text) => text) {
  const { root, connector, path } = repository();
  const client = await start({ folders: [root] });
  const uri = client.open(path, change(readFileSync(path, 'utf8')));
  return { root, connector, path, client, uri };
}

const codes = (diagnostics: readonly { code?: unknown }[]): unknown[] =>
  diagnostics.map(({ code }) => code);

const everything = { start: { line: 0, character: 0 }, end: { line: 100_000, character: 0 } };

describe('diagnostics', () => {
  test('follow each edit and name the rule, its page and its place', async () => {
    const { client, uri } = await opened();
    const text = client.textOf(uri);
    expect(await client.diagnostics(uri)).toEqual([]);
    client.replace(uri, '"operationId": "GetInvoice"', '"operationId": "ListInvoices"');
    const [first] = await client.diagnostics(uri);
    expect(first).toMatchObject({
      severity: 1,
      source: 'gatehouse',
      code: 'OperationIdNotUnique',
      codeDescription: { href: pageOf('OperationIdNotUnique') },
    });
    expect(first && client.textIn(uri, first.range)).toBe('"ListInvoices"');
    client.edit(uri, { text });
    expect(await client.diagnostics(uri)).toEqual([]);
  });

  test('are those of the command line, for all files of the connector', async () => {
    const { client, uri, connector, path } = await opened((text) =>
      text.replace('"2.0"', '"3.0"').replace(/"description": "[^"]*"/, '"description": "docuemnt"'),
    );
    writeFileSync(join(connector, 'apiProperties.json'), '{"properties": {}}');
    client.changedOnDisk(join(connector, 'apiProperties.json'));
    writeFileSync(path, client.textOf(uri));
    const [checked] = connectorsIn(run(['check', connector, '--format', 'json']));
    const inFile = (file: string) => checked?.findings.filter((finding) => finding.file === file);
    const diagnostics = await client.diagnostics(uri);
    const properties = uriOf(join(connector, 'apiProperties.json'));
    await client.until(
      () => (client.published(properties)?.diagnostics.length ?? 0) > 1,
      'diagnostics of a file that is not open',
    );
    for (const [of, shown] of [
      [inFile(definition), diagnostics],
      [inFile('apiProperties.json'), client.published(properties)?.diagnostics ?? []],
    ] as const)
      expect(
        shown.map(({ code, range }) => [code, range.start.line + 1, range.start.character + 1]),
      ).toEqual(of?.map(({ rule, line, column }) => [rule, line, column]));
  });

  test('of a broken file name the syntax and everything else', async () => {
    const { client, uri } = await opened((text) =>
      text
        .replace('"operationId": "GetInvoice"', '"operationId": "ListInvoices"')
        .replace('"swagger": "2.0",', '"swagger": "2.0"'),
    );
    const found = codes(await client.diagnostics(uri));
    expect(found).toContain('OperationIdNotUnique');
    expect(found.length).toBeGreaterThan(1);
    client.edit(uri, { text: '' });
    expect(await client.diagnostics(uri)).not.toEqual([]);
    client.edit(uri, { text: '[[[[[[[[{"' });
    expect(await client.diagnostics(uri)).not.toEqual([]);
  });

  test('disappear when the last document of the connector is closed', async () => {
    const { client, uri, connector } = await opened((text) => text.replace('"2.0"', '"3.0"'));
    expect(await client.diagnostics(uri)).not.toEqual([]);
    const readme = join(connector, 'readme.md');
    const other = client.open(readme, readFileSync(readme, 'utf8'));
    await client.diagnostics(other);
    client.close(uri);
    expect(await client.diagnostics(other)).toEqual([]);
    client.close(other);
    await client.until(() => client.published(uri)?.diagnostics.length === 0, 'no diagnostics');
  });

  test('have the positions of the editor whatever the file looks like on disk', async () => {
    const { root, path } = repository();
    const text = readFileSync(path, 'utf8')
      .replace('"swagger": "2.0"', '"x-é": "😀é", "swagger": "3.0"')
      .replaceAll('\n', '\r\n');
    writeFileSync(path, `\ufeff${text}`);
    const client = await start({ folders: [root] });
    // An editor keeps the byte-order mark to itself, and some also the carriage returns.
    for (const shown of [text, text.replaceAll('\r\n', '\n')]) {
      const uri = client.open(path, shown);
      const wrong = (await client.diagnostics(uri)).find(
        ({ range }) => client.textIn(uri, range) === '"3.0"',
      );
      expect(wrong?.severity).toBe(1);
      expect(codes(await client.diagnostics(uri))).toContain('FileByteOrderMark');
      client.close(uri);
    }
    // Latin-1, shown as UTF-8: the editor has U+FFFD for each of the bytes.
    const latin = Buffer.from(text.replace('😀', 'ÿÿ'), 'latin1');
    writeFileSync(path, latin);
    client.changedOnDisk(path);
    const uri = client.open(path, new TextDecoder().decode(latin));
    const diagnostics = await client.diagnostics(uri);
    expect(diagnostics.map(({ range }) => client.textIn(uri, range))).toContain('"3.0"');
    const [fix] = await client.codeActions(uri, everything, ['source.fixAll']);
    client.apply(fix?.edit ?? {});
    expect(client.textOf(uri)).toContain('"x-é": "ÿÿé"');
  });

  test('treat links, huge and strange documents as what they are', async () => {
    const { root, connector, path } = repository();
    const outside = join(folder, `outside-${count}.json`);
    writeFileSync(outside, '{}');
    const properties = join(connector, 'apiProperties.json');
    const text = readFileSync(properties, 'utf8');
    writeFileSync(properties, '');
    const client = await start({ folders: [root] });
    symlinkSync(outside, join(connector, 'linked.json'));
    const uri = client.open(join(connector, 'linked.json'), '{"secret": 1}');
    await client.diagnostics(uri);
    client.open(properties, text);
    const huge = client.open(path, `{"x": "${'y'.repeat(5 * 1024 * 1024)}"}`);
    expect(codes(await client.diagnostics(huge))).toContain('FileTooLarge');
    expect(await client.completions(huge, { line: 0, character: 1 })).toEqual([]);
    client.open('', '{}', 'untitled:Untitled-1');
    client.open('', '{}', 'file://host/share/apiDefinition.swagger.json');
    client.open('', '{}', 'file:///%00%2f/%zz');
    expect(await client.hover('untitled:Untitled-1', { line: 0, character: 0 })).toBeNull();
    expect(await client.stop()).toBe(0);
    expect(client.stderr).toBe('');
  });
});

describe('actions', () => {
  test('fix one finding, all of a rule, or everything, and leave a clean file', async () => {
    const { client, uri } = await opened((text) =>
      text.replaceAll(/("summary": "[^"]*)"/g, '$1."'),
    );
    const [first] = await client.diagnostics(uri);
    const rule = String(first?.code);
    expect(rule).toBe('SummaryMustNotEndWithPunctuation');
    const actions = await client.codeActions(uri, first?.range ?? everything);
    const titles = actions.map(({ title }) => title);
    expect(titles).toEqual([
      `Fix this ${rule} problem`,
      expect.stringMatching(new RegExp(`^Fix all \\d+ ${rule} problems in this file$`)),
      'Fix all problems in this file',
      `Explain ${rule}`,
    ]);
    const before = (await client.diagnostics(uri)).length;
    client.apply(actions[0]?.edit ?? {});
    expect((await client.diagnostics(uri)).length).toBe(before - 1);
    const [, ofRule] = await client.codeActions(
      uri,
      (await client.diagnostics(uri))[0]?.range ?? everything,
    );
    client.apply(ofRule?.edit ?? {});
    expect(await client.diagnostics(uri)).toEqual([]);
  });

  test('fix everything on save, or by the command, as check --fix does', async () => {
    const { client, uri, path, connector } = await opened((text) =>
      text
        .replaceAll(/("summary": "[^"]*)"/g, '$1."')
        .replaceAll(/("description": "[^"]*)\."/g, '$1"'),
    );
    writeFileSync(path, client.textOf(uri));
    run(['check', connector, '--fix']);
    const fixed = readFileSync(path, 'utf8');
    const [onSave] = await client.codeActions(uri, everything, ['source.fixAll']);
    expect(onSave).toMatchObject({ kind: 'source.fixAll.gatehouse' });
    const edits = onSave?.edit?.documentChanges?.[0];
    expect(edits && 'edits' in edits && edits.edits.length).toBeGreaterThan(3);
    await client.execute({ command: 'gatehouse.fixAllInDocument', arguments: [uri] });
    expect(client.textOf(uri)).toBe(fixed);
    await client.execute({ command: 'gatehouse.fixAllInDocument', arguments: [uri] });
    const nothing = 'Nothing in this file can be fixed.';
    await client.until(() => client.messages.includes(nothing), 'a message');
  });

  test('explain a rule and turn it into a warning in the settings', async () => {
    const { client, uri, root } = await opened((text) =>
      text.replace('"operationId": "GetInvoice"', '"operationId": "ListInvoices"'),
    );
    const [first] = await client.diagnostics(uri);
    const actions = await client.codeActions(uri, first?.range ?? everything);
    const explain = actions.find(({ title }) => title === 'Explain OperationIdNotUnique');
    await client.execute(explain?.command ?? { command: '' });
    expect(client.shownDocuments).toEqual([pageOf('OperationIdNotUnique')]);
    const warn = actions.find(({ title }) => title.startsWith('Make '));
    expect(warn?.title).toBe('Make OperationIdNotUnique a warning in .github/gatehouse.yml');
    client.apply(warn?.edit ?? {});
    const settings = uriOf(join(root, '.github/gatehouse.yml'));
    expect(client.textOf(settings)).toBe('rules:\n  OperationIdNotUnique: warning\n');
    await client.until(
      () => client.published(uri)?.diagnostics[0]?.severity === 2,
      'a warning, before the settings are saved',
    );
  });

  test('work in an editor that can do little', async () => {
    const { root, path } = repository();
    const client = await start({ folders: [root], capabilities: {} });
    const text = readFileSync(path, 'utf8').replace(/("summary": "[^"]*)"/, '$1."');
    const uri = client.open(path, text.replace('"GetInvoice"', '"ListInvoices"'));
    const diagnostics = await client.diagnostics(uri);
    const actions = await client.codeActions(uri, everything);
    expect(actions.some(({ title }) => title.startsWith('Make '))).toBe(false);
    client.apply(actions[0]?.edit ?? {});
    expect((await client.diagnostics(uri)).length).toBe(diagnostics.length - 1);
    await client.execute({ command: 'gatehouse.explain', arguments: ['OperationIdNotUnique'] });
    await client.until(
      () => client.messages.some((message) => message.startsWith('OperationIdNotUnique\n')),
      'an explanation in a message',
    );
  });
});

describe('hover and completion', () => {
  test('explain a finding, and describe names by the schema', async () => {
    const { client, uri } = await opened((text) =>
      text.replace('"operationId": "GetInvoice"', '"operationId": "ListInvoices"'),
    );
    const [first] = await client.diagnostics(uri);
    const explained = await client.hover(uri, first?.range.start ?? { line: 0, character: 0 });
    expect(explained?.contents).toMatchObject({
      kind: 'markdown',
      value: expect.stringMatching(
        /^\*\*OperationIdNotUnique\*\* \(error\)\n\n[^]*\*\*Why\.\*\*[^]*explain\/OperationIdNotUnique\)/,
      ),
    });
    const described = await client.hover(uri, client.positionOf(uri, '"x-ms-visibility"', 2));
    expect(JSON.stringify(described)).toContain('internal');
    expect(await client.hover(uri, { line: 5_000, character: 0 })).toBeNull();
  });

  test('offer the names and values that may stand at a place', async () => {
    const { client, uri } = await opened();
    client.replace(uri, '"x-ms-visibility": "', '"x-ms-v": "", "x-ms-visibility": "');
    const names = await client.completions(uri, client.positionOf(uri, '"x-ms-v"', 7));
    expect(names.map(({ label }) => label)).toContain('x-ms-url-encoding');
    const values = await client.completions(
      uri,
      client.positionOf(uri, '"x-ms-visibility": "', 20),
    );
    expect(values.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['"important"', '"advanced"', '"internal"']),
    );
  });

  test('offer a whole operation', async () => {
    const { client, uri } = await opened();
    client.replace(uri, '"paths": {', '"paths": { "/x": { "get":  },');
    const items = await client.completions(uri, client.positionOf(uri, '"get":  }', 7));
    const snippet = items.find(({ label }) => label === 'operation');
    expect(JSON.stringify(snippet)).toContain('${1:GetItem}');
  });

  test('never load the schema that a file names', async () => {
    const { client, connector } = await opened();
    const path = join(connector, 'apiProperties.json');
    const text = readFileSync(path, 'utf8').replace(
      '{',
      '{"$schema": "http://127.0.0.1:1/x.json",',
    );
    const uri = client.open(path, text);
    const hover = await client.hover(uri, client.positionOf(uri, '"iconBrandColor"', 2));
    expect(JSON.stringify(hover)).toContain('da3b01');
  });

  test('are left to another server if the settings say so', async () => {
    const { root, path } = repository();
    const client = await start({ folders: [root], configuration: { schemas: false } });
    const uri = client.open(path, readFileSync(path, 'utf8'));
    expect(await client.hover(uri, client.positionOf(uri, '"swagger"', 2))).toBeNull();
    expect(await client.completions(uri, client.positionOf(uri, '"swagger"', 2))).toEqual([]);
  });
});

describe('the base', () => {
  /** A clone whose definition lost an operation's parameter since `origin/main`. */
  function clone(): { root: string; path: string } {
    const { root, path } = repository();
    commitAll(root);
    git(root, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    git(root, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
    return { root, path };
  }
  const broken = (text: string): string => text.replace('"GetInvoice"', '"ReadInvoice"');

  test('gives breaking changes as code lenses and diagnostics', async () => {
    const { root, path } = clone();
    const client = await start({ folders: [root] });
    const uri = client.open(path, readFileSync(path, 'utf8'));
    await client.diagnostics(uri);
    expect(await client.codeLenses(uri)).toEqual([]);
    client.edit(uri, { text: broken(client.textOf(uri)) });
    expect(codes(await client.diagnostics(uri))).toContain('OperationDeleted');
    await client.until(() => client.lensRefreshes > 1, 'a refresh of the code lenses');
    const [lens] = await client.codeLenses(uri);
    expect(lens?.command?.title).toBe('1 breaking change since origin/main');
    await client.execute(lens?.command ?? { command: '' });
    await client.until(
      () => client.messages.some((text) => text.includes('GetInvoice')),
      'changes',
    );
  });

  test('turns what was there before into hints', async () => {
    const { root, path } = repository();
    const text = readFileSync(path, 'utf8').replace(/("summary": "[^"]*)"/, '$1."');
    writeFileSync(path, text);
    commitAll(root);
    const client = await start({ folders: [root], configuration: { base: 'HEAD' } });
    const uri = client.open(path, text.replace('"GetInvoice"', '"ListInvoices"'));
    const diagnostics = await client.diagnostics(uri);
    const severityOf = (rule: string) => diagnostics.find(({ code }) => code === rule)?.severity;
    expect(severityOf('SummaryMustNotEndWithPunctuation')).toBe(4);
    expect(severityOf('OperationIdNotUnique')).toBe(1);
  });

  test('is not asked for in a workspace that is not trusted', async () => {
    const { root, path } = clone();
    const client = await start({ folders: [root], initializationOptions: { trusted: false } });
    const uri = client.open(path, broken(readFileSync(path, 'utf8')));
    expect(await client.diagnostics(uri)).toEqual([]);
    expect(await client.codeLenses(uri)).toEqual([]);
  });

  test('that does not exist is a message in the log, and everything else works', async () => {
    const { root, path } = clone();
    const client = await start({ folders: [root], configuration: { base: 'nope' } });
    const uri = client.open(path, readFileSync(path, 'utf8').replace('"2.0"', '"3.0"'));
    expect(await client.diagnostics(uri)).not.toEqual([]);
    const problem = 'The clone has no commit nope';
    await client.until(() => client.messages.join().includes(problem), problem);
  });

  test('is read again when the branch changes', async () => {
    const { root, path } = clone();
    const client = await start({ folders: [root] });
    const text = broken(readFileSync(path, 'utf8'));
    const uri = client.open(path, text);
    expect(codes(await client.diagnostics(uri))).toContain('OperationDeleted');
    writeFileSync(path, text);
    git(root, 'commit', '-am', 'Rename');
    git(root, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    client.changedOnDisk(join(root, '.git/refs/remotes/origin/main'));
    await client.until(() => client.published(uri)?.diagnostics.length === 0, 'no changes');
  });
});

describe('settings of the repository', () => {
  test('are watched, and a mistake in them is shown', async () => {
    const { client, uri, root } = await opened((text) =>
      text.replace('"operationId": "GetInvoice"', '"operationId": "ListInvoices"'),
    );
    expect(codes(await client.diagnostics(uri))).toContain('OperationIdNotUnique');
    await client.until(() => client.watched.join().includes('gatehouse'), 'watched files');
    const path = join(root, '.github/gatehouse.yml');
    mkdirSync(join(root, '.github'));
    writeFileSync(path, 'rules:\n  OperationIdNotUnique: off\n');
    client.changedOnDisk(path);
    await client.until(() => client.published(uri)?.diagnostics.length === 0, 'a rule turned off');
    writeFileSync(path, 'ruls: {}\n');
    client.changedOnDisk(path);
    await client.until(
      () => client.published(uriOf(path))?.diagnostics.length === 1,
      'a mistake in the settings',
    );
    expect(client.published(uriOf(path))?.diagnostics[0]?.message).toContain('`rules`');
    const settings = client.open(path, 'rules: {}\n');
    expect(await client.diagnostics(settings)).toEqual([]);
  });

  test('differ by workspace folder', async () => {
    const [first, second] = [repository(), repository()];
    mkdirSync(join(first.root, '.github'));
    writeFileSync(
      join(first.root, '.github/gatehouse.yml'),
      'rules:\n  OperationIdNotUnique: note\n',
    );
    const client = await start({ folders: [first.root, second.root] });
    const severities = [];
    for (const { path } of [first, second]) {
      const text = readFileSync(path, 'utf8').replace('"GetInvoice"', '"ListInvoices"');
      const [diagnostic] = await client.diagnostics(client.open(path, text));
      severities.push(diagnostic?.severity);
    }
    expect(severities).toEqual([3, 1]);
  });
});

describe('the process', () => {
  test('survives messages that are not messages', async () => {
    const { client, uri } = await opened();
    await client.diagnostics(uri);
    for (const garbage of [
      'Content-Length: 3\r\n\r\n{]}',
      'Content-Length: nope\r\n\r\n',
      '\u0000\u0001\r\n\r\n',
      'Content-Length: 2\r\n\r\n{}',
    ])
      client.process.stdin?.write(garbage);
    client.replace(uri, '"2.0"', '"3.0"');
    expect(await client.diagnostics(uri)).not.toEqual([]);
    await expect(client.connection.sendRequest('no/such/request')).rejects.toThrow(/Unhandled/);
    await expect(client.execute({ command: 'nope', arguments: [{}] })).resolves.toBeNull();
  });

  test('ends when the client says so, or goes away', async () => {
    const { client } = await opened();
    expect(await client.stop()).toBe(0);
    const { client: other, uri } = await opened();
    await other.diagnostics(uri);
    other.process.stdin?.end();
    expect(await other.exited).toBe(1);
  });

  test('needs --stdio', () => {
    const { status, err } = run(['lsp']);
    expect([status, err]).toEqual([2, expect.stringContaining('gatehouse lsp --stdio')]);
  });
});

test('the capabilities are those that docs/editors.md describes', async () => {
  const client = await start({ folders: [], capabilities: allCapabilities });
  expect(Object.keys(client.initialized.capabilities).toSorted()).toEqual([
    'codeActionProvider',
    'codeLensProvider',
    'completionProvider',
    'executeCommandProvider',
    'hoverProvider',
    'textDocumentSync',
    'workspace',
  ]);
});
