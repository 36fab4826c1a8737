import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manifestOf } from './licenses.ts';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));

/**
 * The packages that cannot be bundled: they load files of their own. sharp's builds for single
 * machines are left out; without them it takes WebAssembly, which runs on every platform.
 */
export const wholePackages = ['@vscode/tree-sitter-wasm', 'sharp', '@img/sharp-wasm32'];

/** Makes `require` available in bundles, for packages that are not ECMAScript modules. */
export const requireBanner =
  "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/**
 * Copies the packages that cannot be bundled, with all that they need.
 * @param folder where to put `node_modules`
 * @returns the names of the packages
 */
export function copyWholePackages(folder: string): string[] {
  const names = Array.from(closure(wholePackages));
  for (const name of names)
    cpSync(join(modules, name), join(folder, 'node_modules', name), {
      recursive: true,
      dereference: true,
      filter: isNeeded,
    });
  return names;
}

/**
 * The packages at the top that some need; one that lies within who needs it is copied with that,
 * and what it needs itself may be at the top.
 */
function closure(
  names: readonly string[],
  within = modules,
  found = new Set<string>(),
): Set<string> {
  for (const name of names) {
    const inner = join(within, 'node_modules', name);
    const folder = existsSync(inner) ? inner : join(modules, name);
    if (found.has(name)) continue;
    if (folder !== inner) found.add(name);
    closure(Object.keys(manifestOf(folder).dependencies ?? {}), folder, found);
  }
  return found;
}

/** Neither for people nor for compilers, nor a grammar of another language. */
function isNeeded(path: string): boolean {
  if (/\.(?:d\.[cm]?ts|map|html)$|[\\/](?:readme|changelog|security)[^\\/]*$/i.test(path))
    return false;
  if (path.endsWith('.wasm') && path.includes('tree-sitter-wasm'))
    return /tree-sitter(?:-c-sharp)?\.wasm$/.test(path);
  return !/[\\/]sharp[\\/](?:src|install)[\\/]/.test(path);
}
