import Papa from 'papaparse';
import { compareStrings } from '../shared/compare-strings.ts';
import { isObject, type Json } from '../json/values.ts';
import { accountIn, cellOf, isOwnerName, readRows, timeOf, writeCsv, writeRows } from './csv.ts';
import { isSameName, recipientOf } from './recipient.ts';
import { formatRepositoryName } from '../review/model/repository-name.ts';
import type { ClaVersion, Recipient, Signature } from '../review/model/snapshot.ts';

/** A signature from a file. `id` is missing if the file has only logins; GitHub knows the id. */
export interface ImportedSignature {
  login: string;
  id?: number;
  company?: string;
  /** Only in Gatehouse's own files. */
  cla?: ClaVersion;
  signedAt: string;
  source: Signature['source'];
  /** Missing if the file does not say it. */
  recipient?: Recipient;
  /** Where it is in the file, for messages. */
  place: string;
}

export interface ParsedSignatures {
  signatures: ImportedSignature[];
  /** For each entry that was not imported, where it is and what is wrong. */
  rejected: string[];
}

/**
 * Parses a file with signatures: the CSV of `toCsv`, the CSV that https://cla-assistant.io exports,
 * or the JSON of https://github.com/contributor-assistant/github-action
 * (`{ "signedContributors": [{ name, id, comment_id, created_at, repoId, pullRequestNo }] }`).
 * @throws Error if it is none of them
 */
export function parseSignatures(text: string): ParsedSignatures {
  if (/^\s*[[{]/.test(text)) return fromContributorAssistant(text);
  if (!keepsVersions(text)) return fromClaAssistant(text);
  const { signatures, rejected } = fromExport(text);
  return {
    signatures: signatures.map(({ row, signature: { account, ...signature } }) => ({
      ...account,
      ...signature,
      place: `Row ${row}`,
    })),
    rejected,
  };
}

/** Whether it is one of Gatehouse's own files, which have the version of the signed CLA. */
export const keepsVersions = (text: string): boolean => /^\ufeff?"?Account"?,"?Login"?,/.test(text);

function fromContributorAssistant(text: string): ParsedSignatures {
  const value: Json = JSON.parse(text);
  const list = isObject(value) ? value.signedContributors : undefined;
  if (!Array.isArray(list))
    throw new Error(
      'The file has no list "signedContributors". ' +
        'Give the signatures file that contributor-assistant writes, the CSV that ' +
        'cla-assistant exports, or what gatehouse signatures export has written.',
    );
  const imported: ParsedSignatures = { signatures: [], rejected: [] };
  list.forEach((entry, index) => {
    const {
      name,
      id,
      created_at: created,
      repoId,
      pullRequestNo,
      comment_id: comment,
    } = isObject(entry) ? entry : {};
    const account = Number(id);
    const signedAt = timeOf(created);
    if (typeof name !== 'string' || !isLogin(name))
      imported.rejected.push(`Entry ${index + 1} names no account.`);
    else if (!Number.isSafeInteger(account) || account <= 0)
      imported.rejected.push(`Entry ${index + 1} (${name}) has no account number in "id".`);
    else if (signedAt === undefined)
      imported.rejected.push(`Entry ${index + 1} (${name}) has no time in "created_at".`);
    else {
      const where =
        `repository ${shown(repoId)}, pull request ${shown(pullRequestNo)}, comment ` +
        shown(comment);
      imported.signatures.push({
        login: name,
        id: account,
        signedAt,
        source: { kind: 'import', from: 'contributor-assistant', where },
        place: `Entry ${index + 1}`,
      });
    }
  });
  return imported;
}

const shown = (value: Json | undefined): string =>
  typeof value === 'number' || (typeof value === 'string' && /^\d{1,20}$/.test(value))
    ? String(value)
    : 'unknown';

/** The columns of cla-assistant's export; columns of custom fields follow. */
const columns = {
  login: 'User Name',
  owner: 'Repository Owner',
  name: 'Repository Name',
  url: 'Gist URL',
  version: 'Gist Version',
  at: 'Signed At',
} as const;

function fromClaAssistant(text: string): ParsedSignatures {
  const { data, meta } = Papa.parse<Record<string, string | undefined>>(
    text.replace(/^\ufeff/, ''),
    { header: true, skipEmptyLines: 'greedy', transformHeader: (header) => header.trim() },
  );
  for (const column of [columns.login, columns.at]) {
    if (!meta.fields?.includes(column))
      throw new Error(
        `The file has no column "${column}". ` +
          'Give the CSV that cla-assistant exports, the signatures file that ' +
          'contributor-assistant writes, or what gatehouse signatures export has written.',
      );
  }
  const companyColumn = meta.fields?.find((field) =>
    /company|employer|organi[sz]ation name/i.test(field),
  );
  const imported: ParsedSignatures = { signatures: [], rejected: [] };
  data.forEach((row, index) => {
    const login = row[columns.login]?.trim() ?? '';
    const signedAt = timeOf(row[columns.at]?.trim());
    const company = companyColumn === undefined ? '' : (row[companyColumn]?.trim() ?? '');
    if (!isLogin(login)) imported.rejected.push(`Row ${index + 2} names no account.`);
    else if (signedAt === undefined)
      imported.rejected.push(`Row ${index + 2} (${login}) has no time in "${columns.at}".`);
    else {
      const [owner = '', name = ''] = [row[columns.owner]?.trim(), row[columns.name]?.trim()];
      const repository = [owner, name].filter((part) => part !== '').join('/');
      const where = [repository, row[columns.url], row[columns.version]]
        .filter((part) => part !== undefined && part !== '')
        .join(' ');
      const recipient = toRecipient(owner, name);
      imported.signatures.push({
        login,
        signedAt,
        source: { kind: 'import', from: 'cla-assistant', where },
        ...(company !== '' && { company }),
        ...(recipient && { recipient }),
        place: `Row ${index + 2}`,
      });
    }
  });
  return imported;
}

const isLogin = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\[bot\])?$/.test(text);

/** Undefined if there is no owner, or a name is not valid on GitHub. */
const toRecipient = (owner: string, repository: string): Recipient | undefined =>
  isOwnerName(owner) && /^[\w.-]{0,100}$/.test(repository)
    ? { owner, ...(repository !== '' && { repository }) }
    : undefined;

const oldColumns = [
  'Account',
  'Login',
  'Company',
  'Version',
  'Digest',
  'Signed at',
  'Source',
] as const;
const addedColumns = ['Owner', 'Repository', 'Agreement', 'URL'] as const;
const ownColumns = [...oldColumns, ...addedColumns];

function rowOf(signature: Signature): (string | number)[] {
  const { account, company, cla, signedAt, source } = signature;
  const { owner = '', repository = '' } = recipientOf(signature) ?? {};
  const origin =
    source.kind === 'comment'
      ? `${formatRepositoryName(source.repository)}#${source.pull} comment ${source.comment}`
      : `${source.from}: ${source.where}`;
  return [
    account.id,
    account.login,
    company ?? '',
    cla.version,
    cla.digest,
    signedAt,
    origin,
    owner,
    repository,
    cla.name ?? '',
    cla.url ?? '',
  ];
}

const oldestFirst = (signatures: readonly Signature[]): Signature[] =>
  signatures.toSorted(
    (a, b) => compareStrings(a.signedAt, b.signedAt) || a.account.id - b.account.id,
  );

/** Writes signatures as CSV (RFC 4180), oldest first. `fromCsv` reads them back. */
export const toCsv = (signatures: readonly Signature[]): string =>
  writeCsv(ownColumns, oldestFirst(signatures).map(rowOf));

/**
 * Appends signatures to a CSV. The rest of the file stays as it is, so that a diff shows only what
 * is new; line ends are those of the first line. An old file gets the added columns, with empty
 * cells.
 */
export function appendToCsv(before: string, more: readonly Signature[]): string {
  if (before.trim() === '') return toCsv(more);
  const exported = withColumns(before);
  const newline = /^[^\n]*\r\n/.test(exported) ? '\r\n' : '\n';
  const rows = writeRows(oldestFirst(more).map(rowOf), newline);
  return `${exported}${exported.endsWith('\n') ? '' : newline}${rows}${newline}`;
}

/** Adds the new columns to each row of an old file that is not blank. Other files stay as they are. */
function withColumns(exported: string): string {
  const {
    rows: [head = []],
    newline,
  } = readRows(exported);
  if (head.join() !== oldColumns.join()) return exported;
  const empty = ','.repeat(addedColumns.length);
  let [written, from] = ['', 0];
  for (const end of rowEnds(exported, newline)) {
    const row = exported.slice(from, end);
    if (from === 0) written += `${row},${addedColumns.join()}`;
    else if (row.trim() === '') written += row;
    else written += `${row}${empty}`;
    from = end;
  }
  return written + exported.slice(from);
}

/** The offset of the end of each row, before its line break. Ignores line breaks in quoted cells. */
function* rowEnds(text: string, newline: string): Iterable<number> {
  const cell = new RegExp(`(?:"[^"]*(?:""[^"]*)*"|[^"][^]*?|)(,|${newline}|$)`, 'y');
  cell.lastIndex = text.startsWith('\ufeff') ? 1 : 0;
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    const [, end = ''] = match;
    if (end !== ',') yield cell.lastIndex - end.length;
    if (end === '') return;
  }
}

/**
 * Parses a CSV of `toCsv`. If one row is damaged the whole file is unreliable, so the result is then
 * what is wrong with that row.
 */
export function fromCsv(exported: string): { signatures: Signature[] } | { mistake: string } {
  if (exported.trim() === '') return { signatures: [] };
  const { signatures, rejected } = fromExport(exported);
  const [mistake] = rejected;
  return mistake === undefined
    ? { signatures: signatures.map(({ signature }) => signature) }
    : { mistake };
}

function fromExport(text: string): {
  signatures: { row: number; signature: Signature }[];
  rejected: string[];
} {
  const {
    rows: [head = [], ...rows],
    error,
  } = readRows(text);
  if (error !== undefined) return { signatures: [], rejected: [error] };
  const columnsOf = [ownColumns, oldColumns].find((names) => names.join() === head.join());
  if (!columnsOf) return { signatures: [], rejected: [`Row 1 is not \`${ownColumns.join()}\`.`] };
  const found: ReturnType<typeof fromExport> = { signatures: [], rejected: [] };
  rows.forEach((row, index) => {
    // A blank line: the last one, or one that a person added.
    if (row.length === 1 && row[0]?.trim() === '') return;
    const read = fromRow(row, columnsOf.length);
    if (typeof read === 'string') found.rejected.push(`Row ${index + 2} ${read}`);
    else found.signatures.push({ row: index + 2, signature: read });
  });
  return found;
}

/** The signature in a row, or what is wrong with the row. */
function fromRow(row: readonly string[], cells: number): Signature | string {
  const [
    account = '',
    login = '',
    company = '',
    version = '',
    digest = '',
    at = '',
    from = '',
    owner = '',
    repository = '',
    name = '',
    url = '',
  ] = row.map(cellOf);
  if (row.length !== cells) return `has ${row.length} cells instead of ${cells}.`;
  const id = accountIn(account);
  if (id === undefined) return 'has no account number in "Account".';
  if (!isLogin(login)) return 'names no account in "Login".';
  if (version === '') return `(${login}) has no version of the CLA in "Version".`;
  if (!/^(?:[0-9a-f]{64})?$/.test(digest)) return `(${login}) has no SHA-256 in "Digest".`;
  const time = timeOf(at);
  if (time === undefined) return `(${login}) has no time in "Signed at".`;
  const source = sourceOf(from);
  if (!source)
    return (
      `(${login}) does not say in "Source" where it comes from, as in ` +
      `\`contoso/connectors#12 comment 345\` or \`cla-assistant: …\`.`
    );
  if (!/^(?:https:\/\/[^\s<>()]+)?$/.test(url))
    return `(${login}) has no address that begins with https:// in "URL".`;
  const recipient = toRecipient(owner, repository);
  if (!recipient && owner + repository !== '')
    return (
      `(${login}) does not name an owner in "Owner", or a repository of theirs in ` +
      '"Repository".'
    );
  const isRepositoryOfComment =
    recipient &&
    source.kind === 'comment' &&
    isSameName(recipient.owner, source.repository.owner) &&
    isSameName(recipient.repository ?? '', source.repository.repo);
  const cla = { ...(name !== '' && { name }), ...(url !== '' && { url }), version, digest };
  return {
    account: { id, login },
    ...(company !== '' && { company }),
    cla,
    signedAt: time,
    source,
    ...(recipient && !isRepositoryOfComment && { recipient }),
  };
}

function sourceOf(text: string): Signature['source'] | undefined {
  const [, owner, repo, pull, comment] =
    /^([\w.-]+)\/([\w.-]+)#(\d{1,15}) comment (\d{1,15})$/.exec(text) ?? [];
  if (owner !== undefined && repo !== undefined)
    return {
      kind: 'comment',
      repository: { owner, repo },
      pull: Number(pull),
      comment: Number(comment),
    };
  const from = importers.find((importer) => text.startsWith(`${importer}: `));
  return from && { kind: 'import', from, where: text.slice(from.length + 2) };
}

const importers = ['contributor-assistant', 'cla-assistant'] as const;

/**
 * The new signatures that are not stored yet. If an account signed the same text for the same
 * recipient twice, the first signature counts.
 */
export function missingFrom(
  stored: readonly Signature[],
  signatures: readonly Signature[],
): Signature[] {
  const keyOf = (signature: Signature): string => {
    const {
      account,
      cla: { name, url, version, digest },
    } = signature;
    const recipient = recipientOf(signature);
    return JSON.stringify([
      account.id,
      recipient?.owner.toLowerCase(),
      recipient?.repository?.toLowerCase(),
      name,
      url,
      version,
      digest,
    ]);
  };
  const seen = new Set(stored.map(keyOf));
  return signatures.filter((signature) => {
    const key = keyOf(signature);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
