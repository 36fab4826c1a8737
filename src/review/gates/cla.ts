import { commitsOf } from '../../cla/signatories.ts';
import type { Facts, Signatory } from '../model/facts.ts';
import { valueOr } from '../model/result.ts';
import { isGhost, isPerson } from '../model/account.ts';
import { canAgree } from '../../cla/bot-accounts.ts';
import { mention, loginText, shortSha, someOf } from '../model/markdown.ts';
import type { Account, Snapshot } from '../model/snapshot.ts';
import { passed, unjudged, waiting, type GateStatus, type PendingDetails } from '../model/gate.ts';
import { escapeMarkdown } from '../../report/markdown.ts';
import { count as countOf } from '../../report/text.ts';

/** Every commit author, and the person who opened the pull request, has signed the CLA. */
export function cla(facts: Facts): GateStatus {
  const { settings, displaySettings, signatories, snapshot } = facts;
  if (!settings.ok)
    return unjudged('The settings name the CLA to sign, and they could not be used.');
  const { cla: claSettings } = displaySettings;
  if (!claSettings.required) return passed('This repository does not require a CLA.');
  if (!signatories.ok) return unjudged(signatories.reason);
  const name = escapeMarkdown(claSettings.name);
  const unsigned = signatories.value.filter(isUnsigned);
  const participants = participantsOf(snapshot);
  const wait = waiting(
    'author',
    `${describeUnsigned(unsigned, name)} yet.`,
    unsigned.map((signatory) =>
      signatory.account
        ? actionFor(signatory, signatory.account, snapshot.pull.author, participants, claSettings)
        : linkAddressAction(signatory),
    ),
    whoSigns(unsigned, snapshot.pull.author, participants),
  );
  if (wait) return wait;
  const unclear = signatories.value.find(({ consent }) => consent.kind === 'unknown');
  if (unclear?.consent.kind === 'unknown') return unjudged(unclear.consent.reason);
  return passed(
    `Every commit author has signed the ${name}, version ` +
      `${escapeMarkdown(claSettings.version)}.${unverifiedNote(signatories.value)}`,
  );
}

/** The people who must sign, if others than the author can do all of it. */
function whoSigns(
  unsigned: readonly Signatory[],
  author: Account,
  participants: ReadonlySet<number>,
): PendingDetails {
  const names = unsigned.flatMap(({ account }) =>
    account && account.id !== author.id && canAgree(account) && !isGhost(account)
      ? [participants.has(account.id) ? mention(account) : loginText(account)]
      : [],
  );
  return names.length === unsigned.length ? { who: someOf(names, 3) } : {};
}

const isUnsigned = ({ consent }: Signatory): boolean =>
  consent.kind === 'not' || consent.kind === 'nobody';

/** "2 commit authors have not signed the CLA": "yet" may follow. */
export function describeUnsigned(signatories: readonly Signatory[], name = 'CLA'): string {
  const unsigned = signatories.filter(isUnsigned);
  const who = unsigned.some(({ commits }) => commits === 0)
    ? countOf(unsigned.length, 'person', 'people')
    : countOf(unsigned.length, 'commit author');
  return `${who} ${unsigned.length === 1 ? 'has' : 'have'} not signed the ${name}`;
}

/**
 * The ids of the people who opened the pull request, commented or reviewed. Only
 * they are mentioned, because a commit can name anyone as its author.
 */
function participantsOf({ pull, comments, reviews }: Snapshot): ReadonlySet<number> {
  const people = [
    pull.author,
    ...valueOr(comments, []).map(({ author }) => author),
    ...valueOr(reviews, []).map(({ author }) => author),
  ];
  return new Set(people.filter(isPerson).map(({ id }) => id));
}

function actionFor(
  signatory: Signatory,
  account: Account,
  author: Account,
  participants: ReadonlySet<number>,
  { name, url, version }: Facts['displaySettings']['cla'],
): string {
  const link = `[${escapeMarkdown(name)}](${url}), version ${escapeMarkdown(version)}`;
  if (isGhost(account)) return takeOverAction(signatory);
  if (!canAgree(account))
    return (
      `**${loginText(account)} cannot sign the ${link}.** It ${commitsOf(signatory)} and ` +
      'is not a person. A maintainer can exempt it in the settings, under `cla.allow`.'
    );
  const isAuthor = account.id === author.id;
  let who = loginText(account);
  if (isAuthor) who = 'You';
  else if (participants.has(account.id)) who = mention(account);
  const exemption =
    isAuthor || participants.has(account.id)
      ? ''
      : ' If this is the account of a program, a maintainer can add its address to the settings, ' +
        'under `cla.assistants`.';
  return (
    `**Sign the ${link}.** ${who} ${commitsOf(signatory)} and ` +
    `${isAuthor ? 'have' : 'has'} not signed it yet: ` +
    `reply \`/agree\`, or \`/agree company="…"\` to sign for a company.${exemption}`
  );
}

const takeOverAction = (signatory: Signatory): string =>
  `**Someone else must take over this pull request.** The person who ${commitsOf(signatory)} has ` +
  'deleted their account, so nobody can sign for them. Open a new pull request from another ' +
  'account, with commits whose authors can sign.';

const linkAddressAction = (signatory: Signatory): string =>
  `**Link the email address of commit ${shortSha(signatory.sha)} to a GitHub account.** ` +
  `The person who ${commitsOf(signatory)} used an address that belongs to no GitHub account, ` +
  'so nobody can sign for it. Its owner can add it under [Settings, ' +
  'Emails](https://github.com/settings/emails) and reply `/check`. Or rewrite the commits ' +
  'with a linked address. If a program uses the address, a maintainer can add it to the settings, ' +
  'under `cla.assistants`.';

/** A commit can name anyone as its author, so the reader must see if GitHub did not verify it. */
function unverifiedNote(signatories: readonly Signatory[]): string {
  const names = signatories.flatMap(({ unverified, account, consent }) =>
    unverified && account && (consent.kind === 'signed' || consent.kind === 'company')
      ? [loginText(account)]
      : [],
  );
  return names.length === 0
    ? ''
    : ` Only the commits themselves name ${someOf(names, 3)} as an author: ` +
        'GitHub verified none of their signatures.';
}
