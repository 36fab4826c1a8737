import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Client } from '../../src/github/client.ts';
import {
  enumAt,
  integerAt,
  objectAt,
  parseValid,
  shaAt,
  stringAt,
  stringAtOr,
  timeAt,
  toAuthor,
  toList,
  toObject,
  UnexpectedResponse,
  type ResponseObject,
} from '../../src/github/parse-response.ts';
import type { ItemOf, ResponseOf, Route } from '../../src/github/routes.ts';

type PullResponse = ResponseObject<ResponseOf<'GET /repos/{owner}/{repo}/pulls/{pull_number}'>>;

describe('the types of responses', () => {
  test('only have routes that GitHub documents', () => {
    expectTypeOf<'GET /repos/{owner}/{repo}/pulls'>().toExtend<Route>();
    expectTypeOf<'GET /repos/{owner}/{repo}/pullz'>().not.toExtend<Route>();
    expectTypeOf<'PUT /repos/{owner}/{repo}/pulls'>().not.toExtend<Route>();
    expectTypeOf<Parameters<Client['get']>[0]>().toEqualTypeOf<Route>();
  });

  test('only have properties that GitHub documents, at every depth', () => {
    expectTypeOf<PullResponse>().toHaveProperty('mergeable');
    expectTypeOf<PullResponse>().not.toHaveProperty('mergable');
    const head = (from: PullResponse) => objectAt(from, 'head');
    expectTypeOf<ReturnType<typeof head>>().toHaveProperty('sha');
    expectTypeOf<ReturnType<typeof head>>().not.toHaveProperty('sha1');
    expectTypeOf(stringAt<{ title: string }>)
      .parameter(1)
      .toEqualTypeOf<'title'>();
  });

  test('know the items of lists, also of lists within an object', () => {
    expectTypeOf<ItemOf<'GET /repos/{owner}/{repo}/pulls'>>().toHaveProperty('number');
    type CheckRun = ItemOf<'GET /repos/{owner}/{repo}/commits/{ref}/check-runs', 'check_runs'>;
    expectTypeOf<CheckRun>().toHaveProperty('external_id');
  });
});

test.each([
  ['a property that is missing', () => stringAt<{ title: string }>({}, 'title')],
  ['a number for a string', () => stringAt<{ title: string }>({ title: 7 }, 'title')],
  ['a fraction for an integer', () => integerAt<{ id: number }>({ id: 1.5 }, 'id')],
  ['a list for an object', () => toObject([], 'a pull request')],
  ['an object for a list', () => toList({}, 'labels')],
  ['null for an object', () => objectAt<{ head: object }, 'head'>({ head: null }, 'head')],
  ['another text for a SHA', () => shaAt<{ sha: string }>({ sha: 'HEAD' }, 'sha')],
  ['another text for a time', () => timeAt<{ at: string }>({ at: 'soon' }, 'at')],
  ['an unknown value', () => enumAt<{ state: string }, string>({ state: 'x' }, 'state', ['open'])],
])('%s is an unexpected response', (_, parse) => {
  expect(parse).toThrow(UnexpectedResponse);
});

test('a time is normalized to UTC', () => {
  expect(timeAt<{ at: string }>({ at: '2026-01-05T10:00:00+01:00' }, 'at')).toBe(
    '2026-01-05T09:00:00.000Z',
  );
});

test('a string that may be missing has a fallback, but another type is unexpected', () => {
  expect(stringAtOr<{ body: string | null }, string>({ body: null }, 'body', '')).toBe('');
  expect(() => stringAtOr<{ body: string | null }, string>({ body: 7 }, 'body', '')).toThrow(
    UnexpectedResponse,
  );
});

test('invalid items are left out, and other errors are thrown', () => {
  const ids = parseValid([{ id: 1 }, null, { id: 'x' }, { id: 2 }], (item) =>
    integerAt(toObject(item, 'an item'), 'id'),
  );
  expect(ids).toEqual([1, 2]);
  expect(() =>
    parseValid([1], () => {
      throw new TypeError('a mistake of ours');
    }),
  ).toThrow(TypeError);
});

test.each([null, undefined, 'robot', { login: 'robot' }])(
  'an author that is %j is the ghost',
  (value) => {
    expect(toAuthor(value)).toEqual({ id: 0, login: 'ghost', type: 'ghost' });
  },
);
