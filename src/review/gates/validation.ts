import { isNewError, safe, type Finding } from '../../shared/finding.ts';
import { groupFindings } from '../../report/group-findings.ts';
import { categoryOf, categoryOfFile } from '../../rules/registry.ts';
import type { RuleCategory } from '../../rules/rule.ts';
import type { Facts } from '../model/facts.ts';
import { boldMessage, lineLink } from '../model/markdown.ts';
import { failed, passed, unjudged, type GateStatus } from '../model/gate.ts';
import { codeSpan } from '../../report/markdown.ts';
import { blockingOf, codeOf, count as countOf, formatTally, tally } from '../../report/text.ts';

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
    let [errors, before] = [0, 0];
    const advice: Finding[] = [];
    for (const { folder, validation } of connectors) {
      if (!validation.ok) continue;
      const mine = validation.value.findings.filter((finding) => categoryOf(finding) === category);
      const stopping = mine.filter(isNewError);
      errors += stopping.length;
      before += mine.filter(({ existing }) => existing).length;
      advice.push(...mine.filter(({ severity, existing }) => !existing && severity !== 'error'));
      for (const group of groupFindings(stopping)) {
        const [first, ...rest] = group.findings;
        if (!first) continue;
        const suggested = validation.value.suggestions.some(
          ({ fingerprint }) => fingerprint === first.fingerprint,
        );
        let how = '';
        if (!facts.allowed.changes) how = '';
        else if (suggested) how = ' *One-click suggestion below.*';
        else if (first.fixable) how = ' *Reply `/fix` to fix it.*';
        const more = rest.length > 0 ? ` The same in ${countOf(rest.length, 'other place')}.` : '';
        const code = codeOf(first);
        const policy = code === undefined ? '' : ` <sub>${code}</sub>`;
        const where = placeOf(snapshot, folder.path, first);
        todo.push(boldMessage(first.message, where) + policy + more + how);
      }
    }
    const wrong = failed('author', countOf(errors, 'new error'), todo);
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

/** A link to the line of a finding; nothing for a finding about the folder as a whole. */
export const placeOf = (
  snapshot: Facts['snapshot'],
  folder: string,
  { location }: Finding,
): string =>
  location.file === ''
    ? ''
    : ` — ${lineLink(snapshot, `${folder}/${location.file}`, location.line)}${inArchive(location)}.`;

const inArchive = ({ entry }: Finding['location']): string =>
  entry ? `, at ${codeSpan(entry.path)} line ${entry.line}` : '';
