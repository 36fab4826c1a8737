import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Portal } from '../portal/portal.ts';
import { docsSite } from '../shared/project.ts';
import { html } from '../report/html.ts';
import { page, pageHeaders } from './html.ts';

/** What a request for a path is answered with. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The answers to GET requests by path. */
export type Routes = Readonly<Record<string, (url: URL) => Answer | Promise<Answer>>>;

export const jsonAnswer = (status: number, value: object): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(value),
});

export const pageAnswer = (
  status: number,
  content: string,
  headers: Record<string, string> = pageHeaders(),
): Answer => ({ status, headers, body: content });

/** The page at `/`: no more than that the App is running, because anyone may open it. */
export const homePage = (version: string): Answer =>
  pageAnswer(
    200,
    page(
      'Gatehouse',
      html`<h1>Gatehouse ${version} is running</h1>
        <p><a href="${docsSite}">Documentation</a></p>`,
    ),
  );

/** Answers a GET or HEAD request, with 404 if neither a route nor the portal has its path. */
export async function answerGet(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Routes,
  portal?: Portal,
): Promise<void> {
  const { url = '/', headers } = request;
  const address = URL.parse(url, 'http://localhost');
  const route = address === null ? undefined : routes[withoutTrailingSlash(address.pathname)];
  if (!route && address && portal?.has(address.pathname)) return portal.answer(request, response);
  const answer = address && route ? await route(address) : notFound(headers.accept);
  response
    .writeHead(answer.status, {
      ...answer.headers,
      'content-length': Buffer.byteLength(answer.body),
    })
    .end(request.method === 'HEAD' ? undefined : answer.body);
}

const withoutTrailingSlash = (path: string): string =>
  path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;

const notFound = (accept = ''): Answer =>
  accept.includes('text/html')
    ? pageAnswer(
        404,
        page(
          'Not found',
          html`<h1>There is no page at this address</h1>
            <p><a href="/">Gatehouse</a></p>`,
        ),
      )
    : jsonAnswer(404, { error: 'There is nothing at this address.' });
