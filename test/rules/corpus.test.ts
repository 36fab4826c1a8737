import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { context } from '../../fixtures/context.ts';
import { readConnector } from '../../src/connector/connector.ts';
import { blocks, type Finding } from '../../src/shared/finding.ts';
import { isContainer, type Json } from '../../src/json/values.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { severityOf } from '../../src/rules/severity.ts';
import { rules } from '../../src/rules/registry.ts';
import { run } from '../support/cli.ts';
import { conformance, corpus, corpusFolders } from '../support/corpus.ts';
import { parsePointer, valueAt } from '../../src/json/pointer.ts';

/**
 * Whether the text at a place is the key that the pointer ends with, begins the value that it leads
 * to, or is a piece of that.
 */
function pointsAt(
  lines: readonly string[],
  value: Json | undefined,
  { location }: Finding,
): boolean {
  const shift = location.line === 1 && lines[0]?.startsWith('\ufeff') === true ? 0 : -1;
  const here = lines[location.line - 1]?.slice(location.column + shift) ?? '';
  const path = parsePointer(location.pointer);
  const meant = valueAt(value, path);
  const written =
    location.line === location.endLine ? here.slice(0, location.endColumn - location.column) : here;
  if (isContainer(meant) && written === (Array.isArray(meant) ? '[' : '{')) return true;
  if (
    typeof meant === 'string' &&
    written !== '' &&
    !written.startsWith('"') &&
    meant.includes(written)
  )
    return true;
  try {
    const token: unknown = JSON.parse(written);
    return token === path.at(-1) || (token === meant && meant !== undefined);
  } catch {
    return false;
  }
}

describe.skipIf(corpus === undefined)('the corpus of accepted connectors', () => {
  test('every finding points at the key or the value that it means', () => {
    let count = 0;
    const astray: string[] = [];
    for (const folder of corpusFolders()) {
      const connector = readConnector(folder);
      const lines = new Map(connector.texts.map(({ file, text }) => [file, text.split('\n')]));
      for (const finding of runRules(connector, rules, { context })) {
        const file = [connector.definitionFile, connector.propertiesFile].find(
          (candidate) => candidate?.file === finding.location.file,
        );
        if (!file || finding.location.pointer === '' || file.issues.length > 0) continue;
        count += 1;
        if (!pointsAt(lines.get(file.file) ?? [], file.value, finding))
          astray.push(`${connector.path} ${JSON.stringify(finding)}`);
      }
    }
    expect(astray).toEqual([]);
    expect(count).toBeGreaterThan(10000);
  });

  test("each independent publisher's connector that a rule calls wrong is a defect that somebody has looked at", () => {
    const known: { rules: Record<string, { connectors: string[] }> } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../fixtures/accepted-defects.json'), 'utf8'),
    );
    const found = new Set<string>();
    const refused = new Set<string>();
    let total = 0;
    for (const folder of corpusFolders()) {
      if (folder.class !== 'independent-publisher') continue;
      total += 1;
      for (const finding of runRules(readConnector(folder), rules, { context })) {
        if (finding.severity === 'error')
          found.add(`${finding.rule}: ${folder.path.split('/')[1] ?? ''}`);
        else if (blocks(finding) === 'certification') refused.add(folder.path);
      }
    }
    // Warnings that block the certification are rare among connectors that were certified.
    expect(refused.size).toBeLessThanOrEqual(0.025 * total);
    const listed = Object.entries(known.rules).flatMap(([rule, { connectors }]) =>
      connectors.map((name) => `${rule}: ${name}`),
    );
    expect([...found].sort()).toEqual(listed.sort());
  });
});

describe.skipIf(corpus === undefined)('the severities, measured by arrival', () => {
  interface Measured {
    classes: {
      class: string;
      periods: { name: string; connectors: number }[];
      any: { error: number }[];
      rules: { rule: string; counts: { error: number }[] }[];
    }[];
  }
  const measure = (): Measured['classes'][number] => {
    const arrivals = join(import.meta.dirname, '../../fixtures/arrivals.tsv');
    const words = ['impact', '--by', 'arrival', '--since', '2024-11', '--arrivals', arrivals];
    const { out } = run([...words, '--format', 'json'], corpus);
    const { classes }: Measured = JSON.parse(out);
    const found = classes.find((each) => each.class === 'independent-publisher');
    if (!found) throw new Error('there are no connectors of independent publishers');
    return found;
  };

  test("what more than 2.5% of the independent publishers' connectors have is not an error", () => {
    const { periods, any, rules: measured } = measure();
    const [all, recent] = periods;
    expect(all?.connectors).toBeGreaterThan(200);
    expect(recent?.connectors).toBeGreaterThan(30);
    const over = measured.filter(({ counts }) =>
      counts.some(({ error }, index) => error > 0.025 * (periods[index]?.connectors ?? 0)),
    );
    expect(over.map(({ rule }) => rule)).toEqual([]);
    expect(any[1]?.error).toBeLessThanOrEqual(0.15 * (recent?.connectors ?? 0));
  });
});

describe.skipIf(conformance === undefined)('what the real validator said', () => {
  const cases = conformance ? readdirSync(join(conformance, 'definitions')) : [];
  test.each(cases)('of pull request %s is found', (name) => {
    const directory = join(conformance ?? '', 'definitions', name);
    const files = ['apiDefinition.swagger.json', 'apiProperties.json'].filter((file) =>
      existsSync(join(directory, file)),
    );
    const findings = runRules(
      readConnector({
        path: name,
        class: 'certified',
        files: files.map((path) => {
          const bytes = readFileSync(join(directory, path));
          return { path, kind: 'file', size: bytes.length, bytes };
        }),
      }),
      rules,
      { context },
    );
    const { expected } = JSON.parse(readFileSync(join(directory, 'expected.json'), 'utf8'));
    for (const { rule, pointer, pointerStartsWith = '', property = '' } of expected) {
      const fits = (finding: Finding): boolean =>
        finding.rule === rule &&
        finding.severity === 'error' &&
        (pointer === undefined ||
          finding.location.pointer === pointer ||
          finding.location.pointer.startsWith(`${pointer}/`)) &&
        finding.location.pointer.startsWith(pointerStartsWith) &&
        finding.message.includes(property);
      expect(findings.some(fits), `${rule} ${pointer ?? pointerStartsWith} ${property}`).toBe(true);
    }
  });
});

test('custom connectors are samples: what certification asks for is a warning there', () => {
  const rule = rules.find(({ id }) => id === 'RequiredPropertyMissing');
  expect(rule && [severityOf(rule, 'certified'), severityOf(rule, 'custom')]).toEqual([
    'error',
    'warning',
  ]);
  expect(rule && severityOf(rule, 'certified', { RequiredPropertyMissing: 'note' })).toBe('note');
  expect(
    rule && severityOf(rule, 'custom', { RequiredPropertyMissing: { certified: 'note' } }),
  ).toBe('warning');
});
