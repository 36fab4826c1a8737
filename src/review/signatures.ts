import Papa from 'papaparse';
import { isObject, type Json } from '../connector/values.ts';
import type { Signature } from './snapshot.ts';

/** A signature from a file of another tool. Where the tool kept logins only, `id` is missing: whoever imports asks GitHub for it. */
export interface ImportedSignature {
  login: string;
  id?: number;
  company?: string;
  at: string;
  from: 'contributor-assistant' | 'cla-assistant';
  /** Where it was said, as far as the file tells. */
  where: string;
}

export interface Imported {
  signatures: ImportedSignature[];
  /** What was not taken over, each with its place and what is wrong. */
  refused: string[];
}

/**
 * Reads what https://github.com/contributor-assistant/github-action keeps (`{ "signedContributors": [{ name, id, comment_id,
 * created_at, repoId, pullRequestNo }] }`) or what https://cla-assistant.io exports as CSV. Throws where it is neither.
 */
export const importSignatures = (text: string): Imported => (/^\s*[[{]/.test(text) ? fromContributorAssistant(text) : fromClaAssistant(text));

function fromContributorAssistant(text: string): Imported {
  const value: Json = JSON.parse(text);
  const list = isObject(value) ? value.signedContributors : undefined;
  if (!Array.isArray(list)) throw new Error('The file has no list "signedContributors". Give the signatures file that contributor-assistant writes, or the CSV that cla-assistant exports.');
  const imported: Imported = { signatures: [], refused: [] };
  list.forEach((entry, index) => {
    const { name, id, created_at: created, repoId, pullRequestNo, comment_id: comment } = isObject(entry) ? entry : {};
    const account = Number(id);
    const at = timeOf(created);
    if (typeof name !== 'string' || !isLogin(name)) imported.refused.push(`Entry ${index + 1} names no account.`);
    else if (!Number.isSafeInteger(account) || account <= 0) imported.refused.push(`Entry ${index + 1} (${name}) has no account number in "id".`);
    else if (at === undefined) imported.refused.push(`Entry ${index + 1} (${name}) has no time in "created_at".`);
    else {
      imported.signatures.push({ login: name, id: account, at, from: 'contributor-assistant', where: `repository ${shown(repoId)}, pull request ${shown(pullRequestNo)}, comment ${shown(comment)}` });
    }
  });
  return imported;
}

const shown = (value: Json | undefined): string => (typeof value === 'number' || (typeof value === 'string' && /^\d{1,20}$/.test(value)) ? String(value) : 'unknown');

/** The columns of cla-assistant's export; those of custom fields follow them. */
const columns = { login: 'User Name', owner: 'Repository Owner', name: 'Repository Name', url: 'Gist URL', version: 'Gist Version', at: 'Signed At' } as const;

function fromClaAssistant(text: string): Imported {
  const { data, meta } = Papa.parse<Record<string, string | undefined>>(text.replace(/^\ufeff/, ''), { header: true, skipEmptyLines: 'greedy', transformHeader: (header) => header.trim() });
  for (const column of [columns.login, columns.at]) {
    if (!meta.fields?.includes(column)) throw new Error(`The file has no column "${column}". Give the CSV that cla-assistant exports, or the signatures file that contributor-assistant writes.`);
  }
  const companyColumn = meta.fields?.find((field) => /company|employer|organi[sz]ation name/i.test(field));
  const imported: Imported = { signatures: [], refused: [] };
  data.forEach((row, index) => {
    const login = row[columns.login]?.trim() ?? '';
    const at = timeOf(row[columns.at]?.trim());
    const company = companyColumn === undefined ? '' : (row[companyColumn]?.trim() ?? '');
    if (!isLogin(login)) imported.refused.push(`Row ${index + 2} names no account.`);
    else if (at === undefined) imported.refused.push(`Row ${index + 2} (${login}) has no time in "${columns.at}".`);
    else {
      const repository = [row[columns.owner], row[columns.name]].filter((part) => part !== undefined && part !== '').join('/');
      const where = [repository, row[columns.url], row[columns.version]].filter((part) => part !== undefined && part !== '').join(' ');
      imported.signatures.push({ login, at, from: 'cla-assistant', where, ...(company !== '' && { company }) });
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

/** Signatures as CSV (RFC 4180), oldest first. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function exportSignatures(signatures: readonly Signature[]): string {
  const rows = signatures
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.account.id - b.account.id))
    .map(({ account, company, agreement, at, source }) => [
      account.id,
      account.login,
      company ?? '',
      agreement.version,
      agreement.digest,
      at,
      source.is === 'comment' ? `${source.repository.owner}/${source.repository.name}#${source.pull} comment ${source.comment}` : `${source.from}: ${source.where}`,
    ]);
  return `${Papa.unparse({ fields: ['Account', 'Login', 'Company', 'Version', 'Digest', 'Signed at', 'Source'], data: rows }, { escapeFormulae: true })}\r\n`;
}
