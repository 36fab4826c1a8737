import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Log } from 'sarif';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageOf } from '../../src/shared/project.ts';
import { corpus } from '../support/corpus.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-sarif-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * What GitHub refuses (docs.github.com, "SARIF support for code scanning"): a larger file
 * compressed, and more of each in a run.
 */
const limits = {
  gzipBytes: 10_000_000,
  results: 25_000,
  rules: 25_000,
  tags: 20,
  locations: 1_000,
};

describe.skipIf(corpus === undefined)('SARIF of a whole repository', () => {
  let text: string;
  let log: Log;
  beforeAll(async () => {
    const file = join(folder, 'all.sarif');
    const cli = join(import.meta.dirname, '../../dist/cli.js');
    await new Promise<void>((done) => {
      execFile(
        process.execPath,
        [cli, 'check', '--format', 'sarif', '--output', file, corpus ?? ''],
        () => done(),
      );
    });
    text = readFileSync(file, 'utf8');
    log = JSON.parse(text);
  });

  test('is valid by the official schema', () => {
    const ajv = new Ajv.default({ strict: false, unicodeRegExp: false });
    addFormats.default(ajv);
    const isSarif = ajv.compile(schema);
    isSarif(log);
    expect(isSarif.errors).toBeNull();
  });

  test('keeps to what GitHub takes', () => {
    const [run] = log.runs;
    const { results = [], tool, invocations = [] } = run ?? { tool: { driver: { name: '' } } };
    const size = gzipSync(text).length;
    console.log(
      `${results.length} results, ${(text.length / 1e6).toFixed(1)} MB, ${(size / 1e6).toFixed(1)} MB compressed; ` +
        (invocations[0]?.toolExecutionNotifications?.[0]?.message.text ?? 'nothing left out'),
    );
    expect(size).toBeLessThan(limits.gzipBytes);
    expect(results.length).toBeLessThanOrEqual(limits.results);
    expect(tool.driver.rules?.length).toBeLessThanOrEqual(limits.rules);
    for (const { properties } of tool.driver.rules ?? [])
      expect(properties?.tags?.length).toBeLessThanOrEqual(limits.tags);
    for (const { locations = [] } of results)
      expect(locations.length).toBeLessThanOrEqual(limits.locations);
  });

  test('leads from every result to the page of its rule, and shows it', () => {
    const described = log.runs[0]?.tool.driver.rules ?? [];
    expect(described.length).toBeGreaterThan(100);
    for (const { id, helpUri, help } of described) {
      expect(helpUri).toBe(pageOf(id));
      expect(help?.markdown).toContain(`[The page of this rule](${helpUri})`);
      expect(help?.markdown).not.toMatch(/\]\((?!https:)/);
    }
  });
});
