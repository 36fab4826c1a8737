import stringWidth from 'string-width';

/** A part of a whole: "2.5%". */
export const percentage = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(1, whole)).toFixed(1)}%`;

/** Pads the cells of rows: the first `left` columns are aligned left, the others right. */
export function alignColumns(rows: readonly (readonly string[])[], left: number): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  const pad = (text: string, column: number): string => {
    const space = ' '.repeat((widths[column] ?? 0) - stringWidth(text));
    return column < left ? text + space : space + text;
  };
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}
