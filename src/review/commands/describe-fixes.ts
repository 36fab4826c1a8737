import { ruleLink } from '../../report/markdown.ts';
import { count as countOf, formatNumber } from '../../report/text.ts';

/** A commit names at most this many rules. */
const maxRules = 10;

/** A line of the message of a commit with fixes: how often the fix of a rule was applied. */
const line = /^- ([\d,]{1,9}) × ([A-Z][A-Za-z]{1,60})$/;

/** Lists fixes for the message of their commit. `fixes` has how often each rule was fixed. */
export function listFixes(fixes: ReadonlyMap<string, number>): string {
  const sorted = [...fixes].sort(([, a], [, b]) => b - a);
  const others = sorted.slice(maxRules).reduce((sum, [, times]) => sum + times, 0);
  return [
    ...sorted.slice(0, maxRules).map(([rule, times]) => `- ${formatNumber(times)} × ${rule}`),
    ...(others > 0 ? [`- ${formatNumber(others)} of other rules`] : []),
  ].join('\n');
}

/**
 * What a commit fixed, in Markdown, by its message: "3 fixes (2 × X, 1 × Y)". '' if the message does
 * not say. Anyone can write such a message, so only the names of rules and numbers are taken from it.
 */
export function describedFixes(message: string): string {
  const rules = message
    .split('\n')
    .flatMap((text) => {
      const [, times, rule] = line.exec(text) ?? [];
      return rule === undefined ? [] : [{ rule, times: Number((times ?? '').replaceAll(',', '')) }];
    })
    .slice(0, maxRules);
  const others = Number(
    /^- ([\d,]{1,9}) of other rules$/m.exec(message)?.[1]?.replaceAll(',', '') ?? 0,
  );
  const total = rules.reduce((sum, { times }) => sum + times, others);
  if (total === 0) return '';
  const names = rules.map(({ rule, times }) =>
    total === 1 ? ruleLink(rule) : `${formatNumber(times)} × ${ruleLink(rule)}`,
  );
  if (others > 0) names.push(`${formatNumber(others)} of other rules`);
  return `${countOf(total, 'fix', 'fixes')} (${names.join(', ')})`;
}
