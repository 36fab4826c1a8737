import { ruleById } from '../../rules/registry.ts';
import type { Finding } from '../../shared/finding.ts';
import { policyByCode } from '../../rules/policy-codes.ts';
import { valueOr } from '../model/result.ts';
import type { Facts } from '../model/facts.ts';

/** An error that the certification account lists. */
export interface CertificationError {
  /** In the words of the account: untrusted, like any comment. */
  text: string;
  /** The policy codes that the text names, or whose message it is. */
  codes: readonly string[];
}

/** Nobody reads more of them. */
const maxErrors = 20;
/** Characters of an error, and of the comment. */
const maxErrorLength = 300;
const maxCommentLength = 20_000;
/** Characters. A shorter part of a message could be part of many sentences. */
const minMessageLength = 20;

const codePattern =
  /(?<![\w.])(?:5000(?:\.\d{1,3}){1,4}|connector-validate-[a-z0-9-]{3,40})(?![\w-]|\.\d)/gi;

/**
 * The errors in the last answer of the certification account, which is only a hint: it is shown, and
 * nothing follows from it. The account answers with a numbered list of sentences, and until 2025 with
 * a table that has a column of policy codes. Undefined if there is no answer with errors.
 */
export function certificationAnswer({
  snapshot: { comments },
  displaySettings: { certificationAccount },
}: Pick<Facts, 'snapshot' | 'displaySettings'>): readonly CertificationError[] | undefined {
  if (certificationAccount === '') return undefined;
  const name = certificationAccount.toLowerCase();
  const answers = valueOr(comments, []).filter(({ author }) => author.login.toLowerCase() === name);
  for (const { body } of answers.toReversed()) {
    const errors = body
      .slice(0, maxCommentLength)
      .split(/\r\n|\n|\r/)
      .flatMap((line) => errorIn(line.trim()))
      .slice(0, maxErrors);
    if (errors.length > 0) return errors;
    if (/\bcongratulations\b|\bapproved\b/i.test(body)) return undefined;
  }
  return undefined;
}

/** The findings of rules that stand for one of the codes of an error. */
export function findingsFor(
  { codes }: CertificationError,
  { connectors }: Pick<Facts, 'connectors'>,
): Finding[] {
  const named = new Set(codes);
  return connectors.flatMap(({ validation }) =>
    validation.ok
      ? validation.value.findings.filter((finding) =>
          ruleById(finding.rule)?.policies?.some((code) => named.has(code)),
        )
      : [],
  );
}

function errorIn(line: string): CertificationError[] {
  const numbered = /^\\?\(?\d{1,2}\\?[.)] +(\S.*)$/.exec(line)?.[1];
  const cells = line.startsWith('|') ? line.split('|').map((cell) => cell.trim()) : [];
  const codes = codesIn(line);
  const text = numbered ?? cells.find((cell) => /\s/.test(cell) && codesIn(cell).length === 0);
  if (text === undefined || (numbered === undefined && codes.length === 0)) return [];
  return [
    {
      text: text.slice(0, maxErrorLength).toWellFormed(),
      codes: codes.length > 0 ? codes : codesOfMessage(text),
    },
  ];
}

const codesIn = (text: string): string[] => {
  const found = new Set((text.match(codePattern) ?? []).map((code) => code.toLowerCase()));
  return [...policyByCode.keys()].filter((code) => found.has(code.toLowerCase()));
};

/** The codes whose message, or the part of it before or after the colon, is in a text. */
function codesOfMessage(text: string): string[] {
  const words = bare(text);
  return [...policyByCode].flatMap(([code, { message, wording }]) => {
    const parts = [message, ...message.split(': ')].map(bare);
    const isQuoted = parts.some((part) => part.length >= minMessageLength && words.includes(part));
    return wording !== 'retold' && isQuoted ? [code] : [];
  });
}

const bare = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
