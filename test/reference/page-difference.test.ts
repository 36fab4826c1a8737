import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/json/values.ts';
import { pageDifference, type PageDifference } from '../../src/reference/page-difference.ts';
import { pageOf } from '../../src/reference/page-of.ts';
import { renderDifference } from '../../src/reference/render-difference.ts';
import { withDefinition } from './connectors.ts';

const operation = (id: string, more: JsonObject = {}): JsonObject => ({
  operationId: id,
  summary: `Do ${id}`,
  description: `Does ${id}.`,
  parameters: [{ name: 'top', in: 'query', type: 'integer', description: 'How many.' }],
  ...more,
});

const paths = (...operations: JsonObject[]): Json =>
  Object.fromEntries(operations.map((each, index) => [`/${index}`, { get: each }]));

const differenceOf = (before: Json, after: Json): PageDifference =>
  pageDifference(
    pageOf(withDefinition({ paths: before })),
    pageOf(withDefinition({ paths: after })),
  );

const diffOf = (before: Json, after: Json): string =>
  renderDifference(differenceOf(before, after), 10_000);

describe('what readers see differently', () => {
  test('is nothing if operations only move', () => {
    const [a, b] = [operation('A'), operation('B')];
    expect(differenceOf(paths(a, b), paths(b, a))).toEqual({ sections: [], omitted: 0 });
  });

  test('are the lines that differ, below their heading', () => {
    const parameters = [
      { name: 'top', in: 'query', type: 'integer', maximum: 10, description: 'How many.' },
      { name: 'skip', in: 'query', type: 'integer' },
    ];
    expect(diffOf(paths(operation('A')), paths(operation('A', { parameters })))).toBe(
      [
        '```diff',
        '@@ Do A @@',
        '  Parameters',
        '- top | top |  | integer | How many.',
        '+ top | top |  | integer | How many. At most 10.',
        '+ skip | skip |  | integer | ',
        '```',
      ].join('\n'),
    );
  });

  test('is a new name of an operation', () => {
    expect(diffOf(paths(operation('A')), paths(operation('A', { summary: 'Act' })))).toBe(
      ['```diff', '@@ Act @@', '- Do A', '+ Act', '```'].join('\n'),
    );
  });

  test('are new operations, and those that are gone or hidden', () => {
    const hidden = operation('C', { 'x-ms-visibility': 'internal' });
    expect(diffOf(paths(operation('A'), operation('C')), paths(operation('B'), hidden))).toBe(
      [
        '```diff',
        ...['B', 'A', 'C'].flatMap((id, index) => [
          `@@ Do ${id} (${index === 0 ? 'new' : 'gone'}) @@`,
          `${index === 0 ? '+' : '-'} • Operation ID: ${id}`,
          `${index === 0 ? '+' : '-'} Does ${id}.`,
          '  Parameters',
          `${index === 0 ? '+' : '-'} top | top |  | integer | How many.`,
        ]),
        '```',
      ].join('\n'),
    );
  });

  test('has a length that does not grow with the update', () => {
    const many = (count: number, word: string) =>
      paths(
        ...Array.from({ length: count }, (_, index) =>
          operation(`Op${index}`, {
            description: `${word} `.repeat(500),
            parameters: Array.from({ length: 100 }, (__, at) => ({
              name: `${word}${at}`,
              in: 'query',
              type: 'string',
            })),
          }),
        ),
      );
    const difference = differenceOf(many(60, 'a'), many(60, 'b'));
    expect(difference.sections).toHaveLength(25);
    expect(difference.omitted).toBe(35);
    expect(difference.sections[0]?.omitted).toBeGreaterThan(100);
    const diff = renderDifference(difference, 10_000);
    expect(diff.length).toBeLessThan(11_000);
    expect(diff).toMatch(/… and \d+ more sections\.$/);
  });

  test('stays in its code block', () => {
    const description = '````\n</details>\n@octocat ```` \u202e';
    const lines = diffOf(paths(operation('A')), paths(operation('A', { description }))).split('\n');
    expect(lines[0]).toBe('`````diff');
    expect(lines.at(-1)).toBe('`````');
    expect(lines.filter((line) => line.startsWith('`'))).toHaveLength(2);
    expect(lines.join('')).not.toContain('\u202e');
  });
});
