import { expect, test } from 'vitest';
import { isSamePublisher, readPublisher } from '../../src/catalog/publisher.ts';

test.each([
  ['Contoso', 'CONTOSO', true],
  ['Contoso Ltd', 'Contoso, Inc.', true],
  ['Contoso Parcels', 'Contoso-Parcels GmbH', true],
  ['Contoso', 'Fabrikam', false],
  ['Contoso', 'Contoso Parcels', false],
  ['Inc.', 'Ltd', false],
  [' ', '', false],
  ['Contoso', undefined, false],
  ['x'.repeat(300), 'x'.repeat(300), false],
])('%j and %j: %j', (a, b, isSame) => {
  expect(isSamePublisher(a, b)).toBe(isSame);
  expect(isSamePublisher(b, a)).toBe(isSame);
});

test.each([
  ['{"properties": {"publisher": "Contoso"}}', 'Contoso'],
  ['{"publisher": "Contoso", "capabilities": []}', 'Contoso'],
  ['{"properties": {"publisher": 1}}', undefined],
  ['[]', undefined],
  ['', undefined],
])('the publisher in %j is %j', (text, publisher) => {
  expect(readPublisher(new TextEncoder().encode(text))).toBe(publisher);
});
