import { describe, expect, test } from 'vitest';
import { classify } from '../../src/changes/classify.ts';
import { compareConnectors } from '../../src/changes/compare.ts';
import { readConnector, type ConnectorFolder } from '../../src/connector/connector.ts';
import { rules } from '../../src/rules/registry.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { versionSafely } from '../../src/validation/version-safely.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';
import { updates } from './edits.ts';

const breaksOf = (before: ConnectorFolder, after: ConnectorFolder): string[] => {
  const [was, now] = [readConnector(before), readConnector(after)];
  const changes = compareConnectors(was, now);
  return classify(changes, now, was)
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, subject }) => `${rule} ${subject}`);
};

const errorsOf = (folder: ConnectorFolder): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { rule, severity } of runRules(readConnector(folder), rules, { fixes: false }))
    if (severity === 'error') counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
};

/** A folder whose definition has some of the edits of a kind; undefined if it has no place for it. */
function edited(folder: ConnectorFolder, kind: string): ConnectorFolder | undefined {
  const { definition, definitionFile } = readConnector(folder);
  if (definition === undefined || definitionFile?.isFixable !== true) return undefined;
  const edits = updates[kind]?.(definition) ?? [];
  // A third of the places: operations that break and operations that stay are mixed.
  const chosen = edits.filter((_, index) => index % 3 === 0).slice(0, 8);
  if (chosen.length === 0) return undefined;
  for (const edit of chosen) edit();
  const bytes = new TextEncoder().encode(JSON.stringify(definition.raw, undefined, 2));
  return {
    ...folder,
    files: folder.files.map((file) =>
      file.path === definitionFile.file ? { ...file, bytes, size: bytes.length } : file,
    ),
  };
}

describe.skipIf(corpus === undefined)('versioning updates of the accepted connectors', () => {
  const kinds = Object.keys(updates);
  // Every connector gets one kind of update: together they get each kind many times.
  test('writes nothing worse than the update, and nothing more the second time', () => {
    let versioned = 0;
    let refused = 0;
    for (const [index, before] of [...corpusFolders()].entries()) {
      const kind = kinds[index % kinds.length] ?? '';
      const after = edited(before, kind);
      if (!after) continue;
      const result = versionSafely(before, after);
      versioned += result.operations.length;
      refused += result.refused.length;
      if (result.folder === after) continue;
      const name = `${before.path}: ${kind}`;
      expect(readConnector(result.folder).definitionFile?.isFixable, name).toBe(true);
      const breaksBefore = new Set(breaksOf(before, after));
      const ids = new Set(result.operations.map(({ old }) => `operation/${old}`));
      for (const line of breaksOf(before, result.folder)) {
        expect(breaksBefore, name).toContain(line);
        expect(ids, name).not.toContain(/operation\/[^/]+/.exec(line)?.[0]);
      }
      const [was, now] = [errorsOf(before), errorsOf(after)];
      for (const [rule, count] of errorsOf(result.folder))
        expect(count, `${name}: ${rule}`).toBeLessThanOrEqual(
          (was.get(rule) ?? 0) + (now.get(rule) ?? 0),
        );
      // Whatever was refused for lack of room may find some.
      const again =
        result.refused.length > 0 ? [] : versionSafely(before, result.folder).operations;
      expect(again, name).toEqual([]);
    }
    expect(versioned).toBeGreaterThan(1_000);
    // A connector near its limits has no room for old versions.
    expect(refused).toBeLessThan(versioned / 10);
  });
});
