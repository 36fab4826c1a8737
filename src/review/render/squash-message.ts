import { lazyRegExp } from '../../shared/lazy-regexp.ts';
import { lettersAndDigits } from '../../shared/text.ts';
import type { Signatory } from '../model/facts.ts';
import type { Account, Pull } from '../model/snapshot.ts';

/** GitHub's limit for the title of a pull request, in characters. We also use it for commits. */
const maxTitle = 256;
const maxName = 100;
/** Characters. The rest of a text is ignored. */
const maxRead = 1_000;
const maxCoAuthors = 100;

/**
 * Characters that are invisible or reorder text: controls, format characters (text
 * direction, zero width, tags), fillers and variation selectors, private and unassigned code
 * points, halves of a surrogate pair.
 */
const hidden = lazyRegExp(
  '[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\p{Default_Ignorable_Code_Point}]',
  'gu',
);
const spaces = lazyRegExp('[\\p{Z}\\u2800\\t\\n\\v\\f\\r\\u0085]+', 'gu');
const reference = lazyRegExp('(?<=[\\p{L}\\p{M}\\p{N}_])#(?=[\\p{L}\\p{M}\\p{N}_])', 'gu');
const hash = lazyRegExp('#(?=[\\p{L}\\p{M}\\p{N}_])', 'gu');
const notOfAName = lazyRegExp("[^\\p{L}\\p{M}\\p{N} .'-]+", 'gu');

/**
 * Makes a line of a commit message that has no effect on programs which read commit messages. People
 * still read the same words, because special text is replaced by visible characters:
 * - `[skip ci]`, `[no ci]`, `[skip azp]` and the like need square brackets: they become round ones.
 * `***NO_CI***` and `skip-checks:` are broken.
 * - References (`#1`, `owner/name#1`, `GH-1`, `AB#1`, the address of an issue) and with them
 * closing words, and Jira's `#close`.
 * - Mentions, and what looks like a trailer (`Signed-off-by:`).
 */
export function inertLine(text: string): string {
  let line = text
    .slice(0, maxRead)
    .replace(spaces(), ' ')
    .replace(hidden(), '')
    .replaceAll('[', '(')
    .replaceAll(']', ')');
  // One replacement can create a match for another. The loop ends, because each removes some of the
  // characters that they look for.
  for (let before = ''; before !== line;) {
    before = line;
    line = line
      .replace(/\*{3,}/g, '**')
      .replace(/skip-(checks?\s*:)/gi, 'skip $1')
      .replace(/-by\s*:/gi, '-by')
      .replaceAll('://', ' ')
      .replace(/(issues?|pulls?|discussions|merge_requests)\/(?=\w)/gi, '$1 ')
      .replace(/(?<![A-Za-z0-9])(GH)-(?=\d)/gi, '$1 ')
      .replace(reference(), ' ')
      .replace(hash(), '')
      .replace(/(?<![A-Za-z0-9_])@|@(?![A-Za-z0-9])/g, '');
  }
  return line.replace(/ {2,}/g, ' ').trim();
}

/** The title of a squash commit: the title of the pull request and its number. */
export function squashTitle({ title, number }: Pick<Pull, 'title' | 'number'>): string {
  const end = ` (#${number})`;
  return `${shortened(inertLine(title), maxTitle - end.length) || 'Pull request'}${end}`;
}

/**
 * The message of a squash commit: a `Co-authored-by` trailer for every other commit author. Name and
 * address come from commits, so they are untrusted: an unusual name is replaced by the login of the
 * account, an unusual address by its no-reply address.
 */
export function squashMessage(
  signatories: readonly Signatory[],
  { author, url }: Pick<Pull, 'author' | 'url'>,
): string {
  const host = /^https?:\/\/([^/:]+)/.exec(url)?.[1] ?? 'github.com';
  return signatories
    .flatMap(({ account, consent, email, name }) =>
      account && account.id !== author.id && consent.kind !== 'program' && email !== ''
        ? [{ account, email, name }]
        : [],
    )
    .slice(0, maxCoAuthors)
    .map(
      ({ account, email, name }) =>
        `Co-authored-by: ${nameIn(name) || loginIn(account)} ` +
        `<${isPlainAddress(email) ? email : `${account.id}+${loginIn(account)}@users.noreply.${host}`}>`,
    )
    .join('\n');
}

/** The name without unusual characters, '' if it has no letter. */
function nameIn(text: string): string {
  const name = inertLine(inertLine(text).replace(notOfAName(), ' '))
    .slice(0, maxName)
    .toWellFormed();
  return lettersAndDigits(name) === '' ? '' : name.replace(/\ufffd/g, '').trim();
}
const loginIn = ({ login }: Account): string => login.replace(/[^A-Za-z0-9_-]/g, '');
const isPlainAddress = (email: string): boolean =>
  email.length <= 254 &&
  /^[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(email) &&
  inertLine(email) === email;

/** Cuts a text, but not within a surrogate pair. */
function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text
    .slice(0, max - 1)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`;
}
