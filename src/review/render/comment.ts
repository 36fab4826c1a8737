import type { Facts } from '../model/facts.ts';
import { gateTitles, type Gate } from '../model/gate.ts';
import { docsSite } from '../../shared/project.ts';
import { newestDeployment } from '../facts/deployment.ts';
import { rejectionOf, rejectionSection, isMergeRejected } from '../facts/rejected-effect.ts';
import { listed, shortSha } from '../model/markdown.ts';
import { certificationSection } from './certification-section.ts';
import { breakingSection } from './breaking-section.ts';
import { changelogSection } from './changelog-section.ts';
import { pageSection } from './page-section.ts';
import { forecastSection } from './forecast-section.ts';
import { progressSection } from './progress-section.ts';
import { trainSection } from './train-section.ts';
import { secondVersionSection } from './second-version-section.ts';
import { unreadSection } from './unread.ts';
import {
  countActions,
  describeActor,
  describeTasks,
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
  maxCommentLength,
  escapeMarkdown,
} from '../../report/markdown.ts';

const maxAdvice = 8;

/**
 * Renders the status comment. People read it on a phone between two meetings, so it starts with
 * whose turn it is and what is left, then says what breaks, then lists the steps with their
 * locations. Everything else is folded; what passed comes last. Undefined if there is nothing to say: the pull request
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
      trainSection(facts) ?? `**Merged.**${head}${deploymentSentence(facts)}`,
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
  const body = truncateMarkdown(
    paragraphs([
      `**${headline(facts, now, turn, hasUnjudged)}**${head}`,
      breakingSection(facts),
      trainSection(facts) ?? '',
      secondVersionSection(facts),
      actionList(now),
      rejectionSection(facts.snapshot),
      unreadSection(facts.snapshot),
      mergeRequestSentence(facts),
      identitySentence(facts, now, later),
      adviceSection(gates),
      certificationSection(facts),
      unjudgedSection(facts, gates),
      changelogSection(facts),
      pageSection(facts),
      laterSection(later),
      trainSection(facts) ?? forecastSection(facts),
      progressSection(facts, gates),
      passedSection(gates),
    ]),
    maxCommentLength - 2_000,
    '… The rest did not fit here; the check has more.',
  );
  return `${body}\n\n${footer(facts)}`;
}

/** Joins the parts that are not empty. */
const paragraphs = (parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join('\n\n');

function headline(
  facts: Facts,
  now: readonly PendingGate[],
  turn: WaitingOn,
  hasUnjudged: boolean,
): string {
  const tasks = describeTasks(now);
  if (isDraft(facts))
    return now.length > 0
      ? `Draft: ${tasks} left`
      : 'Draft: nothing left for the author. Mark it as ready for review.';
  switch (turn) {
    case 'author': {
      const others = [...new Set(now.map(({ who }) => who))];
      return others.every((who) => who !== undefined)
        ? `Waiting for ${listed(others)}: ${tasks}`
        : `Your turn: ${tasks}`;
    }
    case 'owner':
      return `${describeWaitingOn.owner}: ${tasks}`;
    case 'reviewer': {
      if (now.length > 0) return `${describeWaitingOn.reviewer}: ${tasks}`;
      if (isMergeRejected(facts.snapshot))
        return `${describeWaitingOn.reviewer}: everything passes, but GitHub refuses to merge.`;
      const state = hasUnjudged ? 'everything judged so far passes' : 'everything passes';
      return `${describeWaitingOn.reviewer}: ${state}. ${
        facts.allowed.changes ? 'Reply `/merge` to merge.' : 'It can be merged.'
      }`;
    }
    case 'deployer':
      return `${describeWaitingOn.deployer}: everything else passes`;
    case 'gatehouse':
      return 'Not everything could be checked yet. Gatehouse tries again; reply `/check` to try now.';
    case 'nobody':
      return 'Everything passes: merging now.';
  }
}

/** A numbered list. The last item says how many actions did not fit. */
export function actionList(pending: readonly PendingGate[]): string {
  const actions = pending.flatMap((gate) => gate.actions);
  const more = countActions(pending) - actions.length;
  return numberedList([...actions, ...(more > 0 ? [`… and ${countOf(more, 'more step')}.`] : [])]);
}

const mergeRequestOf = ({ commands: { records } }: Facts) =>
  records.ok ? records.value.merge : null;

function mergeRequestSentence(facts: Facts): string {
  const request = mergeRequestOf(facts);
  if (!request || !facts.allowed.changes) return '';
  const who = `${codeSpan(request.by.login)} asked to merge this`;
  const repeat = 'If that still holds, reply `/merge` again.';
  switch (request.voided?.kind) {
    case undefined:
      return `${who} as soon as everything passes.`;
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
  const names = listed(
    later.map((gate) => `${describeTasks([gate])} (${describeActor[gate.actor]})`),
  );
  return details(`After that: ${names}`, reasonList(later));
}

const reasonList = (gates: readonly Gate[]): string =>
  bulletList(gates.map(({ name, reason }) => `${gateTitles[name]}: ${reason}`));

/**
 * GitHub takes a few seconds after a push to compute `mergeable`. As long as another gate needs
 * someone to act, nobody has to know that; listing it would only edit the comment twice.
 */
function unjudgedSection({ snapshot: { pull } }: Facts, gates: readonly Gate[]): string {
  const hidesMergeable = !pull.mergeable.ok && gates.some(isPending);
  const unjudged = gates.filter(
    ({ status, name }) => status === 'unjudged' && !(hidesMergeable && name === 'mergeable'),
  );
  return unjudged.length === 0 ? '' : `**Could not be checked yet:**\n${reasonList(unjudged)}`;
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
    : details(`✅ ${countOf(passed.length, 'check')} passed`, reasonList(passed));
}

/** What else there is: the fixes, all places, the commands, and what Gatehouse is. */
function footer({ snapshot: { pull }, connectors, allowed }: Facts): string {
  const fixable = connectors.flatMap(({ validation }) =>
    validation.ok
      ? validation.value.findings.filter((finding) => finding.fixable && !finding.existing)
      : [],
  ).length;
  const parts = [
    ...(fixable > 0 && allowed.changes
      ? [`${countOf(fixable, 'finding')} can be fixed for you: reply \`/fix\``]
      : []),
    `[all findings](${pull.url}/checks)`,
    '`/help` lists the commands',
    `[what is this?](${docsSite}pull-requests)`,
  ];
  return `<sub>${parts.join(' · ')}</sub>`;
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
