import { commitsOf } from '../agreement.ts';
import type { Facts, Signatory } from '../facts.ts';
import { codeSpan, counted, mention, prose, short } from '../text.ts';
import { passed, unjudged, waiting, type Standing } from './gate.ts';

/** Everybody who wrote a commit has agreed. */
export function agreement({ settings, shownWith, signatories, snapshot }: Facts): Standing {
  if (!settings.known) return unjudged('What has to be agreed to stands in the settings, which could not be used.');
  const asked = shownWith.agreement;
  if (!asked.required) return passed('This repository asks for no agreement.');
  if (!signatories.known) return unjudged(signatories.because);
  const missing = signatories.value.filter(({ agreed }) => agreed.is === 'not' || agreed.is === 'nobody');
  const unclear = signatories.value.find(({ agreed }) => agreed.is === 'unknown');
  const todo = missing.map((one) => (one.account ? askAccount(one, one.account, snapshot.pull.author.id, asked) : askNobody(one)));
  const wait = waiting('author', `${counted(missing.length, 'author')} of commits ${missing.length === 1 ? 'has' : 'have'} not agreed to the ${prose(asked.name)} yet.`, todo);
  if (wait) return wait;
  if (unclear?.agreed.is === 'unknown') return unjudged(unclear.agreed.because);
  return passed(`Everybody who wrote a commit has agreed to the ${prose(asked.name)}, version ${prose(asked.version)}.`);
}

function askAccount(signatory: Signatory, account: NonNullable<Signatory['account']>, author: number, { name, url, version }: Facts['shownWith']['agreement']): string {
  const link = `[${prose(name)}](${url}), version ${prose(version)}`;
  if (account.type !== 'user') return `**${codeSpan(account.login)} cannot agree to the ${link}.** It ${commitsOf(signatory)} and is no person. A maintainer can put it on the list of those who need not, in the settings.`;
  const who = account.id === author ? 'You' : mention(account);
  return `**Agree to the ${link}.** ${who} ${commitsOf(signatory)} and ${account.id === author ? 'have' : 'has'} not agreed yet: reply \`/agree\`, or \`/agree company="…"\` for a company.`;
}

const askNobody = (signatory: Signatory): string =>
  `**Link the e-mail address of commit ${short(signatory.sha)} to an account.** Whoever ${commitsOf(signatory)} used an address that belongs to no GitHub account, so nobody can agree for it. They add it under [Settings, Emails](https://github.com/settings/emails) and reply \`/check\`, or the commits are written anew with an address that is there.`;
