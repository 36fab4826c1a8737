import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));

export interface Manifest {
  name: string;
  version: string;
  license?: string;
  dependencies?: Record<string, string>;
}

export const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The licenses of the packages whose code is in a bundle: most ask to go along with it. */
export function licensesOf({ inputs }: Metafile): string {
  const folders = new Set(
    Object.keys(inputs).flatMap(
      (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.split(sep).join('/'))?.[0] ?? [],
    ),
  );
  return [...folders]
    .sort()
    .map((folder) => {
      const at = join(root, folder);
      const manifest = manifestOf(at);
      const text = readdirSync(at)
        .filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
        .map((file) => readFileSync(join(at, file), 'utf8').trim());
      return (
        `${manifest.name} ${manifest.version} ` +
        `(${manifest.license ?? 'see below'})\n\n${text.join('\n\n')}\n`
      );
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
