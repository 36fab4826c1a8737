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
import { newRides } from './facts/new-rides.ts';
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
export function decide(facts: Facts): Decision {
  const { snapshot, commands } = facts;
  const { pull, at } = snapshot;
  const gates = gatesFor(facts);
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
      ...ridesOf(facts),
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
    deployment: deploymentFor(facts),
  };
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

function ridesOf(facts: Facts): Pick<Records, 'rides'> {
  const rides = newRides(facts);
  return rides.length === 0 ? {} : { rides };
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

function deploymentFor(facts: Facts): Decision['deployment'] {
  const {
    snapshot: { pull, connectors },
    connectors: [connector],
  } = facts;
  const ring = environmentOf(facts);
  if (pull.state.kind !== 'merged' || ring === '' || !connector?.validation.ok) return null;
  const { kind, changes } = connector.validation.value;
  const size = kind === 'new' ? 'new' : (changes?.size ?? 'none');
  const after = connectors.find(({ path }) => path === connector.folder.path)?.after;
  return {
    sha: pull.state.sha,
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
