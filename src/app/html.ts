import { html, Html } from '../report/html.ts';

const style = new Html(`
:root { color-scheme: light dark; --text: light-dark(#1f2328, #e6edf3);
  --muted: light-dark(#59636e, #9198a1); --line: light-dark(#d1d9e0, #3d444d);
  --back: light-dark(#ffffff, #0d1117); --box: light-dark(#f6f8fa, #151b23);
  --link: light-dark(#0969da, #4493f8); --button: light-dark(#1f883d, #238636); }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem 4rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 44rem; margin: 0 auto; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
p, ol, ul { margin: 0 0 0.75rem; }
ol, ul { padding-left: 1.5rem; }
li { margin-bottom: 0.4rem; }
a { color: var(--link); }
code, pre { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Consolas, monospace; }
code { background: var(--box); border-radius: 4px; padding: 0.1em 0.3em; overflow-wrap: anywhere; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem;
  overflow-x: auto; margin: 0 0 0.75rem; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
table { border-collapse: collapse; width: 100%; margin-bottom: 0.75rem; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
  padding: 0.4rem 0.75rem 0.4rem 0; }
td:first-child { white-space: nowrap; }
.muted { color: var(--muted); }
.notice { border: 1px solid var(--line); border-left: 4px solid light-dark(#9a6700, #d29922);
  border-radius: 6px; background: var(--box); padding: 0.75rem 1rem; margin-bottom: 0.75rem; }
.notice :last-child { margin-bottom: 0; }
label { display: block; font-weight: 600; margin-bottom: 0.25rem; }
input { width: 100%; font: inherit; color: inherit; background: var(--back);
  border: 1px solid light-dark(#818b98, #656c76); border-radius: 6px; padding: 0.4rem 0.6rem;
  margin-bottom: 0.75rem; }
button, .button { display: inline-block; font: inherit; font-weight: 600; cursor: pointer;
  color: #ffffff; background: var(--button); border: 1px solid transparent; border-radius: 6px;
  padding: 0.5rem 1rem; text-decoration: none; }
button.secondary { color: var(--text); background: var(--box); border-color: var(--line); }
@media (max-width: 32rem) { td:first-child { white-space: normal; } button, .button { width: 100%;
  text-align: center; } }
`);

/** A whole page, which works without scripts and loads nothing. */
export const page = (title: string, content: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${style}
        </style>
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html> `.text;

/**
 * The headers of a page.
 * @param formTargets where forms of the page may be sent, besides to this server
 */
export const pageHeaders = (formTargets = ''): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; " +
    `frame-ancestors 'none'; form-action 'self' ${formTargets}`.trimEnd(),
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});
