import type { ClaSettings } from '../settings/defaults.ts';
import type { Signatory } from '../review/model/facts.ts';
import { ok, unavailable } from '../review/model/result.ts';
import { isGhost, isPerson } from '../review/model/account.ts';
import { isBotAccount, isBotCoAuthor, isBotIdentity } from './bot-accounts.ts';
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

/** The id of the account by which GitHub commits what people do in the browser. */
export const webFlow = 19864447;

/**
 * Finds everyone who must sign the CLA, and whether they have: authors and co-authors of commits,
 * and the person who opened the pull request. That person must sign whatever the commits say,
 * because a commit can name anyone as its author. A committer who is not an author need not sign. A
 * program cannot sign, so each commit needs a person too.
 */
export function findSignatories(snapshot: Snapshot, cla: ClaSettings): Result<Signatory[]> {
  const { commits, signatures, pull, repository } = snapshot;
  if (!commits.ok) return unavailable(commits.reason);
  if (!signatures.ok) return unavailable(signatures.reason);
  const signed = new Map<number, Signature>();
  for (const signature of signatures.value)
    if (!signed.has(signature.account.id) && isValidFor(signature, repository, cla))
      signed.set(signature.account.id, signature);
  const assistants = new Set(cla.assistants.map((address) => address.trim().toLowerCase()));
  const found = new Map<string, Signatory>();
  const { author } = pull;
  const isOpenedByProgram = isBotAccount(author);
  /**
   * For each author, whether GitHub verified at least one of their commits. GitHub never verifies
   * co-authors, which matters only if they sign for a pull request that a program opened.
   */
  const verified = new Map<Signatory, boolean>();

  const add = (person: Person, commit: string, count: 0 | 1, isProgram: boolean): Signatory => {
    const account = accountOf(person);
    const key = keyOf(person, account, isProgram);
    const signatory = found.get(key) ?? {
      ...(account && { account }),
      name: person.name,
      email: person.email,
      commits: 0,
      sha: commit,
      consent: consentOf(person, snapshot, cla, signed, isProgram),
    };
    signatory.commits += count;
    found.set(key, signatory);
    return signatory;
  };

  let hasPeople = true;
  for (const commit of commits.value) {
    const authors = [commit.author, ...commit.coAuthors].filter(
      (person) => accountOf(person)?.id !== webFlow,
    );
    const isProgram = (person: Person): boolean =>
      person === commit.author
        ? isBotIdentity(person, assistants)
        : isBotCoAuthor(person, assistants);
    for (const person of authors) {
      const signatory = add(person, commit.sha, 1, isProgram(person));
      if (person === commit.author)
        verified.set(signatory, verified.get(signatory) === true || isVerified(commit));
      else if (isOpenedByProgram && !verified.has(signatory)) verified.set(signatory, false);
    }
    hasPeople &&= authors.some((person) => !isProgram(person));
  }
  if (!isAllowed(author, cla) && !(isOpenedByProgram && hasPeople)) {
    const opener = add(
      { name: author.login, email: '', account: ok(author) },
      pull.head.sha,
      0,
      isOpenedByProgram,
    );
    // A program is exempt only if people worked with it, and here nobody did.
    if (opener.consent.kind === 'program') opener.consent = { kind: 'not' };
  }
  for (const [signatory, isKnown] of verified)
    if (!isKnown && signatory.account?.id !== author.id) signatory.unverified = true;
  return ok([...found.values()]);
}

/**
 * Groups the commits of a person. A program that uses an address is not the person to whom GitHub
 * may assign that address.
 */
function keyOf({ email }: Person, account: Account | undefined, isProgram: boolean): string {
  if (!account || (isProgram && !isBotAccount(account))) return email.trim().toLowerCase();
  return isGhost(account) ? account.login : `#${account.id}`;
}

const accountOf = ({ account }: Person): Account | undefined =>
  account.ok ? (account.value ?? undefined) : undefined;

/**
 * Whether GitHub verified who the author is. The signature of a commit is the committer's, so it
 * proves the author only if both are the same, or if GitHub committed what the author did in the
 * browser.
 */
function isVerified({ verified, author, committer }: Commit): boolean {
  // If GitHub did not say, the reader cannot do anything about it: no warning.
  if (verified !== true) return verified === undefined;
  const committerId = accountOf(committer)?.id;
  return (
    committerId === webFlow || (committerId !== undefined && committerId === accountOf(author)?.id)
  );
}

const isAllowed = (account: Account, { allow }: ClaSettings): boolean =>
  !isGhost(account) && Object.values(allow).includes(account.id);

function consentOf(
  person: Person,
  { bot, members }: Snapshot,
  cla: ClaSettings,
  signed: ReadonlyMap<number, Signature>,
  isProgram: boolean,
): Signatory['consent'] {
  const account = accountOf(person);
  if (account && (account.id === bot.id || isAllowed(account, cla))) return { kind: 'allowed' };
  if (isProgram) return { kind: 'program' };
  if (!person.account.ok) return { kind: 'unknown', reason: person.account.reason };
  if (!account) return { kind: 'nobody' };
  if (!isPerson(account)) return { kind: 'not' };
  const signature = signed.get(account.id);
  if (signature) return { kind: 'signed', signature };
  let reason: string | undefined;
  for (const company of cla.companies) {
    if (!isFor({ version: company.version, digest: company.digest ?? '' }, cla)) continue;
    if (Object.values(company.accounts ?? {}).includes(account.id))
      return { kind: 'company', company: company.name };
    for (const organization of company.organizations ?? []) {
      const memberIds = Object.hasOwn(members, organization.toLowerCase())
        ? members[organization.toLowerCase()]
        : undefined;
      if (memberIds?.ok && memberIds.value.includes(account.id))
        return { kind: 'company', company: company.name };
      if (memberIds?.ok !== true)
        reason ??=
          `The members of ${organization} could not be ` +
          `read${memberIds ? `: ${memberIds.reason}` : ''}.`;
    }
  }
  return reason === undefined ? { kind: 'not' } : { kind: 'unknown', reason };
}

/**
 * Whether a signature is valid for a repository: it is for the owner of the repository (or, with
 * `scope: repository`, for the repository itself) and for the present text of the CLA.
 */
function isValidFor(
  signature: Signature,
  { owner, repo }: RepositoryName,
  cla: ClaSettings,
): boolean {
  const recipient = recipientOf(signature);
  if (!recipient || !isSameName(recipient.owner, owner)) return false;
  if (
    cla.scope === 'repository' &&
    !(recipient.repository !== undefined && isSameName(recipient.repository, repo))
  )
    return false;
  return isFor(signature.cla, cla);
}

/**
 * Whether a signature is for the CLA in the settings: name, address, version and digest are the
 * same. Settings may have no digest, and older signatures no name or address; these count as equal.
 */
const isFor = (signed: ClaVersion, { name, url, version, digest }: ClaSettings): boolean =>
  signed.version === version &&
  (signed.name ?? name) === name &&
  (signed.url ?? url) === url &&
  (digest === '' || signed.digest === digest);

/**
 * Says what someone contributed, for example "wrote commit c0ffee5". Identifies commits by their
 * SHA, because a commit can claim any author.
 */
export function commitsOf({ commits, sha }: Signatory): string {
  if (commits === 0) return 'opened this pull request';
  return commits === 1 ? `wrote commit ${shortSha(sha)}` : `wrote ${commits} of the commits`;
}

/**
 * Parses the text after `/agree`: nothing, or the name of a company as `company="X"`,
 * `[company="X"]` or `company="{X}"`, with any or no quotation marks, or with a colon instead of the
 * equals sign.
 * @returns the company, nothing, or a sentence about what is wrong
 */
export function parseConsent(rest: string): { company?: string } | { mistake: string } {
  let text = rest.trim().replace(/\\([[\]"{}])/g, '$1');
  if (/^[.!]*$/.test(text)) return {};
  const bracketed = /^\[(.*)\][.!]*$/s.exec(text);
  if (bracketed) text = (bracketed[1] ?? '').trim();
  const named = /^company\s*[=:]\s*(.*)$/is.exec(text);
  if (!named) return { mistake: 'Gatehouse did not understand the text after the command.' };
  let company = (named[1] ?? '').trim();
  const quoted = /^(["'“”„«»‘’`])(.*?)["'“”«»‘’`][.!]*$/s.exec(company);
  if (quoted) company = (quoted[2] ?? '').trim();
  const braced = /^[{<[](.*)[}>\]]$/s.exec(company);
  if (braced) company = (braced[1] ?? '').trim();
  if (/["“”„«»{}<>]/.test(company))
    return { mistake: 'The name of the company is not enclosed in quotation marks.' };
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
