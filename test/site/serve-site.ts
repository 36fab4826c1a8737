import { createServer } from 'node:http';
import { extname } from 'node:path';
import { base, type Files } from '../../scripts/site/broken-links.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain',
};

/** Serves a site as GitHub Pages does: folders by their page, and 404.html for the rest. */
export async function serveSite(files: Files): Promise<{ url: string; close: () => void }> {
  const server = createServer(({ url = '' }, response) => {
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    const name = path.startsWith(base) ? path.slice(base.length) : '404.html';
    if (files.has(`${name}/index.html`)) {
      response.writeHead(301, { location: `${path}/` }).end();
      return;
    }
    const file = name === '' || name.endsWith('/') ? `${name}index.html` : name;
    const shown = files.has(file) ? file : '404.html';
    response
      .writeHead(shown === file ? 200 : 404, {
        'content-type': types[extname(shown)] ?? 'text/plain',
      })
      .end(files.get(shown));
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}${base}`, close: () => void server.close() };
}
