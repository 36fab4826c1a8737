import { formatDay } from '../../release/describe-plan.ts';
import { truncate } from '../../shared/text.ts';
import { rejectionReason, rejectionOf } from '../facts/rejected-effect.ts';
import { trainOf } from '../facts/train.ts';
import type { BaseFacts } from '../model/facts.ts';
import { changeRides, selectRides, type RideDecision, type RideSubject } from './change-rides.ts';
import type { Command, CommandInvocation, CommandResult, ConsentState } from './command.ts';

/** Characters. */
const maxReasonLength = 500;

export const withdraw: Command = {
  name: 'withdraw',
  usage: '/withdraw [reason]',
  description:
    'before the merge: converts the pull request to a draft (only its author). After the merge, ' +
    'until the cutoff of its train: no ring gets the version',
  argumentKind: 'consent',
  allowedRoles: ['author', 'publisher', 'maintainer'],
  boundToHead: false,
  changesPullRequest: true,
  whenClosed: true,
  run(invocation, facts, consents) {
    const { pull } = facts.snapshot;
    const isOpen = pull.state.kind === 'open';
    const hasNoTrain = facts.settings.ok && facts.settings.value.train.rings.length === 0;
    const ofRides = hasNoTrain ? null : withdrawRides(invocation, facts, consents);
    if (!isOpen)
      return ofRides === null
        ? { refused: `This pull request is ${pull.state.kind}, so \`/withdraw\` does nothing.` }
        : ofRides;
    if (ofRides?.refused !== undefined) return ofRides;
    const asDraft = convertToDraft(invocation, facts);
    if (asDraft.refused !== undefined) return ofRides ?? asDraft;
    return { ...asDraft, ...(ofRides?.consents && { consents: ofRides.consents }) };
  },
};

/**
 * Withdraws what is deployed of the pull request.
 * @returns null if nothing is; undefined if that is not known now
 */
function withdrawRides(
  invocation: CommandInvocation,
  facts: BaseFacts,
  consents: ConsentState,
): CommandResult | undefined | null {
  const train = trainOf(facts, consents.rideEvents);
  if (!train) return facts.snapshot.pull.state.kind === 'open' ? null : undefined;
  if (train.rides.length === 0) return null;
  const selected = selectRides(invocation.argument, train.rides);
  if ('refused' in selected) return selected;
  const reason = truncate(selected.rest, maxReasonLength) || 'No reason was given.';
  return changeRides(
    { action: 'withdraw', decide: (subject) => decideWithdrawal(subject, reason) },
    selected.rides,
    invocation,
    facts,
    consents,
  );
}

function decideWithdrawal(
  { view, train: { calendar, now }, at }: RideSubject,
  reason: string,
): RideDecision {
  const { state, hold, departure, readyAt } = view;
  const today = calendar.dateAt(now);
  if (state === 'rolling-out' && hold?.kind !== 'changed')
    return {
      refused:
        'It is on its way through the rings, so it cannot be withdrawn any more. ' +
        '`/deploy hold <reason>` stops it where it is, `/deploy rollback <version> <reason>` takes ' +
        'it back.',
    };
  if (state === 'waiting' && !hold && readyAt !== undefined && departure && at > departure.cutoffAt)
    return {
      refused:
        `The cutoff of its train was ${formatDay(calendar.dateAt(departure.cutoffAt), today)} ` +
        `${calendar.timeAt(departure.cutoffAt)}, so it cannot be withdrawn any more. Hold it ` +
        'instead: `/deploy hold <reason>`.',
    };
  return { detail: { kind: 'withdrawn', reason }, done: 'It is withdrawn.' };
}

function convertToDraft({ hasRole }: CommandInvocation, { snapshot }: BaseFacts): CommandResult {
  const author = hasRole('author');
  if (!author.ok || !author.value)
    return { refused: 'Before the merge, only the author of the pull request can withdraw it.' };
  const rejection = rejectionOf(snapshot);
  return rejection?.effect === 'convert-to-draft'
    ? {
        refused:
          `GitHub refused to convert this to a draft: ${rejectionReason(rejection)}. ` +
          'Click *Convert to draft* on this page instead.',
      }
    : {
        reply: 'This is a draft now. Click *Ready for review* when you want to go on.',
        withdraw: true,
      };
}
