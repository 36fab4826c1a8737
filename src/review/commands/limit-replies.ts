import type { Facts } from '../model/facts.ts';
import { canWrite, isOwner } from '../facts/roles.ts';
import { valueOr } from '../model/result.ts';
import type { Account, Answer, Comment } from '../model/snapshot.ts';

/**
 * How often somebody is answered within an hour: with words, which make a comment, and at all (a
 * reaction). GitHub lets an App create 500 such things an hour, for everybody together, so nobody
 * may use them up. Whoever may write to the repository is not limited.
 */
const limits = {
  /**
   * Its author, the owners of the connector, and who wrote a commit: they are asked to do things
   * here.
   */
  participant: { words: 10, answers: 60 },
  stranger: { words: 1, answers: 5 },
};
/** The same of all strangers together, in one repository. */
const ofStrangers = { words: 30, answers: 100 };
const hour = 3_600_000;

type CommenterRole = 'maintainer' | keyof typeof limits;

/**
 * The answers to be recorded, with those that are new kept within the limits: beyond the one for
 * words an answer is a reaction alone, beyond the other it is nothing at all. What is decided is
 * recorded, so it stays: an answer that was left out is not given an hour later, and who deletes a
 * comment gains nothing.
 */
export function limitReplies(
  answers: readonly Answer[],
  { snapshot, signatories, owners }: Pick<Facts, 'snapshot' | 'signatories' | 'owners'>,
): Answer[] {
  const { comments, records, now } = snapshot;
  const recorded = new Map(
    (records.ok ? records.value.answers : []).map((answer) => [answer.comment, answer]),
  );
  const since = Date.parse(now) - hour;
  const given = [...recorded.values(), ...(snapshot.answeredElsewhere ?? [])].filter(
    ({ at }) => at !== undefined && Date.parse(at) > since,
  );
  const commentOf = new Map(
    valueOr(comments, []).map((comment): [number, Comment] => [comment.id, comment]),
  );
  const writers = new Set(
    valueOr(signatories, []).flatMap(({ account }) => (account ? [account.id] : [])),
  );

  const standingOf = (account: Account): CommenterRole => {
    if (valueOr(canWrite(account, snapshot), false)) return 'maintainer';
    return account.id === snapshot.pull.author.id ||
      writers.has(account.id) ||
      valueOr(isOwner(account, { owners }), false)
      ? 'participant'
      : 'stranger';
  };

  return answers.map((answer) => {
    const author = commentOf.get(answer.comment)?.author;
    const before = recorded.get(answer.comment);
    if (before) return before;
    if (!author) return answer;
    const standing = standingOf(author);
    if (standing === 'maintainer') return answer;
    const stranger = standing === 'stranger';
    const noted = { ...answer, account: author.id, at: now, ...(stranger && { stranger }) };
    const within = (of: 'words' | 'answers'): boolean => {
      const countOf = given.filter(({ reply, silent }) =>
        of === 'words' ? reply !== undefined : silent !== true,
      );
      return (
        countOf.filter(({ account }) => account === author.id).length < limits[standing][of] &&
        (!stranger || countOf.filter((one) => one.stranger === true).length < ofStrangers[of])
      );
    };
    const { reply, ...wordless } = noted;
    let limited: Answer = noted;
    if (!within('answers')) limited = { ...wordless, silent: true };
    else if (reply !== undefined && !within('words')) limited = wordless;
    given.push(limited);
    return limited;
  });
}
