import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConnectorClass, ConnectorFolder, FileEntry } from '../src/connector/connector.ts';
import { defaultSettings } from '../src/settings/defaults.ts';

const beside = resolve(import.meta.dirname, '../../shared/corpus');

/** A checkout of a repository with real connectors, if there is one: `GATEHOUSE_CORPUS`, else `../shared/corpus`. */
export const corpus: string | undefined = process.env.GATEHOUSE_CORPUS ?? (existsSync(beside) ? beside : undefined);
/** What the real validators said of real pull requests. */
export const conformance: string | undefined = corpus && existsSync(join(corpus, '../conformance')) ? join(corpus, '../conformance') : undefined;

if (corpus === undefined) console.warn('No corpus of real connectors: tests that need one are skipped. Set GATEHOUSE_CORPUS.');

/** The connector folders of the corpus, read from disk one by one; every `step`th of them. */
export function* corpusFolders(step = 1): Iterable<ConnectorFolder> {
  if (corpus === undefined) return;
  let count = 0;
  for (const [folder, connectorClass] of Object.entries(defaultSettings.folders)) {
    const above = join(corpus, folder);
    for (const name of existsSync(above) ? readdirSync(above).sort() : []) {
      count += 1;
      if (count % step === 0 && statSync(join(above, name)).isDirectory()) yield read(join(above, name), `${folder}/${name}`, connectorClass);
    }
  }
}

function read(directory: string, path: string, connectorClass: ConnectorClass): ConnectorFolder {
  const files: FileEntry[] = readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      return { path: entry.name, kind: 'file', size: bytes.length, bytes };
    });
  return { path, class: connectorClass, files };
}
