import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { categoryOf, ruleById, rules } from '../../src/rules/registry.ts';
import type { Attestation } from '../../src/rules/rule.ts';
import { sources } from '../../src/rules/sources.ts';
import { readFrequency } from '../../fixtures/frequency.ts';

const rulesDirectory = join(import.meta.dirname, '../../src/rules');

test('the folder of a rule is its category', async () => {
  const foldersById: Record<string, string> = {};
  for (const name of readdirSync(rulesDirectory, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || !name.includes('/')) continue;
    const exports: Record<string, unknown> = await import(join(rulesDirectory, name));
    const lists = Object.values(exports).filter((value) => Array.isArray(value));
    for (const { id } of lists.flat().filter(isRule))
      foldersById[id] = name.slice(0, name.indexOf('/'));
  }
  expect(Object.fromEntries(rules.map(({ id, category }) => [id, category]))).toEqual(foldersById);
});

const isRule = (value: unknown): value is { id: string } =>
  typeof value === 'object' && value !== null && 'id' in value && 'check' in value;

describe('the category that a finding counts for', () => {
  test.each([
    ['OperationIdRequired', 'apiDefinition.swagger.json', 'definition'],
    ['TextMisspelled', 'apiProperties.json', 'wording'],
    ['TextMustBeInEnglish', 'apiDefinition.swagger.json', 'wording'],
    ['IconSize', 'logo.png', 'icon'],
    ['IconBrandColorMissing', 'apiProperties.json', 'properties'],
    ['TitleNotUnique', 'apiDefinition.swagger.json', 'uniqueness'],
    ['JsonSyntaxError', 'apiDefinition.swagger.json', 'definition'],
    ['JsonSyntaxError', 'APIProperties.json', 'properties'],
    ['JsonTypeIncorrect', 'apiProperties.json', 'properties'],
    ['FileTooLarge', 'icon.png', 'icon'],
    ['FileTooLarge', 'intro.md', 'package'],
    ['RuleOfAnotherVersion', 'apiProperties.json', 'properties'],
  ])('%s in %s: %s', (rule, file, category) => {
    expect(categoryOf({ rule, location: { file } })).toBe(category);
  });
});

test.each<[Attestation, string[]]>([
  [
    'brand',
    [
      'IconBrandColorMissing',
      'IconBrandColorNotAllowed',
      'IconBrandColorNotIndependent',
      'IconBrandColorNotValid',
      'IconNotAllowed',
    ],
  ],
  ['credentials', ['ReadmeOAuthSetupMissing']],
  ['descriptions', ['RecommendedPropertyMissing', 'RequiredPropertyMissing', 'RequiredValueEmpty']],
  ['responses', ['ResponseSchemaEmpty', 'SchemaDefinitionSetIncorrectly']],
])('the rules that verify the attestation of %s', (attestation, ids) => {
  expect(
    rules
      .filter(({ attests }) => attests === attestation)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(ids);
});

test('an id that is not in the registry has no rule', () => {
  expect(ruleById('OperationDeleted')).toBeUndefined();
});

describe('the page of Microsoft’s documentation that a rule comes from', () => {
  const published: { sections: Record<string, string[]> } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../fixtures/published-rules.json'), 'utf8'),
  );

  test.each(Object.values(published.sections).flat())(
    '%s is a rule of the Swagger validator',
    (id) => {
      expect(ruleById(id)?.source).toBe('swagger-validator');
    },
  );

  test('is on learn.microsoft.com, and some rule comes from each', () => {
    for (const { url } of Object.values(sources))
      expect(url).toMatch(/^https:\/\/learn\.microsoft\.com\/[a-z0-9/-]+$/);
    const used = new Set(rules.flatMap(({ source }) => (source === undefined ? [] : [source])));
    expect([...used].sort()).toEqual(Object.keys(sources).sort());
  });
});

describe('the page of a rule', () => {
  const pageOf = (id: string): string =>
    readFileSync(join(import.meta.dirname, `../../docs/rules/${id}.md`), 'utf8');

  test.each(rules.map((rule) => [rule.id, rule] as const))(
    '%s says how to fix it and how to turn it off, in at most 90 lines',
    (id, rule) => {
      const page = pageOf(id);
      expect(page.split('\n').length).toBeLessThan(90);
      expect(page).toContain('## How to fix\n');
      expect(page).toContain(`rules:\n  ${id}: `);
      expect(page.includes("## Microsoft's words\n")).toBe(rule.source !== undefined);
      expect(page.includes('--fix')).toBe(rule.fixable === true);
      expect(page).toContain(`issues/new?title=${id}`);
    },
  );

  test('RequiredPropertyMissing shows what is missing most often', () => {
    const page = pageOf('RequiredPropertyMissing');
    for (const property of ['email', 'x-ms-summary', 'description'])
      expect(page).toContain(`has no \`${property}\``);
  });
});

test('only rules that exist were measured in accepted connectors', () => {
  const { measured, connectors, rules: counts } = readFrequency();
  expect(measured).toMatch(/^\d{4}-\d\d-\d\d$/);
  for (const [id, byClass] of Object.entries(counts)) {
    expect(ruleById(id)?.id).toBe(id);
    for (const [name, count] of Object.entries(byClass))
      expect(Object.entries(connectors)).toSatisfy((entries: [string, number][]) =>
        entries.some(([each, all]) => each === name && count <= all),
      );
  }
});
