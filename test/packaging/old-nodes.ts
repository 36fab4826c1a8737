import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface OldNode {
  /** The folder that the program `node` is in. */
  folder: string;
  /** For example 20.20.2. */
  version: string;
}

/** Every `node` in PATH that is older than 22. */
export const oldNodes: readonly OldNode[] = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => existsSync(join(folder, 'node')))
  .map((folder) => ({ folder, version: versionOf(join(folder, 'node')) }))
  .filter(({ version }) => Number.parseInt(version) < 22)
  .filter(
    ({ version }, index, nodes) => nodes.findIndex((node) => node.version === version) === index,
  );

function versionOf(node: string): string {
  return execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
}

export const versionMessage = ({ version }: OldNode): string =>
  `gatehouse needs Node.js 22 or later; this is ${version}\n`;
