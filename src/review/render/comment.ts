import { shortFingerprint } from '../commands/acknowledge.ts';
import { describeBreakingChanges } from '../facts/describe-breaking-changes.ts';
import type { Facts } from '../model/facts.ts';
import type { Gate, Actor } from '../model/gate.ts';
import { newestDeployment } from '../facts/deployment.ts';
import { rejectionOf, rejectionSection, isMergeRejected } from '../facts/rejected-effect.ts';
import { details, listed, sentences, shortSha, someOf } from '../model/markdown.ts';
import { unreadSection } from './unread.ts';
import {
  countActions,
  isDraft,
  isPending,
  type PendingGate,
  type WaitingOn,
} from '../facts/waiting-on.ts';
import { count as countOf } from '../../report/text.ts';
import {
  codeSpan,
  truncateMarkdown,
  messageToMarkdown,
  maxCommentLength,
  escapeMarkdown,
} from '../../report/markdown.ts';

/** So many breaking changes are told before the fold, and so many in it. */
const mostBreaking = 4;
const mostFolded = 200;
const mostChangelog = 12_000;

/**
 * The one comment, read on a phone between two meetings: whose turn it is and how much there is to
 * do, then the few things to do, each with its place, then what breaks. All else is folded.
 * Undefined where there is nothing to say: a pull request that touches no connector and keeps
 * nobody waiting.
 */
export function renderComment(
  facts: Facts,
  gates: readonly Gate[],
  turn: WaitingOn,
): string | undefined {
  const { pull } = facts.snapshot;
  const head = ` <sub>at ${shortSha(pull.head.sha)}</sub>`;
  if (pull.state.kind === 'merged')
    return [
      `**Merged.**${head}${afterMerge(facts)}`,
      astray(facts),
      rejectionSection(facts.snapshot),
    ]
      .filter((part) => part !== '')
      .join('\n\n');
  if (pull.state.kind === 'closed')
    return `**Closed without a merge.**${head} Open it again and the review goes on.`;
  const stalled = gates.filter(isPending);
  if (
    facts.scope.folders.length === 0 &&
    facts.snapshot.files.ok &&
    !stalled.some(({ actor }) => actor === 'author')
  )
    return undefined;

  const first = isDraft(facts) ? 'author' : turn;
  const mine = stalled.filter(({ actor }) => actor === first);
  const others = stalled.filter(({ actor }) => actor !== first);
  const parts = [
    `**${headline(
      facts,
      mine,
      turn,
      gates.some(({ status }) => status === 'unjudged'),
    )}**${head}`,
    actionList(mine),
    rejectionSection(facts.snapshot),
    unreadSection(facts.snapshot),
    mine.some(({ name }) => name === 'compatibility') ? '' : breakingPart(facts),
    wishPart(facts),
    ...(others.length > 0
      ? [
          details(
            `After that: ${listed(others.map(({ name, actor }) => `${name} (${nouns[actor]})`))}`,
            others.map(({ reason, name }) => `- ${name}: ${reason}`).join('\n'),
          ),
        ]
      : []),
    unjudgedPart(gates),
    passedPart(gates),
    breakingDetails(facts),
    changelogPart(facts),
  ].filter((part) => part !== '');
  return truncateMarkdown(
    parts.join('\n\n'),
    maxCommentLength - 500,
    '… the rest had no room here; the check run has more.',
  );
}

const nouns: Record<Actor, string> = {
  author: 'author',
  owner: 'an owner',
  reviewer: 'a reviewer',
};

function headline(
  facts: Facts,
  mine: readonly PendingGate[],
  turn: WaitingOn,
  unclear: boolean,
): string {
  const count = countActions(mine);
  const things =
    `${countOf(count, 'thing')} ${count === 1 ? 'stands' : 'stand'} between this pull ` +
    'request and the merge.';
  if (isDraft(facts))
    return count > 0
      ? `A draft: ${things}`
      : 'A draft: nothing of yours stands between it and the merge. Mark it as ready for review.';
  switch (turn) {
    case 'author':
      return `Your turn: ${things}`;
    case 'owner':
      return `An owner’s turn: ${things}`;
    case 'reviewer':
      if (count === 0 && isMergeRejected(facts.snapshot))
        return 'A reviewer’s turn: all gates pass, and GitHub refuses to merge it.';
      return count > 0
        ? `A reviewer’s turn: ${things}`
        : 'A reviewer’s turn: ' +
            `${unclear ? 'what could be judged so far passes' : 'all gates pass'}. ` +
            `Reply \`/merge\` to merge it.`;
    case 'gatehouse':
      return (
        'Nobody’s turn: not everything could be judged yet. Gatehouse tries again; ' +
        '`/check` makes it try now.'
      );
    case 'nobody':
      return 'All gates pass: it is being merged.';
  }
}

/** Numbered, with what did not fit. */
export function actionList(stalled: readonly PendingGate[]): string {
  const items = stalled.flatMap(({ actions }) => actions);
  const more = countActions(stalled) - items.length;
  return [
    ...items.map((item, index) => `${index + 1}. ${item}`),
    ...(more > 0 ? [`${items.length + 1}. … and ${countOf(more, 'more thing')} like these.`] : []),
  ].join('\n');
}

function breakingPart(facts: Facts): string {
  const { size, breaking } = changesOf(facts) ?? { breaking: [] };
  if (breaking.length === 0) return '';
  return (
    `**This update breaks existing flows** (${size}): ` +
    `${someOf(describeBreakingChanges(breaking), mostBreaking)}.`
  );
}

function breakingDetails(facts: Facts): string {
  const breaking = changesOf(facts)?.breaking ?? [];
  if (breaking.length === 0) return '';
  const rows = breaking
    .slice(0, mostFolded)
    .map(
      ({ message, fingerprint, subject }) =>
        `- ${codeSpan(shortFingerprint(fingerprint))} ` +
        `${messageToMarkdown(sentences(message)[0])}. <sub>${codeSpan(subject)}</sub>`,
    );
  const more = breaking.length > mostFolded ? `\n- … and ${breaking.length - mostFolded} more` : '';
  return details(
    `What breaks, one by one (${breaking.length})`,
    `\`/acknowledge\` means all of them; ` +
      `with one or more of these marks behind it, those only.\n\n${rows.join('\n')}${more}`,
  );
}

/** Of the one connector, if it is one. */
const changesOf = ({ connectors: [one] }: Facts) =>
  one?.examined.ok ? one.examined.value.changes : undefined;

function wishPart({ commands: { records } }: Facts): string {
  const wish = records.ok ? records.value.merge : null;
  if (!wish) return '';
  const asked = `${codeSpan(wish.by.login)} asked to merge it`;
  const again = 'Reply `/merge` again if it still holds.';
  switch (wish.voided?.kind) {
    case undefined:
      return `${asked} as soon as all gates pass.`;
    case 'push':
      return `${asked}, but ${shortSha(wish.voided.head)} changed the connector. ${again}`;
    case 'base':
      return (
        `${asked}${wish.base === undefined ? '' : ` into ${codeSpan(wish.base)}`}, but the ` +
        `base branch was changed since: it goes to ${codeSpan(wish.voided.base)} now. ` +
        again
      );
    case 'right':
      return `${asked}, but may not merge any more. Somebody who may replies \`/merge\`.`;
    case 'taken-back':
      return `${asked} and took that back.`;
  }
}

function unjudgedPart(gates: readonly Gate[]): string {
  const list = gates.filter(({ status }) => status === 'unjudged');
  return list.length === 0
    ? ''
    : `**Not judged yet:**\n${list.map(({ name, reason }) => `- ${name}: ${reason}`).join('\n')}`;
}

function passedPart(gates: readonly Gate[]): string {
  const list = gates.filter(({ status }) => status === 'passed');
  return list.length === 0
    ? ''
    : details(
        `Passed: ${list.map(({ name }) => name).join(', ')} (${list.length})`,
        list.map(({ name, reason }) => `- ${name}: ${reason}`).join('\n'),
      );
}

function changelogPart(facts: Facts): string {
  const changes = changesOf(facts);
  if (!changes || changes.count === 0 || changes.changelog === '') return '';
  return details(
    `Changelog of this update (${countOf(changes.count, 'entry', 'entries')})`,
    truncateMarkdown(changes.changelog, mostChangelog, '… and more: `gatehouse diff` lists all.'),
  );
}

/**
 * GitHub takes the head that is expected with a merge, but not the base: that may have been changed
 * in the same moment.
 */
function astray({ commands: { records }, snapshot: { pull } }: Facts): string {
  const wish = records.ok ? records.value.merge : null;
  if (!wish || wish.voided !== undefined || wish.base === undefined || wish.base === pull.base.ref)
    return '';
  return (
    `**It was merged into ${codeSpan(pull.base.ref)}, which nobody asked for.** ` +
    `${codeSpan(wish.by.login)} asked to merge it into ${codeSpan(wish.base)}, and the ` +
    'base branch was changed at the same moment. ' +
    'A maintainer should look at it, and revert it if it does not belong there.'
  );
}

function afterMerge(facts: Facts): string {
  const handover = newestDeployment(facts);
  if (!handover || rejectionOf(facts.snapshot)?.effect === 'create-deployment') return '';
  const { ring, newest } = handover;
  if (newest?.state === 'success') return ` It is deployed to ${escapeMarkdown(ring)}.`;
  return newest?.state === 'failure' || newest?.state === 'error'
    ? ` Its deployment to ${escapeMarkdown(ring)} failed.`
    : ` It is handed over for deployment to ${escapeMarkdown(ring)}.`;
}
