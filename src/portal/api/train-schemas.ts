import { connectorClasses } from '../../connector/connector.ts';
import { rideStates } from '../../release/fold-ride.ts';
import type { Reason } from '../../release/plan-release.ts';
import type { StopState } from '../../release/ride-log.ts';
import { releaseKinds } from '../../settings/train-settings.ts';
import {
  address,
  count,
  day,
  flag,
  instant,
  list,
  object,
  oneOf,
  ref,
  text,
  type Schema,
} from './schema.ts';

/** The keys of an object that has one for each name of a type. */
const namesOf = <Name extends string>(names: Readonly<Record<Name, true>>): string[] =>
  Object.keys(names);

const reasonKinds = namesOf<Reason['kind']>({
  weekend: true,
  holiday: true,
  cutoff: true,
  'earlier-version': true,
  freeze: true,
  stranding: true,
  soak: true,
});

const stopStates = namesOf<StopState['kind']>({
  planned: true,
  deploying: true,
  soaking: true,
  passed: true,
  failed: true,
  errored: true,
  inconclusive: true,
  skipped: true,
  'rolling-back': true,
  'rollback-failed': true,
  'rolled-back': true,
  superseded: true,
  withdrawn: true,
});

const by = text('The login of the person, or `gatehouse`.');
const since = instant('Since when.');

/** The schemas of what `train-json.ts` writes. */
export const trainSchemas: Readonly<Record<string, Schema>> = {
  Reason: object({
    kind: oneOf(reasonKinds),
    text: text('The reason in words.'),
  }),
  Departure: object({
    departsOn: day('The day on which it departs, in the time zone of the train.'),
    scheduledOn: day('The day of the week on which it is scheduled.'),
    departsAt: instant(),
    cutoffAt: instant('What is ready at this instant is aboard.'),
    reasons: list(ref('Reason'), 'Why it does not depart as scheduled.'),
  }),
  PlannedRing: object({
    name: text('The name of the ring, and of its environment on GitHub.'),
    regions: list(text()),
    date: day(),
    reasons: list(ref('Reason'), 'Why it does not start earlier.'),
  }),
  Freeze: object(
    {
      from: day('The first day.'),
      to: day('The last day.'),
      scope: object(
        { kind: oneOf(['all', 'class', 'ring', 'connector']) },
        { name: text('Of the class or the ring, or the folder of the connector.') },
      ),
      reason: text(),
    },
    { by, at: instant('When it was declared. Absent if the settings of the repository have it.') },
  ),
  Estimate: object({
    date: day(),
    confidence: oneOf(
      ['happened', 'calendar', 'person'],
      '`happened`: it has started. `calendar`: nothing but the calendar decides. `person`: not ' +
        'before this day, and only if someone acts.',
    ),
    reasons: list(ref('Reason'), 'Why it is not earlier.'),
  }),
  Stop: object(
    {
      ring: text('The name of the ring.'),
      regions: list(text()),
      state: oneOf(stopStates),
    },
    {
      since,
      deployment: count('The id of the deployment on GitHub.'),
      isLate: flag('Whether the deployment should have had a result by now.'),
      until: day('Until when the ring is watched.'),
      reason: text(),
      problem: text('Why an earlier version could not be deployed again.'),
      by,
      rolledBackTo: text('The version that the ring has again.'),
      supersededBy: text('The id of the ride that replaces this one.'),
      logUrl: address('The log of the deployment.'),
      outOfTurn: {
        ...object({ by, reason: text() }),
        description: 'Who started it without waiting for its day.',
      },
      estimate: ref('Estimate'),
    },
  ),
  Ride: object(
    {
      id: { type: 'string', format: 'uuid' },
      folder: text("The path of the connector's folder."),
      class: oneOf(connectorClasses),
      kind: oneOf(releaseKinds, 'What the version does to the connector.'),
      version: text('The number of the version, such as `2.0`.'),
      pull: count('The number of the pull request.'),
      pullUrl: address(),
      sha: text('The commit that is deployed.'),
      digest: text('SHA-256 of the paths and blobs of the folder, as reviewed.'),
      state: oneOf(rideStates),
      createdAt: instant('When it was merged.'),
      isMerged: flag('Whether the version is in the base branch: some are deployed before.'),
      startsNow: flag('Whether the next ring starts without waiting for its day.'),
      stops: list(ref('Stop'), 'One for each ring, in the order of deployment.'),
    },
    {
      readyAt: instant('Since when it may board a train.'),
      departure: {
        ...ref('Departure'),
        description: 'The train that it is on, or would board if it were ready now.',
      },
      position: count('Its place in the train, from 1. Absent if it is not aboard.'),
      hold: object({ kind: oneOf(['hold', 'changed']), since, by, reason: text() }),
      behind: {
        ...object(
          {
            id: { type: 'string', format: 'uuid' },
            version: text(),
            pull: count('The number of its pull request.'),
            state: oneOf(rideStates),
            rings: count('The number of rings.'),
          },
          { ring: count('The number of the ring that it is in, from 1.') },
        ),
        description: 'The version of the same connector that goes first.',
      },
      turn: object({
        actor: oneOf(['publisher', 'maintainer', 'deployer', 'nobody']),
        reason: text('What it waits for.'),
        since,
        deadline: instant('When the actor is reminded, or when it goes on by itself.'),
      }),
    },
  ),
  Train: object(
    {
      departure: ref('Departure'),
      rings: list(ref('PlannedRing'), 'The days of a version that no other freeze stops.'),
      rides: list(ref('Ride'), 'The versions aboard, in the order in which they became ready.'),
    },
    { freeze: { ...ref('Freeze'), description: 'The freeze that stops the train.' } },
  ),
};
