import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { categoryOf, ruleById, rules } from '../../src/rules/registry.ts';
import type { Attestation } from '../../src/rules/rule.ts';

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
