import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConnector } from '../../src/connector/connector.ts';
import type { LiveVersion } from '../../src/reference/about-blocks.ts';
import { pageOf } from '../../src/reference/page-of.ts';
import { renderMarkdown } from '../../src/reference/render-markdown.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import type { ConnectorClass } from '../../src/connector/connector.ts';

/** What a page needs besides the files of the connector: `_options.json`. */
interface Options {
  class?: ConnectorClass;
  /** Those of the repository. */
  settings?: object;
  live?: LiveVersion[];
}

const fixtures = join(import.meta.dirname, '../../fixtures/reference');

/** The page of the connector in a folder of `fixtures/reference`, as it is recorded beside it. */
function pageIn(folder: string): string {
  const read = (name: string) => readFileSync(join(folder, name));
  const names = readdirSync(folder);
  const options: Options = names.includes('_options.json')
    ? JSON.parse(read('_options.json').toString())
    : {};
  const parsed = parseSettings('', JSON.stringify(options.settings ?? {}), []);
  if ('mistake' in parsed) throw new Error(parsed.mistake.message);
  const connector = readConnector({
    path: 'certified-connectors/Fabrikam Tickets',
    class: options.class ?? 'certified',
    files: names
      .filter((name) => name !== '_options.json' && name !== 'page.md')
      .map((name) => ({ path: name, kind: 'file', size: read(name).length, bytes: read(name) })),
  });
  return renderMarkdown(
    pageOf(connector, {
      settings: parsed.settings.reference,
      live: options.live ?? [],
      files: 'https://github.com/fabrikam/connectors/blob/c0ffee5',
    }),
  );
}

test.each(readdirSync(fixtures))('the page of %s', async (name) => {
  const folder = join(fixtures, name);
  await expect(pageIn(folder)).toMatchFileSnapshot(join(folder, 'page.md'));
});
