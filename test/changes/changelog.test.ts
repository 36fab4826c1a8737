import { describe, expect, test } from 'vitest';
import { folderOf } from '../../fixtures/cases.ts';
import { changelog } from '../../src/changes/changelog.ts';
import { classify } from '../../src/changes/classify.ts';
import { compareConnectors } from '../../src/changes/compare.ts';
import { versionOf, type UpdateEffect } from '../../src/changes/version-step.ts';
import { readConnector } from '../../src/connector/connector.ts';

type Patch = Parameters<typeof folderOf>[0];

const changelogOf = (after: Patch, before: Patch = {}): string => {
  const [was, now] = [readConnector(folderOf(before)), readConnector(folderOf(after))];
  const changes = compareConnectors(was, now);
  return changelog(changes, classify(changes, now, was), was, now);
};

describe('the changelog of an update', () => {
  test('has what breaks first, then the rest, and counts texts', () => {
    expect(
      changelogOf({
        definition: {
          paths: {
            '/invoices': { get: { description: 'Returns all invoices.' } },
            '/invoices/{id}': null,
          },
          definitions: { NewInvoice: { properties: { note: { type: 'string' } } } },
        },
      }),
    ).toBe(`## Contoso Invoices 2.0

### Breaks flows

- The operation \`Get an invoice\` was removed.

### Other changes

- The field \`note\` of \`Create an invoice\` is new and optional.

Also changed: 1 label or description.
`);
  });

  test('lists once what happens to many', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`note${index}`, { type: 'string' }]),
    );
    expect(
      changelogOf({ definition: { definitions: { NewInvoice: { properties: fields } } } }),
    ).toContain(
      '\n- The field `note0` of `Create an invoice` is new and optional. ' +
        'Also `note1`, `note2`, `note3`, `note4`, `note5`, `note6`, `note7`, `note8`, ' +
        '`note9`, `note10`, `note11`, `note12` and 7 more.\n',
    );
  });

  test('names the files and details that change', () => {
    const text = changelogOf({
      files: { 'readme.md': '# Contoso Invoices\n\nAnother text.\n' },
      properties: { properties: { iconBrandColor: '#123456' } },
    });
    expect(text).toContain('\nChanged: details about the connector and the readme.\n');
  });

  test('calls an operation by its summary everywhere, and two of one summary by their IDs too', () => {
    const text = changelogOf({
      definition: {
        paths: {
          '/invoices': { get: { deprecated: true, 'x-contoso': 'a' } },
          '/invoices/{id}': {
            get: { summary: 'List invoices', 'x-ms-visibility': 'internal' },
          },
        },
      },
    });
    expect(text).toContain('- The operation `List invoices (ListInvoices)` is deprecated.');
    expect(text).toContain('- `x-contoso` of `List invoices (ListInvoices)` changes.');
    expect(text).toContain(
      '- The operation `List invoices (GetInvoice)` can no longer be added to flows.',
    );
  });

  test('of an operation with another ID says which operation replaces it', () => {
    const renamed = (summary: string): string =>
      changelogOf({
        definition: { paths: { '/invoices/{id}': { get: { operationId: 'Read', summary } } } },
      });
    expect(renamed('Read an invoice')).toContain(
      '- The operation `Get an invoice` was replaced by `Read an invoice`.',
    );
    expect(renamed('Get an invoice')).toContain(
      '- The operation `Get an invoice` was replaced by another with the same name.',
    );
  });

  const manifest = { humanName: 'Contoso', modelDescription: 'Works with "invoices".' };
  test.each<[string, Patch, Patch]>([
    ['an extension of the definition', {}, { definition: { 'x-contoso': manifest } }],
    [
      'an extension of an operation',
      {},
      { definition: { paths: { '/invoices': { get: { 'x-contoso': manifest } } } } },
    ],
    [
      'an extension of a field',
      {},
      {
        definition: { definitions: { Invoice: { properties: { amount: { 'x-a': [manifest] } } } } },
      },
    ],
    [
      'a default',
      {},
      {
        definition: {
          definitions: {
            NewInvoice: { properties: { lines: { type: 'array', default: [{ a: 1 }] } } },
          },
        },
      },
    ],
    ['a property', {}, { properties: { properties: { contoso: { list: [1, 2] } } } }],
    [
      'operations of the script',
      { properties: { properties: { scriptOperations: ['ListInvoices'] } } },
      { properties: { properties: { scriptOperations: ['ListInvoices', 'GetInvoice'] } } },
    ],
  ])('shows no JSON of %s, whether it comes, goes or changes', (_, without, having) => {
    for (const text of [changelogOf(having, without), changelogOf(without, having)]) {
      expect(text).not.toMatch(/`[[{]/);
      expect(text).not.toContain('changes from');
    }
  });

  test('lists two extensions that agree once, and two fields of one name by their paths', () => {
    const dynamic = (operationId: string, first: string): Patch => ({
      definition: {
        definitions: {
          NewInvoice: {
            properties: {
              customer: {
                type: 'string',
                'x-ms-dynamic-values': { operationId, 'value-path': 'id' },
                'x-ms-dynamic-list': { operationId, itemValuePath: 'id' },
              },
              sender: { type: 'object', properties: { [first]: { type: 'string' } } },
              receiver: { type: 'object', properties: { [first]: { type: 'string' } } },
            },
          },
        },
      },
    });
    const text = changelogOf(dynamic('ListAll', 'zip'), dynamic('ListInvoices', 'id'));
    expect(text).toContain(
      '- The values offered for `customer` of `Create an invoice` come from a different source.\n',
    );
    expect(text).toContain('`sender/zip`');
    expect(text).toContain('`receiver/zip`');
  });

  test('lists a change once that is less severe in a second response', () => {
    const amountAs = (type: string): Patch => ({
      definition: {
        paths: {
          '/invoices': {
            get: {
              responses: {
                201: { description: 'Made.', schema: { $ref: '#/definitions/Invoice' } },
              },
            },
          },
        },
        definitions: { Invoice: { properties: { amount: { type, format: null } } } },
      },
    });
    const text = changelogOf(amountAs('string'), amountAs('number'));
    expect(text.match(/The type of the output `amount`/g)).toHaveLength(1);
    expect(text).not.toContain('May affect flows');
  });

  test('has no details of objects that only engineers know', () => {
    const withObjects = (value: string): Patch => ({
      definition: {
        'x-contoso': { auth: { type: value }, list: [{ a: value }] },
        securityDefinitions: {
          oauth: {
            type: 'oauth2',
            flow: 'implicit',
            authorizationUrl: `https://contoso.com/${value}`,
          },
        },
      },
    });
    const text = changelogOf(withObjects('b'), withObjects('a'));
    expect(text).toContain('- `x-contoso` changes.\n');
    expect(text).toContain('- The settings of the security definition `oauth` change.\n');
  });

  test('calls the attribute of a whole response one of the outputs', () => {
    const definition = { definitions: { Invoice: { additionalProperties: { type: 'string' } } } };
    expect(changelogOf({ definition })).toContain('`additionalProperties` of the outputs of `');
  });

  test('is headed by the version of its author, and has a sentence if that suggests less', () => {
    const withVersion = (version: string): string =>
      changelogOf({
        definition: { info: { version }, paths: { '/invoices/{id}': null } },
      });
    expect(withVersion('2.0.1')).toMatch(/^## Contoso Invoices 2\.0\.1\n\n###/);
    expect(withVersion('1.1')).toMatch(
      /^## Contoso Invoices 1\.1\n\n_Version 1\.1 suggests that existing flows keep working, but this update breaks some\. Consider 2\.0\._\n/,
    );
    const asNumber = changelogOf({ definition: { info: { version: 1.2 } } });
    expect(asNumber).toMatch(/^## Contoso Invoices 1\.2\n/);
    expect(withVersion('0.9')).toMatch(/^## Contoso Invoices 2\.0\n\n###/);
    expect(changelogOf({ definition: { info: { version: '1.0.1' } } })).toBe(
      '## Contoso Invoices 1.0.1\n\nNothing changes for users of the connector.\n',
    );
  });
});

describe('the version of an update', () => {
  test.each<[string, string, UpdateEffect, string | undefined, boolean]>([
    ['1.9', '1.10', 'features', '1.10', false],
    ['1.9', '1.10', 'breaks', '1.10', true],
    ['1.6.0', 'v1.6.1', 'texts', 'v1.6.1', false],
    ['v1.6.0', 'v1.6.1', 'features', 'v1.6.1', true],
    ['1.0.0', '2.0', 'breaks', '2.0', false],
    ['1', '2', 'breaks', '2', false],
    ['1.0.0.3', '1.0.1.0', 'texts', '1.0.1.0', false],
    ['0.3', '0.4', 'breaks', '0.4', false],
    ['0.3.1', '0.3.2', 'features', '0.3.2', false],
    ['1.0-beta', '1.0', 'breaks', '1.0', false],
    ['2025-05-01', '2026-01-31', 'breaks', '2026-01-31', false],
    ['2025.05.01', '2026.01.31', 'features', '2026.01.31', false],
    ['1.4', '2026-01-31', 'breaks', '2026-01-31', false],
    ['latest', '1.0', 'breaks', '1.0', false],
    ['1.0.0', '1.0.1+build5', 'texts', '1.0.1+build5', false],
    ['1.9', '1.10 (preview)', 'features', '1.10 (preview)', false],
    ['2.0.0-next.1', '2.0.0-next.2', 'breaks', '2.0.0-next.2', false],
    ['2025-05-01', '2025-06-01', 'texts', '2025-06-01', false],
    // not a step
    ['1.0', '1.1-_x_', 'features', '1.1', false],
    ['1.9', '1.9', 'features', '1.10', false],
    ['1.9', '1.8', 'texts', '1.9.1', false],
    ['1.10', '1.9', 'breaks', '2.0', false],
    ['1.0.0.3', '1.0.0.2', 'features', '1.1.0.0', false],
    ['1.0', 'www.contoso.com', 'features', '1.1', false],
    ['1.0', '1.1 GH-12', 'features', '1.1', false],
    ['2026-01-31', '2025-05-01', 'features', '2026-01-31', false],
    ['latest', 'newest', 'features', undefined, false],
    ['1.0', '1.0', 'none', '1.0', false],
  ])('from %s to %s, for %s, is %s', (before, after, effect, version, hasNote) => {
    const result = versionOf(before, after, effect);
    expect(result.version).toBe(version);
    expect(result.note !== undefined).toBe(hasNote);
  });

  test('is known without a version of the author', () => {
    expect(versionOf('1.2.3', undefined, 'features')).toEqual({ version: '1.3.0' });
    expect(versionOf(undefined, undefined, 'breaks')).toEqual({ version: undefined });
  });
});
