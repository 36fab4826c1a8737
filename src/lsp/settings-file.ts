import type { Range } from 'vscode-languageserver-textdocument';
import { rules } from '../rules/registry.ts';
import type { Settings } from '../settings/defaults.ts';
import { parseSettings } from '../settings/parse.ts';

export const ruleIds: readonly string[] = rules.map(({ id }) => id);

/** Reads a settings file. `mistake` is the first thing in it that is wrong. */
export function readSettings(
  path: string,
  text: string,
): { settings: Settings } | { mistake: { range: Range; message: string } } {
  const parsed = parseSettings(path, text, ruleIds);
  if ('settings' in parsed) return parsed;
  const { line, column, message } = parsed.mistake;
  const start = { line: line - 1, character: column - 1 };
  return { mistake: { range: { start, end: start }, message } };
}
