import type { BreakingChange } from '../../changes/classify.ts';
import { breakingChangesOf } from '../commands/acknowledge.ts';
import { describeBreakingChanges } from '../facts/describe-breaking-changes.ts';
import { canWrite } from '../facts/roles.ts';
import type { Facts } from '../model/facts.ts';
import { ok, valueOr } from '../model/result.ts';
import type { Acknowledgement } from '../model/snapshot.ts';
import { boldMessage, loginText, someOf } from '../model/markdown.ts';
import { failed, passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { count as countOf } from '../../report/text.ts';

/** So many are told in a sentence; the comment lists all of them folded. */
const mostTold = 3;

/** Nothing breaks, or the author and a reviewer have each said yes to all that does. */
export function compatibility(facts: Facts): GateStatus {
  const { connectors, commands, scope, snapshot } = facts;
  if (!snapshot.files.ok) return unjudged(snapshot.files.reason);
  const unread = connectors.find(({ examined }) => !examined.ok);
  if (unread && !unread.examined.ok) return unjudged(unread.examined.reason);
  if (scope.folders.length === 0) return passed('No connector is touched.');
  const over = connectors.find(
    ({ examined }) =>
      examined.ok &&
      examined.value.kind === 'update' &&
      examined.value.unread.some((file) => /\.json$| files$/i.test(file)),
  );
  if (over) return unjudged('A file is over a limit: what changes in it could not be compared.');
  const breaking = breakingChangesOf(facts);
  if (breaking.length === 0)
    return passed(
      connectors.every(({ examined }) => examined.ok && examined.value.kind === 'new')
        ? 'A new connector: nobody uses it yet.'
        : 'Nothing breaks for flows that use the connector.',
    );

  const never = failed(
    'author',
    'An update may not do this, whoever agrees.',
    breaking.filter((one) => !one.acknowledgeable).map(({ message }) => boldMessage(message, '')),
  );
  if (never) return never;
  if (!commands.records.ok) return unjudged(commands.records.reason);
  // Consent is for one base branch, and counts only while whoever gave it still may.
  const given = commands.records.value.acknowledgements.filter(
    ({ base }) => base === snapshot.pull.base.ref,
  );
  const acknowledgements = given.filter(({ as, by }) =>
    as === 'author' ? by.id === snapshot.pull.author.id : valueOr(canWrite(by, snapshot), false),
  );
  const unclear = given
    .map(({ as, by }) => (as === 'reviewer' ? canWrite(by, snapshot) : ok(true)))
    .find((may) => !may.ok);
  const open = (as: Acknowledgement['as']): BreakingChange[] =>
    breaking.filter(
      ({ fingerprint }) =>
        !acknowledgements.some((one) => one.as === as && one.fingerprints.includes(fingerprint)),
    );
  for (const as of ['author', 'reviewer'] as const) {
    const missing = open(as);
    if (missing.length === 0) continue;
    if (as === 'reviewer' && unclear && !unclear.ok)
      return unjudged(`Whether a reviewer's yes still counts is not known. ${unclear.reason}`);
    const some =
      missing.length < breaking.length
        ? countOf(missing.length, 'more breaking change')
        : countOf(breaking.length, 'breaking change');
    const told = someOf(describeBreakingChanges(missing), mostTold);
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
    `${countOf(breaking.length, 'breaking change')}, acknowledged by ` +
      `${loginText({ login: by('author') })} and ${loginText({ login: by('reviewer') })}.`,
  );
}
