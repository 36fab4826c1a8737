import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConnectorFolder } from '../../src/connector/connector.ts';
import { defaultSettings } from '../../src/settings/defaults.ts';
import { findConnectors } from '../../src/workspace/find-connectors.ts';
import { readFolder } from '../../src/workspace/read-folder.ts';

const beside = resolve(import.meta.dirname, '../../../shared/corpus');

/**
 * A checkout of a repository with real connectors, if there is one: `GATEHOUSE_CORPUS`, else
 * `../shared/corpus`.
 */
export const corpus: string | undefined =
  process.env.GATEHOUSE_CORPUS ?? (existsSync(beside) ? beside : undefined);
/** What the real validators said of real pull requests. */
export const conformance: string | undefined =
  corpus && existsSync(join(corpus, '../conformance')) ? join(corpus, '../conformance') : undefined;

/** The connector folders of the corpus, read from disk one by one; every `step`th of them. */
export function* corpusFolders(step = 1): Iterable<ConnectorFolder> {
  if (corpus === undefined) return;
  const candidates = findConnectors([corpus], defaultSettings.folders, 'certified');
  for (const [index, candidate] of candidates.entries())
    if ((index + 1) % step === 0) yield readFolder(candidate);
}
