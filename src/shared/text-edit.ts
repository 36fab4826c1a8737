/** Replaces `text.slice(start, end)`. Offsets count UTF-16 units. */
export interface TextEdit {
  start: number;
  end: number;
  text: string;
}

/**
 * Applies edits to a text.
 *
 * @param edits In the order of the text, none overlapping another. Offsets are those before any
 *   edit.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let from = 0;
  for (const edit of edits) {
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}
