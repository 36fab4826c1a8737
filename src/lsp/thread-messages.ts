import type { ConnectorClass } from '../connector/connector.ts';
import type { Severity } from '../shared/finding.ts';
import type { TextEdit } from '../shared/text-edit.ts';
import type { Range } from 'vscode-languageserver-textdocument';

/** A document that is open in the editor. */
export interface OpenDocument {
  /** The absolute path. */
  path: string;
  /** Undefined if the document is larger than the limit of a file. */
  text: string | undefined;
  /** In UTF-16 units. */
  length: number;
}

/** What the thread needs to validate a connector. */
export interface ValidationRequest {
  id: number;
  /** The absolute path of the connector's folder. */
  directory: string;
  /** The workspace folder that the connector is in; undefined if it is in none. */
  workspaceFolder: string | undefined;
  /** The open documents in the connector's folder, and the open settings files. */
  documents: readonly OpenDocument[];
  /** The class of a connector that is in no class folder. */
  assumedClass: ConnectorClass;
  /**
   * The git ref to compare with; `''` for the default branch of `origin`. Undefined if git must not
   * run.
   */
  base: string | undefined;
  /**
   * What may have changed on disk since the last request: the files of the connector, or anything of
   * its checkout, such as the branch, settings and other connectors.
   */
  changed: 'nothing' | 'connector' | 'checkout';
  /** The path of an open document, to get its text with everything fixed instead of findings. */
  fix?: string;
}

/** A finding at its place in the text that the editor shows. */
export interface EditorFinding {
  rule: string;
  severity: Severity;
  message: string;
  existing: boolean;
  range: Range;
  /** In an open document, the edits of its text that fix the finding, if it is fixable. */
  edits?: readonly TextEdit[];
}

export interface EditorFile {
  /** The absolute path. */
  path: string;
  findings: readonly EditorFinding[];
}

/** The changes since the base that break flows, of an operation or of the connector. */
export interface BreakingChanges {
  range: Range;
  /** The number of changes that break flows. */
  breaking: number;
  /** The number of changes that may break flows. */
  possible: number;
  /** What changed, as the findings say it. */
  messages: readonly string[];
}

export interface SettingsFile {
  /** The absolute path, whether or not the file exists. Undefined outside a checkout. */
  path: string | undefined;
  /** What is wrong with the file, if anything is. Defaults are used then. */
  mistake?: { range: Range; message: string };
}

/** What the editor shows of a connector. */
export interface EditorReport {
  files: readonly EditorFile[];
  /** The path of the definition, for its breaking changes. */
  definition: string | undefined;
  breakingChanges: readonly BreakingChanges[];
  /** What the connector was compared with, for example `origin/main`. */
  base?: string;
  settings: SettingsFile;
  /** Why the connector was not validated, or not compared with the base. */
  problem?: string;
}

export type ValidationResponse =
  | { id: number; report: EditorReport }
  | { id: number; fixedText: string | undefined }
  | { id: number; canceled: true }
  | { id: number; error: string };
