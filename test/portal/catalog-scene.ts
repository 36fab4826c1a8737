import { createHash } from 'node:crypto';
import { folderOf, type Case } from '../../fixtures/cases.ts';
import type { ChangedConnector } from '../../src/catalog/catalog-update.ts';
import type { ConnectorFacts } from '../../src/catalog/connector-record.ts';
import { pageFiles } from '../../src/catalog/page-files.ts';
import { readFacts } from '../../src/catalog/read-facts.ts';
import { readConnector } from '../../src/connector/connector.ts';
import { repository, type PortalScene } from './portal-scene.ts';

/** The connector "Contoso Invoices" with the changes of a case, in a folder. */
export function connector(
  folder: string,
  changes: Case = {},
  more: Partial<ChangedConnector> & { title?: string } = {},
): ChangedConnector {
  const { title, ...rest } = more;
  const files = { ...folderOf(changes), path: folder };
  const digest = createHash('sha256')
    .update(JSON.stringify([folder, changes]))
    .digest('hex');
  const blobs = new Map(files.files.map(({ path }) => [path, 'b'.repeat(40)]));
  const read = readConnector(files);
  const facts: ConnectorFacts = readFacts(read, blobs, digest);
  return {
    facts: { ...facts, ...(title !== undefined && { title }) },
    type: 'third_party',
    contents: pageFiles(files.files),
    commit: 'c'.repeat(40),
    createdAt: '2026-11-02T12:00:00.000Z',
    modifiedAt: '2026-11-02T12:00:00.000Z',
    ...rest,
  };
}

/** Stores connectors as an indexing job does. */
export async function index(
  scene: PortalScene,
  changed: readonly ChangedConnector[],
  removed: readonly string[] = [],
): Promise<void> {
  const { updates } = await scene.store.indexedCatalog(repository);
  const update = {
    repository,
    visibility: 'public',
    updates,
    commit: 'c'.repeat(40),
    changed,
    amended: [],
    removed,
  } as const;
  if (!(await scene.store.updateCatalog(update, new Date(scene.now))))
    throw new Error('the catalog was changed by someone else');
  scene.pass();
}
