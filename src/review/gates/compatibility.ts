import { breakingOf } from '../commands/acknowledge.ts';
import { inWords } from '../breaking.ts';
import { mayWrite } from '../hear.ts';
import type { Breaking, Facts } from '../facts.ts';
import { known, knownOr } from '../known.ts';
import type { Acknowledgement } from '../snapshot.ts';
import { counted, inBold, nameOf, someOf } from '../text.ts';
import { failed, passed, unjudged, waiting, type Standing } from './gate.ts';

/** So many are told in a sentence; the comment lists all of them folded. */
const mostTold = 3;

/** Nothing breaks, or the author and a reviewer have each said yes to all that does. */
export function compatibility(facts: Facts): Standing {
  const { connectors, heard, brings, snapshot } = facts;
  if (!snapshot.files.known) return unjudged(snapshot.files.because);
  const unread = connectors.find(({ examined }) => !examined.known);
  if (unread && !unread.examined.known) return unjudged(unread.examined.because);
  if (brings.folders.length === 0) return passed('No connector is touched.');
  const over = connectors.find(
    ({ examined }) =>
      examined.known &&
      examined.value.is === 'update' &&
      examined.value.unread.some((file) => /\.json$| files$/i.test(file)),
  );
  if (over) return unjudged('A file is over a limit: what changes in it could not be compared.');
  const breaking = breakingOf(facts);
  if (breaking.length === 0)
    return passed(
      connectors.every(({ examined }) => examined.known && examined.value.is === 'new')
        ? 'A new connector: nobody uses it yet.'
        : 'Nothing breaks for flows that use the connector.',
    );

  const never = failed(
    'author',
    'An update may not do this, whoever agrees.',
    breaking.filter((one) => !one.acknowledgeable).map(({ message }) => inBold(message, '')),
  );
  if (never) return never;
  if (!heard.records.known) return unjudged(heard.records.because);
  // Consent is for one base branch, and counts only while whoever gave it still may.
  const given = heard.records.value.acknowledgements.filter(
    ({ base }) => base === snapshot.pull.base.ref,
  );
  const acknowledgements = given.filter(({ as, by }) =>
    as === 'author' ? by.id === snapshot.pull.author.id : knownOr(mayWrite(by, snapshot), false),
  );
  const unclear = given
    .map(({ as, by }) => (as === 'reviewer' ? mayWrite(by, snapshot) : known(true)))
    .find((may) => !may.known);
  const open = (as: Acknowledgement['as']): Breaking[] =>
    breaking.filter(
      ({ fingerprint }) =>
        !acknowledgements.some((one) => one.as === as && one.fingerprints.includes(fingerprint)),
    );
  for (const as of ['author', 'reviewer'] as const) {
    const missing = open(as);
    if (missing.length === 0) continue;
    if (as === 'reviewer' && unclear && !unclear.known)
      return unjudged(`Whether a reviewer's yes still counts is not known. ${unclear.because}`);
    const some =
      missing.length < breaking.length
        ? counted(missing.length, 'more breaking change')
        : counted(breaking.length, 'breaking change');
    const told = someOf(inWords(missing), mostTold);
    const reply =
      as === 'author'
        ? 'If that is meant, reply `/acknowledge` with the reason; ' +
          'a reviewer will be asked too. ' +
          'Else take it back, or add a new version of the operation beside the old one.'
        : 'The author means it. If it may be, reply `/acknowledge`.';
    return (
      waiting(as, `${some} ${missing.length === 1 ? 'waits' : 'wait'} for the ${as}'s yes.`, [
        `**This update breaks existing flows.** ${told}. ${reply}`,
      ]) ?? passed('')
    );
  }
  const by = (as: Acknowledgement['as']): string =>
    acknowledgements.findLast((one) => one.as === as)?.by.login ?? '';
  return passed(
    `${counted(breaking.length, 'breaking change')}, acknowledged by ` +
      `${nameOf({ login: by('author') })} and ${nameOf({ login: by('reviewer') })}.`,
  );
}
