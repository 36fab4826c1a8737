import { shortFingerprint } from '../commands/acknowledge.ts';
import { describeBreakingChanges } from '../facts/describe-breaking-changes.ts';
import type { Facts } from '../model/facts.ts';
import type { Actor, Gate } from '../model/gate.ts';
import { newestDeployment } from '../facts/deployment.ts';
import { rejectionOf, rejectionSection, isMergeRejected } from '../facts/rejected-effect.ts';
import { listed, sentences, shortSha, someOf } from '../model/markdown.ts';
import { certificationSection } from './certification-section.ts';
import { checklist } from './checklist.ts';
import { unreadSection } from './unread.ts';
import {
  countActions,
  describeWaitingOn,
  isDraft,
  isPending,
  type PendingGate,
  type WaitingOn,
} from '../facts/waiting-on.ts';
import { count as countOf } from '../../report/text.ts';
import {
  bulletList,
  codeSpan,
  details,
  numberedList,
  truncateMarkdown,
  messageToMarkdown,
  maxCommentLength,
  escapeMarkdown,
} from '../../report/markdown.ts';

/** One sentence names at most this many breaking changes; the folded section lists the rest. */
const maxNamedBreaking = 4;
const maxListedBreaking = 200;
const maxAdvice = 8;
/** Characters. The rest of the comment must fit too. */
const maxChangelogLength = 12_000;

/**
 * Renders the status comment. People read it on a phone between two meetings, so it starts with
 * whose turn it is and how many steps are left, then lists the steps with their locations, then
 * what breaks. Everything else is folded. Undefined if there is nothing to say: the pull request
 * changes no connector and waits for nobody.
 */
export function renderComment(
  facts: Facts,
  gates: readonly Gate[],
  turn: WaitingOn,
): string | undefined {
  const { pull } = facts.snapshot;
  const head = ` <sub>at ${shortSha(pull.head.sha)}</sub>`;
  if (pull.state.kind === 'merged')
    return paragraphs([
      `**Merged.**${head}${deploymentSentence(facts)}`,
      unrequestedBaseSection(facts),
      rejectionSection(facts.snapshot),
    ]);
  if (pull.state.kind === 'closed')
    return `**Closed without merging.**${head} Reopen it to continue the review.`;
  const pending = gates.filter(isPending);
  if (
    facts.scope.folders.length === 0 &&
    facts.snapshot.files.ok &&
    !pending.some(({ actor }) => actor === 'author')
  )
    return undefined;

  const first = isDraft(facts) ? 'author' : turn;
  const now = pending.filter(({ actor }) => actor === first);
  const later = pending.filter(({ actor }) => actor !== first);
  const hasUnjudged = gates.some(({ status }) => status === 'unjudged');
  return truncateMarkdown(
    paragraphs([
      `**${headline(facts, now, turn, hasUnjudged)}**${head}`,
      actionList(now),
      rejectionSection(facts.snapshot),
      unreadSection(facts.snapshot),
      now.some(({ name }) => name === 'compatibility') ? '' : breakingSentence(facts),
      mergeRequestSentence(facts),
      identitySentence(facts, now, later),
      adviceSection(gates),
      certificationSection(facts),
      laterSection(later),
      checklist(facts, gates),
      unjudgedSection(facts, gates),
      passedSection(gates),
      breakingSection(facts),
      changelogSection(facts),
    ]),
    maxCommentLength - 500,
    '… The rest did not fit here; the check run has more.',
  );
}

/** Joins the parts that are not empty. */
const paragraphs = (parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join('\n\n');

const nouns: Record<Actor, string> = {
  author: 'author',
  owner: 'an owner',
  reviewer: 'a reviewer',
};

function headline(
  facts: Facts,
  now: readonly PendingGate[],
  turn: WaitingOn,
  hasUnjudged: boolean,
): string {
  const count = countActions(now);
  const steps = `${countOf(count, 'step')} left before merge.`;
  if (isDraft(facts))
    return count > 0
      ? `Draft: ${steps}`
      : 'Draft: no steps left for the author. Mark it as ready for review.';
  switch (turn) {
    case 'author':
      return `Your turn: ${steps}`;
    case 'owner':
      return `${describeWaitingOn.owner}: ${steps}`;
    case 'reviewer': {
      if (count > 0) return `${describeWaitingOn.reviewer}: ${steps}`;
      if (isMergeRejected(facts.snapshot))
        return `${describeWaitingOn.reviewer}: all gates pass, but GitHub refuses to merge.`;
      const state = hasUnjudged ? 'all gates judged so far pass' : 'all gates pass';
      return `${describeWaitingOn.reviewer}: ${state}. ${
        facts.allowed.changes ? 'Reply `/merge` to merge.' : 'It can be merged.'
      }`;
    }
    case 'gatehouse':
      return 'Not all gates could be judged yet. Gatehouse tries again; reply `/check` to try now.';
    case 'nobody':
      return 'All gates pass: merging now.';
  }
}

/** A numbered list. The last item says how many actions did not fit. */
export function actionList(pending: readonly PendingGate[]): string {
  const actions = pending.flatMap((gate) => gate.actions);
  const more = countActions(pending) - actions.length;
  return numberedList([
    ...actions,
    ...(more > 0 ? [`… and ${countOf(more, 'more step')} like these.`] : []),
  ]);
}

function breakingSentence(facts: Facts): string {
  const { size, breaking } = changesOf(facts) ?? { breaking: [] };
  if (breaking.length === 0) return '';
  return (
    `**This update breaks existing flows** (${size}): ` +
    `${someOf(describeBreakingChanges(breaking), maxNamedBreaking)}.`
  );
}

function breakingSection(facts: Facts): string {
  const breaking = changesOf(facts)?.breaking ?? [];
  if (breaking.length === 0) return '';
  const items = breaking
    .slice(0, maxListedBreaking)
    .map(
      ({ message, fingerprint, subject }) =>
        `${codeSpan(shortFingerprint(fingerprint))} ` +
        `${messageToMarkdown(sentences(message)[0])}. <sub>${codeSpan(subject)}</sub>`,
    );
  const more = breaking.length - maxListedBreaking;
  if (more > 0) items.push(`… and ${more} more`);
  return details(
    `Breaking changes (${breaking.length})`,
    '`/acknowledge` covers all of them. To acknowledge only some, write their fingerprints ' +
      `after the command.\n\n${bulletList(items)}`,
  );
}

/** The changes of the only connector. */
const changesOf = ({ connectors: [connector] }: Facts) =>
  connector?.validation.ok ? connector.validation.value.changes : undefined;

const mergeRequestOf = ({ commands: { records } }: Facts) =>
  records.ok ? records.value.merge : null;

function mergeRequestSentence(facts: Facts): string {
  const request = mergeRequestOf(facts);
  if (!request || !facts.allowed.changes) return '';
  const who = `${codeSpan(request.by.login)} asked to merge this`;
  const repeat = 'If that still holds, reply `/merge` again.';
  switch (request.voided?.kind) {
    case undefined:
      return `${who} as soon as all gates pass.`;
    case 'push':
      return `${who}, but then ${shortSha(request.voided.head)} changed the connector. ${repeat}`;
    case 'base': {
      const into = request.base === undefined ? '' : ` into ${codeSpan(request.base)}`;
      return (
        `${who}${into}, but then the base branch changed to ` +
        `${codeSpan(request.voided.base)}. ${repeat}`
      );
    }
    case 'right':
      return `${who}, but no longer has the right to. Someone who has it must reply \`/merge\`.`;
    case 'taken-back':
      return `${who}, then took it back.`;
  }
}

function laterSection(later: readonly PendingGate[]): string {
  if (later.length === 0) return '';
  const names = listed(later.map(({ name, actor }) => `${name} (${nouns[actor]})`));
  return details(`After that: ${names}`, reasonList(later));
}

const reasonList = (gates: readonly Gate[]): string =>
  bulletList(gates.map(({ name, reason }) => `${name}: ${reason}`));

/**
 * GitHub takes a few seconds after a push to compute `mergeable`. As long as another gate needs
 * someone to act, nobody has to know that; listing it would only edit the comment twice.
 */
function unjudgedSection({ snapshot: { pull } }: Facts, gates: readonly Gate[]): string {
  const hidesMergeable = !pull.mergeable.ok && gates.some(isPending);
  const unjudged = gates.filter(
    ({ status, name }) => status === 'unjudged' && !(hidesMergeable && name === 'mergeable'),
  );
  return unjudged.length === 0 ? '' : `**Not judged yet:**\n${reasonList(unjudged)}`;
}

/**
 * The author hears early where the form of the identity check goes: people have waited for weeks for
 * mail to an address that nobody reads.
 */
function identitySentence(
  { connectors: [connector] }: Facts,
  now: readonly PendingGate[],
  later: readonly PendingGate[],
): string {
  const identity = later.find(({ name }) => name === 'identity');
  if (identity === undefined || !now.some(({ actor }) => actor === 'author')) return '';
  const hasContact = connector?.validation.ok && connector.validation.value.contact !== undefined;
  const advice = hasContact ? 'Make sure that you read mail there.' : 'Add the one that you read.';
  return `**The identity check comes later.** ${identity.reason} ${advice}`;
}

/** What gates that only advise would ask for. */
function adviceSection(gates: readonly Gate[]): string {
  const advice = gates.flatMap((gate) => (gate.status === 'passed' ? (gate.advice ?? []) : []));
  return advice.length === 0
    ? ''
    : `**Not required for the merge:**\n${bulletList(advice.slice(0, maxAdvice))}`;
}

function passedSection(gates: readonly Gate[]): string {
  const passed = gates.filter(({ status }) => status === 'passed');
  return passed.length === 0
    ? ''
    : details(
        `Passed: ${passed.map(({ name }) => name).join(', ')} (${passed.length})`,
        reasonList(passed),
      );
}

function changelogSection(facts: Facts): string {
  const changes = changesOf(facts);
  if (!changes || changes.count === 0 || changes.changelog === '') return '';
  return details(
    `Changelog of this update (${countOf(changes.count, 'entry', 'entries')})`,
    truncateMarkdown(
      changes.changelog,
      maxChangelogLength,
      '… and more: `gatehouse diff` lists everything.',
    ),
  );
}

/**
 * A merge request to GitHub can name the expected head, but not the expected base. Someone may have
 * changed the base branch at that moment.
 */
function unrequestedBaseSection(facts: Facts): string {
  const request = mergeRequestOf(facts);
  const { base } = facts.snapshot.pull;
  if (!request || request.voided !== undefined) return '';
  if (request.base === undefined || request.base === base.ref) return '';
  return (
    `**This was merged into ${codeSpan(base.ref)}, which nobody asked for.** ` +
    `${codeSpan(request.by.login)} asked to merge it into ${codeSpan(request.base)}, and the ` +
    'base branch changed at the same moment. ' +
    'A maintainer should check the merge and revert it if it does not belong there.'
  );
}

function deploymentSentence(facts: Facts): string {
  const deployment = newestDeployment(facts);
  if (!deployment || rejectionOf(facts.snapshot)?.effect === 'create-deployment') return '';
  const ring = escapeMarkdown(deployment.ring);
  const state = deployment.newest?.state;
  if (state === 'success') return ` It is deployed to ${ring}.`;
  return state === 'failure' || state === 'error'
    ? ` Its deployment to ${ring} failed.`
    : ` It is handed over for deployment to ${ring}.`;
}
