import type { SuggestionMode } from '../../settings/defaults.ts';
import type { Connector } from '../../connector/connector.ts';
import { applyFixes, type TextFile } from '../../json/document.ts';
import type { Finding } from '../../shared/finding.ts';
import { maskFor } from '../../secrets/mask.ts';
import { maskedLine } from '../../secrets/find-secrets.ts';
import { groupByPattern } from '../../shared/group-messages.ts';
import type { FindingSuggestion, ValidatedConnector } from '../model/facts.ts';
import type { ChangedFile } from '../model/snapshot.ts';

/** Nobody reads more; `/fix` applies the rest. */
const maxSuggestions = 20;
/** More fixes of one rule are a sentence in the review, and `/fix`. */
const maxOfRule = 2;
/** A longer change is easier to read as a commit. */
const maxLines = 20;
/** Longer lines are minified, and nobody can read a suggestion about them. */
const maxCharacters = 5_000;

const isSuggestable = ({ existing, severity, fix }: Finding, mode: SuggestionMode): boolean =>
  mode !== 'off' &&
  !existing &&
  (severity === 'error' || (severity === 'warning' && mode === 'all')) &&
  fix !== undefined &&
  fix.edits.length > 0;

/**
 * The fixes of new findings that GitHub can apply with one click: all their lines are in one hunk of
 * the diff. One comment outside of the diff makes GitHub reject the whole review. No two suggestions
 * share a line. Many fixes of one rule are in `groupedFixes` instead.
 */
export function suggestionsFor(
  connector: Connector,
  findings: readonly Finding[],
  files: readonly ChangedFile[],
  mode: SuggestionMode,
): Pick<ValidatedConnector, 'suggestions' | 'groupedFixes'> {
  const suggestions: FindingSuggestion[] = [];
  const hunks = new Map<string, Range[]>();
  const mask = maskFor(connector);
  const suggestable = findings.filter((finding) => isSuggestable(finding, mode));
  const byRule = Map.groupBy(suggestable, ({ rule }) => rule);
  for (const { fix, fingerprint, location, rule, message } of suggestable) {
    if (!fix || (byRule.get(rule)?.length ?? 0) > maxOfRule) continue;
    if (suggestions.length >= maxSuggestions) break;
    const path = `${connector.path}/${location.file}`;
    const file = connector.texts.find(({ file: name }) => name === location.file);
    if (!file) continue;
    let inDiff = hunks.get(path);
    if (!inDiff)
      hunks.set(path, (inDiff = hunksOf(files.find((changed) => changed.path === path)?.patch)));
    const range = linesOf(file, fix.edits);
    if (
      range.end - range.start >= maxLines ||
      !inDiff.some(({ start, end }) => start <= range.start && range.end <= end)
    )
      continue;
    if (
      suggestions.some(
        ({ path: other, startLine, endLine }) =>
          other === path && startLine <= range.end && range.start <= endLine,
      )
    )
      continue;
    const fixed = fixedLines(file, range, fix.edits);
    if (fixed === undefined || mask(fixed) !== fixed || hasSecret(file, range)) continue;
    suggestions.push({
      path,
      startLine: range.start,
      endLine: range.end,
      body: fixed,
      fingerprint,
      rule,
      message,
    });
  }
  const groupedFixes = [...byRule].flatMap(([rule, same]) => {
    const [pattern] = groupByPattern(same, ({ message }) => message);
    return same.length > maxOfRule && pattern
      ? [{ rule, message: pattern.pattern, count: same.length }]
      : [];
  });
  return { suggestions, groupedFixes };
}

/** Line numbers from 1; `end` is included. */
interface Range {
  start: number;
  end: number;
}

/** Whether the lines contain a secret: a suggestion would quote them in full. */
function hasSecret(file: TextFile, { start, end }: Range): boolean {
  for (let line = start; line <= end; line += 1)
    if (maskedLine(file, line).includes('****')) return true;
  return false;
}

/** The lines of the new file in each hunk of a unified diff. */
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
  const start = edits.reduce((min, edit) => Math.min(min, edit.start), Infinity);
  const end = edits.reduce((max, edit) => Math.max(max, edit.end), 0);
  const { line, endLine } = file.span(start, end);
  return { start: line, end: endLine };
}

/** The lines of a range after the edits; undefined if a suggestion cannot show them unchanged. */
function fixedLines(file: TextFile, { start, end }: Range, edits: Edits): string | undefined {
  const { text } = file;
  let from = 0;
  for (let line = 1; line < start; line += 1) from = text.indexOf('\n', from) + 1;
  let to = from;
  for (let line = start; line <= end; line += 1)
    to = text.indexOf('\n', to) < 0 ? text.length : text.indexOf('\n', to) + 1;
  if (to - from > maxCharacters) return undefined;
  const shifted = edits.map((edit) => ({
    ...edit,
    start: edit.start - from,
    end: edit.end - from,
  }));
  const fixed = applyFixes(text.slice(from, to), [{ edits: shifted }]).text.replace(/\r?\n$/, '');
  // A fence in the text would end the suggestion; control characters could hide what is applied.
  return /`{3,}|[\p{Cf}\p{Co}]|(?![\t\r\n])\p{Cc}/u.test(fixed)
    ? undefined
    : fixed.replaceAll('\r\n', '\n');
}
