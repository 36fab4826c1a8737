import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { safe } from '../../src/shared/finding.ts';
import { format, formats, showsSource, type FormatName } from '../../src/report/format.ts';
import type { Report } from '../../src/report/report.ts';
import { connectorWith, reportOf, rules } from './reports.ts';

const written = async (report: Report, name: FormatName, color = false): Promise<string> =>
  Array.from(await format(report, name, { color, width: 80, rules })).join('');

/**
 * The commands that GitHub's runner would carry out when a text is printed (actions/runner,
 * ActionCommand.cs).
 */
const commandsIn = (text: string): string[] =>
  text.split(/\r\n|\r|\n/).filter((line) => /^\s*::.*::/.test(line) || /##\[.*\]/.test(line));

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '::error ::',
      '::',
      '##[error]',
      '##[',
      '\u001b[2J',
      '\u009b31m',
      '\u202e',
      '\u2028',
      '\r',
      '\n',
      '\u0000',
      ']]>',
      '<',
      '&',
      '"',
      "'",
      '`',
      '\ufffe',
      '\ud800',
      ' ',
      '\u{e0041}',
    ),
    fc.string({ unit: 'binary', maxLength: 2 }),
  ),
  maxLength: 60,
});

const hostile = fc
  .record({ path: nasty, file: nasty, value: nasty, source: nasty })
  .map(({ path, file, value, source }) => {
    const message = safe`Such a ${value} is wrong, ${value}.`;
    const definition = JSON.stringify({ swagger: source, rest: source }, null, 2).replaceAll(
      '\\u2028',
      '\u2028',
    );
    const location = { file, pointer: '', line: 1, column: 1, endLine: 1, endColumn: 1 };
    return reportOf(
      connectorWith(
        [
          { message },
          { message, severity: 'note', location },
          { message, severity: 'warning', existing: true },
        ],
        { path, definition },
      ),
    );
  });

describe('every format', () => {
  it.each(formats)('%s ends with one line end', async (name) => {
    for (const report of [
      reportOf(),
      reportOf(connectorWith([])),
      reportOf(connectorWith([{}]), connectorWith([{}])),
    ]) {
      expect(await written(report, name)).toMatch(/[^\n]\n$/);
    }
  });

  it.each(formats)(
    '%s lets nothing of a connector act on a terminal or on GitHub’s runner',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(hostile, async (report) => {
          const text = await written(report, name);
          expect(text).not.toMatch(
            /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069](?<!\n)/u,
          );
          expect(commandsIn(text)).toHaveLength(name === 'github' ? 3 : 0);
        }),
        { numRuns: 300 },
      );
    },
  );

  it('pretty gives GitHub’s runner no command in colors either', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (report) => {
        expect(commandsIn(await written(report, 'pretty', true))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['json', 'sarif'] as const)('%s is JSON, whatever the connector', async (name) => {
    await fc.assert(
      fc.asyncProperty(hostile, async (report) => {
        expect(JSON.parse(await written(report, name))).toBeTypeOf('object');
      }),
    );
  });

  it('json keeps the names of files as they are', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (report) => {
        const [connector] = JSON.parse(await written(report, 'json')).connectors;
        expect([connector.path, connector.findings[1].file]).toEqual([
          report.connectors[0]?.path,
          report.connectors[0]?.findings[1]?.location.file,
        ]);
      }),
    );
  });

  it('junit is well-formed XML, whatever the connector', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (report) => {
        const parser = new SaxesParser();
        parser.on('error', (error) => {
          throw error;
        });
        parser.write(await written(report, 'junit')).close();
      }),
    );
  });
});

describe('the source around findings', () => {
  it('is shown to people who look at a few connectors', async () => {
    expect(formats.filter((name) => showsSource(name, 20))).toEqual(['pretty']);
    expect(formats.filter((name) => showsSource(name, 21))).toEqual([]);
  });
});
