import { expect, test } from 'vitest';
import { folderOf } from '../../fixtures/cases.ts';
import { context } from '../../fixtures/context.ts';
import { readConnector } from '../../src/connector/connector.ts';
import { fixFolder } from '../../src/rules/fix.ts';

const operation = (summary: string, description: string) => ({ paths: { '/invoices': { get: { summary, description } } } });

test('what would show another mistake once it is mended is left for a person to see, and all else is mended', () => {
  const folder = folderOf({ definition: { ...operation('List the invoices', 'List the invoicces'), info: { description: 'Create, read and follow the invoices of your compnay in Contoso, and hear of those that are paid.' } } });
  const { definition } = readConnector(fixFolder(folder, { context }));
  expect(definition?.operations.find(({ id }) => id === 'ListInvoices')?.raw.description).toMatch(/^List the invoicces/);
  expect(definition?.raw.info).toMatchObject({ description: 'Create, read and follow the invoices of your company in Contoso, and hear of those that are paid.' });
});
