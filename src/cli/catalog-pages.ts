import type { IndexJson } from '../catalog/catalog-json.ts';
import type { Connector } from '../connector/connector.ts';
import { iconData } from '../reference/icon-data.ts';
import { pageOf } from '../reference/page-of.ts';
import { renderHtml } from '../reference/render-html.ts';
import { renderMarkdown } from '../reference/render-markdown.ts';
import { stylesheet } from '../reference/stylesheet.ts';
import { html } from '../report/html.ts';
import { visible } from '../report/text.ts';
import type { ReferenceSettings } from '../settings/reference-settings.ts';

/**
 * The reference page of a connector.
 * @param files the address of the repository's files at a commit, to link to lines
 */
export function connectorPages(
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
export function startPage({ repository, connectors }: IndexJson): string {
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
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="content-security-policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
        />
        <title>Connectors of ${repository}</title>
        <link rel="icon" href="data:," />
        <style>
          ${stylesheet}
        </style>
      </head>
      <body>
        <div class="page">
          <main>
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
          </main>
        </div>
      </body>
    </html> `.text;
}

const encode = (part: string): string => encodeURIComponent(part.toWellFormed());
