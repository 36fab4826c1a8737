import { Html } from '../report/html.ts';

/** The style of a page on its own: narrow and wide, light and dark, on screen and on paper. */
export const stylesheet = new Html(`
:root { color-scheme: light dark; --text: light-dark(#1f2328, #e6edf3);
  --muted: light-dark(#59636e, #9198a1); --line: light-dark(#d1d9e0, #3d444d);
  --back: light-dark(#ffffff, #0d1117); --box: light-dark(#f6f8fa, #151b23);
  --link: light-dark(#0969da, #4493f8); --mark: light-dark(#ddf4ff, #121d2f); }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif;
  overflow-wrap: break-word; }
.page { max-width: 84rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
a { color: var(--link); text-decoration: none; text-underline-offset: 0.15em; }
a:hover, a:focus-visible { text-decoration: underline; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; font-weight: 600; margin: 1.5rem 0 0.75rem; }
h1 { font-size: 2rem; margin-top: 0; }
h2 { font-size: 1.5rem; margin-top: 2.5rem; padding-bottom: 0.3rem;
  border-bottom: 1px solid var(--line); }
h3 { font-size: 1.2rem; margin-top: 2rem; }
h4, h5, h6 { font-size: 1rem; }
:target { background: var(--mark); box-shadow: 0 0 0 0.35rem var(--mark); border-radius: 2px; }
p, ol, ul, pre, blockquote, .table { margin: 0 0 1rem; }
ol, ul { padding-left: 1.5rem; }
li > ol, li > ul { margin: 0; }
.icon { width: 3.5rem; height: 3.5rem; border-radius: 8px; display: block; margin: 0 0 1rem; }
code, pre { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Consolas, monospace; }
code { background: var(--box); border-radius: 4px; padding: 0.1em 0.35em; overflow-wrap: anywhere; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem;
  overflow-x: auto; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
blockquote { border-left: 0.25rem solid var(--line); padding-left: 1rem; color: var(--muted); }
del { color: var(--muted); }
.table { overflow-x: auto; }
table { border-collapse: collapse; min-width: 100%; font-size: 0.9375rem; }
th, td { text-align: left; vertical-align: top; border: 1px solid var(--line);
  padding: 0.45rem 0.75rem; min-width: 5rem; max-width: 36rem; }
th { background: var(--box); font-weight: 600; }
nav { font-size: 0.9375rem; border-bottom: 1px solid var(--line); margin-bottom: 1.5rem;
  padding-bottom: 0.75rem; }
nav ul { list-style: none; padding: 0; margin: 0; display: flex; flex-wrap: wrap;
  gap: 0.25rem 1rem; }
nav ul ul { display: none; }
@media (min-width: 64rem) {
  .page { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 2.5rem;
    padding-top: 2.5rem; }
  nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto;
    border: 0; margin: -2.5rem 0 0; padding: 2.5rem 0.5rem 2.5rem 0.25rem; }
  nav ul, nav ul ul { display: block; }
  nav li { margin-bottom: 0.3rem; }
  nav > ul > li { font-weight: 600; margin-bottom: 0.75rem; }
  nav ul ul { font-weight: 400; margin: 0.3rem 0 0; padding-left: 0.75rem;
    border-left: 1px solid var(--line); }
}
@media print { nav { display: none; } .page { display: block; padding: 0; }
  .table { overflow: visible; } }
`);
