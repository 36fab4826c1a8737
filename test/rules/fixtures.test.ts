import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  casesOf,
  contextOf,
  definitionName,
  folderOf,
  rulesFolder,
  type Case,
} from '../../fixtures/cases.ts';
import { readConnector } from '../../src/connector/connector.ts';
import type { Finding } from '../../src/shared/finding.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { rules } from '../../src/rules/registry.ts';
import { fixFolder } from '../../src/validation/fix.ts';

const findingsIn = (one: Case): Finding[] =>
  runRules(readConnector(folderOf(one)), rules, { context: contextOf(one) });
const brief = ({ rule, location }: Finding): string =>
  `${rule} at ${location.file} ${location.pointer}`;

test('the connector that all cases start from breaks no rule', () => {
  expect(findingsIn({}).map(brief)).toEqual([]);
});

test('every folder of cases is of a rule', () => {
  expect(readdirSync(rulesFolder).filter((name) => !rules.some(({ id }) => id === name))).toEqual(
    [],
  );
});

test("every rule that the platform's validator publishes is there", () => {
  const published: { sections: Record<string, string[]> } = JSON.parse(
    readFileSync(join(rulesFolder, '../published-rules.json'), 'utf8'),
  );
  const ids = Object.values(published.sections).flat();
  expect(ids.length).toBe(174);
  expect(ids.filter((id) => !rules.some((rule) => rule.id === id))).toEqual([]);
});

test('no two rules have one id', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('has a bad and a good example', () => {
    expect(casesOf(id, 'bad').length).toBeGreaterThan(0);
    expect(casesOf(id, 'good').length).toBeGreaterThan(0);
  });

  test.each(casesOf(id, 'bad'))('finds what is wrong in %s, there and nowhere else', (_, one) => {
    const found = findingsIn(one).filter((finding) => !one.also?.includes(finding.rule));
    const expected = (one.expected ?? []).map(
      ({ file = definitionName, pointer }) => `${id} at ${file} ${pointer}`,
    );
    expect(found.map(brief).sort()).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(0);
    const severities = (one.expected ?? []).flatMap(
      ({ file = definitionName, pointer, severity }) =>
        severity === undefined ? [] : [`${id} at ${file} ${pointer}: ${severity}`],
    );
    expect(found.map((finding) => `${brief(finding)}: ${finding.severity}`)).toEqual(
      expect.arrayContaining(severities),
    );
  });

  test.each(casesOf(id, 'good'))('and nothing else finds anything in %s', (_, one) => {
    expect(findingsIn(one).map(brief)).toEqual([]);
  });

  test('says what is wrong in a sentence, and what to do in another', () => {
    const messages = casesOf(id, 'bad')
      .flatMap(([, example]) => findingsIn(example))
      .filter((finding) => finding.rule === id)
      .map(({ message }) => message);
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.filter((message) => !/^.+[.:!?] .+[.?]$/s.test(message))).toEqual([]);
    expect(rule.description).toMatch(/^[^]+\.$/);
    expect(rule.rationale).toMatch(/^[^]+[.)]$/);
  });

  test(
    rule.fixable
      ? 'offers a fix, which mends it, and fixing twice changes nothing'
      : 'offers no fix',
    () => {
      const fixable = casesOf(id, 'bad')
        .map(([, example]) => example)
        .filter((example) =>
          findingsIn(example).some((finding) => finding.rule === id && finding.fix),
        );
      expect(fixable.length > 0).toBe(rule.fixable === true);
      for (const example of fixable) {
        const context = contextOf(example);
        // A new connector: nothing that a fix could break is published.
        const options = { context, published: null };
        const fixed = fixFolder(folderOf(example), options);
        // Nothing is left but what has no fix; some of that goes with what a fix takes out.
        const withoutFix = findingsIn(example)
          .filter(({ fix }) => !fix)
          .map(brief);
        const left = runRules(readConnector(fixed), rules, { context }).map(brief);
        expect(left.filter((finding) => !withoutFix.includes(finding))).toEqual([]);
        expect(left.length).toBeLessThanOrEqual(withoutFix.length);
        expect(fixFolder(fixed, options).files).toEqual(fixed.files);
      }
    },
  );
});
