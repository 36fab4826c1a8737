import { createTwoFilesPatch } from 'diff';

/** To compare takes time that grows with the square of the lines that were added or removed. */
const maxChangedLines = 4_000;

/**
 * A unified diff of a file, which `git apply` and `patch -p1` understand. If too many lines changed
 * to compare them, it replaces the whole file.
 */
export const toPatch = (
  path: string,
  before: string,
  after: string,
  { context = 3, maxChanged = maxChangedLines } = {},
): string =>
  createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
    context,
    maxEditLength: maxChanged,
  }) ?? replacing(path, before, after);

function replacing(path: string, before: string, after: string): string {
  const [removed, added] = [linesOf(before, '-'), linesOf(after, '+')];
  return (
    `--- a/${path}\n+++ b/${path}\n@@ -1,${removed.length} +1,${added.length} @@\n` +
    [...removed, ...added].join('')
  );
}

/** The lines of a text, each behind a mark. */
const linesOf = (text: string, mark: '-' | '+'): string[] =>
  (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) =>
    line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`,
  );
