import { dirname } from 'node:path';
import { analyzedFilesOf, readConnector } from '../connector/connector.ts';
import { isPackageName } from '../connector/package.ts';
import { reportOf, type Report } from '../report/report.ts';
import type { Settings } from '../settings/defaults.ts';
import { UserError } from '../shared/user-error.ts';
import { createRuleContext } from '../validation/rule-context.ts';
import { validateConnector } from '../validation/validate-connector.ts';
import { isFile, readFolderAt } from './read-folder.ts';
import { version } from './validate-checkout.ts';
import type { Analyzers } from './validate-folder.ts';

/**
 * Validates a certification package: the zip at the path, or that of the connector's folder at the
 * path, which is then compared with the folder. Reports only findings in zips.
 * @throws UserError if there is no zip, or it cannot be read
 */
export async function validatePackage(
  path: string,
  { rules: overrides, words }: Settings,
  { analyze, loadSpeller }: Analyzers,
): Promise<Report> {
  const folder = readFolderAt(path, 'independent-publisher');
  const after = readConnector({ ...folder, ...(await analyze(analyzedFilesOf(folder))) });
  if (!after.package)
    throw new UserError(
      `${path} has no package. Give a zip, or the folder of a connector that has a zip.`,
    );
  const context = createRuleContext(after, {
    speller: await loadSpeller(),
    words,
    catalog: undefined,
  });
  const { findings } = validateConnector({ after }, { overrides, context, fixes: false });
  const inPackage = findings.filter(({ location }) => isPackageName(location.file));
  const at = isFile(path) ? dirname(after.path) : after.path;
  return reportOf([{ path: at, class: after.class, findings: inPackage }], version());
}
