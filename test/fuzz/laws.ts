import { expect } from 'vitest';
import { context } from '../../fixtures/context.ts';
import { changelog } from '../../src/changes/changelog.ts';
import { compare } from '../../src/changes/compare.ts';
import { judge, sizeOf } from '../../src/changes/judge.ts';
import { versionOperations } from '../../src/changes/versioning.ts';
import { explained } from '../../src/checkout.ts';
import {
  definitionName,
  iconName,
  propertiesName,
  readConnector,
  type Connector,
  type ConnectorFolder,
} from '../../src/connector/connector.ts';
import { JsonFile } from '../../src/connector/document.ts';
import type { Finding } from '../../src/connector/finding.ts';
import { maskOf } from '../../src/connector/mask.ts';
import type { Json } from '../../src/connector/values.ts';
import { measure } from '../../src/measure.ts';
import { commentOf } from '../../src/report/comment.ts';
import { withExcerpt } from '../../src/report/excerpt.ts';
import { reportOf } from '../../src/report/report.ts';
import { check } from '../../src/rules/check.ts';
import { fixFolder } from '../../src/rules/fix.ts';
import { rules } from '../../src/rules/index.ts';
import { childOf, partsOf } from '../pointer.ts';
import { expectInert } from '../review/inert.ts';
import { within } from './runs.ts';
import { expectQuiet, expectReadableReport } from './shown.ts';

const known = new Set(explained.map(({ id }) => id));

const at = (value: Json | undefined, pointer: string): Json | undefined =>
  partsOf(pointer).reduce(childOf, value);

/** Findings are of things that are there, and say so in words that do nothing. */
function expectFindingsInFiles(findings: readonly Finding[], connector: Connector): void {
  const { files, texts } = connector;
  // A name that is a secret is not told.
  const mask = maskOf(connector);
  const names = new Set([
    '',
    definitionName,
    propertiesName,
    iconName,
    'readme.md',
    ...files.map(({ path }) => mask(path)),
  ]);
  for (const { rule, place, message, fingerprint, fix, fixable } of findings) {
    expect(known).toContain(rule);
    expect(names).toContain(place.file);
    expect(fingerprint).toMatch(/^[0-9a-f]{20}$/);
    expect(message.replace(/`[^`]*`/g, '')).not.toMatch(/\[object |undefined|\bNaN\b/);
    expect(message).not.toContain('[object ');
    expect(message).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}|##\[/u);
    expect(fixable).toBe(fix !== undefined);
    const text = texts.find(({ file }) => mask(file) === place.file);
    if (!text) {
      expect([place.line, place.column, place.pointer]).toEqual([1, 1, '']);
      continue;
    }
    const lines = text.text.split('\n');
    expect(place.line).toBeGreaterThan(0);
    expect(place.endLine).toBeGreaterThanOrEqual(place.line);
    expect(place.endLine).toBeLessThanOrEqual(lines.length);
    for (const [line, column] of [
      [place.line, place.column],
      [place.endLine, place.endColumn],
    ] as const) {
      expect(column).toBeGreaterThan(0);
      expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
    }
    if (place.line === place.endLine) expect(place.endColumn).toBeGreaterThanOrEqual(place.column);
    for (const { start, end } of fix?.edits ?? [])
      expect(0 <= start && start <= end && end <= text.text.length).toBe(true);
    if (place.pointer.includes('…')) continue; // a secret is not shown
    if (text instanceof JsonFile && text.value !== undefined)
      expect(at(text.value, place.pointer), place.pointer).not.toBeUndefined();
    else expect(place.pointer).toBe('');
  }
  expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(findings.length);
}

const countsOf = (folder: ConnectorFolder): Map<string, number> =>
  new Map(
    [
      ...Map.groupBy(
        check(readConnector(folder), rules, { context, fixes: false }),
        ({ rule }) => rule,
      ),
    ].map(([rule, { length }]) => [rule, length]),
  );

/** Fixes leave nothing to fix, and where all could be read before, they break nothing. */
function expectLastingFixes(folder: ConnectorFolder): void {
  const fixed = fixFolder(folder, { context });
  expect(fixFolder(fixed, { context }).files.map(({ path, bytes }) => [path, bytes])).toEqual(
    fixed.files.map(({ path, bytes }) => [path, bytes]),
  );
  if (readConnector(folder).texts.some(({ lapses }) => lapses.length > 0)) return;
  const before = countsOf(folder);
  for (const [rule, count] of countsOf(fixed))
    expect(count, rule).toBeLessThanOrEqual(before.get(rule) ?? 0);
}

/** An update is told, and a way out of what it breaks is found. */
function expectComparison(before: ConnectorFolder, after: ConnectorFolder): void {
  const [was, now] = [readConnector(before), readConnector(after)];
  const changes = compare(was, now);
  expectFindingsInFiles(
    judge(changes, now, was).map((finding) => ({ ...finding, fixable: false })),
    now,
  );
  const text = changelog(changes, was, now);
  expectQuiet(text);
  expectInert(text);
  expect(sizeOf(compare(now, now))).toBe('none');
  const { folder } = versionOperations(before, after);
  readConnector(folder);
}

/** Holds for every connector, and for every update to it. */
export async function expectLaws(before: ConnectorFolder, after: ConnectorFolder): Promise<void> {
  const measured = { ...after, ...(await measure(readConnector(after))) };
  const connector = readConnector(measured);
  const findings = within(() => check(connector, rules, { context }));
  expectFindingsInFiles(findings, connector);
  const report = reportOf(
    [
      {
        path: connector.path,
        class: connector.class,
        findings: findings.map((finding) => withExcerpt(finding, connector)),
      },
    ],
    '0.0.0',
  );
  await expectReadableReport(report);
  const comment = commentOf(report, {
    head: 'c0ffee5',
    run: undefined,
    changelog: '',
    handedOver: false,
  });
  expectQuiet(comment);
  expectInert(comment);
  within(() => expectLastingFixes(measured));
  within(() => expectComparison(before, after));
  within(() => expectComparison(after, before));
}
