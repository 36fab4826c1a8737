import { expect } from 'vitest';
import { context } from '../../fixtures/context.ts';
import { changelog } from '../../src/changes/changelog.ts';
import { compareConnectors } from '../../src/changes/compare.ts';
import { classify, sizeOf } from '../../src/changes/classify.ts';
import { versionSafely } from '../../src/validation/version-safely.ts';
import { explainableRules } from '../../src/workspace/validate-checkout.ts';
import {
  definitionName,
  iconName,
  propertiesName,
  analyzedFilesOf,
  readConnector,
  type Connector,
  type ConnectorFolder,
} from '../../src/connector/connector.ts';
import { JsonFile } from '../../src/json/document.ts';
import type { Finding } from '../../src/shared/finding.ts';
import { maskFor } from '../../src/secrets/mask.ts';
import type { Json } from '../../src/json/values.ts';
import { analyze } from '../../src/analyzers/analyze.ts';
import { reportComment } from '../../src/report/report-comment.ts';
import { withSnippet } from '../../src/report/snippet.ts';
import { reportOf } from '../../src/report/report.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { fixFolder } from '../../src/validation/fix.ts';
import { rules } from '../../src/rules/registry.ts';
import { parsePointer, valueAt } from '../../src/json/pointer.ts';
import { expectInert } from '../review/inert.ts';
import { within } from './runs.ts';
import { expectQuiet, expectReadableReport } from './shown.ts';

const known = new Set(explainableRules.map(({ id }) => id));

const at = (value: Json | undefined, pointer: string): Json | undefined =>
  valueAt(value, parsePointer(pointer));

/** Findings are of things that are there, and say so in words that do nothing. */
function expectFindingsInFiles(findings: readonly Finding[], connector: Connector): void {
  const { files, texts } = connector;
  // A name that is a secret is not told.
  const mask = maskFor(connector);
  const names = new Set([
    '',
    definitionName,
    propertiesName,
    iconName,
    'readme.md',
    ...files.map(({ path }) => mask(path)),
  ]);
  for (const { rule, location, message, fingerprint, fix, fixable } of findings) {
    expect(known).toContain(rule);
    expect(names).toContain(location.file);
    expect(fingerprint).toMatch(/^[0-9a-f]{20}$/);
    expect(message.replace(/`[^`]*`/g, '')).not.toMatch(/\[object |undefined|\bNaN\b/);
    expect(message).not.toContain('[object ');
    expect(message).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}|##\[/u);
    expect(fixable).toBe(fix !== undefined);
    const text = texts.find(({ file }) => mask(file) === location.file);
    if (!text) {
      expect([location.line, location.column, location.pointer]).toEqual([1, 1, '']);
      continue;
    }
    const lines = text.text.split('\n');
    expect(location.line).toBeGreaterThan(0);
    expect(location.endLine).toBeGreaterThanOrEqual(location.line);
    expect(location.endLine).toBeLessThanOrEqual(lines.length);
    for (const [line, column] of [
      [location.line, location.column],
      [location.endLine, location.endColumn],
    ] as const) {
      expect(column).toBeGreaterThan(0);
      expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
    }
    if (location.line === location.endLine)
      expect(location.endColumn).toBeGreaterThanOrEqual(location.column);
    for (const { start, end } of fix?.edits ?? [])
      expect(0 <= start && start <= end && end <= text.text.length).toBe(true);
    if (location.pointer.includes('…')) continue; // a secret is not shown
    if (text instanceof JsonFile && text.value !== undefined)
      expect(at(text.value, location.pointer), location.pointer).not.toBeUndefined();
    else expect(location.pointer).toBe('');
  }
  expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(findings.length);
}

const countsOf = (folder: ConnectorFolder): Map<string, number> =>
  new Map(
    [
      ...Map.groupBy(
        runRules(readConnector(folder), rules, { context, fixes: false }),
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
  if (readConnector(folder).texts.some(({ issues }) => issues.length > 0)) return;
  const before = countsOf(folder);
  for (const [rule, count] of countsOf(fixed))
    expect(count, rule).toBeLessThanOrEqual(before.get(rule) ?? 0);
}

/** An update is told, and a way out of what it breaks is found. */
function expectComparison(before: ConnectorFolder, after: ConnectorFolder): void {
  const [was, now] = [readConnector(before), readConnector(after)];
  const changes = compareConnectors(was, now);
  const findings = classify(changes, now, was);
  expectFindingsInFiles(
    findings.map((finding) => ({ ...finding, fixable: false })),
    now,
  );
  const text = changelog(changes, findings, was, now);
  expectQuiet(text);
  expectInert(text);
  expect(sizeOf(compareConnectors(now, now))).toBe('none');
  const { folder } = versionSafely(before, after);
  readConnector(folder);
}

/** Holds for every connector, and for every update to it. */
export async function expectLaws(before: ConnectorFolder, after: ConnectorFolder): Promise<void> {
  const measured = { ...after, ...(await analyze(analyzedFilesOf(after))) };
  const connector = readConnector(measured);
  const findings = within(() => runRules(connector, rules, { context }));
  expectFindingsInFiles(findings, connector);
  const report = reportOf(
    [
      {
        path: connector.path,
        class: connector.class,
        findings: findings.map((finding) => withSnippet(finding, connector)),
      },
    ],
    '0.0.0',
  );
  await expectReadableReport(report);
  const comment = reportComment(report, {
    head: 'c0ffee5',
    run: undefined,
    files: undefined,
    pageChanges: '',
    changelog: '',
    handedOver: false,
  });
  expectQuiet(comment);
  expectInert(comment);
  within(() => expectLastingFixes(measured));
  within(() => expectComparison(before, after));
  within(() => expectComparison(after, before));
}
