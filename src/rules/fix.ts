import { readConnector, type Connector, type ConnectorFolder } from '../connector/connector.ts';
import { applyFixes } from '../connector/document.ts';
import type { Finding } from '../connector/finding.ts';
import { check, type CheckOptions } from './check.ts';
import { rules } from './index.ts';

/** Mending one thing may show another: a second round of fixes is usual, ten would be a rule that undoes another's work. */
const maxRounds = 10;

/**
 * The folder with every fix applied that its findings offer, but for those that would make a new finding, such as a description that is its summary once a word is mended:
 * that is for a person to see. Files that need no fix are the same objects.
 */
export function fixFolder(folder: ConnectorFolder, options: CheckOptions = {}): ConnectorFolder {
  let current = folder;
  for (let round = 0; round < maxRounds; round += 1) {
    const connector = readConnector(current);
    const findings = check(connector, rules, options);
    const known = countsOf(findings);
    const before = current;
    const isHarmless = (some: readonly Finding[]): boolean => {
      const counts = countsOf(check(readConnector(mended(before, connector, some)), rules, { ...options, fixes: false }));
      return [...counts].every(([rule, count]) => count <= (known.get(rule) ?? 0));
    };
    const fixable = findings.filter(({ fix }) => fix);
    // Of a file that could not be read as it stands much more is known once it can.
    const isReadable = connector.texts.every(({ lapses }) => lapses.length === 0);
    const fixed = mended(before, connector, isReadable ? harmless(fixable, [], isHarmless) : fixable);
    if (fixed.files.every((file, index) => file === before.files[index])) return current;
    current = fixed;
  }
  return current;
}

/** Of some findings those, besides others, that all together can be mended without harm; nearly always all of them, which one look shows. */
function harmless(some: readonly Finding[], others: readonly Finding[], isHarmless: (all: readonly Finding[]) => boolean): readonly Finding[] {
  if (some.length === 0) return others;
  const all = [...others, ...some];
  if (isHarmless(all)) return all;
  if (some.length === 1) return others;
  const middle = some.length >> 1;
  return harmless(some.slice(middle), harmless(some.slice(0, middle), others, isHarmless), isHarmless);
}

function mended(folder: ConnectorFolder, connector: Connector, findings: readonly Finding[]): ConnectorFolder {
  const files = folder.files.map((file) => {
    const fixes = findings.filter((finding) => finding.place.file === file.path).flatMap((finding) => finding.fix ?? []);
    const text = connector.texts.find((one) => one.file === file.path);
    if (fixes.length === 0 || !text) return file;
    const bytes = new TextEncoder().encode(applyFixes(text.text, fixes).text);
    return { ...file, bytes, size: bytes.length };
  });
  return { ...folder, files };
}

/** How many findings each rule has. */
function countsOf(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}
