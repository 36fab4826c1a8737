import type { Connector, FileEntry } from '../connector/connector.ts';
import { compareDefinitions } from './compare-definitions.ts';
import type { Change } from './change-kinds.ts';
import { compareProperties } from './compare-properties.ts';

/** Further changes are not listed; TooManyChanges reports that. */
const maxChanges = 5_000;

/**
 * All differences between a connector and its new version, breaking or not: those of the connector
 * as a whole, of its operations in document order, of its properties and of its other files. Empty
 * if nothing with an effect differs. Files that cannot be read are not compared; rules report
 * them.
 */
export function compareConnectors(before: Connector, after: Connector): Change[] {
  const changes: Change[] = [];
  let count = 0;
  const report = (change: Change): void => {
    count += 1;
    if (count <= maxChanges) changes.push(change);
  };
  if (before.definition && after.definition)
    compareDefinitions(before.definition, after.definition, report, () => count > maxChanges);
  if (before.properties && after.properties)
    compareProperties(before.properties, after.properties, report);
  const at = after.properties?.raw ?? after.definition?.raw;
  if (at) {
    if (!hasSameBytes(fileNamed(before, 'script.csx'), fileNamed(after, 'script.csx')))
      report({ kind: 'ScriptChanged', subject: 'script.csx', at, name: 'script.csx' });
    for (const name of ['readme.md', 'icon.png']) {
      if (!hasSameBytes(fileNamed(before, name), fileNamed(after, name)))
        report({ kind: 'DocumentationChanged', subject: name, at, name });
    }
    if (count > maxChanges)
      changes.push({
        kind: 'TooManyChanges',
        subject: 'connector',
        at,
        name: 'changes',
        listed: maxChanges,
      });
  }
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

const fileNamed = ({ files }: Connector, name: string): FileEntry | undefined =>
  files.find(({ path }) => path.toLowerCase() === name);

function hasSameBytes(before: FileEntry | undefined, after: FileEntry | undefined): boolean {
  if (!before || !after) return before === after;
  if (before.size !== after.size) return false;
  const { bytes } = after;
  if (!before.bytes || !bytes) return before.bytes === bytes;
  return before.bytes.every((byte, index) => byte === bytes[index]);
}
