import type { AgreementSettings } from '../settings/defaults.ts';
import type { Signatory } from './facts.ts';
import { known, unknown } from './known.ts';
import type { Account, AgreementId, Commit, Known, Person, Signature, Snapshot } from './snapshot.ts';
import { short } from './text.ts';

/** GitHub's own account, which commits what people do in the browser. */
export const webFlow = 19864447;

/**
 * Everybody who wrote a commit, authors and co-authors alike, and whether they have agreed. Who only committed what somebody else
 * wrote is no author. Programs cannot agree: where only they wrote a commit, the author of the pull request stands for it.
 */
export function signatoriesOf(snapshot: Snapshot, agreement: AgreementSettings): Known<Signatory[]> {
  const { commits, signatures, pull } = snapshot;
  if (!commits.known) return unknown(commits.because);
  if (!signatures.known) return unknown(signatures.because);
  const signed = signatures.value.filter((one) => holds(one.agreement, agreement));
  const assistants = new Set(agreement.assistants.map((address) => address.toLowerCase()));
  const found = new Map<string, Signatory>();

  const add = (person: Person, { sha }: Commit): boolean => {
    const account = person.account.known ? (person.account.value ?? undefined) : undefined;
    if (account?.id === webFlow) return false;
    const program = assistants.has(person.email.toLowerCase());
    const key = account ? `#${account.id}` : person.email.toLowerCase();
    const before = found.get(key);
    if (before) before.commits += 1;
    else {
      const agreed = program ? ({ is: 'program' } as const) : stateOf(person, account, snapshot, agreement, signed);
      found.set(key, { ...(account && { account }), name: person.name, email: person.email, commits: 1, sha, agreed });
    }
    return !program && account?.type !== 'bot';
  };

  for (const commit of commits.value) {
    const human = [commit.author, ...commit.coAuthors].filter((person) => add(person, commit)).length > 0;
    if (!human && found.get(`#${pull.author.id}`) === undefined && !allowed(pull.author, agreement)) {
      add({ name: pull.author.login, email: '', account: known(pull.author) }, commit);
    }
  }
  return known([...found.values()]);
}

const allowed = (account: Account, { allow }: AgreementSettings): boolean => Object.values(allow).includes(account.id);

function stateOf(person: Person, account: Account | undefined, { bot, members }: Snapshot, agreement: AgreementSettings, signed: readonly Signature[]): Signatory['agreed'] {
  if (!person.account.known) return { is: 'unknown', because: person.account.because };
  if (!account) return { is: 'nobody' };
  if (account.id === bot.id || allowed(account, agreement)) return { is: 'allowed' };
  const signature = signed.find((one) => one.account.id === account.id);
  if (signature) return { is: 'signed', signature };
  let because: string | undefined;
  for (const company of agreement.companies) {
    if (company.version !== agreement.version) continue;
    if (Object.values(company.accounts ?? {}).includes(account.id)) return { is: 'company', company: company.name };
    for (const organization of company.organizations ?? []) {
      const inside = Object.hasOwn(members, organization.toLowerCase()) ? members[organization.toLowerCase()] : undefined;
      if (inside?.known && inside.value.includes(account.id)) return { is: 'company', company: company.name };
      if (inside?.known !== true) because ??= `The members of ${organization} could not be read${inside ? `: ${inside.because}` : ''}.`;
    }
  }
  return because === undefined ? { is: 'not' } : { is: 'unknown', because };
}

/** Whether a signature is one of the agreement that is asked for now. One that kept no digest holds for its version. */
const holds = (signed: AgreementId, { version, digest }: AgreementSettings): boolean =>
  signed.version === version && (signed.digest === digest || signed.digest === '' || digest === '');

/** What is said of somebody who has not agreed. Names of accounts only; what a commit says is shown by its hash. */
export const commitsOf = ({ commits, sha }: Signatory): string => (commits === 1 ? `wrote commit ${short(sha)}` : `wrote ${commits} of the commits`);

/**
 * What stands behind `/agree`: undefined for nothing, the company where one is named, and a mistake where it cannot be told what was
 * meant. Understands `company="X"`, `[company="X"]`, `company="{X}"`, typographic quotes, none, and a colon for the equals sign.
 */
export function readConsent(rest: string): { company?: string } | { mistake: string } {
  let said = rest.trim().replace(/\\([[\]"{}])/g, '$1');
  if (/^[.!]*$/.test(said)) return {};
  const bracketed = /^\[(.*)\][.!]*$/s.exec(said);
  if (bracketed) said = (bracketed[1] ?? '').trim();
  const named = /^company\s*[=:]\s*(.*)$/is.exec(said);
  if (!named) return { mistake: 'What stands behind the command was not understood.' };
  let company = (named[1] ?? '').trim();
  const quoted = /^(["'“”„«»‘’`])(.*?)["'“”«»‘’`][.!]*$/s.exec(company);
  if (quoted) company = (quoted[2] ?? '').trim();
  const braced = /^[{<[](.*)[}>\]]$/s.exec(company);
  if (braced) company = (braced[1] ?? '').trim();
  if (/["“”„«»{}<>]/.test(company)) return { mistake: 'The name of the company is not between two quotation marks.' };
  if (company === '' || /^(?:…|\.{2,}|your[ -]?company(?:[ -]?name)?|company|company name|x)$/i.test(company)) return { mistake: 'The name of the company is missing.' };
  if (company.length > 200 || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(company)) return { mistake: 'The name of the company is longer than 200 characters or has a line break.' };
  return { company };
}
