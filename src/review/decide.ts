import { limitAnswers } from './answering.ts';
import { boxesOf, tickedDescription } from './attestations.ts';
import { checkFor, type Check } from './check.ts';
import { commentFor } from './comment.ts';
import type { DeploymentPayload, Suggestion } from './effects.ts';
import { explanation } from './explanation.ts';
import type { Facts } from './facts.ts';
import { gatesFor } from './gates/index.ts';
import type { Gate } from './gates/gate.ts';
import { fixTrailer } from './hear.ts';
import { knownOr } from './known.ts';
import { labelsFor, type Labels } from './labels.ts';
import { ringOf } from './ring.ts';
import type {
  Acknowledgement,
  Answer,
  Hold,
  MergeRequest,
  RepositoryName,
  Signature,
} from './snapshot.ts';
import { squashMessage, squashTitle } from './squash-message.ts';
import { isDraft, isStalled, turnOf, type Turn } from './turn.ts';

/** How a pull request should look. No verbs: `plan` finds the steps from how it stands. */
export interface Decision {
  /** The head that it is about. */
  head: string;
  gates: readonly Gate[];
  turn: Turn;
  /**
   * Null where it is no business of this review: of a closed pull request, or of a merge group all
   * but the check.
   */
  check: Check | null;
  labels: Labels | null;
  /** Null where there is nothing to say; one that is there is edited then to say `settled`. */
  comment: string | null;
  settled: string;
  description: { was: string; body: string } | null;
  suggestions: readonly (Suggestion & { fingerprint: string })[];
  /** What should be remembered; null where it is not known what is. */
  records: {
    answers: readonly Answer[];
    acknowledgements: readonly Acknowledgement[];
    hold: Hold | null;
    merge: MergeRequest | null;
  } | null;
  signatures: readonly Signature[];
  draft: { nodeId: string } | null;
  fix: {
    comment: number;
    repository: RepositoryName;
    branch: string;
    message: string;
    files: readonly { path: string; text: string }[];
  } | null;
  merge:
    | { by: 'squash'; title: string; message: string; asked: number }
    /** `wish` is what is to be recorded then. */
    | { by: 'queue' | 'leaving-the-queue'; nodeId: string; wish: MergeRequest }
    | null;
  deployment: {
    sha: string;
    environment: string;
    description: string;
    payload: DeploymentPayload;
  } | null;
}

/** What is decided where nothing is but how the gates stand. */
export const undecided = (head: string, gates: readonly Gate[], turn: Turn): Decision => ({
  head,
  gates,
  turn,
  check: null,
  labels: null,
  comment: null,
  settled: 'Nothing of this keeps anybody waiting.',
  description: null,
  suggestions: [],
  records: null,
  signatures: [],
  draft: null,
  fix: null,
  merge: null,
  deployment: null,
});

/** Judges facts. */
export function decide(facts: Facts): Decision {
  const { snapshot, heard } = facts;
  const { pull, at } = snapshot;
  const gates = gatesFor(facts);
  const turn = turnOf(facts, gates);
  const open = pull.state.is === 'open';
  const decision: Decision = {
    ...undecided(pull.head.sha, gates, turn),
    check: open ? checkFor(facts, gates) : null,
  };
  if (at.is === 'merge-group') return decision;
  const records = heard.records.known ? heard.records.value : null;
  return {
    ...decision,
    labels: labelsFor(facts, turn),
    comment: commentFor(facts, gates, turn) ?? null,
    description: open ? descriptionFor(facts) : null,
    suggestions: open
      ? facts.connectors.flatMap(({ examined }) =>
          examined.known ? examined.value.suggestions : [],
        )
      : [],
    records: records && {
      ...records,
      answers: limitAnswers(
        records.answers.map((answer) =>
          heard.explain.includes(answer.comment)
            ? { ...answer, words: explained(answer, facts, gates, turn) }
            : answer,
        ),
        facts,
      ),
    },
    signatures: heard.signatures,
    draft: heard.withdraw ? { nodeId: pull.nodeId } : null,
    fix: fixFor(facts),
    merge: mergeFor(facts, gates),
    deployment: deploymentFor(facts),
  };
}

const explained = ({ words }: Answer, facts: Facts, gates: readonly Gate[], turn: Turn): string =>
  [...(words === undefined ? [] : [words]), explanation(facts, gates, turn)].join('\n\n');

function descriptionFor(facts: Facts): Decision['description'] {
  const was = facts.snapshot.pull.body;
  const body = tickedDescription(was, boxesOf(facts));
  return body === was ? null : { was, body };
}

function fixFor({ heard, snapshot: { pull } }: Facts): Decision['fix'] {
  if (!heard.fix || !pull.head.repository) return null;
  const { comment, files } = heard.fix;
  return {
    comment,
    repository: pull.head.repository,
    branch: pull.head.ref,
    files,
    message: `Apply the fixes of Gatehouse\n\n${fixTrailer}: ${comment}`,
  };
}

/**
 * Merges where somebody asked for it and every gate passes; takes it out of the queue where that is
 * so no longer.
 */
function mergeFor(facts: Facts, gates: readonly Gate[]): Decision['merge'] {
  const { pull, protection } = facts.snapshot;
  const recorded = facts.heard.records.known ? facts.heard.records.value.merge : null;
  if (
    recorded?.queued === pull.head.sha &&
    pull.state.is === 'open' &&
    (isDraft(facts) || recorded.voided !== undefined || gates.some(isStalled))
  ) {
    const { queued: _, ...wish } = recorded;
    return { by: 'leaving-the-queue', nodeId: pull.nodeId, wish };
  }
  const wish = knownOr(facts.heard.wish, null);
  if (pull.state.is !== 'open' || isDraft(facts) || facts.heard.fix) return null;
  if (!wish || !gates.every(({ state }) => state === 'passed')) return null;
  if (!protection.known) return null;
  if (protection.value.mergeQueue)
    return wish.queued === pull.head.sha
      ? null
      : { by: 'queue', nodeId: pull.nodeId, wish: { ...wish, queued: pull.head.sha } };
  return {
    by: 'squash',
    title: squashTitle(pull),
    message: squashMessage(knownOr(facts.signatories, []), pull),
    asked: wish.comment,
  };
}

function deploymentFor(facts: Facts): Decision['deployment'] {
  const {
    snapshot: { pull },
    connectors: [one],
  } = facts;
  const ring = ringOf(facts);
  if (pull.state.is !== 'merged' || ring === '' || !one?.examined.known) return null;
  const { is, changes } = one.examined.value;
  const size = is === 'new' ? 'new' : (changes?.size ?? 'none');
  return {
    sha: pull.state.sha,
    environment: ring,
    description: `Pull request #${pull.number}`,
    payload: { pull: pull.number, connector: one.folder.path, class: one.folder.class, size },
  };
}
