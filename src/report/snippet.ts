import type { Connector } from '../connector/connector.ts';
import type { TextFile } from '../json/document.ts';
import type { Finding, Location } from '../shared/finding.ts';
import { lineMaskFor, type Mask } from '../secrets/mask.ts';
import { maskedLine } from '../secrets/find-secrets.ts';
import type { Snippet, ReportedFinding } from './report.ts';

/**
 * So many characters of a line are kept, and so many of them before the place where a line is
 * longer: minified JSON is one line.
 */
const kept = 400;
const lead = 150;

/**
 * A finding with the source around it, if its file is among the texts that were read of its
 * connector; of an update, secrets of the connector before are not in it either.
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
 * The line of a place and its two neighbors, without a byte-order mark, as `Place` counts columns;
 * secrets are not in it. `mask` takes out what else is a secret of the connector.
 */
export function snippetOf(file: TextFile, place: Location, mask: Mask = (line) => line): Snippet {
  const from = Math.max(1, place.line - 1);
  const lines: string[] = [];
  for (let number = from; number <= place.line + 1; number += 1)
    lines.push(mask(maskedLine(file, number)));
  const cut = lines.every(({ length }) => length <= kept)
    ? 0
    : Math.max(0, place.column - 1 - lead);
  return { from, lines: lines.map((line) => windowOf(line, cut)), cut };
}

const windowOf = (line: string, cut: number): string => {
  const start =
    cut > 0 && line.length > cut
      ? `…${line.slice(cut + 1, cut + kept)}`
      : line.slice(cut, cut + kept);
  return line.length > cut + kept ? `${start.slice(0, -1)}…` : start;
};
