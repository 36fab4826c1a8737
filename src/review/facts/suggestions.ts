import type { Connector } from '../../connector/connector.ts';
import { applyFixes, type TextFile } from '../../json/document.ts';
import type { Finding } from '../../shared/finding.ts';
import { maskFor } from '../../secrets/mask.ts';
import { maskedLine } from '../../secrets/find-secrets.ts';
import type { Suggestion } from '../model/effects.ts';
import type { ChangedFile } from '../model/snapshot.ts';

/** More than these are a wall nobody reads: the rest is for `/fix`. */
const mostSuggestions = 20;
/** A change of more lines is easier to read as a commit. */
const mostLines = 20;
/** A file with longer lines is minified: nobody reads a suggestion of it. */
const mostCharacters = 5_000;

/**
 * The fixes of new findings that can be applied with one click: those whose lines are all in one
 * hunk of the diff. GitHub refuses a whole review for one comment that is outside. No two
 * suggestions have a line in common.
 */
export function suggestionsFor(
  connector: Connector,
  findings: readonly Finding[],
  files: readonly ChangedFile[],
): (Suggestion & { fingerprint: string })[] {
  const suggestions: (Suggestion & { fingerprint: string })[] = [];
  const hunks = new Map<string, Range[]>();
  const mask = maskFor(connector);
  for (const { existing, severity, fix, fingerprint, location } of findings) {
    if (existing || severity === 'note' || !fix || fix.edits.length === 0) continue;
    if (suggestions.length >= mostSuggestions) break;
    const path = `${connector.path}/${location.file}`;
    const file = connector.texts.find((one) => one.file === location.file);
    if (!file) continue;
    let inDiff = hunks.get(path);
    if (!inDiff) hunks.set(path, (inDiff = hunksOf(files.find((one) => one.path === path)?.patch)));
    const range = linesOf(file, fix.edits);
    if (
      range.end - range.start >= mostLines ||
      !inDiff.some(({ start, end }) => start <= range.start && range.end <= end)
    )
      continue;
    if (
      suggestions.some(
        (one) => one.path === path && one.startLine <= range.end && range.start <= one.endLine,
      )
    )
      continue;
    const mended = mendedLines(file, range, fix.edits);
    if (mended === undefined || mask(mended) !== mended || hasSecret(file, range)) continue;
    suggestions.push({
      path,
      startLine: range.start,
      endLine: range.end,
      body: mended,
      fingerprint,
    });
  }
  return suggestions;
}

/** Lines from 1, the end included. */
interface Range {
  start: number;
  end: number;
}

/** A suggestion quotes whole lines. */
function hasSecret(file: TextFile, { start, end }: Range): boolean {
  for (let line = start; line <= end; line += 1)
    if (maskedLine(file, line).includes('****')) return true;
  return false;
}

/** The lines of the new file that each hunk of a unified diff shows. */
function hunksOf(patch: string | undefined): Range[] {
  return Array.from(
    (patch ?? '').matchAll(/^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/gm),
    ([, from, count]) => {
      const start = Number(from);
      return { start, end: start + Number(count ?? 1) - 1 };
    },
  ).filter(({ start, end }) => end >= start);
}

type Edits = NonNullable<Finding['fix']>['edits'];

function linesOf(file: TextFile, edits: Edits): Range {
  const start = edits.reduce((least, edit) => Math.min(least, edit.start), Infinity);
  const end = edits.reduce((most, edit) => Math.max(most, edit.end), 0);
  const { line, endLine } = file.span(start, end);
  return { start: line, end: endLine };
}

/** The lines of a range after the edits; undefined where they cannot be shown as they are. */
function mendedLines(file: TextFile, { start, end }: Range, edits: Edits): string | undefined {
  const { text } = file;
  let from = 0;
  for (let line = 1; line < start; line += 1) from = text.indexOf('\n', from) + 1;
  let to = from;
  for (let line = start; line <= end; line += 1)
    to = text.indexOf('\n', to) < 0 ? text.length : text.indexOf('\n', to) + 1;
  if (to - from > mostCharacters) return undefined;
  const shifted = edits.map((edit) => ({
    ...edit,
    start: edit.start - from,
    end: edit.end - from,
  }));
  const mended = applyFixes(text.slice(from, to), [{ edits: shifted }]).text.replace(/\r?\n$/, '');
  // A fence inside would end the suggestion; control characters could hide what is applied.
  return /`{3,}|[\p{Cf}\p{Co}]|(?![\t\r\n])\p{Cc}/u.test(mended)
    ? undefined
    : mended.replaceAll('\r\n', '\n');
}
