import Papa from 'papaparse';

/**
 * A cell that a spreadsheet would read as a formula is exported with an apostrophe before it, and so
 * is a cell that already begins with an apostrophe.
 */
const formula = /^[=+\-@\t\r']/;
export const cellOf = (written: string): string => written.replace(/^'/, '');

type Cells = (string | number)[];

/** Writes rows without the names of their columns, and without a line break at the end. */
export const writeRows = (rows: Cells[], newline: string): string =>
  Papa.unparse(rows, { escapeFormulae: formula, newline });

/** Writes a CSV (RFC 4180), the first row with the names of the columns. */
export const writeCsv = (columns: readonly string[], rows: Cells[]): string =>
  `${Papa.unparse({ fields: [...columns], data: rows }, { escapeFormulae: formula })}\r\n`;

/** The rows of a CSV, the first with the column names, and what is wrong with its syntax. */
export function readRows(text: string): {
  rows: string[][];
  newline: string;
  error: string | undefined;
} {
  const { data, errors, meta } = Papa.parse<string[]>(text.replace(/^\ufeff/, ''), {
    delimiter: ',',
  });
  const [first] = errors;
  return {
    rows: data,
    newline: meta.linebreak,
    error: first && `Row ${(first.row ?? 0) + 1} is not CSV: ${first.message}.`,
  };
}

/** The number of an account in a cell; undefined if it has none. */
export function accountIn(cell: string): number | undefined {
  const id = /^[1-9]\d{0,15}$/.test(cell) ? Number(cell) : 0;
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

/** A time as ISO 8601 in UTC; undefined if it is not a time. */
export function timeOf(value: unknown): string | undefined {
  const date = typeof value === 'string' || typeof value === 'number' ? new Date(value) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined;
}

/** Whether GitHub allows a name for an owner of repositories. */
export const isOwnerName = (name: string): boolean => /^[\w.-]{1,100}$/.test(name);
