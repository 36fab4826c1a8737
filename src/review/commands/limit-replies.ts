import type { Facts } from '../model/facts.ts';
import { canWrite, isOwner } from '../facts/roles.ts';
import { valueOr } from '../model/result.ts';
import type { Account, Answer, Comment } from '../model/snapshot.ts';

/** Answers to one person within an hour. `answers` includes those that are only a reaction. */
interface Limits {
  replies: number;
  answers: number;
}

/**
 * GitHub lets an App create 500 comments and reactions an hour for everyone together, so no single
 * person may use them up. There is no limit for people with write access.
 */
const limits: Record<'participant' | 'stranger', Limits> = {
  /** The author, owners of the connector, commit authors: we ask them to do things here. */
  participant: { replies: 10, answers: 60 },
  stranger: { replies: 1, answers: 5 },
};
/** For all strangers in one repository together. */
const strangerLimits: Limits = { replies: 30, answers: 100 };
const hourInMilliseconds = 3_600_000;

type CommenterRole = 'maintainer' | keyof typeof limits;

/**
 * Keeps new answers within the limits: beyond the limit of replies an answer is only a reaction,
 * beyond the limit of answers it is silent. The result is recorded, so a silenced answer is not
 * sent an hour later, and nobody gains anything by deleting a comment.
 */
export function limitReplies(
  answers: readonly Answer[],
  { snapshot, signatories, owners }: Pick<Facts, 'snapshot' | 'signatories' | 'owners'>,
): Answer[] {
  const { comments, records, now } = snapshot;
  const recorded = new Map(
    (records.ok ? records.value.answers : []).map((answer) => [answer.comment, answer]),
  );
  const since = Date.parse(now) - hourInMilliseconds;
  const recent = [...recorded.values(), ...(snapshot.answeredElsewhere ?? [])].filter(
    ({ at }) => at !== undefined && Date.parse(at) > since,
  );
  const commentOf = new Map(
    valueOr(comments, []).map((comment): [number, Comment] => [comment.id, comment]),
  );
  const commitAuthors = new Set(
    valueOr(signatories, []).flatMap(({ account }) => (account ? [account.id] : [])),
  );

  const roleOf = (account: Account): CommenterRole => {
    if (valueOr(canWrite(account, snapshot), false)) return 'maintainer';
    return account.id === snapshot.pull.author.id ||
      commitAuthors.has(account.id) ||
      valueOr(isOwner(account, { owners }), false)
      ? 'participant'
      : 'stranger';
  };

  return answers.map((answer) => {
    const author = commentOf.get(answer.comment)?.author;
    const earlier = recorded.get(answer.comment);
    if (earlier) return earlier;
    if (!author) return answer;
    const role = roleOf(author);
    if (role === 'maintainer') return answer;
    const stranger = role === 'stranger';
    const addressed = { ...answer, account: author.id, at: now, ...(stranger && { stranger }) };
    const isWithin = (limit: keyof Limits): boolean => {
      const counted = recent.filter(({ reply, silent }) =>
        limit === 'replies' ? reply !== undefined : silent !== true,
      );
      const toAuthor = counted.filter(({ account }) => account === author.id);
      const toStrangers = counted.filter((other) => other.stranger === true);
      return (
        toAuthor.length < limits[role][limit] &&
        (!stranger || toStrangers.length < strangerLimits[limit])
      );
    };
    const { reply, ...withoutReply } = addressed;
    let limited: Answer = addressed;
    if (!isWithin('answers')) limited = { ...withoutReply, silent: true };
    else if (reply !== undefined && !isWithin('replies')) limited = withoutReply;
    recent.push(limited);
    return limited;
  });
}
