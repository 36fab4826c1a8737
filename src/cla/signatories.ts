import type { ClaSettings } from '../settings/defaults.ts';
import type { Signatory } from '../review/model/facts.ts';
import { ok, unavailable } from '../review/model/result.ts';
import { isGhost, isPerson } from '../review/model/account.ts';
import { isBotIdentity, isBotAccount } from './bot-accounts.ts';
import { isSameName, recipientOf } from './recipient.ts';
import type {
  Account,
  ClaVersion,
  Commit,
  Result,
  Person,
  RepositoryName,
  Signature,
  Snapshot,
} from '../review/model/snapshot.ts';
import { shortSha } from '../review/model/markdown.ts';

/** GitHub's own account, which commits what people do in the browser. */
export const webFlow = 19864447;

/**
 * Everybody who wrote a commit, authors and co-authors alike, and whoever opened the pull request,
 * and whether they have agreed. Whom a commit names is its author's to choose, so whoever opened
 * the pull request is asked whatever the commits say. Who only committed what somebody else wrote
 * is no author. Programs cannot agree: somebody else must for each commit.
 */
export function findSignatories(snapshot: Snapshot, agreement: ClaSettings): Result<Signatory[]> {
  const { commits, signatures, pull, repository } = snapshot;
  if (!commits.ok) return unavailable(commits.reason);
  if (!signatures.ok) return unavailable(signatures.reason);
  const signed = new Map<number, Signature>();
  for (const one of signatures.value)
    if (!signed.has(one.account.id) && holds(one, repository, agreement))
      signed.set(one.account.id, one);
  const assistants = new Set(agreement.assistants.map((address) => address.trim().toLowerCase()));
  const found = new Map<string, Signatory>();
  const { author } = pull;
  const byProgram = isBotAccount(author);
  /**
   * Those whom commits name as their author, and whether GitHub verified that of one commit. Of
   * co-authors it never does: it matters if they agree for what a program opened.
   */
  const verified = new Map<Signatory, boolean>();

  const add = (person: Person, commit: string, count: 0 | 1): Signatory => {
    const account = accountOf(person);
    const key = keyOf(person, account, isBotIdentity(person, assistants));
    const one = found.get(key) ?? {
      ...(account && { account }),
      name: person.name,
      email: person.email,
      commits: 0,
      sha: commit,
      consent: stateOf(person, snapshot, agreement, signed, assistants),
    };
    one.commits += count;
    found.set(key, one);
    return one;
  };

  let hasPeople = true;
  for (const commit of commits.value) {
    const authors = [commit.author, ...commit.coAuthors].filter(
      (person) => accountOf(person)?.id !== webFlow,
    );
    for (const person of authors) {
      const one = add(person, commit.sha, 1);
      if (person === commit.author)
        verified.set(one, verified.get(one) === true || isVerified(commit));
      else if (byProgram && !verified.has(one)) verified.set(one, false);
    }
    hasPeople &&= authors.some((person) => !isBotIdentity(person, assistants));
  }
  if (!isAllowed(author, agreement) && !(byProgram && hasPeople)) {
    const opener = add({ name: author.login, email: '', account: ok(author) }, pull.head.sha, 0);
    // It was excused as a program that others worked with, and here nobody did.
    if (opener.consent.kind === 'program') opener.consent = { kind: 'not' };
  }
  for (const [one, is] of verified) if (!is && one.account?.id !== author.id) one.unverified = true;
  return ok([...found.values()]);
}

/**
 * A program that signs with an address is none of the people whom GitHub may give that address to.
 */
function keyOf({ email }: Person, account: Account | undefined, program: boolean): string {
  if (!account || (program && !isBotAccount(account))) return email.trim().toLowerCase();
  return isGhost(account) ? account.login : `#${account.id}`;
}

const accountOf = ({ account }: Person): Account | undefined =>
  account.ok ? (account.value ?? undefined) : undefined;

/**
 * Whether GitHub knows who the author is. A signature is the committer's: it says nothing of
 * another author, except of what people do in the browser.
 */
function isVerified({ verified, author, committer }: Commit): boolean {
  if (verified !== true) return verified === undefined; // GitHub did not say
  const by = accountOf(committer)?.id;
  return by === webFlow || (by !== undefined && by === accountOf(author)?.id);
}

const isAllowed = (account: Account, { allow }: ClaSettings): boolean =>
  !isGhost(account) && Object.values(allow).includes(account.id);

function stateOf(
  person: Person,
  { bot, members }: Snapshot,
  agreement: ClaSettings,
  signed: ReadonlyMap<number, Signature>,
  assistants: ReadonlySet<string>,
): Signatory['consent'] {
  const account = accountOf(person);
  if (account && (account.id === bot.id || isAllowed(account, agreement)))
    return { kind: 'allowed' };
  if (isBotIdentity(person, assistants)) return { kind: 'program' };
  if (!person.account.ok) return { kind: 'unknown', reason: person.account.reason };
  if (!account) return { kind: 'nobody' };
  if (!isPerson(account)) return { kind: 'not' };
  const signature = signed.get(account.id);
  if (signature) return { kind: 'signed', signature };
  let reason: string | undefined;
  for (const company of agreement.companies) {
    if (!isOf({ version: company.version, digest: company.digest ?? '' }, agreement)) continue;
    if (Object.values(company.accounts ?? {}).includes(account.id))
      return { kind: 'company', company: company.name };
    for (const organization of company.organizations ?? []) {
      const inside = Object.hasOwn(members, organization.toLowerCase())
        ? members[organization.toLowerCase()]
        : undefined;
      if (inside?.ok && inside.value.includes(account.id))
        return { kind: 'company', company: company.name };
      if (inside?.ok !== true)
        reason ??=
          `The members of ${organization} could not be ` +
          `read${inside ? `: ${inside.reason}` : ''}.`;
    }
  }
  return reason === undefined ? { kind: 'not' } : { kind: 'unknown', reason };
}

/**
 * Whether a signature counts in a repository: it was given to its owner (or to the repository
 * itself, by setting), and to the text that is asked for now.
 */
function holds(
  signature: Signature,
  { owner, repo }: RepositoryName,
  agreement: ClaSettings,
): boolean {
  const to = recipientOf(signature);
  if (!to || !isSameName(to.owner, owner)) return false;
  if (
    agreement.scope === 'repository' &&
    !(to.repository !== undefined && isSameName(to.repository, repo))
  )
    return false;
  return isOf(signature.cla, agreement);
}

/**
 * Whether a signature is of the text that is asked for now: name, address, version and digest are
 * the same. Settings without a digest go by the rest. Of what was kept without a name and an
 * address, the version tells it.
 */
const isOf = (signed: ClaVersion, { name, url, version, digest }: ClaSettings): boolean =>
  signed.version === version &&
  (signed.name ?? name) === name &&
  (signed.url ?? url) === url &&
  (digest === '' || signed.digest === digest);

/**
 * What is said of somebody who has not agreed. Names of accounts only; what a commit says is shown
 * by its hash.
 */
export function commitsOf({ commits, sha }: Signatory): string {
  if (commits === 0) return 'opened this pull request';
  return commits === 1 ? `wrote commit ${shortSha(sha)}` : `wrote ${commits} of the commits`;
}

/**
 * What stands behind `/agree`: undefined for nothing, the company where one is named, and a mistake
 * where it cannot be told what was meant. Understands `company="X"`, `[company="X"]`,
 * `company="{X}"`, typographic quotes, none, and a colon for the equals sign.
 */
export function parseConsent(rest: string): { company?: string } | { mistake: string } {
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
  if (/["“”„«»{}<>]/.test(company))
    return { mistake: 'The name of the company is not between two quotation marks.' };
  if (
    company === '' ||
    /^(?:…|\.{2,}|your[ -]?company(?:[ -]?name)?|company|company name|x)$/i.test(company)
  )
    return { mistake: 'The name of the company is missing.' };
  if (company.length > 200 || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(company))
    return {
      mistake: 'The name of the company is longer than 200 characters or has a line break.',
    };
  return { company };
}
