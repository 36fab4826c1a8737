import type { Connector, FileEntry } from '../connector/connector.ts';
import { compareDefinitions } from './compare-definitions.ts';
import type { Change } from './change-kinds.ts';
import { compareProperties } from './compare-properties.ts';

/** Further changes are not listed; TooManyChanges reports that. */
const mostChanges = 5_000;

/**
 * All differences between a connector and its new version, breaking or not: those of the connector
 * as a whole, of its operations in document order, of its properties and of its other files. Empty
 * if nothing with an effect differs. Files that cannot be read are not compared; rules report
 * them.
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
 * The changes if a connector is deleted. Empty if its definition could not be read, because then
 * no flow can use it.
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
