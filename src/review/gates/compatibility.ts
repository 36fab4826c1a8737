import type { BreakingChange } from '../../changes/classify.ts';
import { breakingChangesOf } from '../commands/acknowledge.ts';
import { describeBreakingChanges } from '../facts/describe-breaking-changes.ts';
import { canWrite } from '../facts/roles.ts';
import { unknownLive } from '../facts/second-version.ts';
import type { Facts } from '../model/facts.ts';
import { ok, valueOr } from '../model/result.ts';
import type { Acknowledgement } from '../model/snapshot.ts';
import { boldMessage, loginText, someOf } from '../model/markdown.ts';
import { failed, passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { ruleLink } from '../../report/markdown.ts';
import { count as countOf } from '../../report/text.ts';

/** One sentence names at most this many; the comment lists all of them in a folded section. */
const maxNamed = 3;

const whoMissing = { author: 'The author', reviewer: 'A reviewer' } as const;
const nextTitle = { author: 'Acknowledge or revert', reviewer: 'Allow' } as const;
const nextStep = {
  author:
    'If you intend this, reply `/acknowledge` with the reason; a reviewer must acknowledge it ' +
    'too. Otherwise revert it, or keep the old operation and add a new version of it.',
  reviewer: 'The author intends this. To allow it, reply `/acknowledge`.',
} as const;

/** Nothing breaks, or the author and a reviewer have each acknowledged every breaking change. */
export function compatibility(facts: Facts): GateStatus {
  const { connectors, commands, scope, snapshot } = facts;
  if (!snapshot.files.ok) return unjudged(snapshot.files.reason);
  const unread = connectors.find(({ validation }) => !validation.ok);
  if (unread && !unread.validation.ok) return unjudged(unread.validation.reason);
  if (scope.folders.length === 0) return passed('No connector changed.');
  const over = connectors.find(
    ({ validation }) =>
      validation.ok &&
      validation.value.kind === 'update' &&
      validation.value.unread.some((file) => /\.json$| files$/i.test(file)),
  );
  if (over) return unjudged('A file is over a limit, so its changes could not be compared.');
  const unknown = unknownLive(facts);
  if (unknown !== undefined) return unjudged(unknown);
  const breaking = breakingChangesOf(facts);
  if (breaking.length === 0)
    return passed(
      connectors.every(({ validation }) => validation.ok && validation.value.kind === 'new')
        ? 'A new connector: nobody uses it yet.'
        : 'No change breaks flows that use this connector.',
    );

  const never = breaking.filter(({ acknowledgeable }) => !acknowledgeable);
  const forbidden = failed(
    'author',
    'An update must never do this, even if everyone agrees.',
    never.map(({ message, kind }) => `${boldMessage(message, '')} (${ruleLink(kind)})`),
    { task: countOf(never.length, 'forbidden change') },
  );
  if (forbidden) return forbidden;
  if (!commands.records.ok) return unjudged(commands.records.reason);
  // Consent is for one base branch, and counts only while its author still has the right to give it.
  const forThisBase = commands.records.value.acknowledgements.filter(
    ({ base }) => base === snapshot.pull.base.ref,
  );
  const acknowledgements = forThisBase.filter(({ as, by }) =>
    as === 'author' ? by.id === snapshot.pull.author.id : valueOr(canWrite(by, snapshot), false),
  );
  const unclear = forThisBase
    .map(({ as, by }) => (as === 'reviewer' ? canWrite(by, snapshot) : ok(true)))
    .find((mayWrite) => !mayWrite.ok);
  const missingFrom = (as: Acknowledgement['as']): BreakingChange[] =>
    breaking.filter(
      ({ fingerprint }) =>
        !acknowledgements.some(
          (acknowledgement) =>
            acknowledgement.as === as && acknowledgement.fingerprints.includes(fingerprint),
        ),
    );
  for (const as of ['author', 'reviewer'] as const) {
    const missing = missingFrom(as);
    if (missing.length === 0) continue;
    if (as === 'reviewer' && unclear && !unclear.ok)
      return unjudged(
        `Gatehouse could not find out whether a reviewer's consent still counts. ${unclear.reason}`,
      );
    const total = countOf(
      missing.length,
      missing.length < breaking.length ? 'more breaking change' : 'breaking change',
    );
    // The comment has said before what breaks.
    const which =
      missing.length < breaking.length
        ? ` ${someOf(describeBreakingChanges(missing), maxNamed)}.`
        : '';
    return waiting(
      as,
      `${whoMissing[as]} has not acknowledged ${total} yet.`,
      [`**${nextTitle[as]} ${total}.**${which} ${nextStep[as]}`],
      { task: total },
    );
  }
  const byWhom = (as: Acknowledgement['as']): string =>
    loginText({ login: acknowledgements.findLast((latest) => latest.as === as)?.by.login ?? '' });
  return passed(
    `${countOf(breaking.length, 'breaking change')}, acknowledged by ` +
      `${byWhom('author')} and ${byWhom('reviewer')}.`,
  );
}
