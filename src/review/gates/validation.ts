import { definitionName, propertiesName } from '../../connector/connector.ts';
import { safe, type Finding, type Location } from '../../shared/finding.ts';
import { groupFindings } from '../../report/group-findings.ts';
import { language } from '../../rules/definition/language.ts';
import { texts } from '../../rules/definition/texts.ts';
import { unique } from '../../rules/uniqueness/unique.ts';
import { spelling } from '../../rules/wording/spelling.ts';
import { style } from '../../rules/wording/style.ts';
import type { Facts } from '../model/facts.ts';
import { boldMessage, lineLink } from '../model/markdown.ts';
import { failed, passed, unjudged, type GateStatus } from '../model/gate.ts';
import { count as countOf, formatTally, tally, total } from '../../report/text.ts';

/** The gates that a finding can fail. */
export type ValidationGate =
  | 'definition'
  | 'properties'
  | 'wording'
  | 'icon'
  | 'package'
  | 'uniqueness';

const wording = new Set([...texts, ...language, ...spelling, ...style].map(({ id }) => id));
const likeness = new Set(unique.map(({ id }) => id));
/** The gate that a finding fails: by what it is about, else by the file it stands in. */
export function gateOf({
  rule,
  location,
}: {
  rule: string;
  location: Pick<Location, 'file'>;
}): ValidationGate {
  if (likeness.has(rule)) return 'uniqueness';
  if (wording.has(rule)) return 'wording';
  if (/^Icon(?!BrandColor)/.test(rule) || /^icon\./i.test(location.file)) return 'icon';
  const file = location.file.toLowerCase();
  if (file === definitionName.toLowerCase()) return 'definition';
  return file === propertiesName.toLowerCase() ? 'properties' : 'package';
}

/** What was found in the files, with no new error among it. */
export const validationGate =
  (gate: ValidationGate) =>
  (facts: Facts): GateStatus => {
    const { connectors, snapshot, scope } = facts;
    if (!facts.settings.ok)
      return unjudged('The settings say which findings are errors, and they could not be used.');
    if (!snapshot.files.ok) return unjudged(snapshot.files.reason);
    if (scope.proposal) return passed('A proposal has only a readme.');
    if (scope.folders.length === 0) return passed('No connector changed.');
    const unread = connectors.find(({ examined }) => !examined.ok);
    if (unread && !unread.examined.ok) return unjudged(unread.examined.reason);
    if (connectors.length === 0) return unjudged('The files of the connector were not read.');

    const todo: string[] = [];
    let [errors, before] = [0, 0];
    const advice = tally([]);
    for (const { folder, examined } of connectors) {
      if (!examined.ok) continue;
      const mine = examined.value.findings.filter((finding) => gateOf(finding) === gate);
      const stopping = mine.filter(({ severity, existing }) => severity === 'error' && !existing);
      errors += stopping.length;
      before += mine.filter(({ existing }) => existing).length;
      for (const { severity, existing } of mine)
        if (!existing && severity !== 'error') advice[severity] += 1;
      for (const group of groupFindings(stopping)) {
        const [first, ...rest] = group.findings;
        if (!first) continue;
        const suggested = examined.value.suggestions.some(
          ({ fingerprint }) => fingerprint === first.fingerprint,
        );
        let how = '';
        if (suggested) how = ' *One-click suggestion below.*';
        else if (first.fixable) how = ' *Reply `/fix` to fix it.*';
        const more = rest.length > 0 ? ` The same in ${countOf(rest.length, 'other place')}.` : '';
        todo.push(boldMessage(first.message, placeOf(snapshot, folder.path, first)) + more + how);
      }
    }
    const wrong = failed('author', countOf(errors, 'new error'), todo);
    if (wrong) return wrong;
    const [missing] = connectors.flatMap(({ examined }) =>
      examined.ok ? examined.value.unread.filter((file) => isOf(file, gate)) : [],
    );
    if (missing !== undefined) return unjudged(safe`${missing} is over a limit and was not read.`);
    const counts = [
      ...(total(advice) > 0 ? [formatTally(advice)] : []),
      ...(before > 0 ? [countOf(before, 'existing finding')] : []),
    ];
    return passed(counts.length > 0 ? `No new errors; ${counts.join(', ')}.` : 'No findings.');
  };

/** Whether what is in an unread file belongs to a gate. */
const isOf = (file: string, gate: ValidationGate): boolean =>
  gateOf({ rule: '', location: { file } }) === (gate === 'wording' ? 'definition' : gate);

/** A link to where a finding stands; nothing for one of the folder as a whole. */
export const placeOf = (
  snapshot: Facts['snapshot'],
  folder: string,
  { location }: Finding,
): string =>
  location.file === ''
    ? ''
    : ` — ${lineLink(snapshot, `${folder}/${location.file}`, location.line)}.`;
