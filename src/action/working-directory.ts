import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../shared/user-error.ts';
import { isWithin, linkOnTheWay } from '../workspace/find-checkout.ts';
import { statsOf } from '../workspace/files.ts';
import type { Environment } from './environment.ts';

/**
 * The real path of the folder that holds the checkouts of the job. Nothing above it is read.
 * @throws UserError if there is no such folder
 */
export function workspaceOf({ GITHUB_WORKSPACE: workspace }: Environment): string {
  try {
    return realpathSync(workspace || '.');
  } catch {
    throw new UserError(
      `GITHUB_WORKSPACE is ${JSON.stringify(workspace)}, and there is no such folder.`,
    );
  }
}

/**
 * Changes to the folder that the input `working-directory` names, and returns its path.
 * @throws UserError if it is not a folder of the workspace: a pull request may have replaced it
 */
export function enterWorkingDirectory(workspace: string, name: string): string {
  const directory = resolve(workspace, name);
  const invalid = (reason: string): UserError =>
    new UserError(
      `The input working-directory is ${JSON.stringify(name)}, ${reason}. ` +
        'Name a folder of the checkout, relative to the root of the workspace.',
    );
  if (!isWithin(workspace, directory)) throw invalid(`which is not in the workspace ${workspace}`);
  const link = linkOnTheWay(directory, workspace);
  if (link !== undefined) throw invalid(`and ${link} is a symbolic link, which is not followed`);
  if (statsOf(directory)?.isDirectory() !== true) throw invalid('and there is no such folder');
  process.chdir(directory);
  return directory;
}

/**
 * Tells git to trust a checkout that belongs to another user, as it does in a container. Without
 * this, git refuses to read it.
 */
export function trustFolder(folder: string | undefined): void {
  if (folder === undefined) return;
  const count = Number(process.env.GIT_CONFIG_COUNT ?? 0);
  process.env[`GIT_CONFIG_KEY_${count}`] = 'safe.directory';
  process.env[`GIT_CONFIG_VALUE_${count}`] = folder;
  process.env.GIT_CONFIG_COUNT = String(count + 1);
}
