import { commitsOf } from '../../cla/signatories.ts';
import type { Facts, Signatory } from '../model/facts.ts';
import { valueOr } from '../model/result.ts';
import { isGhost, isPerson } from '../model/account.ts';
import { canAgree } from '../../cla/bot-accounts.ts';
import { mention, loginText, shortSha, someOf } from '../model/markdown.ts';
import type { Account, Snapshot } from '../model/snapshot.ts';
import { passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { escapeMarkdown } from '../../report/markdown.ts';
import { count as countOf } from '../../report/text.ts';

/** Everybody who wrote a commit, and whoever opened the pull request, has agreed. */
export function cla(facts: Facts): GateStatus {
  const { settings, displaySettings, signatories, snapshot } = facts;
  if (!settings.ok)
    return unjudged('What has to be agreed to stands in the settings, which could not be used.');
  const asked = displaySettings.cla;
  if (!asked.required) return passed('This repository asks for no agreement.');
  if (!signatories.ok) return unjudged(signatories.reason);
  const missing = signatories.value.filter(isMissing);
  const unclear = signatories.value.find(({ consent }) => consent.kind === 'unknown');
  const here = peopleHere(snapshot);
  const todo = missing.map((one) =>
    one.account ? askAccount(one, one.account, snapshot.pull.author, here, asked) : askNobody(one),
  );
  const wait = waiting(
    'author',
    `${claActions(missing)} to the ${escapeMarkdown(asked.name)} yet.`,
    todo,
  );
  if (wait) return wait;
  if (unclear?.consent.kind === 'unknown') return unjudged(unclear.consent.reason);
  return passed(
    `Everybody who wrote a commit has agreed to the ${escapeMarkdown(asked.name)}, version ` +
      `${escapeMarkdown(asked.version)}.${unverifiedIn(signatories.value)}`,
  );
}

const isMissing = ({ consent }: Signatory): boolean =>
  consent.kind === 'not' || consent.kind === 'nobody';

/** How many have not agreed, in words that "yet" may follow. */
export function claActions(signatories: readonly Signatory[]): string {
  const missing = signatories.filter(isMissing);
  const who = missing.some(({ commits }) => commits === 0)
    ? countOf(missing.length, 'person', 'people')
    : `${countOf(missing.length, 'author')} of commits`;
  return `${who} ${missing.length === 1 ? 'has' : 'have'} not agreed`;
}

/**
 * Those who take part: who opened the pull request, and who wrote or reviewed in it. Nobody else is
 * notified, because a commit may name anybody.
 */
function peopleHere({ pull, comments, reviews }: Snapshot): ReadonlySet<number> {
  const people = [
    pull.author,
    ...valueOr(comments, []).map(({ author }) => author),
    ...valueOr(reviews, []).map(({ author }) => author),
  ];
  return new Set(people.filter(isPerson).map(({ id }) => id));
}

function askAccount(
  signatory: Signatory,
  account: Account,
  author: Account,
  here: ReadonlySet<number>,
  { name, url, version }: Facts['displaySettings']['cla'],
): string {
  const link = `[${escapeMarkdown(name)}](${url}), version ${escapeMarkdown(version)}`;
  if (isGhost(account)) return gone(signatory);
  if (!canAgree(account))
    return (
      `**${loginText(account)} cannot agree to the ${link}.** It ${commitsOf(signatory)} and ` +
      'is no person. A maintainer can put it on the list of those who need not, in the ' +
      'settings.'
    );
  const isAuthor = account.id === author.id;
  let who = loginText(account);
  if (isAuthor) who = 'You';
  else if (here.has(account.id)) who = mention(account);
  return (
    `**Agree to the ${link}.** ${who} ${commitsOf(signatory)} and ` +
    `${isAuthor ? 'have' : 'has'} not agreed yet: ` +
    `reply \`/agree\`, or \`/agree company="…"\` for a company.`
  );
}

const gone = (signatory: Signatory): string =>
  `**Somebody else takes this pull request over.** Whoever ${commitsOf(signatory)} has ` +
  'deleted their account, so nobody can agree for them. ' +
  'Open it anew from another account, with commits of authors who can agree.';

const askNobody = (signatory: Signatory): string =>
  `**Link the e-mail address of commit ${shortSha(signatory.sha)} to an account.** ` +
  `Whoever ${commitsOf(signatory)} used an address that belongs to no GitHub account, ` +
  'so nobody can agree for it. They add it under [Settings, ' +
  `Emails](https://github.com/settings/emails) and reply \`/check\`, or the commits ` +
  'are written anew with an address that is there.';

/**
 * A commit may name anybody as its author: who reads this should know where GitHub has not verified
 * that.
 */
function unverifiedIn(signatories: readonly Signatory[]): string {
  const names = signatories.flatMap(({ unverified, account, consent }) =>
    unverified && account && (consent.kind === 'signed' || consent.kind === 'company')
      ? [loginText(account)]
      : [],
  );
  return names.length === 0
    ? ''
    : ` That ${someOf(names, 3)} wrote commits is only what the commits say: ` +
        'GitHub verified none of their signatures.';
}
