import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connectorClasses, type ConnectorClass } from '../../src/connector/connector.ts';
import type { Finding } from '../../src/shared/finding.ts';
import { rules } from '../../src/rules/registry.ts';
import {
  emptyBaseline,
  countFindings,
  markBaselined,
  parseBaseline,
  prune,
  addRules,
  uncoveredClasses,
  formatBaseline,
  type Baseline,
} from '../../src/validation/baseline.ts';

const [first, second] = rules.filter(({ severity }) => severity === 'error');
if (!first || !second) throw new Error('there are rules');

const finding = (rule: string, fingerprint: string): Finding => ({
  rule,
  fingerprint,
  severity: 'error',
  message: 'It is wrong. Mend it.',
  location: {
    file: 'apiDefinition.swagger.json',
    pointer: '',
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 2,
  },
  fixable: false,
  existing: false,
});
interface Checked {
  path: string;
  class: ConnectorClass;
  findings: Finding[];
}
const findings = fc.array(
  fc
    .tuple(fc.constantFrom(first.id, second.id), fc.constantFrom('a', 'b', 'c', 'd'))
    .map(([rule, print]) => finding(rule, print)),
);
const repository: fc.Arbitrary<Checked[]> = fc.uniqueArray(
  fc.record({
    path: fc.constantFrom('a/x', 'a/y', 'a/"z"', '__proto__'),
    class: fc.constantFrom(...connectorClasses),
    findings,
  }),
  { selector: ({ path }) => path },
);

const again = (baseline: Baseline): Baseline => {
  const result = parseBaseline(formatBaseline(baseline));
  if ('problem' in result) throw new Error(result.problem);
  return result.baseline;
};
const entries = ({ findings: known }: Baseline): string[] =>
  [...known].flatMap(([path, byRule]) =>
    [...byRule].flatMap(([rule, prints]) => [...prints].map((print) => `${path} ${rule} ${print}`)),
  );

describe('a baseline', () => {
  test('that is made of a repository knows all its errors, and is the same when it was written and read', () => {
    fc.assert(
      fc.property(repository, (connectors) => {
        const made = again(addRules(emptyBaseline, rules, {}, connectors));
        for (const { path, findings: found } of connectors)
          expect(markBaselined(made, path, found).every(({ existing }) => existing)).toBe(true);
        expect(formatBaseline(again(made))).toBe(formatBaseline(made));
      }),
    );
  });

  test('only ever shrinks: what it has after a check it had before, and is found still', () => {
    fc.assert(
      fc.property(repository, repository, (before, after) => {
        const made = addRules(emptyBaseline, rules, {}, before);
        const left = prune(made, after);
        const had = new Set(entries(made));
        expect(entries(left).filter((one) => !had.has(one))).toEqual([]);
        expect(countFindings(left)).toBeLessThanOrEqual(countFindings(made));
        for (const { path, findings: found } of after)
          expect(markBaselined(left, path, found)).toEqual(markBaselined(made, path, found));
        expect(formatBaseline(prune(left, after))).toBe(formatBaseline(left));
      }),
    );
  });

  test('takes the errors of a rule in once, and never again', () => {
    fc.assert(
      fc.property(repository, repository, (before, after) => {
        const made = addRules(emptyBaseline, [first], {}, before);
        expect(entries(made).every((one) => one.includes(first.id))).toBe(true);
        expect(uncoveredClasses(made, first, {})).toEqual([]);
        expect(formatBaseline(addRules(made, [first], {}, after))).toBe(formatBaseline(made));
        const both = addRules(made, [second], {}, after);
        expect(entries(both).filter((one) => one.includes(first.id))).toEqual(entries(made));
      }),
    );
  });

  test('has nothing of a rule that is no error for a class, and takes that in when it has become one', () => {
    const connectors: Checked[] = [
      { path: 'a/x', class: 'custom', findings: [finding(first.id, 'a')] },
    ];
    const without = addRules(
      emptyBaseline,
      [first],
      { [first.id]: { custom: 'warning' } },
      connectors,
    );
    expect(countFindings(without)).toBe(0);
    expect(uncoveredClasses(without, first, {})).toEqual(['custom']);
    expect(countFindings(addRules(without, [first], {}, connectors))).toBe(1);
  });

  test('is a file in which one line is one rule of one connector', () => {
    const connectors: Checked[] = [
      {
        path: 'certified-connectors/Fabrikam',
        class: 'certified',
        findings: [finding(second.id, 'f')],
      },
      {
        path: 'certified-connectors/Contoso',
        class: 'certified',
        findings: [finding(first.id, 'e'), finding(first.id, 'd')],
      },
    ];
    expect(formatBaseline(addRules(emptyBaseline, [first], {}, connectors))).toBe(`{
  "version": 1,
  "rules": {
    "${first.id}": ["certified", "custom", "independent-publisher"]
  },
  "findings": {
    "certified-connectors/Contoso": {
      "${first.id}": ["d", "e"]
    }
  }
}
`);
  });

  test.each([
    ['{', 'It is not JSON'],
    ['[]', 'It has no `rules` and `findings`'],
    ['{"version":2,"rules":{},"findings":{}}', 'Its version is `2`'],
    ['{"version":1,"rules":{"A":["gold"]},"findings":{}}', '`A` must have a list of classes'],
    [
      '{"version":1,"rules":{},"findings":{"a/x":{"A":"f"}}}',
      '`A` of `a/x` must have a list of fingerprints',
    ],
  ])('%s says what is wrong with it', (text, problem) => {
    const result = parseBaseline(text);
    expect('problem' in result && result.problem).toContain(problem);
  });
});
