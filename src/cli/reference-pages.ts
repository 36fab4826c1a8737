import {
  connectorDetailJson,
  connectorJson,
  indexJson,
  type ConnectorJson,
  type IndexJson,
} from '../catalog/catalog-json.ts';
import { readConnector, type Connector, type ConnectorFolder } from '../connector/connector.ts';
import { iconData } from '../reference/icon-data.ts';
import { pageDifference } from '../reference/page-difference.ts';
import { pageOf } from '../reference/page-of.ts';
import { renderDifference } from '../reference/render-difference.ts';
import { htmlDocument, renderHtml } from '../reference/render-html.ts';
import { toJsonPage } from '../reference/render-json.ts';
import { renderMarkdown } from '../reference/render-markdown.ts';
import { html } from '../report/html.ts';
import { visible } from '../report/text.ts';
import type { Settings } from '../settings/defaults.ts';
import type { ReferenceSettings } from '../settings/reference-settings.ts';
import { readCheckoutCatalog } from '../workspace/read-checkout-catalog.ts';

// All that commands load only for pages and catalogs, in one file: each file that is loaded alone
// cuts the engine into more files, and then every command takes longer to start (decision 22).

/** The reference page of a connector in a format. */
export function connectorPage(
  connector: Connector,
  settings: ReferenceSettings,
  format: 'markdown' | 'html' | 'json',
): string {
  const blocks = pageOf(connector, {
    settings,
    ...(format === 'html' && { icon: iconData(connector) }),
  });
  switch (format) {
    case 'markdown':
      return renderMarkdown(blocks);
    case 'html':
      return renderHtml(blocks);
    case 'json':
      return `${JSON.stringify(toJsonPage(blocks), null, 2)}\n`;
  }
}

/** Characters of the differences of a page. */
const maxDifference = 1_000_000;

/** What readers of the reference page will see differently, in Markdown. */
export function pageDifferences(
  before: ConnectorFolder,
  after: ConnectorFolder,
  settings: ReferenceSettings,
): string {
  const [earlier, later] = [before, after].map((folder) =>
    pageOf(readConnector({ ...folder, path: after.path }), { settings }),
  );
  const difference = pageDifference(earlier ?? [], later ?? []);
  return difference.sections.length === 0
    ? 'Readers of the reference page will see no difference.\n'
    : `${renderDifference(difference, maxDifference)}\n`;
}

/** Where a catalog comes from. */
export interface CatalogOrigin {
  /** `owner/name`. */
  name: string;
  commit: string | undefined;
  /** The address of the repository's files at the commit, to link to lines. */
  files: string | undefined;
}

/**
 * The files of the catalog of a checkout, by their paths within its folder: those of one connector
 * after the other, then the index.
 */
export function* catalogFiles(
  folder: string,
  settings: Settings,
  { name, commit, files }: CatalogOrigin,
): Generator<{ path: string; text: string }> {
  const connectors: ConnectorJson[] = [];
  for (const { connector, record } of readCheckoutCatalog(folder, settings)) {
    connectors.push(connectorJson(name, record));
    const { html: document, markdown } = connectorPages(connector, settings.reference, files);
    const detail = toText(connectorDetailJson(name, record));
    yield { path: `${record.folder}/connector.json`, text: detail };
    yield { path: `${record.folder}/index.md`, text: markdown };
    yield { path: `${record.folder}/index.html`, text: document };
  }
  const index = indexJson(name, commit, connectors);
  yield { path: 'index.json', text: toText(index) };
  yield { path: 'index.html', text: startPage(index) };
}

const toText = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** The reference page of a connector of a catalog. */
function connectorPages(
  connector: Connector,
  settings: ReferenceSettings,
  files: string | undefined,
): { html: string; markdown: string } {
  const blocks = pageOf(connector, { settings, files, icon: iconData(connector) });
  // Markdown is read where addresses with data are not shown.
  const withoutIcon = blocks.filter(({ kind }) => kind !== 'icon');
  return { html: renderHtml(blocks), markdown: renderMarkdown(withoutIcon) };
}

/** The page that lists all connectors of a catalog by their titles. */
function startPage({ repository, connectors }: IndexJson): string {
  const rows = connectors
    .toSorted((a, b) => a.title.localeCompare(b.title, 'en'))
    .map(({ folder, title, publisher = '', class: connectorClass, counts, problem = '' }) => {
      const address = `${folder.split('/').map(encode).join('/')}/index.html`;
      return html`<tr>
        <td><a href="./${address}">${visible(title)}</a></td>
        <td>${visible(publisher)}</td>
        <td>${connectorClass}</td>
        <td>${String(counts.actions)}</td>
        <td>${String(counts.triggers)}</td>
        <td>${problem}</td>
      </tr>`;
    });
  return htmlDocument({
    title: `Connectors of ${repository}`,
    images: 'data:',
    content: html`<main>
      <h1>Connectors of ${repository}</h1>
      <p>
        ${String(connectors.length)} connectors.
        <a href="./index.json">The catalog as JSON</a>
      </p>
      <table>
        <thead>
          <tr>
            <th>Connector</th>
            <th>Publisher</th>
            <th>Class</th>
            <th>Actions</th>
            <th>Triggers</th>
            <th>Problem</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </main>`,
  });
}

const encode = (part: string): string => encodeURIComponent(part.toWellFormed());
