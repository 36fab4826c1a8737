import type { Connector } from '../connector/connector.ts';
import type { TextFile } from '../json/document.ts';
import type { Finding, Location } from '../shared/finding.ts';
import { lineMaskFor, type Mask } from '../secrets/mask.ts';
import { maskedLine } from '../secrets/find-secrets.ts';
import type { Snippet, ReportedFinding } from './report.ts';

/** Characters of a line. Minified JSON is one long line. */
const maxLength = 400;
/** Of a longer line, this many characters before the location are shown. */
const maxLead = 150;

/**
 * Adds the source around a finding, if its file was read as text. Masks secrets, also those that the
 * connector had before the update.
 */
export function withSnippet(
  finding: Finding,
  connector: Connector,
  before?: Connector,
): ReportedFinding {
  const file = connector.texts.find((text) => text.file === finding.location.file);
  return file
    ? { ...finding, snippet: snippetOf(file, finding.location, lineMaskFor(connector, before)) }
    : finding;
}

/**
 * The line of a location and the lines before and after it, without a byte order mark and with
 * secrets masked. `mask` masks further secrets of the connector.
 */
export function snippetOf(
  file: TextFile,
  location: Location,
  mask: Mask = (line) => line,
): Snippet {
  const from = Math.max(1, location.line - 1);
  const lines: string[] = [];
  for (let number = from; number <= location.line + 1; number += 1)
    lines.push(mask(maskedLine(file, number)));
  const cut = lines.every(({ length }) => length <= maxLength)
    ? 0
    : Math.max(0, location.column - 1 - maxLead);
  return { from, lines: lines.map((line) => windowOf(line, cut)), cut };
}

const windowOf = (line: string, cut: number): string => {
  const start =
    cut > 0 && line.length > cut
      ? `…${line.slice(cut + 1, cut + maxLength)}`
      : line.slice(cut, cut + maxLength);
  return line.length > cut + maxLength ? `${start.slice(0, -1)}…` : start;
};
