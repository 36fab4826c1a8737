import { aheadOf } from '../../release/fold-ride.ts';
import { aheadText } from '../../release/second-version.ts';
import { secondVersionNames } from '../../settings/train-settings.ts';
import { messageToMarkdown } from '../../report/markdown.ts';
import { describeBreakingChanges } from '../facts/describe-breaking-changes.ts';
import { liveBreaks, secondVersions, type LiveBreak } from '../facts/second-version.ts';
import { trainOf } from '../facts/train.ts';
import type { Facts } from '../model/facts.ts';
import { listed, loginText, someOf } from '../model/markdown.ts';

/** One sentence names at most this many breaking changes, and this many regions. */
const maxNamed = 3;
const maxRegions = 6;

/**
 * What an open pull request breaks for people who have another version than the base branch, and
 * what its version does while an earlier one is in flight. '' if there is neither.
 */
export function secondVersionSection(facts: Facts): string {
  const sentences = facts.connectors.flatMap(({ folder }) =>
    liveBreaks(facts, folder.path).map((live) => breakSentence(live, facts)),
  );
  return [...sentences, ...secondVersions(facts).map(({ decision }) => plannedText(decision))].join(
    '\n\n',
  );
}

function breakSentence(
  { version, pull, rings, breaking, broughtBy }: LiveBreak,
  facts: Facts,
): string {
  const regions = (trainOf(facts)?.calendar.settings.rings ?? [])
    .filter(({ name }) => rings.includes(name))
    .flatMap((ring) => ring.regions);
  const where = messageToMarkdown(someOf(regions, maxRegions));
  const what = someOf(describeBreakingChanges(breaking), maxNamed);
  const from = `${version} of #${pull}`;
  return broughtBy
    ? `People in ${where} still have ${from}. What breaks for them comes with ` +
        `${broughtBy.ride.version} of #${broughtBy.ride.pull}, before this version: ${what}.`
    : `**${alsoBreaks(facts)} flows of people in ${where}**, who still have ${from}: ${what}.`;
}

const alsoBreaks = ({ connectors }: Facts): string =>
  connectors.some(
    ({ validation }) => validation.ok && (validation.value.changes?.breaking.length ?? 0) > 0,
  )
    ? 'Also breaks'
    : 'Breaks';

function plannedText({
  what,
  inFlight,
  choice,
  obstacles,
}: ReturnType<typeof secondVersions>[number]['decision']): string {
  const last = inFlight.at(-1) ?? inFlight[0];
  const names = listed(inFlight.map(({ ride }) => `${ride.version} of #${ride.pull}`));
  const by = choice ? ` (${loginText({ login: choice.by })})` : '';
  return [
    `**Behind ${aheadText(aheadOf(last))}.**`,
    `${sentences[what](names)}${by}.`,
    ...(obstacles.length > 0 && what !== 'stack'
      ? [`It cannot take the place of ${names}: ${obstacles.map(messageToMarkdown).join(' ')}`]
      : []),
    ...(choice ? [] : [`A maintainer can change that: ${commandsFor(what, obstacles)}.`]),
  ].join(' ');
}

const sentences = {
  stack: (names: string) => `After the merge, this version boards the train after ${names}`,
  supersede: (names: string) =>
    `With the merge, ${names} stops where it is, and this version starts`,
  hold: () => 'After the merge, this version is held until a maintainer resumes it',
} as const;

/** The commands for what else it could do. */
const commandsFor = (what: keyof typeof sentences, obstacles: readonly string[]): string =>
  secondVersionNames
    .filter((other) => other !== what && (other !== 'supersede' || obstacles.length === 0))
    .map((other) => `\`/deploy ${other} <reason>\``)
    .join(' or ');
