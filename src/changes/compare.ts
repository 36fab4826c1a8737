import { findIcon, iconName, type Connector, type FileEntry } from '../connector/connector.ts';
import { fileNames, findFiles } from '../connector/file-names.ts';
import type { JsonFile } from '../json/document.ts';
import type { SyntaxIssueKind } from '../json/recovering-parser.ts';
import { isObject } from '../json/values.ts';
import { wholeFile, type Location } from '../shared/finding.ts';
import { compareDefinitions } from './compare-definitions.ts';
import type { Change } from './change-kinds.ts';
import { compareProperties } from './compare-properties.ts';

/** Further changes are not listed; TooManyChanges reports that. */
const maxChanges = 5_000;

/**
 * All differences between a connector and its new version, breaking or not: those of the connector
 * as a whole, of its operations in document order, of its properties and of its other files. Empty
 * if nothing with an effect differs. A JSON file that cannot be read is a change of its own, and is
 * compared only if there is one way to read it.
 */
export function compareConnectors(before: Connector, after: Connector): Change[] {
  // A rule reports what is in the place of the folder.
  if (after.misplaced) return [];
  const changes: Change[] = [];
  let count = 0;
  const report = (change: Change): void => {
    count += 1;
    if (count <= maxChanges) changes.push(change);
  };
  const files = { before: findFiles(before.files), after: findFiles(after.files) };
  const canCompare = (role: 'definition' | 'properties'): boolean => {
    const [from, to] = [files.before[role], files.after[role]];
    if (from && !to) {
      report({
        kind: 'UpdateUnreadable',
        subject: fileNames[role],
        name: from.path,
        location: wholeFile(from.path),
        line: 1,
        issue: 'Put it back.',
        isCertain: false,
        isGone: true,
      });
      return false;
    }
    // What does not change breaks nothing, whatever is wrong with it.
    if (from?.bytes && hasSameBytes(from, to)) return false;
    return [
      reportProblem('PreviousVersionUnreadable', role, from, before[`${role}File`], report),
      reportProblem('UpdateUnreadable', role, to, after[`${role}File`], report),
    ].every((isReadable) => isReadable);
  };
  if (canCompare('definition') && before.definition && after.definition)
    compareDefinitions(before.definition, after.definition, report, () => count > maxChanges);
  if (canCompare('properties') && before.properties && after.properties)
    compareProperties(before.properties, after.properties, report);
  compareFile('ScriptChanged', fileNames.script, files.before.script, files.after.script, report);
  compareFile(
    'DocumentationChanged',
    fileNames.readme,
    files.before.readme,
    files.after.readme,
    report,
  );
  compareFile(
    'DocumentationChanged',
    iconName,
    findIcon(before.files),
    findIcon(after.files),
    report,
  );
  const at = after.definition?.raw ?? after.properties?.raw;
  if (count > maxChanges && at)
    changes.push({
      kind: 'TooManyChanges',
      subject: 'connector',
      at,
      name: 'changes',
      listed: maxChanges,
    });
  return changes;
}

/**
 * The changes if a connector is deleted. Empty if its definition could not be read, because then
 * no flow can use it.
 */
export function changesOfDeletion({ path, definition }: Connector): Change[] {
  return definition
    ? [{ kind: 'ConnectorDeleted', subject: 'connector', at: definition.raw, name: path }]
    : [];
}

/** What does not keep a file from being read as JSON. Rules report it. */
const harmlessIssues: ReadonlySet<SyntaxIssueKind> = new Set([
  'byte-order-mark',
  'encoding',
  'duplicate-key',
]);

/**
 * Reports a JSON file that is there, but is not JSON, or was not read.
 *
 * @returns Whether the file can be compared: nothing is wrong, or there is only one way to read it.
 */
function reportProblem(
  kind: 'PreviousVersionUnreadable' | 'UpdateUnreadable',
  role: 'definition' | 'properties',
  entry: FileEntry | undefined,
  file: JsonFile | undefined,
  report: (change: Change) => void,
): boolean {
  if (!entry) return true;
  const { path } = entry;
  // Of the update, rules report a file that was not read, and a review does not judge it.
  if (!file && kind === 'UpdateUnreadable') return false;
  const problem = problemIn(file);
  if (!problem) return true;
  const { issue, location = wholeFile(path), isCertain = false } = problem;
  report({
    kind,
    subject: fileNames[role],
    name: path,
    // A report on an update has no lines of the previous version.
    location: kind === 'UpdateUnreadable' ? location : wholeFile(path),
    line: location.line,
    issue,
    isCertain,
  });
  return isCertain;
}

interface Problem {
  issue: string;
  location?: Location;
  isCertain?: boolean;
}

function problemIn(file: JsonFile | undefined): Problem | undefined {
  if (!file) return { issue: 'The file is too large, or it cannot be read.' };
  const found = file.issues.find(({ kind }) => !harmlessIssues.has(kind));
  if (found)
    return {
      issue: found.message,
      location: file.span(found.start, found.end),
      isCertain: file.isFixable && isObject(file.value),
    };
  return isObject(file.value) ? undefined : { issue: 'The file must contain a JSON object.' };
}

function compareFile(
  kind: 'ScriptChanged' | 'DocumentationChanged',
  subject: string,
  before: FileEntry | undefined,
  after: FileEntry | undefined,
  report: (change: Change) => void,
): void {
  const name = (after ?? before)?.path;
  if (name === undefined || hasSameBytes(before, after)) return;
  const isText = kind === 'ScriptChanged' || subject === fileNames.readme;
  if (isText && hasSameLines(before, after)) return;
  const isPair = before && after;
  report({
    kind,
    subject,
    location: wholeFile(name),
    name,
    ...(!isPair && { cameOrWent: after ? ('added' as const) : ('removed' as const) }),
  });
}

/** Whether two texts differ at most in the kind of their line ends. */
function hasSameLines(before: FileEntry | undefined, after: FileEntry | undefined): boolean {
  if (!before?.bytes || !after?.bytes) return false;
  const isContent = (byte: number): boolean => byte !== carriageReturn;
  const [from, to] = [before.bytes.filter(isContent), after.bytes.filter(isContent)];
  return from.length === to.length && from.every((byte, index) => byte === to[index]);
}

const carriageReturn = 13;

function hasSameBytes(before: FileEntry | undefined, after: FileEntry | undefined): boolean {
  if (!before || !after) return before === after;
  if (before.size !== after.size) return false;
  const { bytes } = after;
  if (!before.bytes || !bytes) return before.bytes === bytes;
  return before.bytes.every((byte, index) => byte === bytes[index]);
}
