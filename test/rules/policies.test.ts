import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConnector, type ConnectorClass } from '../../src/connector/connector.ts';
import { failsCertification, policiesIn } from '../../src/rules/certification.ts';
import { policyByCode, type PolicyCode } from '../../src/rules/policy-codes.ts';
import { rules } from '../../src/rules/registry.ts';
import type { Severity } from '../../src/shared/finding.ts';
import { runRules } from '../../src/validation/run-rules.ts';

describe('the policy codes', () => {
  const used = new Set<string>(rules.flatMap(({ policies = [] }) => policies));

  test('that rules name exist, each once in a rule', () => {
    for (const { id, policies = [] } of rules) {
      expect(policies.filter((code) => !policyByCode.has(code))).toEqual([]);
      expect(new Set(policies).size, id).toBe(policies.length);
    }
  });

  test.each(Array.from(policyByCode))(
    '%s has rules, or a reason why not',
    (code, { unchecked }) => {
      expect(unchecked === undefined).toBe(used.has(code));
    },
  );

  test('are all in the documentation, with their rules', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/policies.md'), 'utf8');
    for (const code of policyByCode.keys()) {
      const line = page.split('\n').find((each) => each.startsWith(`| \`${code}\` |`)) ?? '';
      for (const { id, policies = [] } of rules)
        expect(line.includes(`[${id}](`), `${code} ${id}`).toBe(
          policies.some((each) => each === code),
        );
    }
  });
});

const text = (path: string, content: string) => {
  const bytes = new TextEncoder().encode(content);
  return { path, kind: 'file', size: bytes.length, bytes } as const;
};

describe('the codes of a finding', () => {
  const connector = readConnector({
    path: 'certified-connectors/Contoso',
    class: 'certified',
    files: [text('APIDefinition.swagger.json', '{,}'), text('apiProperties.json', '{,}')],
  });
  const rule = rules.find(({ id }) => id === 'JsonSyntaxError');

  test.each([
    ['APIDefinition.swagger.json', ['5000.2.6.2', 'connector-validate-swagger-isproperjson']],
    ['apiProperties.json', ['connector-validate-connectionparam-isproperjson']],
    [
      'Package.zip → Solution.zip → Connector/new_openapidefinition.json',
      ['5000.2.6.2', 'connector-validate-swagger-isproperjson'],
    ],
    [
      'Package.zip → new_connectionparameters.json',
      ['connector-validate-connectionparam-isproperjson'],
    ],
    ['readme.md', []],
  ])('of broken JSON in %s', (file, codes) =>
    expect(rule && policiesIn(rule, connector, file)).toEqual(codes),
  );

  test('are in what the rules find', () => {
    const syntax = runRules(connector, rules).filter(({ rule: id }) => id === 'JsonSyntaxError');
    expect(
      syntax.map(({ policies, failsCertification: fails }) => [policies?.at(-1), fails]),
    ).toEqual([
      ['connector-validate-swagger-isproperjson', true],
      ['connector-validate-connectionparam-isproperjson', true],
    ]);
  });
});

test.each<[Severity, ConnectorClass, PolicyCode[], boolean]>([
  ['error', 'certified', [], false],
  ['error', 'certified', ['5000.2.4.2'], true],
  ['error', 'independent-publisher', ['5000.2.6.2'], true],
  ['error', 'custom', ['5000.2.2.5'], false],
  ['warning', 'certified', ['connector-validate-iconsize'], true],
  ['warning', 'certified', ['5000.2.4.1', 'connector-validate-iconsize'], true],
  ['warning', 'certified', ['5000.2.4.1'], false], // known from an account only
  ['warning', 'certified', ['5000.2.6.2', 'connector-validate-swagger'], false], // too general
  ['note', 'certified', ['5000.1.1.1'], false],
])('%s of a %s connector, %j: fails the certification: %s', (severity, ofClass, codes, fails) => {
  expect(failsCertification(severity, ofClass, codes)).toBe(fails);
});
