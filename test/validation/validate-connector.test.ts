import { describe, expect, test } from 'vitest';
import { context } from '../../fixtures/context.ts';
import { folderOf, updates, type Case } from '../../fixtures/cases.ts';
import { verdicts } from '../../src/changes/verdicts.ts';
import { readConnector, type Connector } from '../../src/connector/connector.ts';
import { ruleById } from '../../src/rules/registry.ts';
import type { Finding } from '../../src/shared/finding.ts';
import { createRuleContext } from '../../src/validation/rule-context.ts';
import { compareVersions, validateConnector } from '../../src/validation/validate-connector.ts';

const connectorOf = (fixture: Case): Connector => readConnector(folderOf(fixture));
const unchanged = connectorOf({});
const idsOf = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule);
/** A connector with another description. */
const described = (description: string): Case => ({ definition: { info: { description } } });

describe('a new connector', () => {
  test('has findings, none of them existing, and no comparison', () => {
    const result = validateConnector({ after: connectorOf(described('')) });
    expect(result.kind).toBe('new');
    expect(idsOf(result.findings)).toContain('RequiredValueEmpty');
    expect(result.findings.some(({ existing }) => existing)).toBe(false);
    expect(result.comparison).toBeUndefined();
  });

  test('is checked by the rules and with the severities of the options', () => {
    const rule = ruleById('RequiredValueEmpty');
    if (!rule) throw new Error('The rule is in the registry.');
    const { findings } = validateConnector(
      { after: connectorOf(described('')) },
      { rules: [rule], overrides: { [rule.id]: 'note' } },
    );
    expect(findings.map(({ rule: id, severity }) => [id, severity])).toEqual([[rule.id, 'note']]);
  });

  test('has findings without fixes if the options say so', () => {
    const after = connectorOf(described('Works with invioces'));
    const fixable = (fixes: boolean): Finding[] =>
      validateConnector({ after }, { fixes, context }).findings.filter(
        (finding) => finding.fixable,
      );
    expect(fixable(true).length).toBeGreaterThan(0);
    expect(fixable(true).every(({ fix }) => fix)).toBe(true);
    expect(fixable(false).map(({ fingerprint }) => fingerprint)).toEqual(
      fixable(true).map(({ fingerprint }) => fingerprint),
    );
    expect(fixable(false).some(({ fix }) => fix)).toBe(false);
  });
});

describe('an update', () => {
  test('marks the findings that the connector had before', () => {
    const before = connectorOf(described(''));
    const after = connectorOf({ ...described(''), files: { 'notes.txt': 'x' } });
    const { kind, findings } = validateConnector({ before, after });
    expect(kind).toBe('update');
    expect(
      findings
        .filter(({ rule }) => rule === 'RequiredValueEmpty' || rule === 'FileNotAllowed')
        .map(({ rule, existing }) => [rule, existing]),
    ).toEqual([
      ['RequiredValueEmpty', true],
      ['FileNotAllowed', false],
    ]);
  });

  test('shows no secret of the version before', () => {
    const secret = 'hX7kQ2vP9sLm4RtZ8wBn';
    const before = connectorOf({ definition: { info: { 'x-client-secret': secret } } });
    const after = connectorOf({ definition: { basePath: `/${secret}`, schemes: [secret] } });
    const { findings, comparison } = validateConnector({ before, after });
    const shown = JSON.stringify([...findings, ...(comparison?.findings ?? [])]);
    expect(shown).toContain('`hX7k…` is not a valid scheme');
    expect(shown).toContain('from `/v1` to `/hX7k…`');
    expect(shown).not.toContain(secret);
    expect(JSON.stringify(comparison?.breakingChanges())).not.toContain(secret);
    expect(comparison?.changelog()).toContain('to `/hX7k…`');
  });

  test.each(updates())('%s: what breaks flows is what its verdict says', (_, __, update) => {
    const before = connectorOf(update.before ?? {});
    const after = connectorOf(update.after);
    const { findings, breakingChanges } = compareVersions(before, after);
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(breakingChanges().map(({ fingerprint }) => fingerprint)).toEqual(
      errors.map(({ fingerprint }) => fingerprint),
    );
    for (const { kind, acknowledgeable } of breakingChanges())
      expect(acknowledgeable).toBe(verdicts[kind].acknowledgeable !== false);
  });
});

test('what no update may do cannot be acknowledged', () => {
  expect(
    Object.entries(verdicts)
      .filter(([, { acknowledgeable }]) => acknowledgeable === false)
      .map(([kind]) => kind),
  ).toEqual(['PropertiesWrapperDeleted', 'AuthenticationTypeChanged', 'UpdateUnreadable']);
});

test('a deletion breaks everything, has no finding of a rule, and no changelog', () => {
  const { kind, connector, findings, comparison } = validateConnector({ before: unchanged });
  expect([kind, findings]).toEqual(['deletion', []]);
  expect(connector).toBe(unchanged);
  expect(comparison?.size).toBe('major');
  expect(comparison?.breakingChanges().map((change) => change.kind)).toEqual(['ConnectorDeleted']);
  expect(comparison?.changelog()).toBe('');
});

test('what did not change has no size and no changes', () => {
  const { size, count, findings } = compareVersions(unchanged, unchanged);
  expect([size, count, findings]).toEqual(['none', 0, []]);
});

describe('the context of the rules', () => {
  test('has no other connectors if they could not be listed', () => {
    expect(createRuleContext(unchanged, { words: [], catalog: undefined })).toEqual({
      words: new Set(),
    });
  });

  test('has words in lower case, and the other connectors without this one', () => {
    const { path, class: connectorClass } = unchanged;
    const entry = { path, class: connectorClass, title: 'Contoso' };
    const { words, others } = createRuleContext(unchanged, {
      words: ['Fabrikam'],
      catalog: [entry, { ...entry, path: 'certified-connectors/Other' }],
    });
    expect(words).toEqual(new Set(['fabrikam']));
    expect(others?.withTitle('Contoso').map((other) => other.path)).toEqual([
      'certified-connectors/Other',
    ]);
  });
});
