import { expect, test } from 'vitest';
import { closestMatch } from '../../src/shared/did-you-mean.ts';

test.each([
  ['a typo', 'sumary', 'summary'],
  ['another case', 'SUMMARY', 'summary'],
  ['the closest of several', 'x-ms-summry', 'x-ms-summary'],
  ['more than a third of the characters differ', 'title', undefined],
  ['a name that is too long to compare', 'summary'.repeat(20), undefined],
])('%s', (_what, name, match) => {
  expect(closestMatch(name, ['summary', 'x-ms-summary', 'description'])).toBe(match);
});
