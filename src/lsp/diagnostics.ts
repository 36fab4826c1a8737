import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from 'vscode-languageserver/node';
import { pageOf } from '../shared/project.ts';
import type { EditorFinding, SettingsFile } from './thread-messages.ts';

const source = 'gatehouse';

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
} as const;

/** A finding that the connector had before blocks nothing: it is a hint, whatever its severity. */
export const toDiagnostic = (finding: EditorFinding): Diagnostic => ({
  range: finding.range,
  severity: finding.existing ? DiagnosticSeverity.Hint : severities[finding.severity],
  source,
  code: finding.rule,
  codeDescription: { href: pageOf(finding.rule) },
  message: finding.message,
  // What a fix only deletes is shown faded.
  ...(isUnnecessary(finding) && { tags: [DiagnosticTag.Unnecessary] }),
});

const isUnnecessary = ({ edits = [] }: EditorFinding): boolean =>
  edits.length > 0 && edits.every(({ text }) => text === '');

/** What is wrong with a settings file. */
export const mistakeDiagnostics = (mistake: SettingsFile['mistake']): Diagnostic[] =>
  mistake
    ? [
        {
          range: mistake.range,
          severity: DiagnosticSeverity.Error,
          source,
          message: `${mistake.message} Until then the default settings are used.`,
        },
      ]
    : [];
