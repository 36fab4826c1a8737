import { docsSite, repository } from '../../src/shared/project.ts';
import { breakable, escapeHtml, type Heading } from './render-markdown.ts';

/** A group of links in the navigation. */
export interface Group {
  title: string;
  links: { path: string; label: string }[];
}

interface Page {
  path: string;
  title: string;
  summary: string;
  html: string;
  headings: readonly Heading[];
  /** Pages above this one. */
  trail: readonly { path: string; label: string }[];
  /** The file that it is written in, from the root of the repository. */
  file?: string;
  /** Whether it is about a rule, which can be wrong. */
  isRule: boolean;
}

interface Site {
  groups: readonly Group[];
  version: string;
  /** Changes when the style or the script does, so that no old copy of them is used. */
  assetsHash: string;
}

/** Nothing from elsewhere, and nothing written into the page itself. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'";

/**
 * A page of the site.
 * @param root what leads from the page to the root of the site: `../`, or `/gatehouse/`
 */
export function layout(page: Page, root: string, { groups, version, assetsHash }: Site): string {
  const { path, title, summary, html, headings, trail, file } = page;
  const home = path === '';
  const to = (target: string): string => escapeHtml(`${root}${target}` || './');
  const asset = (name: string): string => to(`assets/${name}?${assetsHash}`);
  const links = groups.map(
    (group) =>
      `<h2>${escapeHtml(group.title)}</h2><ul>${group.links
        .map(
          (link) =>
            `<li><a href="${to(link.path)}"${link.path === path ? ' aria-current="page"' : ''}>` +
            `${escapeHtml(link.label)}</a></li>`,
        )
        .join('')}</ul>`,
  );
  const sections = headings.filter(({ level }) => level === 2);
  const contents =
    sections.length < 3
      ? ''
      : `<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>${sections
          .map(({ id, text }) => `<li><a href="#${id}">${breakable(escapeHtml(text))}</a></li>`)
          .join('')}</ul></nav>`;
  const breadcrumb =
    trail.length === 0
      ? ''
      : `<nav class="trail" aria-label="Breadcrumb">${trail
          .map((link) => `<a href="${to(link.path)}">${escapeHtml(link.label)}</a>`)
          .join(' › ')}</nav>`;
  const report =
    'issues/new?template=false-alarm.yml&amp;title=' + encodeURIComponent(`${title}: `);
  const onGitHub = (target: string, text: string): string =>
    `<a href="https://github.com/${repository}/${target}" rel="noopener">${text}</a>`;
  const about = [
    ...(page.isRule ? [onGitHub(report, 'Report a false alarm')] : []),
    ...(file === undefined
      ? []
      : [onGitHub(`blob/main/${encodeURI(file)}`, 'Source of this page')]),
    `Gatehouse ${escapeHtml(version)}`,
    onGitHub('blob/main/LICENSE', 'MIT license'),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${home ? 'Gatehouse: checks Power Platform connectors' : `${escapeHtml(title)} · Gatehouse`}</title>
<meta name="description" content="${escapeHtml(summary)}">
<link rel="canonical" href="${docsSite}${path}">
<link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${asset('site.css')}">
<script src="${asset('site.js')}" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="brand" href="${to('')}" aria-label="Gatehouse">
<img src="${asset('icon.svg')}" alt="" width="24" height="24"><span>Gatehouse</span></a>
<search hidden data-index="${asset('search.json')}" data-root="${to('')}">
<input type="search" id="search" placeholder="Search rules, codes, messages" aria-label="Search"
 role="combobox" aria-expanded="false" aria-controls="results" aria-autocomplete="list"
 autocomplete="off" spellcheck="false">
<ul id="results" role="listbox" aria-label="Results" hidden></ul>
<p class="status" role="status"></p>
</search>
<a class="source" href="https://github.com/${repository}" rel="noopener">GitHub</a>
</header>
<div class="columns">
<details class="navigation"><summary>All pages</summary>
<nav aria-label="All pages">${links.join('')}</nav></details>
<main id="content" tabindex="-1">
${breadcrumb}
<article>
${html}
</article>
<footer>
<p>${about.join(' · ')}</p>
<p>An independent project, not made or endorsed by Microsoft.</p>
</footer>
</main>
${contents}
</div>
</body>
</html>
`;
}
