import { definitionName } from '../../connector/connector.ts';
import { addOwners } from '../../ownership/add-owners.ts';
import { codeownersOf, isOnlyAbout, ownershipOf } from '../../ownership/codeowners.ts';
import { codeSpan, messageToMarkdown } from '../../report/markdown.ts';
import { safe } from '../../shared/finding.ts';
import { rejectionOf, rejectionReason } from '../facts/rejected-effect.ts';
import { isOwner } from '../facts/roles.ts';
import { isPerson } from '../model/account.ts';
import type { BaseFacts } from '../model/facts.ts';
import { listed, loginText } from '../model/markdown.ts';
import { ok, valueOr } from '../model/result.ts';
import type { Account, Comment, Result, Sharing } from '../model/snapshot.ts';
import type { Command, CommandInvocation, CommandResult } from './command.ts';

/** One command adds at most this many people. */
const maxPeople = 5;
const howToShare =
  `Write \`/share @login\`, with up to ${maxPeople} people, for example ` +
  '`/share @ada-contoso @ben-contoso`.';

const login = String.raw`@[A-Za-z0-9][A-Za-z0-9_-]{0,38}`;
const onlyLogins = new RegExp(
  String.raw`^${login}(?:(?:\s*[,&]\s*|\s+(?:and\s+)?)${login})*\.?$`,
  'i',
);
const eachLogin = new RegExp(String.raw`${login}(?![\w/-])`, 'g');

/** The logins in a text that `/share` may name, in lower case. */
export const loginsIn = (text: string): string[] =>
  Array.from(text.matchAll(eachLogin), ([found]) => found.slice(1).toLowerCase());

/**
 * Has a pull request opened that adds people to the owners of the connector. It is opened first, and
 * the next review answers with its number.
 */
export const share: Command = {
  name: 'share',
  usage: '/share @login…',
  description:
    'invites people to own the connector: opens a pull request that changes `CODEOWNERS`',
  argumentKind: 'accounts',
  allowedRoles: ['owner', 'author', 'maintainer'],
  boundToHead: false,
  changesPullRequest: true,
  whenClosed: true,
  run(invocation, facts) {
    const names = parseLogins(invocation.argument);
    if (typeof names === 'string') return { refused: `${names} ${howToShare}` };
    const { owners: file, sharing } = facts.snapshot;
    const [folder, ...others] = facts.scope.folders;
    if (!folder || others.length > 0)
      return { refused: 'This pull request is not about one connector, which could be shared.' };
    if (!sharing) return undefined;
    const base = codeSpan(facts.snapshot.pull.base.ref);
    if (facts.snapshot.pull.base.ref !== facts.displaySettings.base || !sharing.isPublished)
      return {
        refused:
          `The connector is not on ${codeSpan(facts.displaySettings.base)}. ` +
          'Share it once it is there.',
      };
    if (!file.ok)
      return {
        refused: `\`CODEOWNERS\` could not be read: ${messageToMarkdown(safe`${file.reason}`)}.`,
      };
    if (!file.value)
      return {
        refused:
          `${base} has no \`CODEOWNERS\` file, so nobody owns a connector here. ` +
          'A maintainer has to add one first.',
      };
    const sharer = sharerOf(invocation, folder.path, facts);
    if (!sharer.ok) return undefined;
    if (sharer.value === 'nobody')
      return {
        refused:
          'You cannot share this connector: its owners can, people with write access, and ' +
          'who published it if it has no owners of its own.',
      };
    const people = peopleNamed(names, sharing);
    if (people === undefined) return undefined;
    if ('refused' in people) return people;
    return shareWith(
      people.accounts,
      { comment: invocation.comment, isPublisher: sharer.value === 'publisher' },
      { folder: folder.path, file: file.value, sharing },
      facts,
    );
  },
};

/** The logins in lower case, or why they are none. */
function parseLogins(argument: string): string[] | string {
  if (argument === '') return 'Nobody is named.';
  if (/@[\w-]+\/[\w.-]/.test(argument)) return 'A team cannot be invited, only people.';
  if (!onlyLogins.test(argument)) return 'Only logins may follow.';
  const logins = [...new Set(loginsIn(argument))];
  return logins.length > maxPeople ? `These are ${logins.length} people.` : logins;
}

/**
 * As what the author of a comment may share a connector. Someone who published it may do so only as
 * long as no line of `CODEOWNERS` is about it: then its owners decide.
 */
function sharerOf(
  { comment: { author }, hasRole }: CommandInvocation,
  folder: string,
  facts: BaseFacts,
): Result<'decider' | 'publisher' | 'nobody'> {
  const { owners, publishers = ok([]), pull } = facts.snapshot;
  const roles = [hasRole('owner'), hasRole('maintainer')];
  if (roles.some((role) => role.ok && role.value)) return ok('decider');
  const unknown = roles.find((role) => !role.ok);
  if (unknown && !unknown.ok) return unknown;
  const text = owners.ok && owners.value ? owners.value.text : '';
  const line = ownershipOf(text, definitionIn(folder));
  if (line !== undefined && isOnlyAbout(line.pattern, folder) && line.owners.length > 0)
    return ok('nobody');
  const hasMerged = pull.state.kind === 'merged' && pull.author.id === author.id;
  if (hasMerged || valueOr(publishers, []).some(({ id }) => id === author.id))
    return ok('publisher');
  return publishers.ok ? ok('nobody') : publishers;
}

const definitionIn = (folder: string): string => `${folder}/${definitionName}`;

/** The accounts with these logins; undefined if GitHub did not say. */
function peopleNamed(
  logins: readonly string[],
  { accounts }: Sharing,
): { accounts: Account[] } | { refused: string } | undefined {
  const people: Account[] = [];
  for (const name of logins) {
    const account = Object.hasOwn(accounts, name) ? accounts[name] : undefined;
    if (!account?.ok) return undefined;
    if (!account.value) return { refused: `GitHub has no account ${loginText({ login: name })}.` };
    if (!isPerson(account.value))
      return {
        refused: `${loginText(account.value)} is not a person, and only people can be invited.`,
      };
    people.push(account.value);
  }
  return { accounts: people };
}

interface ShareTarget {
  folder: string;
  file: { path: string; text: string };
  sharing: Sharing;
}

function shareWith(
  people: readonly Account[],
  { comment, isPublisher }: { comment: Comment; isPublisher: boolean },
  { folder, file, sharing }: ShareTarget,
  facts: BaseFacts,
): CommandResult | undefined {
  const { proposals } = sharing;
  if (!proposals.ok) return undefined;
  const opened = proposals.value.find((proposal) => proposal.comment === comment.id);
  const approvers = codeownersOf(file.text, file.path);
  if (opened) return { reply: `Opened #${opened.number}. ${whoApproves(approvers)}` };
  const owns = (account: Account): boolean => valueOr(isOwner(account, facts), false);
  const added = people.filter((account) => !owns(account));
  const replies: string[] = [];
  const owning = people.filter(owns);
  if (owning.length > 0)
    replies.push(
      `${listed(owning.map(loginText))} ${owning.length === 1 ? 'owns' : 'own'} this connector ` +
        'already.',
    );
  const proposal = proposals.value.find(
    ({ isOpen, owners }) => isOpen && added.every((account) => isNamed(account, owners)),
  );
  if (added.length > 0 && proposal)
    replies.push(
      `#${proposal.number} adds ${listed(added.map(loginText))} already. ${whoApproves(approvers)}`,
    );
  if (added.length === 0 || proposal) return { reply: replies.join(' ') };
  if (file.text.includes('\ufffd'))
    return { refused: '`CODEOWNERS` is not UTF-8, so Gatehouse cannot change it.' };
  const rejection = rejectionOf(facts.snapshot);
  if (rejection?.effect === 'open-pull-request')
    return {
      refused:
        `GitHub refused the pull request: ${rejectionReason(rejection)}. ` +
        'Once that is resolved, write it again.',
    };
  // Who published it would otherwise share it with others and own nothing.
  const all =
    isPublisher && !added.some(({ id }) => id === comment.author.id)
      ? [comment.author, ...added]
      : added;
  const edited = addOwners(
    file.text,
    folder,
    definitionIn(folder),
    all.map((account) => `@${account.login}`),
  );
  if (!edited)
    return {
      refused:
        `\`CODEOWNERS\` cannot name the folder ${codeSpan(folder)}: it has one of the ` +
        'characters `[`, `]`, `*` and `?`.',
    };
  return {
    share: {
      by: comment.author,
      folder,
      people: all,
      tip: sharing.tip,
      file: { path: file.path, text: edited.text },
      approvers,
    },
  };
}

const isNamed = ({ login: name }: Account, owners: readonly string[]): boolean =>
  owners.some((owner) => owner.toLowerCase() === `@${name.toLowerCase()}`);

/** Who has to approve a change of `CODEOWNERS`, in a sentence. */
export const whoApproves = (approvers: readonly string[]): string =>
  approvers.length === 0
    ? 'Someone with write access must approve it.'
    : `One of its owners must approve it: ${listed(approvers.map(codeSpan))}.`;
