import { outcomeOf } from './render/check-run.ts';
import { agree } from './commands/agree.ts';
import { check } from './commands/check.ts';
import type { Command } from './commands/command.ts';
import { actionList } from './render/comment.ts';
import { undecided, type Decision } from './decide.ts';
import type { GateOutcome } from './model/effects.ts';
import type { Facts } from './model/facts.ts';
import { cla, describeUnsigned } from './gates/cla.ts';
import type { Gate } from './model/gate.ts';
import { isAnswered } from './plan.ts';
import { isSameName } from '../cla/recipient.ts';
import type { Answer, Signature, Snapshot } from './model/snapshot.ts';
import { shaOf, shortSha } from './model/markdown.ts';
import { isPending, type WaitingOn } from './facts/waiting-on.ts';
import { unreadSection } from './render/unread.ts';
import { truncateMarkdown, maxCommentLength } from '../report/markdown.ts';

/**
 * The commands that count if a repository uses Gatehouse only for the CLA. Other commands may be
 * meant for another tool.
 */
export const claCommands: readonly Command[] = [agree, check];

/** A commit status of GitHub. */
export interface CommitStatus {
  context: 'gatehouse/cla';
  sha: string;
  state: GateOutcome;
  /** Plain text. */
  description: string;
  /** The address of the CLA's text; '' if nobody is asked to sign one. */
  url: string;
}

/**
 * Finds the answered commands from the comments themselves, for repositories without a database. A
 * command counts as done if a signature came from it or it has our reaction, and as refused if we
 * replied to it. An answer stays valid, because a comment that signed one version of the CLA does
 * not sign the next.
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
  const signedHere = signatures.flatMap(({ source }) =>
    source.kind === 'comment' &&
    source.pull === pull.number &&
    isSameName(source.repository.owner, owner) &&
    isSameName(source.repository.repo, repo)
      ? [source.comment]
      : [],
  );
  const signed = new Set(signedHere);
  const replied = isAnswered({ comments, bot });
  return comments.value.flatMap(({ id, reactions }): Answer[] => {
    if (signed.has(id) || reactions.includes('+1')) return [{ comment: id, outcome: 'done' }];
    const outcome = reactions.includes('confused') ? 'unknown' : 'refused';
    return replied.has(id) ? [{ comment: id, outcome }] : [];
  });
}

/** Like `decide`, but only about the CLA: for repositories that keep signatures in a branch. */
export function decideCla(facts: Facts): { gate: Gate; decision: Decision; status: CommitStatus } {
  const { snapshot, commands, displaySettings } = facts;
  const { pull } = snapshot;
  const gate: Gate = { name: 'cla', ...cla(facts) };
  const records = commands.records.ok ? commands.records.value : null;
  return {
    gate,
    decision: {
      ...undecided(pull.head.sha, [gate], turnAt(gate), facts.allowed),
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

/** Null if everyone has signed: people who need not sign should not get a comment about it. */
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
    ? '**Gatehouse could not find out yet whether every commit author has signed the CLA.**' +
        `${head}\n\n${gate.reason}\n\nReply \`/check\` to try again.`
    : null;
}

/** At most 140 characters, GitHub's limit. */
function descriptionOf(gate: Gate, { signatories, displaySettings }: Facts): string {
  if (isPending(gate) && signatories.ok) return `${describeUnsigned(signatories.value)} yet`;
  if (gate.status === 'unjudged') return 'Could not be judged yet; see the comment for the reason';
  return displaySettings.cla.required
    ? 'Every commit author has signed the CLA'
    : 'This repository does not require a CLA';
}
