import { diffArrays } from 'diff';
import type { TextDocument, TextEdit } from 'vscode-languageserver-textdocument';
import type { TextEdit as OffsetEdit } from '../shared/text-edit.ts';

/** Edits by offsets as edits by lines and characters. */
export const toTextEdits = (document: TextDocument, edits: readonly OffsetEdit[]): TextEdit[] =>
  edits.map(({ start, end, text }) => ({
    range: { start: document.positionAt(start), end: document.positionAt(end) },
    newText: text,
  }));

/** The search for the lines that differ takes time for each of them. */
const maxDifferentLines = 2_000;

/** The lines of a text with their line breaks. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/**
 * The edits that turn the text of a document into another. They leave the lines alone that stay the
 * same, so that the editor keeps cursors and marks there.
 */
export function editsBetween(document: TextDocument, after: string): TextEdit[] {
  const before = document.getText();
  const differences = diffArrays(linesOf(before), linesOf(after), {
    maxEditLength: maxDifferentLines,
  });
  // Too many lines differ: all are replaced.
  if (!differences) return toTextEdits(document, [{ start: 0, end: before.length, text: after }]);
  const edits: OffsetEdit[] = [];
  let at = 0;
  for (const { value, added, removed } of differences) {
    const text = value.join('');
    const last = edits.at(-1);
    if (removed) {
      edits.push({ start: at, end: at + text.length, text: '' });
      at += text.length;
    } else if (!added) at += text.length;
    else if (last?.end === at) last.text += text;
    else edits.push({ start: at, end: at, text });
  }
  return toTextEdits(document, edits);
}
