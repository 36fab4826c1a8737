import { safe, type Finding } from '../../shared/finding.ts';
import { groupFindings } from '../../report/group-findings.ts';
import { categoryOf, categoryOfFile } from '../../rules/registry.ts';
import type { RuleCategory } from '../../rules/rule.ts';
import type { Facts } from '../model/facts.ts';
import { boldMessage, lineLink } from '../model/markdown.ts';
import { failed, passed, unjudged, type GateStatus } from '../model/gate.ts';
import { count as countOf } from '../../report/text.ts';

/** The gate of a category of rules: passes if none of them has found a new error. */
export const validationGate =
  (category: RuleCategory) =>
  (facts: Facts): GateStatus => {
    const { connectors, snapshot, scope } = facts;
    if (!facts.settings.ok)
      return unjudged('How bad a finding is stands in the settings, which could not be used.');
    if (!snapshot.files.ok) return unjudged(snapshot.files.reason);
    if (scope.proposal) return passed('A proposal has a readme only.');
    if (scope.folders.length === 0) return passed('No connector is touched.');
    const unread = connectors.find(({ examined }) => !examined.ok);
    if (unread && !unread.examined.ok) return unjudged(unread.examined.reason);
    if (connectors.length === 0) return unjudged('The files of the connector were not read.');

    const todo: string[] = [];
    let [errors, before, others] = [0, 0, 0];
    for (const { folder, examined } of connectors) {
      if (!examined.ok) continue;
      const mine = examined.value.findings.filter((finding) => categoryOf(finding) === category);
      const stopping = mine.filter(({ severity, existing }) => severity === 'error' && !existing);
      errors += stopping.length;
      before += mine.filter(({ existing }) => existing).length;
      others += mine.length - stopping.length;
      for (const group of groupFindings(stopping)) {
        const [first, ...rest] = group.findings;
        if (!first) continue;
        const suggested = examined.value.suggestions.some(
          ({ fingerprint }) => fingerprint === first.fingerprint,
        );
        let how = '';
        if (suggested) how = ' *One-click suggestion below.*';
        else if (first.fixable) how = ' *`/fix` mends it.*';
        const more = rest.length > 0 ? ` The same in ${countOf(rest.length, 'other place')}.` : '';
        todo.push(boldMessage(first.message, placeOf(snapshot, folder.path, first)) + more + how);
      }
    }
    const wrong = failed('author', countOf(errors, 'new error'), todo);
    if (wrong) return wrong;
    const [missing] = connectors.flatMap(({ examined }) =>
      examined.ok ? examined.value.unread.filter((file) => belongsTo(file, category)) : [],
    );
    if (missing !== undefined) return unjudged(safe`${missing} is over a limit and was not read.`);
    const fresh = others - before;
    const told = [
      ...(fresh > 0
        ? [`${countOf(fresh, 'finding')} that ${fresh === 1 ? 'keeps' : 'keep'} nothing out`]
        : []),
      ...(before > 0 ? [`${countOf(before, 'finding')} from before`] : []),
    ];
    return passed(told.length > 0 ? `No new error; ${told.join(', ')}.` : 'Nothing to mend.');
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
    : ` — ${lineLink(snapshot, `${folder}/${location.file}`, location.line)}.`;
