import { folderDigest } from '../release/folder-digest.ts';
import type { NewRide, PendingEvents } from '../release/ride.ts';
import { limitReplies } from './commands/limit-replies.ts';
import { attestationBoxes, tickedDescription } from './gates/attestation-boxes.ts';
import { shareProposal, type ShareProposal } from './render/share-proposal.ts';
import { renderCheckRun, type CheckReport } from './render/check-run.ts';
import { renderComment } from './render/comment.ts';
import type { DeploymentPayload } from './model/effects.ts';
import { decisionReport } from './render/decision-report.ts';
import type { AllowedEffects, Facts, FindingSuggestion } from './model/facts.ts';
import { suggestionsBody } from './render/suggestion-texts.ts';
import { gatesFor } from './gates/index.ts';
import type { Gate } from './model/gate.ts';
import { fixTrailer } from './apply-commands.ts';
import { isPerson } from './model/account.ts';
import { valueOr } from './model/result.ts';
import { maxConnectors } from './facts/connector-folders.ts';
import { decideLabels, type Labels } from './render/labels.ts';
import { environmentOf } from './facts/deployment.ts';
import { versionsOf, type ConnectorVersion } from './facts/life-cycle.ts';
import {
  beforeMergeEvents,
  beginsBeforeMerge,
  digestAtHead,
  rideBeforeMerge,
} from './facts/before-merge.ts';
import { newRides, ridesAt } from './facts/new-rides.ts';
import type {
  Acknowledgement,
  Answer,
  CertificationRequest,
  ConnectorIdentity,
  Hold,
  MergeRequest,
  Publication,
  Records,
  RepositoryName,
  SecondVersionRequest,
  Signature,
  Transfer,
  Verification,
} from './model/snapshot.ts';
import { squashMessage, squashTitle } from './render/squash-message.ts';
import {
  describeTasks,
  isDraft,
  isPending,
  waitingOn,
  type WaitingOn,
} from './facts/waiting-on.ts';

/** How a pull request should look. `plan` finds the effects that get it there. */
export interface Decision {
  /** The SHA of the head that was reviewed. */
  head: string;
  gates: readonly Gate[];
  waitingOn: WaitingOn;
  /** `plan` leaves out what is not allowed. */
  allowed: AllowedEffects;
  /** The versions of connectors that it brings. Nothing follows from them here. */
  versions: readonly ConnectorVersion[];
  /** Null for a closed pull request. In a merge group everything but the check is null or empty. */
  check: CheckReport | null;
  labels: Labels | null;
  /** Null if there is nothing to say. An existing comment then becomes `settledComment`. */
  comment: string | null;
  settledComment: string;
  description: { was: string; body: string } | null;
  suggestions: readonly FindingSuggestion[];
  /** The text above the suggestions. */
  suggestionsBody: string;
  /** The records after this review; null if the present ones could not be read. */
  records: {
    answers: readonly Answer[];
    acknowledgements: readonly Acknowledgement[];
    hold: Hold | null;
    merge: MergeRequest | null;
    publication?: Publication;
    rides?: readonly NewRide[];
    transfer?: Transfer | null;
    certification?: CertificationRequest | null;
    secondVersion?: SecondVersionRequest | null;
    identities?: readonly ConnectorIdentity[];
  } | null;
  signatures: readonly Signature[];
  verifications: readonly Verification[];
  rideEvents: readonly PendingEvents[];
  draft: { nodeId: string } | null;
  fix: {
    comment: number;
    repository: RepositoryName;
    branch: string;
    message: string;
    files: readonly { path: string; text: string }[];
  } | null;
  merge:
    | { by: 'squash'; title: string; message: string; requestComment: number }
    /** `wish` is the merge request to record afterwards. */
    | { by: 'queue' | 'leaving-the-queue'; nodeId: string; mergeRequest: MergeRequest }
    | null;
  share: ShareProposal | null;
  deployment: {
    sha: string;
    environment: string;
    description: string;
    payload: DeploymentPayload;
  } | null;
}

/** A decision that changes nothing. */
export const undecided = (
  head: string,
  gates: readonly Gate[],
  turn: WaitingOn,
  allowed: AllowedEffects,
): Decision => ({
  head,
  gates,
  waitingOn: turn,
  allowed,
  versions: [],
  check: null,
  labels: null,
  comment: null,
  settledComment: 'No steps left here.',
  description: null,
  suggestions: [],
  suggestionsBody: '',
  records: null,
  signatures: [],
  verifications: [],
  rideEvents: [],
  draft: null,
  fix: null,
  merge: null,
  share: null,
  deployment: null,
});

/** Decides how a pull request should look. */
export function decide(derived: Facts): Decision {
  const gates = gatesFor(derived);
  const facts = withRideEvents(derived, beforeMergeEvents(derived, gates));
  const { snapshot, commands } = facts;
  const { pull, at } = snapshot;
  const turn = waitingOn(facts, gates);
  const open = pull.state.kind === 'open';
  const decision: Decision = {
    ...undecided(pull.head.sha, gates, turn, facts.allowed),
    check: open && facts.allowed.check !== 'none' ? renderCheckRun(facts, gates) : null,
  };
  if (at.kind === 'merge-group') return decision;
  const records = commands.records.ok ? commands.records.value : null;
  return {
    ...decision,
    versions: versionsOf(facts),
    labels: decideLabels(facts, turn),
    comment: renderComment(facts, gates, turn) ?? null,
    description: open ? descriptionFor(facts) : null,
    suggestionsBody: suggestionsBody(facts),
    suggestions:
      open && facts.settings.ok
        ? facts.connectors.flatMap(({ validation }) =>
            validation.ok ? validation.value.suggestions : [],
          )
        : [],
    records: records && {
      ...records,
      ...identitiesOf(facts),
      ...publicationOf(facts),
      ...ridesOf(facts, gates),
      answers: limitReplies(
        records.answers.map((answer) =>
          commands.explain.includes(answer.comment)
            ? { ...answer, reply: explained(answer, facts, gates, turn) }
            : withWhatIsLeft(answer, facts, gates),
        ),
        facts,
      ),
    },
    signatures: commands.signatures,
    verifications: commands.verifications,
    rideEvents: commands.rideEvents,
    draft: commands.withdraw ? { nodeId: pull.nodeId } : null,
    fix: fixFor(facts),
    merge: mergeFor(facts, gates),
    share: commands.share && shareProposal(commands.share, snapshot.pull),
    deployment: deploymentFor(facts, gates),
  };
}

/** Adds events to those of the commands, each after what the commands do to the same ride. */
function withRideEvents(facts: Facts, added: readonly PendingEvents[]): Facts {
  if (added.length === 0) return facts;
  const byRide = new Map(facts.commands.rideEvents.map((pending) => [pending.ride, pending]));
  for (const pending of added) {
    const before = byRide.get(pending.ride);
    byRide.set(
      pending.ride,
      before ? { ...before, events: [...before.events, ...pending.events] } : pending,
    );
  }
  return { ...facts, commands: { ...facts.commands, rideEvents: [...byRide.values()] } };
}

/** What to record of a merge, for later updates and for how long a merge takes. */
function publicationOf({
  snapshot: { pull },
  scope: { folders, proposal },
}: Facts): Pick<Records, 'publication'> {
  const [first] = folders;
  if (pull.state.kind !== 'merged' || !first || proposal || !isPerson(pull.author)) return {};
  return {
    publication: {
      paths: folders.slice(0, maxConnectors).map(({ path }) => path),
      class: first.class,
      author: pull.author,
      openedAt: pull.createdAt,
      mergedAt: pull.state.at,
    },
  };
}

/** The rides that begin with a merge, or before it, of which some may be recorded already. */
function ridesOf(facts: Facts, gates: readonly Gate[]): Pick<Records, 'rides'> {
  const rides = beginsBeforeMerge(facts, gates) ? ridesBeforeMerge(facts) : newRides(facts);
  return rides.length === 0 ? {} : { rides };
}

/** The rides that deploy the head, except those that are under way. */
function ridesBeforeMerge(facts: Facts): NewRide[] {
  const { pull, now } = facts.snapshot;
  const began = { at: now, by: 'gatehouse', detail: { kind: 'begun-before-merge' } } as const;
  return ridesAt(pull.head.sha, now, facts)
    .filter((ride) => !rideBeforeMerge(ride, facts))
    .map((ride) => ({ ...ride, events: [began, ...(ride.events ?? [])] }));
}

/** A longer title fails another gate, and need not be compared. */
const maxTitleLength = 200;

/** What to record for other pull requests to compare with; nothing if it is not known now. */
function identitiesOf(facts: Facts): Pick<Records, 'identities'> {
  if (facts.snapshot.pull.state.kind !== 'open' || !facts.snapshot.files.ok) return {};
  const identities: ConnectorIdentity[] = [];
  for (const { folder, validation } of facts.connectors) {
    if (!validation.ok) return {};
    const { changedIdentity, title, icon, iconHash } = validation.value;
    if (changedIdentity.length === 0) continue;
    identities.push({
      ...folder,
      isNew: changedIdentity.includes('folder'),
      ...(title !== undefined &&
        title.length <= maxTitleLength &&
        changedIdentity.includes('title') && { title }),
      ...(icon !== undefined && changedIdentity.includes('icon') && { icon }),
      ...(iconHash !== undefined && changedIdentity.includes('icon') && { iconHash }),
    });
  }
  return { identities };
}

/** Ends a reply with what is left to do, if it should say that. */
function withWhatIsLeft(answer: Answer, { commands }: Facts, gates: readonly Gate[]): Answer {
  if (!commands.sayWhatIsLeft.includes(answer.comment)) return answer;
  const pending = gates.filter(isPending);
  const hasUnjudged = gates.some(({ status }) => status === 'unjudged');
  const passes = hasUnjudged ? 'Everything checked so far passes.' : 'Everything passes.';
  const left = pending.length > 0 ? `Left: ${describeTasks(pending)}.` : passes;
  return { ...answer, reply: answer.reply === undefined ? left : `${answer.reply} ${left}` };
}

const explained = (
  { reply }: Answer,
  facts: Facts,
  gates: readonly Gate[],
  turn: WaitingOn,
): string =>
  [...(reply === undefined ? [] : [reply]), decisionReport(facts, gates, turn)].join('\n\n');

function descriptionFor(facts: Facts): Decision['description'] {
  const was = facts.snapshot.pull.body;
  const body = tickedDescription(was, attestationBoxes(facts));
  return body === was ? null : { was, body };
}

function fixFor({ commands, snapshot: { pull } }: Facts): Decision['fix'] {
  if (!commands.fix || !pull.head.repository) return null;
  const { comment, files, list } = commands.fix;
  return {
    comment,
    repository: pull.head.repository,
    branch: pull.head.ref,
    files,
    message: `Apply the fixes of Gatehouse\n\n${list}\n\n${fixTrailer}: ${comment}`,
  };
}

/**
 * Merges if someone asked for it and every gate passes. Takes the pull request out of the merge
 * queue if that is no longer true.
 */
function mergeFor(facts: Facts, gates: readonly Gate[]): Decision['merge'] {
  const { pull, protection } = facts.snapshot;
  const recorded = facts.commands.records.ok ? facts.commands.records.value.merge : null;
  if (
    recorded?.queued === pull.head.sha &&
    pull.state.kind === 'open' &&
    (isDraft(facts) || recorded.voided !== undefined || gates.some(isPending))
  ) {
    const { queued: _, ...mergeRequest } = recorded;
    return { by: 'leaving-the-queue', nodeId: pull.nodeId, mergeRequest };
  }
  const wish = valueOr(facts.commands.mergeRequest, null);
  if (pull.state.kind !== 'open' || isDraft(facts) || facts.commands.fix) return null;
  if (!wish || !gates.every(({ status }) => status === 'passed')) return null;
  if (!protection.ok) return null;
  if (protection.value.mergeQueue)
    return wish.queued === pull.head.sha
      ? null
      : { by: 'queue', nodeId: pull.nodeId, mergeRequest: { ...wish, queued: pull.head.sha } };
  return {
    by: 'squash',
    title: squashTitle(pull),
    message: squashMessage(valueOr(facts.signatories, []), pull),
    requestComment: wish.comment,
  };
}

/**
 * The commit whose preview is deployed: the merge commit, or the head that is deployed before the
 * merge.
 */
function deployedCommit(facts: Facts, gates: readonly Gate[]): string | undefined {
  const { pull } = facts.snapshot;
  const [connector] = facts.connectors;
  const folder = connector?.folder.path ?? '';
  const digest = digestAtHead(folder, facts.snapshot);
  const before = digest === undefined ? undefined : rideBeforeMerge({ folder, digest }, facts);
  if (pull.state.kind === 'merged') {
    if (!before) return pull.state.sha;
    // What was deployed before the merge has its preview.
    const merged = facts.snapshot.train?.merged?.[folder];
    return merged?.ok && merged.value !== digest ? pull.state.sha : undefined;
  }
  if (before) return before.state === 'preview' ? before.ride.sha : undefined;
  return beginsBeforeMerge(facts, gates) ? pull.head.sha : undefined;
}

function deploymentFor(facts: Facts, gates: readonly Gate[]): Decision['deployment'] {
  const {
    snapshot: { pull, connectors },
    connectors: [connector],
  } = facts;
  const ring = environmentOf(facts);
  const sha = deployedCommit(facts, gates);
  if (sha === undefined || ring === '' || !connector?.validation.ok) return null;
  const { kind, changes } = connector.validation.value;
  const size = kind === 'new' ? 'new' : (changes?.size ?? 'none');
  const after = connectors.find(({ path }) => path === connector.folder.path)?.after;
  return {
    sha,
    environment: ring,
    description: `Pull request #${pull.number}`,
    payload: {
      pull: pull.number,
      connector: connector.folder.path,
      class: connector.folder.class,
      size,
      ...(after?.ok && after.value && { digest: folderDigest(after.value.files) }),
    },
  };
}
