import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { visible } from '../../report/text.ts';
import { errorMessage, UserError } from '../../shared/user-error.ts';
import { linkOnTheWay } from '../../workspace/find-checkout.ts';
import { loadSettings } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import type { CatalogOrigin } from '../reference-pages.ts';
import { write } from '../output.ts';
import { sharedOptions } from '../shared-options.ts';

export const catalog = defineCommand({
  name: 'catalog',
  summary: 'Write the catalog of a repository as files: JSON and pages',
  usage: 'gatehouse catalog <folder>',
  example: 'gatehouse catalog . --output site',
  furtherExamples: ['gatehouse catalog . --output site --repository contoso/connectors'],
  details: [
    '<folder> is the root of a repository of connectors. docs/catalog.md describes the files, and ' +
      'has a workflow that publishes them with GitHub Pages.',
    'The same files give the same catalog: it has no times. A connector that cannot be parsed is in ' +
      'the catalog, with its problem.',
  ],
  options: {
    config: sharedOptions.config,
    output: {
      type: 'string',
      value: 'folder',
      description: 'Write into this folder, which must be empty or not exist',
      default: 'site',
    },
    repository: {
      type: 'string',
      value: 'owner/name',
      description: 'The repository on GitHub, for addresses',
      defaultDescription: 'GITHUB_REPOSITORY',
    },
    commit: {
      type: 'string',
      value: 'sha',
      description: 'The commit on GitHub, for links to lines',
      defaultDescription: 'GITHUB_SHA',
    },
  },

  async run([folder = '.'], { config, output, repository, commit }) {
    const settings = await loadSettings(config, undefined, folder);
    const source = sourceOf(repository, commit);
    await requireEmpty(output);
    const { catalogFiles } = await import('../reference-pages.ts');
    for (const { path, text } of catalogFiles(folder, settings, source))
      await writeNew(join(output, path), text);
    if (process.stderr.isTTY)
      console.error(visible(`The catalog is written: open ${join(output, 'index.html')}`));
    return 0;
  },
});

/** Where the catalog comes from: what the options say, else the environment of a workflow. */
function sourceOf(
  repository = process.env.GITHUB_REPOSITORY ?? '',
  commit = process.env.GITHUB_SHA ?? '',
): CatalogOrigin {
  if (repository !== '' && !/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new UserError(`The repository must be owner/name, not ${repository}.`);
  if (commit !== '' && !/^[0-9a-f]{7,64}$/i.test(commit))
    throw new UserError(`The commit must be a SHA, not ${commit}.`);
  const { GITHUB_SERVER_URL: server = '' } = process.env;
  const host = server === '' ? 'https://github.com' : server;
  return {
    name: repository === '' ? 'local/checkout' : repository,
    commit: commit === '' ? undefined : commit,
    files: repository === '' || commit === '' ? undefined : `${host}/${repository}/blob/${commit}`,
  };
}

/** @throws UserError if there is something in the folder: it could be overwritten, or published */
async function requireEmpty(folder: string): Promise<void> {
  const link = linkOnTheWay(resolve(folder));
  if (link !== undefined)
    throw new UserError(
      `${folder} cannot be written to: ${link} is a symbolic link, and links of a checkout are not ` +
        'followed.',
    );
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw new UserError(`${folder} cannot be written to: ${errorMessage(error)}`);
  }
  if (names.length > 0)
    throw new UserError(`${folder} is not empty. Delete it, or name another folder.`);
}

/** Writes a file and the folders that it is in. */
async function writeNew(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await write([content], path);
}
