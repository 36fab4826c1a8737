import { formatRepositoryName, parseRepositoryName } from '../review/model/repository-name.ts';
import type { Verification } from '../review/model/snapshot.ts';
import { accountIn, cellOf, isOwnerName, readRows, timeOf, writeCsv } from './csv.ts';

const columns = ['Account', 'Login', 'Owner', 'Verified at', 'Until', 'Source'] as const;

/** Writes confirmed identities as CSV (RFC 4180). `parseVerifications` reads them back. */
export const verificationsToCsv = (verifications: readonly Verification[]): string =>
  writeCsv(
    columns,
    verifications.map(({ account, owner, verifiedAt, until, source }) => [
      account.id,
      account.login,
      owner,
      verifiedAt,
      until,
      source.kind === 'comment'
        ? `${formatRepositoryName(source.repository)}#${source.pull} comment ${source.comment} by ` +
          source.by
        : '',
    ]),
  );

/**
 * Parses the CSV of `verificationsToCsv`. Other tools may leave `Source` empty.
 * @returns the identities, and for each row that was rejected the reason; no identities if the file
 *   is not CSV, because a quotation mark that is missing swallows the rows after it
 * @throws Error if the file has other columns
 */
export function parseVerifications(text: string): {
  verifications: Verification[];
  rejected: string[];
} {
  const { rows: written, error } = readRows(text);
  const [head = [], ...rows] = written.filter((row) => row.join('').trim() !== '');
  if (head.join() !== columns.join())
    throw new Error(
      `The first row must be ${columns.join()}, as gatehouse publishers export writes.`,
    );
  if (error !== undefined) return { verifications: [], rejected: [error] };
  const verifications: Verification[] = [];
  const rejected: string[] = [];
  rows.forEach((row, index) => {
    const read = verificationIn(row.map((cell) => cellOf(cell).trim()));
    if (typeof read === 'string') rejected.push(`Row ${index + 2} ${read}`);
    else verifications.push(read);
  });
  return { verifications, rejected };
}

/** The identity in a row, or what is wrong with the row. */
function verificationIn([
  account = '',
  login = '',
  owner = '',
  at = '',
  until = '',
  source = '',
]: readonly string[]): Verification | string {
  const id = accountIn(account);
  if (id === undefined) return 'has no account number in "Account".';
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(login)) return 'names no account in "Login".';
  if (!isOwnerName(owner)) return `(${login}) names no owner in "Owner".`;
  const time = timeOf(at);
  if (time === undefined) return `(${login}) has no time in "Verified at".`;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || Number.isNaN(Date.parse(until)))
    return `(${login}) has no day such as 2027-03-31 in "Until".`;
  return {
    account: { id, login },
    owner,
    verifiedAt: time,
    until,
    source: sourceIn(source),
  };
}

function sourceIn(text: string): Verification['source'] {
  const [, name = '', pull, comment, by = ''] =
    /^(\S+)#(\d{1,15}) comment (\d{1,15}) by (\S+)$/.exec(text) ?? [];
  const repository = parseRepositoryName(name);
  return repository
    ? { kind: 'comment', repository, pull: Number(pull), comment: Number(comment), by }
    : { kind: 'import' };
}
