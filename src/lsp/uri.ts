import { fileURLToPath, pathToFileURL } from 'node:url';

/** The path of a `file:` URI; undefined for any other document, such as one that was never saved. */
export function pathOfUri(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined; // a host, or an encoded slash
  }
}

export const uriOfPath = (path: string): string => pathToFileURL(path).href;
