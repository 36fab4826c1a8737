import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ConnectorDetailJson, IndexJson } from '../../src/catalog/catalog-json.ts';
import { contoso, definition, folder, run } from '../support/cli.ts';

const repository = join(folder, 'repository');
const hostile = '<img src=x onerror=alert(1)> | ](javascript:alert(1)) @team';

const write = (path: string, text: string): void => {
  mkdirSync(join(repository, path, '..'), { recursive: true });
  writeFileSync(join(repository, path), text);
};
const catalog = (...words: string[]) =>
  run(['catalog', repository, ...words], folder, {
    GITHUB_REPOSITORY: '',
    GITHUB_SHA: '',
    GITHUB_SERVER_URL: '',
  });
const readText = (path: string): string => readFileSync(join(folder, path), 'utf8');

beforeAll(() => {
  cpSync(contoso, join(repository, 'certified-connectors/Contoso Invoices'), { recursive: true });
  write(`certified-connectors/Broken/${definition}`, '{"swagger": "2.0", "info": {');
  write(
    `custom-connectors/Hostile/${definition}`,
    JSON.stringify({
      swagger: '2.0',
      info: { title: hostile, description: hostile, contact: { url: 'javascript:alert(1)' } },
      paths: { '/': { get: { operationId: hostile, summary: hostile, responses: {} } } },
      'x-ms-connector-metadata': [
        { propertyName: 'Website', propertyValue: 'javascript:alert(1)' },
        { propertyName: 'Categories', propertyValue: hostile },
      ],
    }),
  );
});

describe('gatehouse catalog', () => {
  test('writes every connector as JSON, Markdown and HTML, also one that cannot be parsed', () => {
    const { status, err } = catalog('--output', 'site', '--repository', 'contoso/connectors');
    expect([status, err]).toEqual([0, '']);
    const index: IndexJson = JSON.parse(readText('site/index.json'));
    expect(index).toMatchObject({ schemaVersion: 1, repository: 'contoso/connectors' });
    expect(
      index.connectors.map(({ folder: path, title, problem }) => [path, title, problem]),
    ).toEqual([
      ['certified-connectors/Broken', 'Broken', 'The definition is not valid JSON: line 1.'],
      ['certified-connectors/Contoso Invoices', 'Contoso Invoices', undefined],
      ['custom-connectors/Hostile', hostile, 'There are no properties.'],
    ]);
    const at = 'site/certified-connectors/Contoso Invoices';
    const detail: ConnectorDetailJson = JSON.parse(readText(`${at}/connector.json`));
    const { operations, definitions, host, basePath, contact, files, bytes, ...summary } = detail;
    expect(summary).toEqual(index.connectors[1]);
    expect(operations[0]).toMatchObject({
      uri: `connector://contoso/connectors/certified-connectors/Contoso%20Invoices/actions/${operations[0]?.id}`,
    });
    expect(definitions[0]?.usedBy.length).toBeGreaterThan(0);
    expect([host, basePath, bytes > 0]).toEqual([expect.any(String), expect.any(String), true]);
    expect(contact).toBeDefined();
    expect(files.definition?.blob).toMatch(/^[0-9a-f]{40}$/);
    const page = readText(`${at}/index.html`);
    for (const { anchor } of operations.filter(({ visibility }) => visibility !== 'internal'))
      expect(page).toContain(`id="${anchor}"`);
    expect(readText(`${at}/index.md`)).toContain('# Contoso Invoices');
    expect(existsSync(join(folder, 'site/certified-connectors/Broken/index.html'))).toBe(true);
    expect(readText('site/index.html')).toContain(
      'href="./certified-connectors/Contoso%20Invoices/index.html"',
    );
  });

  test('is the same each time, and never writes into a folder that has something in it', () => {
    catalog('--output', 'first', '--repository', 'contoso/connectors');
    catalog('--output', 'second', '--repository', 'contoso/connectors');
    for (const path of ['index.json', 'index.html', 'custom-connectors/Hostile/index.html'])
      expect(readText(`second/${path}`)).toBe(readText(`first/${path}`));
    const { status, err } = catalog('--output', 'first');
    expect(status).toBe(2);
    expect(err).toContain('first is not empty. Delete it, or name another folder.');
  });

  test('texts of connectors come out inert', () => {
    catalog('--output', 'inert', '--repository', 'contoso/connectors');
    for (const path of ['inert/index.html', 'inert/custom-connectors/Hostile/index.html']) {
      expect(readText(path)).not.toContain('<img src=x');
      expect(readText(path)).not.toMatch(/href="?javascript:/i);
    }
    expect(readText('inert/index.json')).not.toContain('"website": "javascript');
  });

  test('links to lines only if it knows the repository and the commit', () => {
    const words = ['--repository', 'contoso/connectors', '--commit', 'abcdef1'];
    catalog('--output', 'linked', ...words);
    const page = 'certified-connectors/Contoso Invoices/index.html';
    expect(readText(`linked/${page}`)).toContain(
      'https://github.com/contoso/connectors/blob/abcdef1/',
    );
    catalog('--output', 'unlinked');
    expect(readText(`unlinked/${page}`)).not.toContain('/blob/');
    expect(catalog('--output', 'x', '--repository', 'nobody').err).toContain('owner/name');
    expect(catalog('--output', 'x', '--commit', 'main').err).toContain('must be a SHA');
  });

  test('does not write through a link', () => {
    mkdirSync(join(folder, 'elsewhere'));
    execFileSync('git', ['init', '--quiet', join(folder, 'checkout')]);
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'checkout/site'));
    const { status, err } = catalog('--output', 'checkout/site');
    expect(status).toBe(2);
    expect(err).toContain('is a symbolic link');
  });
});
