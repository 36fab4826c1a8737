import { definitionName, propertiesName } from '../../connector/connector.ts';
import { say, type Finding, type Place } from '../../connector/finding.ts';
import { groupsOf } from '../../report/group.ts';
import { language } from '../../rules/definition/language.ts';
import { texts } from '../../rules/definition/texts.ts';
import { unique } from '../../rules/package/unique.ts';
import { spelling } from '../../rules/text/spelling.ts';
import { style } from '../../rules/text/style.ts';
import type { Facts } from '../facts.ts';
import { counted, inBold, lineLink } from '../text.ts';
import { failed, passed, unjudged, type Standing } from './gate.ts';

/** The gates that a finding can fail. */
export type FindingGate = 'definition' | 'properties' | 'words' | 'icon' | 'package' | 'unique';

const wording = new Set([...texts, ...language, ...spelling, ...style].map(({ id }) => id));
const likeness = new Set(unique.map(({ id }) => id));
/** The gate that a finding fails: by what it is about, else by the file it stands in. */
export function gateOf({ rule, place }: { rule: string; place: Pick<Place, 'file'> }): FindingGate {
  if (likeness.has(rule)) return 'unique';
  if (wording.has(rule)) return 'words';
  if (/^Icon(?!BrandColor)/.test(rule) || /^icon\./i.test(place.file)) return 'icon';
  const file = place.file.toLowerCase();
  if (file === definitionName.toLowerCase()) return 'definition';
  return file === propertiesName.toLowerCase() ? 'properties' : 'package';
}

/** What was found in the files, with no new error among it. */
export const findings =
  (gate: FindingGate) =>
  (facts: Facts): Standing => {
    const { connectors, snapshot, brings } = facts;
    if (!facts.settings.known)
      return unjudged('How bad a finding is stands in the settings, which could not be used.');
    if (!snapshot.files.known) return unjudged(snapshot.files.because);
    if (brings.proposal) return passed('A proposal has a readme only.');
    if (brings.folders.length === 0) return passed('No connector is touched.');
    const unread = connectors.find(({ examined }) => !examined.known);
    if (unread && !unread.examined.known) return unjudged(unread.examined.because);
    if (connectors.length === 0) return unjudged('The files of the connector were not read.');

    const todo: string[] = [];
    let [errors, before, others] = [0, 0, 0];
    for (const { folder, examined } of connectors) {
      if (!examined.known) continue;
      const mine = examined.value.findings.filter((finding) => gateOf(finding) === gate);
      const stopping = mine.filter(({ severity, existing }) => severity === 'error' && !existing);
      errors += stopping.length;
      before += mine.filter(({ existing }) => existing).length;
      others += mine.length - stopping.length;
      for (const group of groupsOf(stopping)) {
        const [first, ...rest] = group.findings;
        if (!first) continue;
        const suggested = examined.value.suggestions.some(
          ({ fingerprint }) => fingerprint === first.fingerprint,
        );
        let how = '';
        if (suggested) how = ' *One-click suggestion below.*';
        else if (first.fixable) how = ' *`/fix` mends it.*';
        const more = rest.length > 0 ? ` The same in ${counted(rest.length, 'other place')}.` : '';
        todo.push(inBold(first.message, placeOf(snapshot, folder.path, first)) + more + how);
      }
    }
    const wrong = failed('author', counted(errors, 'new error'), todo);
    if (wrong) return wrong;
    const [missing] = connectors.flatMap(({ examined }) =>
      examined.known ? examined.value.unread.filter((file) => isOf(file, gate)) : [],
    );
    if (missing !== undefined) return unjudged(say`${missing} is over a limit and was not read.`);
    const fresh = others - before;
    const told = [
      ...(fresh > 0
        ? [`${counted(fresh, 'finding')} that ${fresh === 1 ? 'keeps' : 'keep'} nothing out`]
        : []),
      ...(before > 0 ? [`${counted(before, 'finding')} from before`] : []),
    ];
    return passed(told.length > 0 ? `No new error; ${told.join(', ')}.` : 'Nothing to mend.');
  };

/** Whether what is in an unread file belongs to a gate. */
const isOf = (file: string, gate: FindingGate): boolean =>
  gateOf({ rule: '', place: { file } }) === (gate === 'words' ? 'definition' : gate);

/** A link to where a finding stands; nothing for one of the folder as a whole. */
export const placeOf = (snapshot: Facts['snapshot'], folder: string, { place }: Finding): string =>
  place.file === '' ? '' : ` — ${lineLink(snapshot, `${folder}/${place.file}`, place.line)}.`;
