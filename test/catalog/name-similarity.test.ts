import { expect, test } from 'vitest';
import { isSimilarName } from '../../src/catalog/name-similarity.ts';

test.each([
  ['Contoso Invoices', 'Contoso Invoices'],
  ['Contoso Invoices (Independent Publisher)', 'contoso-invoices'],
  ['Contoso Invoices', 'Contoso'],
  ['Contoso', 'Contoso Invoices'],
  ['Cont0so', 'Contoso'],
])('the title %j is similar to the folder %j', (title, folder) => {
  expect(isSimilarName(title, folder)).toBe(true);
});

test.each([
  ['Contoso Invoices', 'Fabrikam'],
  ['Contoso Invoices', 'Contoso Orders'],
  ['Contoso Invoices', 'In'],
  ['AB', 'AB Tasty'],
  ['', 'Contoso'],
  ['(Independent Publisher)', 'Contoso'],
])('the title %j is not similar to the folder %j', (title, folder) => {
  expect(isSimilarName(title, folder)).toBe(false);
});
