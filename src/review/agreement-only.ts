import { outcomeOf } from './check.ts';
import { agree } from './commands/agree.ts';
import { check } from './commands/check.ts';
import type { Command } from './commands/command.ts';
import { todoList } from './comment.ts';
import { undecided, type Decision } from './decide.ts';
import type { CheckOutcome } from './effects.ts';
import type { Facts } from './facts.ts';
import { agreement, haveNotAgreed } from './gates/agreement.ts';
import type { Gate } from './gates/gate.ts';
import { repliedTo } from './plan.ts';
import { isSameName } from './recipient.ts';
import type { Answer, Signature, Snapshot } from './snapshot.ts';
import { cut, mostText, shaOf, short } from './text.ts';
import { isStalled, type Turn } from './turn.ts';
import { unreadPart } from './unread.ts';

/**
 * The commands that are heard where a repository has nothing of Gatehouse but the agreement. Others
 * may be another tool's.
 */
export const agreementCommands: readonly Command[] = [agree, check];

/** The status of a commit, in GitHub's words. */
export interface Status {
  context: 'gatehouse/agreement';
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
export function answersIn(
  {
    comments,
    bot,
    repository: { owner, name },
    pull,
  }: Pick<Snapshot, 'comments' | 'bot' | 'repository' | 'pull'>,
  signatures: readonly Signature[],
): Answer[] {
  if (!comments.known) return [];
  const here = signatures.flatMap(({ source }) =>
    source.is === 'comment' &&
    source.pull === pull.number &&
    isSameName(source.repository.owner, owner) &&
    isSameName(source.repository.name, name)
      ? [source.comment]
      : [],
  );
  const signed = new Set(here);
  const replied = repliedTo({ comments, bot });
  return comments.value.flatMap(({ id, reactions }): Answer[] => {
    if (replied.has(id)) return [{ comment: id, outcome: 'refused' }];
    return signed.has(id) || reactions.includes('+1') ? [{ comment: id, outcome: 'done' }] : [];
  });
}

/** Judges the agreement, and nothing else: `decide` for those who keep signatures in a branch. */
export function decideAgreement(facts: Facts): { gate: Gate; decision: Decision; status: Status } {
  const { snapshot, heard, shownWith } = facts;
  const { pull } = snapshot;
  const gate: Gate = { name: 'agreement', ...agreement(facts) };
  const records = heard.records.known ? heard.records.value : null;
  return {
    gate,
    decision: {
      ...undecided(pull.head.sha, [gate], turnAt(gate)),
      comment: commentFor(gate, snapshot),
      settled: gate.because,
      records,
      signatures: heard.signatures,
    },
    status: {
      context: 'gatehouse/agreement',
      sha: shaOf(snapshot),
      state: outcomeOf([gate]),
      description: descriptionOf(gate, facts),
      url: shownWith.agreement.url,
    },
  };
}

function turnAt(gate: Gate): Turn {
  if (isStalled(gate)) return gate.on;
  return gate.state === 'unjudged' ? 'gatehouse' : 'nobody';
}

/** Nothing where everybody has agreed: whoever has not been asked need not read of it. */
function commentFor(gate: Gate, snapshot: Snapshot): string | null {
  const head = ` <sub>at ${short(snapshot.pull.head.sha)}</sub>`;
  if (isStalled(gate))
    return cut(
      [`**${gate.because}**${head}`, todoList([gate]), unreadPart(snapshot)]
        .filter((part) => part !== '')
        .join('\n\n'),
      mostText - 500,
      '… and more.',
    );
  return gate.state === 'unjudged'
    ? '**Whether everybody has agreed could not be found out ' +
        `yet.**${head}\n\n${gate.because}\n\nReply \`/check\` to have it looked at again.`
    : null;
}

/** GitHub takes 140 characters. */
function descriptionOf(gate: Gate, { signatories, shownWith }: Facts): string {
  if (isStalled(gate) && signatories.known) return `${haveNotAgreed(signatories.value)} yet`;
  if (gate.state === 'unjudged') return 'Could not be judged yet; the comment says why';
  return shownWith.agreement.required
    ? 'Everybody who wrote a commit has agreed'
    : 'This repository asks for no agreement';
}
