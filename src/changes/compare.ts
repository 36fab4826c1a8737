import type { Connector, FileEntry } from '../connector/connector.ts';
import { compareDefinitions } from './compare-definitions.ts';
import type { Change } from './change-kinds.ts';
import { compareProperties } from './compare-properties.ts';

/** More than this is not listed, and that is said. */
const mostChanges = 5_000;

/**
 * Everything that differs between a connector and the one that takes its place, breaking or not:
 * what the connector is as a whole, its operations in document order, its properties, its other
 * files. Empty where nothing differs that has an effect. What could not be read is not compared
 * (rules report it).
 */
export function compareConnectors(before: Connector, after: Connector): Change[] {
  const changes: Change[] = [];
  let all = 0;
  const report = (change: Change): void => {
    all += 1;
    if (all <= mostChanges) changes.push(change);
  };
  if (before.definition && after.definition)
    compareDefinitions(before.definition, after.definition, report, () => all > mostChanges);
  if (before.properties && after.properties)
    compareProperties(before.properties, after.properties, report);
  const at = after.properties?.raw ?? after.definition?.raw;
  if (at) {
    if (!sameBytes(entry(before, 'script.csx'), entry(after, 'script.csx')))
      report({ kind: 'ScriptChanged', subject: 'script.csx', at, name: 'script.csx' });
    for (const name of ['readme.md', 'icon.png']) {
      if (!sameBytes(entry(before, name), entry(after, name)))
        report({ kind: 'DocumentationChanged', subject: name, at, name });
    }
    if (all > mostChanges)
      changes.push({
        kind: 'TooManyChanges',
        subject: 'connector',
        at,
        name: 'changes',
        listed: mostChanges,
      });
  }
  return changes;
}

/**
 * What differs for a connector that is gone. Empty where it had no definition that could be read:
 * then nobody could use it.
 */
export function changesOfDeletion({ path, definition }: Connector): Change[] {
  return definition
    ? [{ kind: 'ConnectorDeleted', subject: 'connector', at: definition.raw, name: path }]
    : [];
}

const entry = ({ files }: Connector, name: string): FileEntry | undefined =>
  files.find(({ path }) => path.toLowerCase() === name);

function sameBytes(a: FileEntry | undefined, b: FileEntry | undefined): boolean {
  if (!a || !b) return a === b;
  if (a.size !== b.size || !a.bytes || !b.bytes) return a.size === b.size && a.bytes === b.bytes;
  const other = b.bytes;
  return a.bytes.every((byte, index) => byte === other[index]);
}
