import { join } from 'node:path';
import type { Connector } from '../connector/connector.ts';
import type { Definition } from '../connector/definition.ts';
import type { Finding, Location } from '../shared/finding.ts';
import type { ValidationResult } from '../validation/validate-connector.ts';
import { ShownText } from './shown-text.ts';
import type {
  BreakingChanges,
  EditorFile,
  EditorFinding,
  EditorReport,
} from './thread-messages.ts';

/** More squiggles in a file than these help nobody. The most severe are shown. */
const maxFindingsPerFile = 2_000;

/**
 * What an editor shows of a validated connector.
 * @param directory the absolute path of the connector's folder
 * @param shown the texts of the open documents, by their paths in the folder
 */
export function reportOf(
  directory: string,
  { connector, findings, comparison }: ValidationResult,
  shown: ReadonlyMap<string, string>,
): Pick<EditorReport, 'files' | 'definition' | 'breakingChanges'> {
  const changes = comparison?.findings.filter(({ severity }) => severity !== 'note') ?? [];
  const texts = new ShownTexts(connector, shown);
  // What is said of the folder, or of a file that is missing, is shown in the main file.
  const { entries } = connector;
  const main = entries.definition?.path ?? entries.properties?.path ?? '';
  const names = new Set(connector.files.map(({ path }) => path));
  const byFile = Map.groupBy([...changes, ...findings], ({ location: { file } }) =>
    names.has(file) ? file : main,
  );
  const definition = connector.definition?.file.file;
  return {
    files: Array.from(byFile, ([file, inFile]): EditorFile => ({
      path: join(directory, file),
      findings: severestOf(inFile).map((finding) => toEditorFinding(finding, texts)),
    })),
    definition: definition === undefined ? undefined : join(directory, definition),
    breakingChanges: connector.definition
      ? breakingChangesOf(changes, connector.definition, texts)
      : [],
  };
}

/** The texts of a connector's files as the editor shows them. */
class ShownTexts {
  readonly #connector: Connector;
  readonly #shown: ReadonlyMap<string, string>;
  readonly #texts = new Map<string, ShownText>();

  constructor(connector: Connector, shown: ReadonlyMap<string, string>) {
    this.#connector = connector;
    this.#shown = shown;
  }

  isOpen(file: string): boolean {
    return this.#shown.has(file);
  }

  get(file: string): ShownText {
    let text = this.#texts.get(file);
    if (!text) {
      const shown = this.#shown.get(file);
      const read = this.#connector.texts.find((candidate) => candidate.file === file)?.text;
      text = new ShownText(read ?? shown ?? '', shown);
      this.#texts.set(file, text);
    }
    return text;
  }
}

const severities = ['error', 'warning', 'note'] as const;

function severestOf(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= maxFindingsPerFile) return findings;
  return severities
    .flatMap((severity) => findings.filter((finding) => finding.severity === severity))
    .slice(0, maxFindingsPerFile);
}

function toEditorFinding(
  { rule, severity, message, existing, location, fix }: Finding,
  texts: ShownTexts,
): EditorFinding {
  const edits =
    fix && texts.isOpen(location.file) ? texts.get(location.file).editsOf(fix.edits) : undefined;
  return {
    rule,
    severity,
    message: location.entry ? `${placeInArchive(location.entry)}: ${message}` : message,
    existing,
    range: texts.get(location.file).rangeOf(location),
    ...(edits && { edits }),
  };
}

const placeInArchive = ({ path, line, column }: NonNullable<Location['entry']>): string =>
  `${path}:${line}:${column}`;

/** The changes that break flows, or may, by their operation; others at their own place. */
function breakingChangesOf(
  changes: readonly Finding[],
  definition: Definition,
  texts: ShownTexts,
): BreakingChanges[] {
  const { file } = definition;
  const breaking = changes.filter(
    ({ existing, location }) => !existing && location.file === file.file,
  );
  const placeOf = ({ subject, location }: Finding): Location => {
    const id = /^operation\/([^/]+)/.exec(subject ?? '')?.[1];
    const operation = id === undefined ? undefined : definition.operation(id);
    return operation ? file.locationOf(operation.raw) : location;
  };
  const byPlace = Map.groupBy(
    breaking.map((finding) => ({ finding, place: placeOf(finding) })),
    ({ place }) => place.line,
  );
  return Array.from(byPlace.values(), (inPlace) => ({
    range: texts.get(file.file).rangeOf(inPlace[0]?.place ?? file.span(0, 0)),
    breaking: inPlace.filter(({ finding }) => finding.severity === 'error').length,
    possible: inPlace.filter(({ finding }) => finding.severity === 'warning').length,
    messages: inPlace.map(({ finding }) => finding.message),
  }));
}
