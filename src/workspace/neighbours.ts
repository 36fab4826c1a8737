import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { headOf, type Card } from '../connector/card.ts';
import { definitionName, findIcon } from '../connector/connector.ts';
import type { IconFacts } from '../connector/icon.ts';
import { limits } from '../connector/limits.ts';
import type { Candidate, ClassFolders } from './folders.ts';

/** Of a definition so many bytes are read at first. In the corpus all but one in thirty have all that is wanted of them there. */
const firstBytes = 4096;

/** The repository that a connector's folder is in; undefined where its place is not that of a connector in one. */
export const repositoryOf = ({ directory, classKnown }: Candidate): string | undefined => (classKnown ? dirname(dirname(directory)) : undefined);

/** The cards of all connectors of the repositories that candidates are in, by the repository's folder. */
export function readNeighbours(candidates: readonly Candidate[], classes: ClassFolders): Record<string, Card[]> {
  const roots = new Set(candidates.map(repositoryOf).filter((root) => root !== undefined));
  return Object.fromEntries([...roots].map((root) => [root, readCards(root, classes)]));
}

/** The icon's file of each candidate, by the candidate's folder; undefined where it has none that can be read. */
export const iconsOf = (candidates: readonly Candidate[]): ReadonlyMap<string, string | undefined> => new Map(candidates.map(({ directory }) => [directory, iconPath(directory)]));

/**
 * Adds the hashes of icons to the cards of the repositories of candidates that have an icon: where none has, there is nothing to compare.
 * Each is measured, which takes milliseconds an icon. `icons` are those that are known already.
 */
export async function addIcons(
  neighbours: Readonly<Record<string, readonly Card[]>>,
  candidates: readonly Candidate[],
  icons: ReadonlyMap<string, string | undefined>,
  measureIcon: (bytes: Uint8Array) => Promise<IconFacts>,
): Promise<void> {
  const roots = new Set(candidates.map(repositoryOf));
  for (const [root, cards] of Object.entries(neighbours)) {
    if (!roots.has(root)) continue;
    for (const card of cards) {
      const directory = join(root, card.path);
      const path = icons.has(directory) ? icons.get(directory) : iconPath(directory);
      if (path === undefined) continue;
      const { picture } = await measureIcon(readFileSync(path));
      if (picture) card.icon = picture.hash;
    }
  }
}

/** The icon of a folder, however it is called; undefined where it is none of the folder's own files, or too large to be read. */
function iconPath(directory: string): string | undefined {
  const icon = findIcon(readdirSync(directory).map((path) => ({ path, kind: 'file', size: 0 })));
  if (!icon) return undefined;
  const path = join(directory, icon.path);
  const stats = lstatSync(path);
  return stats.isFile() && stats.size <= limits.fileBytes ? path : undefined;
}

/** The card of every folder below the class folders of a repository, whatever is in it. Nothing is parsed where its first bytes tell enough. */
function readCards(root: string, classes: ClassFolders): Card[] {
  const first = Buffer.allocUnsafe(firstBytes);
  const cards: Card[] = [];
  for (const [parent, connectorClass] of Object.entries(classes)) {
    const above = join(root, parent);
    for (const folder of foldersIn(above)) {
      const file = openDefinition(`${above}${sep}${folder}`);
      const about = { path: `${parent}/${folder}`, class: connectorClass };
      if (file === undefined) cards.push(about);
      else {
        try {
          cards.push({ ...about, ...headOf(bytesOf(file, first), () => bytesOf(file, Buffer.allocUnsafe(Math.min(fstatSync(file).size, limits.fileBytes)))) });
        } finally {
          closeSync(file);
        }
      }
    }
  }
  return cards;
}

function foldersIn(directory: string): string[] {
  if (!existsSync(directory)) return []; // a repository need not have all class folders
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Neither follows a link nor waits for what is no file: a thousand are opened, and to ask about each first would take as long again. */
const asItIs = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A descriptor of a folder's definition, however it is spelled; undefined where there is none that can be opened. */
function openDefinition(directory: string): number | undefined {
  const open = (name: string): number | undefined => {
    try {
      return openSync(`${directory}${sep}${name}`, asItIs);
    } catch {
      return undefined; // what keeps it from being read is a finding in that connector, not in the one that is checked
    }
  };
  const file = open(definitionName);
  if (file !== undefined) return file;
  const other = readdirSync(directory).find((one) => one.toLowerCase() === definitionName.toLowerCase());
  return other === undefined ? undefined : open(other);
}

/** The bytes of a file from its beginning on, as many as there is room for. */
function bytesOf(file: number, room: Buffer): Uint8Array {
  let length = 0;
  while (length < room.length) {
    const count = readSync(file, room, length, room.length - length, length);
    if (count === 0) break;
    length += count;
  }
  return room.subarray(0, length);
}
