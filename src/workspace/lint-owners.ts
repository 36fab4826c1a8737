import { join, relative, resolve } from 'node:path';
import { definitionName } from '../connector/connector.ts';
import { codeownersPaths } from '../ownership/codeowners.ts';
import { lintCodeowners, type OwnershipReport } from '../ownership/lint-codeowners.ts';
import { UserError } from '../shared/user-error.ts';
import { readRegularFile } from './files.ts';
import { findCheckout } from './find-checkout.ts';
import { findConnectors, type ClassFolders } from './find-connectors.ts';
import { entriesOf, slashes } from './list-folder.ts';

/** GitHub ignores a larger `CODEOWNERS`. */
const maxBytes = 3 * 1024 * 1024;
/** More files are a mistake of the caller, such as a home folder. */
const maxFiles = 500_000;

/**
 * Finds what is wrong with the `CODEOWNERS` file of a checkout, as far as the checkout shows it.
 * @param directory a folder of the checkout, or the root of a repository without git
 * @returns `path` is that of `CODEOWNERS` from the root
 * @throws UserError if there is no `CODEOWNERS` that can be read, or no connector
 */
export function lintOwners(
  directory: string,
  classes: ClassFolders,
): OwnershipReport & { path: string } {
  const root = findCheckout(resolve(directory)) ?? resolve(directory);
  for (const path of codeownersPaths) {
    const read = readRegularFile(join(root, path), { maxBytes });
    if ('obstacle' in read && read.obstacle === 'missing') continue;
    if (!('bytes' in read))
      throw new UserError(`${path} could not be read: it ${read.description}.`);
    const candidates = findConnectors([root], classes, 'certified');
    const connectors = new Map(
      candidates.map((candidate) => {
        const folder = slashes(relative(root, candidate.directory));
        return [folder, `${folder}/${definitionName}`];
      }),
    );
    const files = [...filesBelow(root, '')];
    return { path, ...lintCodeowners(read.bytes.toString(), files, connectors) };
  }
  throw new UserError(
    `${root} has no CODEOWNERS file, so nobody owns a connector. ` +
      `GitHub looks for it at ${codeownersPaths.join(', ')}.`,
  );
}

/** The paths of all files below a folder, from the root, without those of git. */
function* filesBelow(root: string, folder: string, count = { files: 0 }): Iterable<string> {
  const entries = entriesOf(join(root, folder));
  if (!Array.isArray(entries)) return;
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.name === '.git' || path === 'node_modules') continue;
    if (entry.isDirectory()) yield* filesBelow(root, path, count);
    else {
      count.files += 1;
      if (count.files > maxFiles)
        throw new UserError(
          `There are more than ${maxFiles.toLocaleString('en-US')} files below ${root}. ` +
            'Give the root of a repository of connectors.',
        );
      yield path;
    }
  }
}
