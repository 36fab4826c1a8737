import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { SaxesParser } from 'saxes';
import { expect } from 'vitest';
import { explainableRules } from '../../src/workspace/validate-checkout.ts';
import { format, formats, type FormatName } from '../../src/report/format.ts';
import type { Report } from '../../src/report/report.ts';
import { expectInert } from '../review/inert.ts';

const ajv = new Ajv.default({ strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile(schema);

/**
 * A text in which nothing moves the cursor, turns the direction of letters, or is a command to
 * GitHub's runner but for those that are ours.
 */
export function expectQuiet(text: string, isCommand = (_line: string): boolean => false): void {
  expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}|\p{Zl}|\p{Zp}|\p{Cs}|\ufeff/u);
  expect(text).not.toContain('##[');
  for (const line of text.split('\n'))
    if (line.trimStart().startsWith('::') && !isCommand(line))
      expect.fail(`a command to the runner: ${line}`);
}

const command =
  /^::(?:error|warning|notice) file=[^,:]*,line=\d+,endLine=\d+,(?:col=\d+,endColumn=\d+,)?title=\w+(?: \([\w.-]+\))?::/;

/**
 * What the command line writes in a format is read by those who read that format, and does nothing
 * else.
 */
export function expectReadable(name: FormatName, text: string, findings?: number): void {
  expectQuiet(text, name === 'github' ? (line) => command.test(line) : undefined);
  expect(text.endsWith('\n')).toBe(true);
  switch (name) {
    case 'json': {
      const parsed: { connectors: { findings: unknown[] }[] } = JSON.parse(text);
      if (findings !== undefined)
        expect(parsed.connectors.flatMap((connector) => connector.findings)).toHaveLength(findings);
      break;
    }
    case 'sarif':
      isSarif(JSON.parse(text));
      expect(isSarif.errors).toBeNull();
      break;
    case 'junit': {
      const parser = new SaxesParser();
      parser.on('error', (error) => {
        throw error;
      });
      parser.write(text).close();
      break;
    }
    case 'markdown':
      expectInert(text);
      expect(text.length).toBeLessThanOrEqual(65_536);
      break;
    case 'github':
      if (findings !== undefined) expect(text.split('\n')).toHaveLength(findings + 2);
      break;
    case 'compact':
      if (findings !== undefined) expect(text.split('\n')).toHaveLength(findings + 2);
      break;
    case 'pretty':
  }
}

/** A report is readable in every format. */
export async function expectReadableReport(report: Report): Promise<void> {
  const findings = report.connectors.reduce((sum, connector) => sum + connector.findings.length, 0);
  for (const name of formats) {
    const parts = await format(report, name, { color: false, width: 80, rules: explainableRules });
    expectReadable(name, [...parts].join(''), findings);
  }
  const [colored] = await format(report, 'pretty', {
    color: true,
    width: 60,
    rules: explainableRules,
  });
  const [first = '', ...styled] = (colored ?? '').split('\u001b');
  for (const part of styled) expect(part).toMatch(/^\[\d\d?m/);
  expectQuiet([first, ...styled].join('·'));
}
