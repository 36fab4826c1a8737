/**
 * Takes the pictures of the documentation that need a browser: `npm run pictures`. A recorded comment of the App and a job
 * summary of the Action, rendered with GitHub's style sheet, light and dark. Run it when their
 * texts change, and look at the result.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import * as analyzers from '../src/analyzers/analyze.ts';
import { toMarkdown } from '../src/report/markdown.ts';
import { reportOf } from '../src/report/report.ts';
import { defaultSettings } from '../src/settings/defaults.ts';
import { findConnectors } from '../src/workspace/find-connectors.ts';
import { validateFolder } from '../src/workspace/validate-folder.ts';
import { startChromium } from '../test/support/chromium.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const schemes = ['light', 'dark'] as const;

/** The comment of a recorded pull request, without the replies that follow it. */
function comment(): string {
  const text = readFileSync(join(root, 'fixtures/pulls/a-breaking-change/comment.md'), 'utf8');
  return text.split(/\n---\nTo comment /)[0] ?? '';
}

async function summary(): Promise<string> {
  const candidates = findConnectors(
    [join(root, 'fixtures/connectors')],
    defaultSettings.folders,
    'certified',
  );
  const options = { overrides: {}, words: [], fixes: false, snippets: false };
  const connectors = await Promise.all(
    candidates.map((candidate) => validateFolder(candidate, options, analyzers)),
  );
  return toMarkdown(reportOf(connectors, ''));
}

/** Markdown as GitHub shows it, in a box like that of a comment or a summary. */
function pageOf(markdown: string, title: string, scheme: (typeof schemes)[number]): string {
  const css = readFileSync(
    join(root, `node_modules/github-markdown-css/github-markdown-${scheme}.css`),
    'utf8',
  );
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const colors = { light: ['#d1d9e0', '#f6f8fa'], dark: ['#3d444d', '#151b23'] }[scheme];
  const [line, raised] = colors;
  return `<!doctype html><meta charset="utf-8"><style>${css}
body { margin: 0; }
.box { width: 800px; padding: 16px; box-sizing: border-box; }
.box > div { border: 1px solid ${line}; border-radius: 6px; overflow: hidden; }
.title { padding: 8px 16px; background: ${raised}; border-bottom: 1px solid ${line}; font-size: 14px; }
.body { padding: 16px; font-size: 14px; }</style>
<body class="markdown-body"><div class="box"><div><div class="title">${title}</div><div class="body">${html}</div></div></div>`;
}

const pictures = [
  ['comment', comment(), '<b>gatehouse</b> bot commented'],
  ['summary', await summary(), '<b>check</b> summary'],
] as const;
const { context, close } = await startChromium({ deviceScaleFactor: 2 });
const page = await context.newPage();
for (const [name, markdown, title] of pictures)
  for (const scheme of schemes) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setContent(pageOf(markdown, title, scheme));
    await page.locator('.box').screenshot({ path: join(root, `docs/${name}-${scheme}.png`) });
  }
await close();
console.log(`${pictures.length * schemes.length} pictures written`);
