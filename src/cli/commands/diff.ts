import { readConnector, type ConnectorFolder } from '../../connector/connector.ts';
import { showsSource } from '../../report/format.ts';
import type { SeverityOverrides } from '../../rules/severity.ts';
import { reportOf } from '../../report/report.ts';
import { visible } from '../../report/text.ts';
import { maskFor } from '../../secrets/mask.ts';
import { compareVersions } from '../../validation/validate-connector.ts';
import { versionSafely } from '../../validation/version-safely.ts';
import { classOfPath } from '../../workspace/find-connectors.ts';
import { isFile, readFolderAt } from '../../workspace/read-folder.ts';
import { loadSettings, version } from '../../workspace/validate-checkout.ts';
import { compareFolders, inFile } from '../../workspace/validate-folder.ts';
import { writeChanges } from '../../workspace/write-changes.ts';
import { defineCommand } from '../command.ts';
import { write, writeReport } from '../output.ts';
import { sharedOptions } from '../shared-options.ts';

export const diff = defineCommand({
  name: 'diff',
  summary: 'Show what an update of a connector changes, and what it breaks',
  usage: 'gatehouse diff <before> <after>',
  example: 'gatehouse diff before.json after.json',
  details: ['<before> and <after> are definition files or connector folders.'],
  options: {
    changelog: {
      type: 'boolean',
      description: 'Write a changelog of the update in Markdown instead',
    },
    page: {
      type: 'boolean',
      description:
        'Write what readers of the reference page will see differently, in Markdown, instead',
    },
    'version-operations': {
      type: 'boolean',
      description:
        'Keep the old version of every operation that breaks, deprecated, beside the new one; ' +
        'this changes the files of <after>',
    },
    class: sharedOptions.class,
    format: sharedOptions.format,
    output: sharedOptions.output,
  },

  async run([beforePath = '', afterPath = ''], values) {
    const { folders, rules, reference } = await loadSettings(undefined, undefined, afterPath);
    const connectorClass =
      classOfPath(afterPath, folders) ??
      classOfPath(beforePath, folders) ??
      values.class ??
      'certified';
    const before = readFolderAt(beforePath, connectorClass);
    let after = readFolderAt(afterPath, connectorClass);
    if (values['version-operations']) after = writeVersions(before, after, afterPath, rules);
    if (values.changelog) {
      const { changelog } = compareVersions(readConnector(before), readConnector(after));
      await write([changelog()], values.output);
      return 0;
    }
    if (values.page) {
      const { pageDifferences } = await import('../reference-pages.ts');
      await write([pageDifferences(before, after, reference)], values.output);
      return 0;
    }
    const compared = compareFolders(before, after, showsSource(values.format, 1));
    const report = reportOf(
      [isFile(afterPath) ? inFile(compared, afterPath) : compared],
      version(),
    );
    await writeReport(report, values, { briefNotes: true });
    return report.summary.errors > 0 ? 1 : 0;
  },
});

/**
 * Writes the old version of each operation that breaks into the files at `path`, beside the new one,
 * and says on stderr what it wrote, and what it did not write and why.
 * @returns the folder as it is then
 */
function writeVersions(
  before: ConnectorFolder,
  after: ConnectorFolder,
  path: string,
  overrides: SeverityOverrides,
): ConnectorFolder {
  const { folder, operations, unrouted, refused, obstacle } = versionSafely(before, after, {
    overrides,
  });
  writeChanges(after, folder, path);
  const mask = maskFor(readConnector(before), readConnector(after));
  const say = (line: string): void => console.error(visible(mask(line)));
  for (const operation of operations)
    say(
      operation.new === undefined
        ? `${operation.old} is back, deprecated`
        : `${operation.old} stays, deprecated; the new version is ${operation.new} at ` +
            operation.path,
    );
  for (const { id, path: ownPath, servicePath } of unrouted)
    say(
      `${id} has the path ${ownPath}, which the service does not know. Route it to ` +
        `${servicePath} with a policy in apiProperties.json, or have the service answer it.`,
    );
  for (const { id, reason } of refused)
    say(`${id} still breaks: keeping its old version would cause a new error. ${reason}`);
  if (obstacle !== undefined) say(obstacle);
  else if (operations.length + refused.length === 0)
    say('No operation breaks: nothing was written.');
  return folder;
}
