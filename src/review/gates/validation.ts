import { isNewError, safe, type Finding } from '../../shared/finding.ts';
import { groupFindings } from '../../report/group-findings.ts';
import { categoryOf, categoryOfFile } from '../../rules/registry.ts';
import type { RuleCategory } from '../../rules/rule.ts';
import type { Facts } from '../model/facts.ts';
import { boldMessage, lineLink, sentences, someOf } from '../model/markdown.ts';
import { failed, passed, unjudged, type GateStatus } from '../model/gate.ts';
import { groupByPattern } from '../../shared/group-messages.ts';
import { codeSpan, messageToMarkdown, ruleLink } from '../../report/markdown.ts';
import {
  blockingOf,
  codeOf,
  count as countOf,
  formatNumber,
  formatTally,
  tally,
} from '../../report/text.ts';

/** The gate of a category of rules: passes if none of them has found a new error. */
export const validationGate =
  (category: RuleCategory) =>
  (facts: Facts): GateStatus => {
    const { connectors, snapshot, scope } = facts;
    if (!facts.settings.ok)
      return unjudged('The settings say which findings are errors, and they could not be used.');
    if (!snapshot.files.ok) return unjudged(snapshot.files.reason);
    if (scope.proposal) return passed('A proposal has only a readme.');
    if (scope.folders.length === 0) return passed('No connector changed.');
    const unread = connectors.find(({ validation }) => !validation.ok);
    if (unread && !unread.validation.ok) return unjudged(unread.validation.reason);
    if (connectors.length === 0) return unjudged('The files of the connector were not read.');

    const todo: string[] = [];
    const errors: Record<string, number> = {};
    let before = 0;
    const advice: Finding[] = [];
    for (const { folder, validation } of connectors) {
      if (!validation.ok) continue;
      const mine = validation.value.findings.filter((finding) => categoryOf(finding) === category);
      const suggested = new Set(validation.value.suggestions.map(({ fingerprint }) => fingerprint));
      before += mine.filter(({ existing }) => existing).length;
      advice.push(...mine.filter(({ severity, existing }) => !existing && severity !== 'error'));
      for (const { rule, findings } of groupFindings(mine.filter(isNewError))) {
        errors[rule] = (errors[rule] ?? 0) + findings.length;
        todo.push(errorAction(facts, folder.path, findings, suggested));
      }
    }
    const count = Object.values(errors).reduce((sum, number) => sum + number, 0);
    const wrong = failed('author', countOf(count, 'new error'), todo, { errors });
    if (wrong) return wrong;
    const [missing] = connectors.flatMap(({ validation }) =>
      validation.ok ? validation.value.unread.filter((file) => belongsTo(file, category)) : [],
    );
    if (missing !== undefined) return unjudged(safe`${missing} is over a limit and was not read.`);
    const counts = [
      ...(advice.length > 0 ? [`${formatTally(tally(advice))}, ${blockingOf(advice)}`] : []),
      ...(before > 0 ? [countOf(before, 'existing finding')] : []),
    ];
    return passed(counts.length > 0 ? `No new errors; ${counts.join(', ')}.` : 'No findings.');
  };

/** Whether the findings in a file that was not read would count for a category. */
const belongsTo = (file: string, category: RuleCategory): boolean =>
  categoryOfFile(file) === (category === 'wording' ? 'definition' : category);

/** Of the findings of a rule, this many groups are described, and lines of a group linked. */
const maxGroups = 6;
const maxLines = 3;

/**
 * What to do about the errors of a rule: the first in full, then how many more there are of which
 * kind, with their lines.
 * @param suggested the fingerprints of the findings with a suggestion
 */
export function errorAction(
  { snapshot, allowed }: Pick<Facts, 'snapshot' | 'allowed'>,
  folder: string,
  findings: readonly Finding[],
  suggested: ReadonlySet<string> = new Set(),
): string {
  const [first, ...rest] = findings;
  if (!first) return '';
  const code = codeOf(first);
  const about = [ruleLink(first.rule), ...(code === undefined ? [] : [code])].join(', ');
  let how = '';
  if (!allowed.changes) how = '';
  else if (suggested.has(first.fingerprint)) how = ' *One-click suggestion below.*';
  else if (first.fixable)
    how = ` *Reply \`/fix\` to fix ${findings.length === 1 ? 'it' : 'them'}.*`;
  const head = `${boldMessage(first.message, placeOf(snapshot, folder, first))} (${about})${how}`;
  if (rest.length === 0) return head;
  const [only, ...others] = groupByPattern(findings, ({ message }) => message);
  if (only && others.length === 0)
    return `${head} ${formatNumber(rest.length)} more like this: ${linesOf(rest, snapshot, folder)}.`;
  const groups = groupByPattern(rest, ({ message }) => message).toSorted(
    (a, b) => b.items.length - a.items.length,
  );
  const items = groups
    .slice(0, groups.length > maxGroups ? maxGroups - 1 : maxGroups)
    .map(({ pattern, items: same }) => {
      const times = same.length > 1 ? `${formatNumber(same.length)} × ` : '';
      const sentence = messageToMarkdown(sentences(pattern)[0]);
      return `   - ${times}${sentence}: ${linesOf(same, snapshot, folder)}`;
    });
  const left = groups.slice(items.length).reduce((sum, { items: same }) => sum + same.length, 0);
  if (left > 0) items.push(`   - ${formatNumber(left)} others`);
  return `${head}\n\n   ${formatNumber(rest.length)} more errors of this rule:\n${items.join('\n')}`;
}

/** Links to the lines of findings: "line 12", "lines 12, 40 and 3 more". */
function linesOf(
  findings: readonly Finding[],
  snapshot: Facts['snapshot'],
  folder: string,
): string {
  const places = new Map(
    findings.map(({ location }) => [`${location.file}:${location.line}`, location]),
  );
  const [first] = places.values();
  if (!first || [...places.values()].some(({ entry, file }) => entry || file === ''))
    return countOf(findings.length, 'place');
  const links = [...places.values()].map(({ file, line }) => {
    const text = file === first.file ? String(line) : `${codeSpan(file)} ${line}`;
    return lineLink(snapshot, `${folder}/${file}`, line, text);
  });
  const noun = links.length === 1 ? 'line' : 'lines';
  return `${noun} ${someOf(links, maxLines)}`;
}

/** A link to the line of a finding; nothing for a finding about the folder as a whole. */
const placeOf = (snapshot: Facts['snapshot'], folder: string, { location }: Finding): string =>
  location.file === ''
    ? ''
    : ` — ${lineLink(
        snapshot,
        `${folder}/${location.file}`,
        location.line,
        `${codeSpan(location.file.split('/').at(-1) ?? '')} line ${location.line}`,
      )}${inArchive(location)}.`;

const inArchive = ({ entry }: Finding['location']): string =>
  entry ? `, at ${codeSpan(entry.path)} line ${entry.line}` : '';
