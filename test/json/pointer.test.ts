import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  escapeToken,
  formatPointer,
  parseFragment,
  parsePointer,
  unescapeToken,
  valueAt,
} from '../../src/json/pointer.ts';

/** RFC 6901, section 5. */
const example = {
  foo: ['bar', 'baz'],
  '': 0,
  'a/b': 1,
  'c%d': 2,
  'e^f': 3,
  'g|h': 4,
  'i\\j': 5,
  'k"l': 6,
  ' ': 7,
  'm~n': 8,
};

describe('the examples of RFC 6901', () => {
  test.each([
    ['', example],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('the pointer "%s"', (pointer, value) => {
    expect(valueAt(example, parsePointer(pointer))).toEqual(value);
    expect(formatPointer(parsePointer(pointer))).toBe(pointer);
  });

  test.each([
    ['#/foo', ['bar', 'baz']],
    ['#/foo/0', 'bar'],
    ['#/', 0],
    ['#/a~1b', 1],
    ['#/c%25d', 2],
    ['#/e%5Ef', 3],
    ['#/g%7Ch', 4],
    ['#/i%5Cj', 5],
    ['#/k%22l', 6],
    ['#/%20', 7],
    ['#/m~0n', 8],
    ['#/m%7E0n', 8],
  ])('the fragment "%s"', (fragment, value) => {
    expect(valueAt(example, parseFragment(fragment) ?? [])).toEqual(value);
  });
});

test('a fragment that is not a pointer is undefined', () => {
  expect(parseFragment('#')).toBeUndefined();
  expect(parseFragment('other.json#/foo')).toBeUndefined();
});

test('a percent sign that encodes nothing stays in a fragment', () => {
  expect(parseFragment('#/100%/%zz')).toEqual(['100%', '%zz']);
});

test('keys of any characters are written and read back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (path) => {
      expect(parsePointer(formatPointer(path))).toEqual(path);
      for (const key of path) expect(unescapeToken(escapeToken(key))).toBe(key);
    }),
  );
});

test('a path that leaves the value leads to undefined, also by the names every object has', () => {
  expect(valueAt(example, ['foo', '2'])).toBeUndefined();
  expect(valueAt(example, ['foo', '0', 'x'])).toBeUndefined();
  expect(valueAt(example, ['constructor'])).toBeUndefined();
});
