import { expect, test } from 'vitest';
import {
  formatRepositoryName,
  parseRepositoryName,
} from '../../src/review/model/repository-name.ts';

test('a repository name is parsed and formatted', () => {
  const name = parseRepositoryName('contoso/connectors');
  expect(name).toEqual({ owner: 'contoso', repo: 'connectors' });
  expect(name && formatRepositoryName(name)).toBe('contoso/connectors');
});

test.each(['', 'contoso', 'contoso/', '/connectors', 'contoso/connectors/pulls'])(
  '"%s" is not a repository name',
  (text) => {
    expect(parseRepositoryName(text)).toBeUndefined();
  },
);
