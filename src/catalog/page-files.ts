import { findIcon, type FileEntry } from '../connector/connector.ts';
import { findFiles } from '../connector/file-names.ts';
import { isShownIcon } from '../connector/icon.ts';

/**
 * The files of a connector that its reference page is made of, by their paths within the folder;
 * also its icon, if it can be shown.
 */
export function pageFiles(files: readonly FileEntry[]): Map<string, Uint8Array> {
  const { definition, properties, readme } = findFiles(files);
  const icon = findIcon(files);
  const contents = new Map<string, Uint8Array>();
  for (const file of [definition, properties, readme])
    if (file?.bytes) contents.set(file.path, file.bytes);
  if (icon?.bytes && isShownIcon(icon.bytes)) contents.set(icon.path, icon.bytes);
  return contents;
}
