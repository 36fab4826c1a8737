import type { FixCount, Report } from './report.ts';
import { count, formatNumber, terminalPath } from './text.ts';

/** Rules that are named for one file. */
const maxRules = 6;
/** Files that are listed one by one. */
const maxFiles = 10;

/**
 * What fixes did, or would do: how many places, in which files, for which rules. Empty if nothing
 * was fixed.
 */
export function fixesOf({ connectors }: Report, verb: 'Fixed' | 'Would fix'): string[] {
  const counts = connectors.flatMap((connector) =>
    (connector.fixes?.counts ?? []).map((fix) => ({
      ...fix,
      file: terminalPath(connector, fix.file),
    })),
  );
  const byFile = [...Map.groupBy(counts, ({ file }) => file)];
  if (byFile.length === 0) return [];
  const places = counts.reduce((sum, fix) => sum + fix.places, 0);
  const opening = `${verb} ${count(places, 'place')} in ${count(byFile.length, 'file')}`;
  const [only] = byFile;
  if (only && byFile.length === 1)
    return [`${verb} ${count(places, 'place')} in ${only[0]}: ${rulesOf(only[1])}`];
  if (byFile.length > maxFiles) return [`${opening}: ${rulesOf(counts)}`];
  return [`${opening}:`, ...byFile.map(([file, fixes]) => `  ${file}: ${rulesOf(fixes)}`)];
}

/** "520 × DescriptionMustEndWithPunctuation, 5 × TextMisspelled and 3 × other rules". */
function rulesOf(counts: readonly Pick<FixCount, 'rule' | 'places'>[]): string {
  const sums = [...Map.groupBy(counts, ({ rule }) => rule)]
    .map(([rule, fixes]) => ({
      rule,
      places: fixes.reduce((sum, fix) => sum + fix.places, 0),
    }))
    .sort((a, b) => b.places - a.places);
  const named = sums
    .slice(0, maxRules)
    .map(({ rule, places }) => `${formatNumber(places)} × ${rule}`);
  const others = sums.slice(maxRules).reduce((sum, { places }) => sum + places, 0);
  return `${named.join(', ')}${others > 0 ? ` and ${formatNumber(others)} × other rules` : ''}`;
}
