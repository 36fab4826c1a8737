/**
 * Writes how many accepted connectors each rule finds something in, `fixtures/frequency.json`, which
 * the pages of the rules show: `node scripts/frequency.ts <report>`, where the report is what
 * `gatehouse impact <checkout> --format json --output <report>` wrote.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { frequencyFile, type Frequency } from '../fixtures/frequency.ts';
import type { ConnectorClass } from '../src/connector/connector.ts';

/** What is read of the report. */
interface ImpactReport {
  tool: { version: string };
  rules: {
    rule: string;
    wrong: number;
    classes: { class: ConnectorClass; connectors: number; wrong: number }[];
  }[];
}

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('Usage: node scripts/frequency.ts <report>');
const report: ImpactReport = JSON.parse(readFileSync(path, 'utf8'));
const byClass = (
  key: 'connectors' | 'wrong',
  classes: ImpactReport['rules'][number]['classes'] = [],
): Partial<Record<ConnectorClass, number>> =>
  Object.fromEntries(
    classes.filter((each) => each[key] > 0).map((each) => [each.class, each[key]]),
  );
const frequency: Frequency = {
  measured: new Date().toISOString().slice(0, 10),
  version: report.tool.version,
  connectors: byClass('connectors', report.rules[0]?.classes),
  rules: Object.fromEntries(
    report.rules
      .filter(({ wrong }) => wrong > 0)
      .map(({ rule, classes }) => [rule, byClass('wrong', classes)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
};
writeFileSync(frequencyFile, `${JSON.stringify(frequency, null, 2)}\n`);
