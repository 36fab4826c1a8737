import { formatDay } from '../../release/describe-plan.ts';
import { readinessOf } from '../../release/readiness.ts';
import { readRideLog } from '../../release/ride-log.ts';
import { messageToMarkdown } from '../../report/markdown.ts';
import type { Settings } from '../../settings/defaults.ts';
import { safe } from '../../shared/finding.ts';
import { truncate } from '../../shared/text.ts';
import { trainOf } from '../facts/train.ts';
import {
  changeRides,
  selectRides,
  withoutRides,
  type RideDecision,
  type RideSubject,
} from './change-rides.ts';
import type { Command } from './command.ts';

/** Characters. */
const maxNoteLength = 500;

export const ready: Command = {
  name: 'ready',
  usage: '/ready [note]',
  description: 'says that you tested the preview: the connector boards the next train',
  argumentKind: 'consent',
  allowedRoles: ['publisher', 'maintainer'],
  boundToHead: false,
  changesPullRequest: true,
  whenClosed: true,
  needsTrain: true,
  run(invocation, facts, consents) {
    const train = trainOf(facts, consents.rideEvents);
    if (!train) return undefined;
    if (train.rides.length === 0) return withoutRides(facts);
    const selected = selectRides(invocation.argument, train.rides);
    if ('refused' in selected) return selected;
    const { rides, rest: note } = selected;
    return changeRides(
      {
        action: 'ready',
        decide: (subject) => decideReady(subject, note, facts.displaySettings),
      },
      rides,
      invocation,
      facts,
      consents,
    );
  },
};

function decideReady(
  { view, history, at, train: { calendar, now } }: RideSubject,
  note: string,
  { ring, train: { preview } }: Settings,
): RideDecision {
  const { preview: stored, readyAt } = readRideLog(history.ride, history.events);
  if (readyAt !== undefined)
    return {
      refused: `It is ready since ${day(readyAt, calendar.dateAt(now), calendar)} already.`,
    };
  if (ring === '')
    return {
      refused:
        'There is no preview to test. Gatehouse declares it ready by itself in a few minutes.',
    };
  switch (stored.kind) {
    case 'failed':
      return {
        refused:
          `Its preview could not be deployed: ${messageToMarkdown(safe`${stored.reason}`)} ` +
          'Someone with write access has to see to that. Then test it, and reply `/ready` again.',
      };
    case 'none':
      return {
        refused:
          'Its preview is not deployed yet, so it cannot have been tested. Gatehouse says so ' +
          'here when it is: then test it, and reply `/ready` again.',
      };
    case 'deployed':
      if (at < stored.at)
        return {
          refused:
            'You wrote this before its preview was deployed. Test it, then reply `/ready` again.',
        };
  }
  const readiness = readinessOf(view, { note }, preview);
  if (!readiness.mayBeReady) return { refused: messageToMarkdown(readiness.reason) };
  return {
    detail: { kind: 'ready', note: truncate(note, maxNoteLength) },
    done: `It is ready.${view.hold ? ' But it is on hold.' : ''}`,
  };
}

const day = (instant: string, today: string, calendar: RideSubject['train']['calendar']): string =>
  `${formatDay(calendar.dateAt(instant), today)} ${calendar.timeAt(instant)}`;
