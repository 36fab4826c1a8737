import { outcomeOf } from './render/check-run.ts';
import { agree } from './commands/agree.ts';
import { check } from './commands/check.ts';
import type { Command } from './commands/command.ts';
import { actionList } from './render/comment.ts';
import { undecided, type Decision } from './decide.ts';
import type { CheckOutcome } from './model/effects.ts';
import type { Facts } from './model/facts.ts';
import { cla, claActions } from './gates/cla.ts';
import type { Gate } from './model/gate.ts';
import { isAnswered } from './plan.ts';
import { isSameName } from '../cla/recipient.ts';
import type { Answer, Signature, Snapshot } from './model/snapshot.ts';
import { shaOf, shortSha } from './model/markdown.ts';
import { isPending, type WaitingOn } from './facts/waiting-on.ts';
import { unreadSection } from './render/unread.ts';
import { truncateMarkdown, maxCommentLength } from '../report/markdown.ts';

/**
 * The commands that are heard where a repository has nothing of Gatehouse but the agreement. Others
 * may be another tool's.
 */
export const claCommands: readonly Command[] = [agree, check];

/** The status of a commit, in GitHub's words. */
export interface CommitStatus {
  context: 'gatehouse/cla';
  sha: string;
  state: CheckOutcome;
  /** Plain text. */
  description: string;
  /** The agreement's text. */
  url: string;
}

/**
 * The commands that were answered, where nobody keeps records: read from the comments themselves.
 * One that a signature came from was done, one that was replied to in words was refused, and any
 * other that has our reaction was done. An answer stands whatever is true by now: a word for one
 * version of the agreement is none for the next.
 */
export function answeredComments(
  {
    comments,
    bot,
    repository: { owner, repo },
    pull,
  }: Pick<Snapshot, 'comments' | 'bot' | 'repository' | 'pull'>,
  signatures: readonly Signature[],
): Answer[] {
  if (!comments.ok) return [];
  const here = signatures.flatMap(({ source }) =>
    source.kind === 'comment' &&
    source.pull === pull.number &&
    isSameName(source.repository.owner, owner) &&
    isSameName(source.repository.repo, repo)
      ? [source.comment]
      : [],
  );
  const signed = new Set(here);
  const replied = isAnswered({ comments, bot });
  return comments.value.flatMap(({ id, reactions }): Answer[] => {
    if (replied.has(id)) return [{ comment: id, outcome: 'refused' }];
    return signed.has(id) || reactions.includes('+1') ? [{ comment: id, outcome: 'done' }] : [];
  });
}

/** Judges the agreement, and nothing else: `decide` for those who keep signatures in a branch. */
export function decideCla(facts: Facts): { gate: Gate; decision: Decision; status: CommitStatus } {
  const { snapshot, commands, displaySettings } = facts;
  const { pull } = snapshot;
  const gate: Gate = { name: 'cla', ...cla(facts) };
  const records = commands.records.ok ? commands.records.value : null;
  return {
    gate,
    decision: {
      ...undecided(pull.head.sha, [gate], turnAt(gate)),
      comment: commentFor(gate, snapshot),
      settledComment: gate.reason,
      records,
      signatures: commands.signatures,
    },
    status: {
      context: 'gatehouse/cla',
      sha: shaOf(snapshot),
      state: outcomeOf([gate]),
      description: descriptionOf(gate, facts),
      url: displaySettings.cla.url,
    },
  };
}

function turnAt(gate: Gate): WaitingOn {
  if (isPending(gate)) return gate.actor;
  return gate.status === 'unjudged' ? 'gatehouse' : 'nobody';
}

/** Nothing where everybody has agreed: whoever has not been asked need not read of it. */
function commentFor(gate: Gate, snapshot: Snapshot): string | null {
  const head = ` <sub>at ${shortSha(snapshot.pull.head.sha)}</sub>`;
  if (isPending(gate))
    return truncateMarkdown(
      [`**${gate.reason}**${head}`, actionList([gate]), unreadSection(snapshot)]
        .filter((part) => part !== '')
        .join('\n\n'),
      maxCommentLength - 500,
      '… and more.',
    );
  return gate.status === 'unjudged'
    ? '**Whether everybody has agreed could not be found out ' +
        `yet.**${head}\n\n${gate.reason}\n\nReply \`/check\` to have it looked at again.`
    : null;
}

/** GitHub takes 140 characters. */
function descriptionOf(gate: Gate, { signatories, displaySettings }: Facts): string {
  if (isPending(gate) && signatories.ok) return `${claActions(signatories.value)} yet`;
  if (gate.status === 'unjudged') return 'Could not be judged yet; the comment says why';
  return displaySettings.cla.required
    ? 'Everybody who wrote a commit has agreed'
    : 'This repository asks for no agreement';
}
