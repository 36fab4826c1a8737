import { commitsOf } from '../agreement.ts';
import type { Facts, Signatory } from '../facts.ts';
import { knownOr } from '../known.ts';
import { isGhost, isPerson } from '../people.ts';
import { canAgree } from '../programs.ts';
import { counted, mention, nameOf, prose, short, someOf } from '../text.ts';
import type { Account, Snapshot } from '../snapshot.ts';
import { passed, unjudged, waiting, type Standing } from './gate.ts';

/** Everybody who wrote a commit, and whoever opened the pull request, has agreed. */
export function agreement(facts: Facts): Standing {
  const { settings, shownWith, signatories, snapshot } = facts;
  if (!settings.known)
    return unjudged('What has to be agreed to stands in the settings, which could not be used.');
  const asked = shownWith.agreement;
  if (!asked.required) return passed('This repository asks for no agreement.');
  if (!signatories.known) return unjudged(signatories.because);
  const missing = signatories.value.filter(isMissing);
  const unclear = signatories.value.find(({ agreed }) => agreed.is === 'unknown');
  const here = peopleHere(snapshot);
  const todo = missing.map((one) =>
    one.account ? askAccount(one, one.account, snapshot.pull.author, here, asked) : askNobody(one),
  );
  const wait = waiting(
    'author',
    `${haveNotAgreed(missing)} to the ${prose(asked.name)} yet.`,
    todo,
  );
  if (wait) return wait;
  if (unclear?.agreed.is === 'unknown') return unjudged(unclear.agreed.because);
  return passed(
    `Everybody who wrote a commit has agreed to the ${prose(asked.name)}, version ` +
      `${prose(asked.version)}.${unverifiedIn(signatories.value)}`,
  );
}

const isMissing = ({ agreed }: Signatory): boolean => agreed.is === 'not' || agreed.is === 'nobody';

/** How many have not agreed, in words that "yet" may follow. */
export function haveNotAgreed(signatories: readonly Signatory[]): string {
  const missing = signatories.filter(isMissing);
  const who = missing.some(({ commits }) => commits === 0)
    ? counted(missing.length, 'person', 'people')
    : `${counted(missing.length, 'author')} of commits`;
  return `${who} ${missing.length === 1 ? 'has' : 'have'} not agreed`;
}

/**
 * Those who take part: who opened the pull request, and who wrote or reviewed in it. Nobody else is
 * notified, because a commit may name anybody.
 */
function peopleHere({ pull, comments, reviews }: Snapshot): ReadonlySet<number> {
  const people = [
    pull.author,
    ...knownOr(comments, []).map(({ author }) => author),
    ...knownOr(reviews, []).map(({ author }) => author),
  ];
  return new Set(people.filter(isPerson).map(({ id }) => id));
}

function askAccount(
  signatory: Signatory,
  account: Account,
  author: Account,
  here: ReadonlySet<number>,
  { name, url, version }: Facts['shownWith']['agreement'],
): string {
  const link = `[${prose(name)}](${url}), version ${prose(version)}`;
  if (isGhost(account)) return gone(signatory);
  if (!canAgree(account))
    return (
      `**${nameOf(account)} cannot agree to the ${link}.** It ${commitsOf(signatory)} and ` +
      'is no person. A maintainer can put it on the list of those who need not, in the ' +
      'settings.'
    );
  const isAuthor = account.id === author.id;
  let who = nameOf(account);
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
  `**Link the e-mail address of commit ${short(signatory.sha)} to an account.** ` +
  `Whoever ${commitsOf(signatory)} used an address that belongs to no GitHub account, ` +
  'so nobody can agree for it. They add it under [Settings, ' +
  `Emails](https://github.com/settings/emails) and reply \`/check\`, or the commits ` +
  'are written anew with an address that is there.';

/**
 * A commit may name anybody as its author: who reads this should know where GitHub has not verified
 * that.
 */
function unverifiedIn(signatories: readonly Signatory[]): string {
  const names = signatories.flatMap(({ unverified, account, agreed }) =>
    unverified && account && (agreed.is === 'signed' || agreed.is === 'company')
      ? [nameOf(account)]
      : [],
  );
  return names.length === 0
    ? ''
    : ` That ${someOf(names, 3)} wrote commits is only what the commits say: ` +
        'GitHub verified none of their signatures.';
}
