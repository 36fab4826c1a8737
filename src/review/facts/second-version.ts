import { safe } from '../../shared/finding.ts';
import { isDone } from '../../release/ride-log.ts';
import { finalStates, type RideView } from '../../release/fold-ride.ts';
import { liveVersions } from '../../release/live-versions.ts';
import { decideSecondVersion, type SecondVersionDecision } from '../../release/second-version.ts';
import type { BreakingChange } from '../../changes/classify.ts';
import type { BaseFacts, CommandOutcome, LiveComparison } from '../model/facts.ts';
import type { Result } from '../model/snapshot.ts';
import { connectorDigest } from './connector-digest.ts';
import { releaseKindOf } from './release-kind.ts';
import { trainOf, type Train } from './train.ts';

/** What decides; `records` are those after the commands of this review. */
export type SecondVersionSource = Pick<
  BaseFacts,
  'snapshot' | 'settings' | 'allowed' | 'connectors'
> & {
  commands?: Pick<CommandOutcome, 'records' | 'rideEvents'>;
};

/** A connector whose pull request brings a second version. */
export interface SecondVersionOf {
  folder: string;
  decision: SecondVersionDecision;
}

/** What the versions of a pull request do while earlier ones are in flight. */
export function secondVersions(facts: SecondVersionSource): SecondVersionOf[] {
  const train = trainOf(facts);
  if (!train) return [];
  return facts.connectors.flatMap(({ folder: { path } }) => {
    const decision = secondVersionOf(path, train, facts);
    return decision ? [{ folder: path, decision }] : [];
  });
}

function secondVersionOf(
  folder: string,
  train: Train,
  facts: SecondVersionSource,
): SecondVersionDecision | undefined {
  const { snapshot, settings, connectors } = facts;
  const connector = connectors.find((each) => each.folder.path === folder);
  if (!connector?.validation.ok || !settings.ok) return undefined;
  const { live = [] } = connector.validation.value;
  const kind = releaseKindOf(connector.validation.value);
  if (kind === undefined) return undefined;
  const rides = train.others.filter(({ ride }) => ride.folder === folder);
  const histories = snapshot.train?.rides.filter(({ ride }) => ride.folder === folder) ?? [];
  return decideSecondVersion({
    kind,
    rides,
    live: liveVersions(histories),
    breaking: brokenVersions(live),
    choice: choiceOf(facts),
    settings: settings.value.train.secondVersion,
  });
}

/** The live versions that the pull request breaks something of. */
function brokenVersions(live: readonly LiveComparison[]): Result<readonly string[]> {
  const versions: string[] = [];
  for (const { version, breaking } of live) {
    if (!breaking.ok)
      return {
        ok: false,
        reason: safe`What breaks for people who have ${version} is not known: ` + breaking.reason,
      };
    if (breaking.value.length > 0) versions.push(version);
  }
  return { ok: true, value: versions };
}

/** What a person chose for these files and this base branch. */
function choiceOf(facts: SecondVersionSource): Parameters<typeof decideSecondVersion>[0]['choice'] {
  const { snapshot } = facts;
  const records = facts.commands?.records ?? snapshot.records;
  const choice = records.ok ? records.value.secondVersion : undefined;
  if (!choice || choice.base !== snapshot.pull.base.ref) return undefined;
  if (choice.connector !== connectorDigest(facts)) return undefined;
  return { what: choice.what, by: choice.by.login, reason: choice.reason ?? '' };
}

/** A live version, the rings for which something breaks, and what breaks there. */
export interface LiveBreak extends Pick<LiveComparison, 'version' | 'pull'> {
  rings: readonly string[];
  breaking: readonly BreakingChange[];
  /** The version in flight that brings this to these rings first; undefined if this one does. */
  broughtBy: RideView | undefined;
}

/**
 * What a connector breaks for people who have another version than the base branch, by version and
 * by who brings it. A version in flight that this one does not supersede gets to its rings first.
 */
export function liveBreaks(facts: SecondVersionSource, folder: string): LiveBreak[] {
  const train = trainOf(facts);
  const connector = facts.connectors.find((each) => each.folder.path === folder);
  if (!train || !connector?.validation.ok) return [];
  const known = new Set(train.calendar.settings.rings.map(({ name }) => name));
  const decision = secondVersionOf(folder, train, facts);
  const inFlight = decision && decision.what !== 'supersede' ? decision.inFlight : [];
  const breaks: LiveBreak[] = [];
  for (const { version, pull, rings, breaking } of connector.validation.value.live ?? []) {
    if (!breaking.ok || breaking.value.length === 0) continue;
    const byBringer = Map.groupBy(
      rings.filter((ring) => known.has(ring)),
      (ring) => inFlight.find((view) => willReach(view, ring)),
    );
    for (const [broughtBy, at] of byBringer)
      breaks.push({ version, pull, rings: at, breaking: breaking.value, broughtBy });
  }
  return breaks;
}

/** Whether a merged version in flight is still on its way to a ring. */
const willReach = ({ isMerged, state, stops }: RideView, ring: string): boolean =>
  isMerged &&
  !finalStates.has(state) &&
  stops.some((stop) => stop.ring.name === ring && !isDone(stop.state));

/** Why a comparison with what is live somewhere is not known; undefined if all are. */
export function unknownLive({ connectors }: Pick<BaseFacts, 'connectors'>): string | undefined {
  for (const { validation } of connectors)
    for (const { version, breaking } of validation.ok ? (validation.value.live ?? []) : [])
      if (!breaking.ok)
        return (
          safe`The update could not be compared with ${version}, which people in some rings have. ` +
          breaking.reason
        );
  return undefined;
}
