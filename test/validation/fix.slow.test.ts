import { describe, expect, test } from 'vitest';
import { context } from '../../fixtures/context.ts';
import { readConnector, type ConnectorFolder } from '../../src/connector/connector.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { fixFolder } from '../../src/validation/fix.ts';
import { rules } from '../../src/rules/registry.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';

const rulesBroken = (folder: ConnectorFolder): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { rule } of runRules(readConnector(folder), rules, { context, fixes: false }))
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
};

describe.skipIf(corpus === undefined)('the corpus of accepted connectors', () => {
  test('a fix mends and breaks nothing: no rule has a finding more than before, and fixing twice changes nothing', () => {
    let mended = 0;
    for (const folder of corpusFolders()) {
      const fixed = fixFolder(folder, { context });
      if (fixed === folder) continue;
      mended += 1;
      expect(fixFolder(fixed, { context }), folder.path).toBe(fixed);
      const before = rulesBroken(folder);
      const worse = [...rulesBroken(fixed)].filter(
        ([rule, count]) => count > (before.get(rule) ?? 0),
      );
      expect(worse, folder.path).toEqual([]);
    }
    expect(mended).toBeGreaterThan(500);
  });
});
