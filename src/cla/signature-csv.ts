import Papa from 'papaparse';
import { compareStrings } from '../shared/compare-strings.ts';
import { isObject, type Json } from '../json/values.ts';
import { isSameName, recipientOf } from './recipient.ts';
import { formatRepositoryName } from '../review/model/repository-name.ts';
import type { ClaVersion, Recipient, Signature } from '../review/model/snapshot.ts';

/**
 * A signature from a file. Where the tool that kept it has logins only, `id` is missing: whoever
 * imports asks GitHub for it.
 */
export interface ImportedSignature {
  login: string;
  id?: number;
  company?: string;
  /** Of Gatehouse's own files only. */
  cla?: ClaVersion;
  signedAt: string;
  source: Signature['source'];
  /** As far as the file says it. */
  recipient?: Recipient;
  /** Where it is in the file, to be told of it. */
  place: string;
}

export interface ParsedSignatures {
  signatures: ImportedSignature[];
  /** What was not taken over, each with its place and what is wrong. */
  rejected: string[];
}

/**
 * Reads what `exportSignatures` writes, what https://github.com/contributor-assistant/github-action
 * keeps (`{ "signedContributors": [{ name, id, comment_id, created_at, repoId, pullRequestNo }] }`)
 * or what https://cla-assistant.io exports as CSV. Throws where it is none of them.
 */
export function parseSignatures(text: string): ParsedSignatures {
  if (/^\s*[[{]/.test(text)) return fromContributorAssistant(text);
  if (!keepsVersions(text)) return fromClaAssistant(text);
  const { signatures, refused: rejected } = fromExport(text);
  return {
    signatures: signatures.map(({ row, signature: { account, ...signature } }) => ({
      ...account,
      ...signature,
      place: `Row ${row}`,
    })),
    rejected,
  };
}

/**
 * Whether it is one of Gatehouse's own files, which know the version of the agreement that was
 * signed.
 */
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

/** The columns of cla-assistant's export; those of custom fields follow them. */
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

/** A time as ISO 8601 in UTC; undefined for what is none. */
function timeOf(value: Json | undefined): string | undefined {
  const date = typeof value === 'string' || typeof value === 'number' ? new Date(value) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined;
}

/**
 * Undefined where no owner is named, or what is there cannot be the name of one or of a repository.
 */
const toRecipient = (owner: string, repository: string): Recipient | undefined =>
  /^[\w.-]{1,100}$/.test(owner) && /^[\w.-]{0,100}$/.test(repository)
    ? { owner, ...(repository !== '' && { repository }) }
    : undefined;

const formerColumns = [
  'Account',
  'Login',
  'Company',
  'Version',
  'Digest',
  'Signed at',
  'Source',
] as const;
const addedColumns = ['Owner', 'Repository', 'Agreement', 'URL'] as const;
const ownColumns = [...formerColumns, ...addedColumns];

/**
 * A cell that a spreadsheet would take for a formula, or that begins with the apostrophe that keeps
 * it from that, begins with an apostrophe.
 */
const formula = /^[=+\-@\t\r']/;
const cellOf = (written: string): string => written.replace(/^'/, '');

function rowOf(signature: Signature): (string | number)[] {
  const { account, company, cla, signedAt, source } = signature;
  const { owner = '', repository = '' } = recipientOf(signature) ?? {};
  const said =
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
    said,
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

/** Signatures as CSV (RFC 4180), oldest first. `readSignatures` gives them back. */
export const toCsv = (signatures: readonly Signature[]): string =>
  `${Papa.unparse({ fields: [...ownColumns], data: oldestFirst(signatures).map(rowOf) }, { escapeFormulae: formula })}\r\n`;

/**
 * What was exported with more signatures at its end: whatever stands in it stays as it is, so that
 * a difference shows what is new and nothing else. Lines end as the first one does. Anew where it
 * is empty. Rows of a file without the columns for whom and what it was get empty cells there,
 * once.
 */
export function appendToCsv(was: string, more: readonly Signature[]): string {
  if (was.trim() === '') return toCsv(more);
  const exported = withColumns(was);
  const newline = /^[^\n]*\r\n/.test(exported) ? '\r\n' : '\n';
  const rows = Papa.unparse(oldestFirst(more).map(rowOf), { escapeFormulae: formula, newline });
  return `${exported}${exported.endsWith('\n') ? '' : newline}${rows}${newline}`;
}

/**
 * A file of the former columns with the added ones, behind each row that is not blank: nothing else
 * is touched. Any other file as it is.
 */
function withColumns(exported: string): string {
  const {
    rows: [head = []],
    newline,
  } = rowsOf(exported);
  if (head.join() !== formerColumns.join()) return exported;
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

/**
 * Where the rows of a CSV end, each before its line end, which begins the next. Line ends in quoted
 * cells are text.
 */
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
 * Reads all that was exported, or says what is wrong with the first row that is: of a file that is
 * damaged nothing can be relied on.
 */
export function fromCsv(exported: string): { signatures: Signature[] } | { mistake: string } {
  if (exported.trim() === '') return { signatures: [] };
  const { signatures, refused } = fromExport(exported);
  const [mistake] = refused;
  return mistake === undefined
    ? { signatures: signatures.map(({ signature }) => signature) }
    : { mistake };
}

/**
 * The rows of a CSV, the first one with the names of its columns, and what is wrong with how it is
 * written.
 */
function rowsOf(text: string): { rows: string[][]; newline: string; wrong: string | undefined } {
  const { data, errors, meta } = Papa.parse<string[]>(text.replace(/^\ufeff/, ''), {
    delimiter: ',',
  });
  const [error] = errors;
  return {
    rows: data,
    newline: meta.linebreak,
    wrong: error && `Row ${(error.row ?? 0) + 1} is no CSV: ${error.message}.`,
  };
}

function fromExport(text: string): {
  signatures: { row: number; signature: Signature }[];
  refused: string[];
} {
  const {
    rows: [head = [], ...rows],
    wrong,
  } = rowsOf(text);
  if (wrong !== undefined) return { signatures: [], refused: [wrong] };
  const columnsOf = [ownColumns, formerColumns].find((one) => one.join() === head.join());
  if (!columnsOf) return { signatures: [], refused: [`Row 1 is not \`${ownColumns.join()}\`.`] };
  const found: ReturnType<typeof fromExport> = { signatures: [], refused: [] };
  rows.forEach((row, index) => {
    if (row.length === 1 && row[0]?.trim() === '') return; // behind the last line end, or by hand
    const read = fromRow(row, columnsOf.length);
    if (typeof read === 'string') found.refused.push(`Row ${index + 2} ${read}`);
    else found.signatures.push({ row: index + 2, signature: read });
  });
  return found;
}

/** A row, or what is wrong with it. */
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
  if (row.length !== cells) return `has ${row.length} cells and not ${cells}.`;
  const id = /^[1-9]\d{0,15}$/.test(account) ? Number(account) : 0;
  if (!Number.isSafeInteger(id) || id === 0) return 'has no account number in "Account".';
  if (!isLogin(login)) return 'names no account in "Login".';
  if (version === '') return `(${login}) has no version of the agreement in "Version".`;
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
  const saidThere =
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
    ...(recipient && !saidThere && { recipient }),
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
  const from = importers.find((one) => text.startsWith(`${one}: `));
  return from && { kind: 'import', from, where: text.slice(from.length + 2) };
}

const importers = ['contributor-assistant', 'cla-assistant'] as const;

/**
 * The signatures among these that are not kept yet. Of two by one account for one text and one
 * recipient the first one counts.
 */
export function missingFrom(kept: readonly Signature[], given: readonly Signature[]): Signature[] {
  const keyOf = (signature: Signature): string => {
    const {
      account,
      cla: { name, url, version, digest },
    } = signature;
    const to = recipientOf(signature);
    return JSON.stringify([
      account.id,
      to?.owner.toLowerCase(),
      to?.repository?.toLowerCase(),
      name,
      url,
      version,
      digest,
    ]);
  };
  const seen = new Set(kept.map(keyOf));
  return given.filter((one) => !seen.has(keyOf(one)) && seen.add(keyOf(one)));
}
