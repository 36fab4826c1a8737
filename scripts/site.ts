/**
 * Writes the documentation as a static site: `npm run site -- <folder>`. It fails if a link leads
 * nowhere. The workflow `site.yml` publishes it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSite } from './site/build-site.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Say where to: npm run site -- <folder>');
  process.exitCode = 2;
} else {
  const files = await buildSite();
  for (const [path, content] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const pages = Array.from(files.keys()).filter((path) => path.endsWith('.html'));
  console.log(`${pages.length} pages written to ${folder}`);
}
