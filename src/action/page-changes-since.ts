import { readConnector } from '../connector/connector.ts';
import { pageChangesOf } from '../reference/page-changes.ts';
import { foldedDifferences } from '../reference/render-difference.ts';
import type { Settings } from '../settings/defaults.ts';
import type { Candidate } from '../workspace/find-connectors.ts';
import { readBase, type Base } from '../workspace/git.ts';
import { readFolder } from '../workspace/read-folder.ts';

/** Characters. The rest of the comment must fit too. */
const maxLength = 10_000;
/** If more connectors change at once, nobody reads what that does to each page. */
const maxConnectors = 50;

/**
 * What readers of the reference pages of connectors will see differently than at the base, folded,
 * in Markdown; '' if nothing, or if more than 50 connectors changed.
 * @throws UserError if a file or the base cannot be read
 */
export async function pageChangesSince(
  base: Base,
  candidates: readonly Candidate[],
  { reference }: Pick<Settings, 'reference'>,
): Promise<string> {
  if (candidates.length > maxConnectors) return '';
  const differences = [];
  for (const candidate of candidates) {
    const { directory, path, class: connectorClass } = candidate;
    const before = await readBase(base, directory, path, connectorClass);
    if (!before) continue;
    const versions = { before: readConnector(before), after: readConnector(readFolder(candidate)) };
    const difference = pageChangesOf(versions, reference);
    if (difference) differences.push(difference);
  }
  return foldedDifferences(differences, maxLength);
}
