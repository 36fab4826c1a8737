import {
  CodeActionKind,
  type CodeAction,
  type Diagnostic,
  type TextDocumentEdit,
  type Range,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { TextDocument, TextEdit } from 'vscode-languageserver-textdocument';
import { combineFixes } from '../json/document.ts';
import { commands } from './commands.ts';
import { toDiagnostic } from './diagnostics.ts';
import { toTextEdits } from './text-edits.ts';
import type { EditorFinding } from './thread-messages.ts';

/** Fixes everything in a document. Editors can run it when a document is saved. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.gatehouse`;

/** Whether a client that asks for some kinds of actions wants this kind. */
export const wants = (only: readonly string[] | undefined, kind: string): boolean =>
  only === undefined || only.some((each) => kind === each || kind.startsWith(`${each}.`));

/** Whether two ranges have a place in common. */
export const overlap = (a: Range, b: Range): boolean =>
  isNotAfter(a.start, b.end) && isNotAfter(b.start, a.end);

const isNotAfter = (a: Range['start'], b: Range['start']): boolean =>
  a.line < b.line || (a.line === b.line && a.character <= b.character);

/** An edit of one document; it fails if the document has changed meanwhile. */
export const editOf = (document: TextDocument, edits: TextEdit[]): WorkspaceEdit => ({
  documentChanges: [
    {
      textDocument: { uri: document.uri, version: document.version },
      edits,
    } satisfies TextDocumentEdit,
  ],
});

/**
 * The quick fixes for some of the findings in a document, and explanations of their rules.
 * @param inRange the findings that the cursor is at
 * @param all all findings in the document
 */
export function quickFixes(
  document: TextDocument,
  inRange: readonly EditorFinding[],
  all: readonly EditorFinding[],
): CodeAction[] {
  const fixable = inRange.filter(({ edits }) => edits !== undefined);
  const single = fixable.map((finding, index) =>
    quickFix(document, `Fix this ${finding.rule} problem`, [finding], index === 0),
  );
  const ofRule = rulesOf(fixable).flatMap((rule) => {
    const same = all.filter((finding) => finding.rule === rule && finding.edits !== undefined);
    const title = `Fix all ${same.length} ${rule} problems in this file`;
    return same.length > 1 ? [quickFix(document, title, same, false)] : [];
  });
  return [...single, ...ofRule];
}

function quickFix(
  document: TextDocument,
  title: string,
  findings: readonly EditorFinding[],
  isPreferred: boolean,
): CodeAction {
  const { edits } = combineFixes(findings.map(({ edits: own = [] }) => ({ edits: [...own] })));
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: diagnosticsOf(findings),
    edit: editOf(document, toTextEdits(document, edits)),
    ...(isPreferred && { isPreferred }),
  };
}

const diagnosticsOf = (findings: readonly EditorFinding[]): Diagnostic[] =>
  findings.slice(0, 1).map(toDiagnostic);

const rulesOf = (findings: readonly EditorFinding[]): string[] =>
  Array.from(new Set(findings.map(({ rule }) => rule)));

/** An action that opens the page of each rule. */
export const explanations = (findings: readonly EditorFinding[]): CodeAction[] =>
  rulesOf(findings).map((rule) => ({
    title: `Explain ${rule}`,
    kind: CodeActionKind.QuickFix,
    diagnostics: diagnosticsOf(findings.filter((finding) => finding.rule === rule)),
    command: { title: `Explain ${rule}`, command: commands.explain, arguments: [rule] },
  }));

/** The rules whose findings are errors, which the settings can turn into warnings. */
export const relaxableRules = (
  findings: readonly EditorFinding[],
  ruleIds: readonly string[],
): string[] =>
  rulesOf(findings.filter(({ rule, severity }) => severity === 'error' && ruleIds.includes(rule)));
