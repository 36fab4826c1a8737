import { describe, expect, test } from 'vitest';
import { readConnector } from '../../src/connector/connector.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { stricterOf, type SeverityOverrides } from '../../src/rules/severity.ts';
import { wholeFile } from '../../src/shared/finding.ts';
import { runRules } from '../../src/validation/run-rules.ts';

const rule: Rule = {
  id: 'Example',
  severity: { certified: 'error', 'independent-publisher': 'warning', custom: 'off' },
  description: '',
  rationale: '',
  *check() {
    yield { location: wholeFile('a'), message: 'as the rule' };
    yield { location: wholeFile('b'), message: 'less', severity: 'note' };
    yield { location: wholeFile('c'), message: 'not more', severity: 'error' };
  },
};

const severities = (
  connectorClass: 'certified' | 'independent-publisher' | 'custom',
  overrides: SeverityOverrides = {},
) =>
  runRules(readConnector({ path: 'x', class: connectorClass, files: [] }), [rule], {
    overrides,
  }).map(({ severity }) => severity);

describe('the severity of a violation', () => {
  test('is the looser of the rule and the violation', () => {
    expect(severities('certified')).toEqual(['error', 'note', 'error']);
    expect(severities('independent-publisher')).toEqual(['warning', 'note', 'warning']);
    expect(severities('custom')).toEqual([]);
  });

  test('is that of the settings if they set the rule', () => {
    expect(severities('certified', { Example: 'error' })).toEqual(['error', 'error', 'error']);
    expect(severities('custom', { Example: { custom: 'note' } })).toEqual(['note', 'note', 'note']);
  });

  test('stays that of the violation if a looser setting of a branch has no effect', () => {
    const overrides = stricterOf([rule], { Example: 'warning' }, {});
    expect(severities('certified', overrides)).toEqual(['error', 'note', 'error']);
  });
});
