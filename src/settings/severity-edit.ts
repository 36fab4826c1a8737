import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';
import { jsonEqual } from '../json/equal.ts';
import type { Severity } from '../shared/finding.ts';
import { applyEdits, type TextEdit } from '../shared/text-edit.ts';
import { parseSettings } from './parse.ts';

/**
 * The edit of a settings file that gives a rule a severity for all classes and changes nothing else.
 * @param text the file; empty if there is none
 * @param ruleIds the ids of all rules
 * @returns undefined if the file has a mistake, or is written in a way that only a person should edit
 */
export function severityEdit(
  text: string,
  rule: string,
  severity: Severity,
  ruleIds: readonly string[],
): TextEdit | undefined {
  const before = parseSettings('', text, ruleIds);
  if (!('input' in before)) return undefined;
  const edit = editOf(text, rule, severity);
  const after = edit && parseSettings('', applyEdits(text, [edit]), ruleIds);
  if (!after || !('input' in after)) return undefined;
  const expected = { ...before.input, rules: { ...before.input.rules, [rule]: severity } };
  return jsonEqual(after.input, expected) ? edit : undefined;
}

function editOf(text: string, rule: string, severity: Severity): TextEdit | undefined {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const entry = `${rule}: ${severity}`;
  const { contents } = parseDocument(text);
  const pair = isMap(contents) ? pairOf(contents, 'rules') : undefined;
  if (!pair) {
    const separator = text === '' || text.endsWith('\n') ? '' : eol;
    const added = `${separator}rules:${eol}  ${entry}${eol}`;
    return { start: text.length, end: text.length, text: added };
  }
  if (!isMap(pair.value)) return undefined;
  const existing = pairOf(pair.value, rule);
  if (existing) {
    const range = isScalar(existing.value) ? existing.value.range : undefined;
    return range ? { start: range[0], end: range[1], text: severity } : undefined;
  }
  const first = pair.value.items[0]?.key;
  const start = isScalar(first) ? first.range?.[0] : undefined;
  if (start === undefined) return undefined;
  const indent = text.slice(text.lastIndexOf('\n', start) + 1, start);
  const separator = pair.value.flow === true ? ', ' : `${eol}${indent}`;
  return { start, end: start, text: entry + separator };
}

const pairOf = (map: YAMLMap, name: string): Pair | undefined =>
  map.items.find(({ key }) => isScalar(key) && key.value === name);
