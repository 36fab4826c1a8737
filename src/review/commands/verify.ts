import { loginText } from '../model/markdown.ts';
import { valueOr } from '../model/result.ts';
import { isPerson } from '../model/account.ts';
import type { BaseFacts } from '../model/facts.ts';
import type { Account, Verification } from '../model/snapshot.ts';
import type { Command } from './command.ts';

const howToVerify =
  'Write `/verify @login`, or `/verify @login 2027-03-31` with the last day on which it counts.';

export const verify: Command = {
  name: 'verify',
  usage: '/verify @login [until]',
  description: 'confirms who a publisher is, for a year or until a day such as 2027-03-31',
  argumentKind: 'note',
  allowedRoles: ['maintainer'],
  boundToHead: false,
  run({ comment, argument }, facts, { verifications }) {
    const { snapshot } = facts;
    const [, login, until] =
      /^@?([A-Za-z0-9][A-Za-z0-9-]{0,38})(?: (?:until )?(\d{4}-\d{2}-\d{2}))?\.?$/i.exec(
        argument,
      ) ?? [];
    if (login === undefined) return { refused: howToVerify };
    const account = participantNamed(login, facts);
    if (!account)
      return {
        refused:
          `Nobody with the login ${loginText({ login })} opened this pull request, wrote one of ` +
          `its commits or commented on it. ${howToVerify}`,
      };
    const lastDay = until ?? aYearAfter(comment.createdAt);
    const day = comment.createdAt.slice(0, 10);
    if (!isDay(lastDay) || lastDay < day)
      return { refused: `The last day must be ${day} or a later day. ${howToVerify}` };
    const verification: Verification = {
      account: { id: account.id, login: account.login },
      owner: snapshot.repository.owner,
      verifiedAt: comment.createdAt,
      until: lastDay,
      source: {
        kind: 'comment',
        repository: snapshot.repository,
        pull: snapshot.pull.number,
        comment: comment.id,
        by: comment.author.login,
      },
    };
    return {
      reply: `${loginText(account)} is verified until ${lastDay}.`,
      consents: { verifications: [...verifications, verification] },
    };
  },
};

/** The account of a person who takes part and has a login now. */
function participantNamed(
  login: string,
  { snapshot: { pull, commits, comments } }: BaseFacts,
): Account | undefined {
  const authors = valueOr(commits, []).flatMap(({ author, coAuthors }) =>
    [author, ...coAuthors].flatMap(({ account }) =>
      account.ok && account.value ? [account.value] : [],
    ),
  );
  return [pull.author, ...authors, ...valueOr(comments, []).map(({ author }) => author)].find(
    (account) => isPerson(account) && account.login.toLowerCase() === login.toLowerCase(),
  );
}

const isDay = (day: string): boolean => {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
};

const aYearAfter = (time: string): string => {
  const date = new Date(time);
  date.setUTCFullYear(date.getUTCFullYear() + 1);
  return date.toISOString().slice(0, 10);
};
