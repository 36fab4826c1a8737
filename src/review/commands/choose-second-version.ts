import { secondVersionNames, type SecondVersion } from '../../settings/train-settings.ts';
import { codeSpan, messageToMarkdown } from '../../report/markdown.ts';
import { truncate } from '../../shared/text.ts';
import { connectorDigest } from '../facts/connector-digest.ts';
import { secondVersions } from '../facts/second-version.ts';
import { trainOf } from '../facts/train.ts';
import type { BaseFacts } from '../model/facts.ts';
import { listed, shortSha } from '../model/markdown.ts';
import type { CommandInvocation, CommandResult } from './command.ts';
import { doubtAbout, mayNotMeanYes } from './plain-words.ts';

/** Characters. */
const maxReasonLength = 500;

/** Whether a word says what a second version does, on a pull request that has no version yet. */
export const secondVersionNamed = (word: string, facts: BaseFacts): SecondVersion | undefined =>
  isBeforeVersion(facts) ? secondVersionNames.find((name) => name === word) : undefined;

/** Whether the pull request is open, and nothing of it is being deployed yet. */
const isBeforeVersion = (facts: BaseFacts): boolean =>
  facts.snapshot.pull.state.kind === 'open' &&
  !(trainOf(facts)?.rides.some(({ end }) => !end) ?? false);

/**
 * Records what the version of an open pull request does while an earlier one is in flight. It is for
 * the files that the author of the comment saw.
 * @param argument the reason
 * @returns undefined if something is not known now
 */
export function chooseSecondVersion(
  what: SecondVersion,
  argument: string,
  { comment, hasRole }: CommandInvocation,
  facts: BaseFacts,
): CommandResult | undefined {
  const { pull } = facts.snapshot;
  if (!isBeforeVersion(facts))
    return {
      refused:
        'That is decided before the merge. Now `/deploy hold` and `/deploy resume` stop the version ' +
        'and let it go on.',
    };
  const maintainer = hasRole('maintainer');
  if (!maintainer.ok) return undefined;
  const command = codeSpan(`/deploy ${what}`);
  if (!maintainer.value)
    return { refused: `You cannot use ${command} here: it is for people with write access.` };
  const connector = connectorDigest(facts);
  if (connector === undefined || !facts.headPushedAt.ok) return undefined;
  if (comment.createdAt < facts.headPushedAt.value)
    return {
      refused:
        `You wrote this before ${shortSha(pull.head.sha)} was pushed, so it was about an earlier ` +
        'commit. If it still applies, write it again.',
    };
  const decisions = secondVersions(facts).map(({ decision }) => decision);
  if (decisions.length === 0)
    return { refused: `No earlier version is in flight, so ${command} does nothing.` };
  const reason = truncate(argument.trim(), maxReasonLength);
  if (reason === '' && what !== 'stack')
    return { refused: `Say why: write the reason after ${command}.` };
  if (what === 'supersede' && mayNotMeanYes(reason))
    return { refused: doubtAbout(`/deploy ${what} ${reason}`) };
  const obstacles = decisions.flatMap((decision) => decision.obstacles);
  const names = listed(
    decisions.flatMap(({ inFlight }) =>
      inFlight.map(({ ride }) => `${ride.version} of #${ride.pull}`),
    ),
  );
  if (what === 'supersede' && obstacles.length > 0)
    return {
      refused:
        `This version cannot take the place of ${names}: ` +
        obstacles.map(messageToMarkdown).join(' '),
    };
  return {
    reply: `${replies[what](names)} A push that changes the connector cancels this.`,
    consents: {
      secondVersion: {
        what,
        by: comment.author,
        ...(reason !== '' && { reason }),
        comment: comment.id,
        at: comment.createdAt,
        base: pull.base.ref,
        connector,
      },
    },
  };
}

const replies: Readonly<Record<SecondVersion, (names: string) => string>> = {
  stack: (names) => `After the merge, this version boards the train after ${names}.`,
  supersede: (names) =>
    `With the merge, ${names} stops where it is, and this version starts from the first ring.`,
  hold: (names) =>
    `After the merge, this version is held behind ${names}, until a maintainer replies ` +
    '`/deploy resume`.',
};
