/**
 * Takes the pictures of the documentation that need a browser: `npm run pictures`. Comments and
 * check pages of recorded pull requests, and a job summary of the Action, rendered with GitHub's
 * style sheet. Run it when their texts change, and look at the result. With a folder,
 * `npm run pictures <folder>`, it also writes every scene there, at the widths of a computer and of a
 * phone, light and dark.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import sharp from 'sharp';
import { pulls, snapshotOf, type PullCase } from '../fixtures/pulls.ts';
import { toMarkdown } from '../src/report/markdown.ts';
import { reportOf } from '../src/report/report.ts';
import { decide } from '../src/review/decide.ts';
import { plan } from '../src/review/plan.ts';
import { factsOf } from '../test/review/simulated-github.ts';
import { startChromium } from '../test/support/chromium.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const schemes = ['light', 'dark'] as const;
type Scheme = (typeof schemes)[number];

interface Scene {
  title: string;
  markdown: string;
  /** The state of the folded sections: as they are, or open. */
  isOpen?: boolean;
}

/** A new connector in which nearly every operation and parameter lacks something. */
const careless: PullCase = {
  shows: 'A new connector with many errors.',
  before: null,
  signatures: [],
  reviews: [],
  snapshot: {
    pull: { body: '- [ ] I attest that the connector works and I verified it.' },
  },
  after: {
    definition: {
      info: { contact: null, description: 'bills' },
      paths: Object.fromEntries(
        Array.from({ length: 9 }, (_, index) => [
          `/customers/{id}/bills${index}`,
          {
            get: {
              operationId: index > 6 ? 'GetBills0' : `GetBills${index}`,
              ...(index > 3 && { summary: `Get bills ${index}`, description: `Bills ${index}` }),
              parameters: [
                { name: 'id', in: 'path', required: true, type: 'string' },
                { name: 'status', in: 'query', type: 'string', 'x-ms-summary': 'Status' },
              ],
              responses: { 200: { description: 'OK', schema: { type: 'object' } } },
            },
          },
        ]),
      ),
    },
    properties: { properties: { iconBrandColor: 'blue' } },
  },
};

const recorded = (name: string): PullCase => {
  const found = pulls().find(([each]) => each === name)?.[1];
  if (!found) throw new Error(`There is no recorded pull request ${name}.`);
  return found;
};

/** Everything that a review of a pull request writes. */
const effectsOf = (pull: PullCase) => {
  const snapshot = snapshotOf(pull);
  return plan(decide(factsOf(snapshot)), snapshot);
};

const bot = '<b>gatehouse</b> <span class="label">bot</span>';

/** The comments that a review writes, the status first. */
const comments = (pull: PullCase): Scene[] =>
  effectsOf(pull).flatMap((effect) =>
    effect.kind === 'create-comment' ? [{ title: `${bot} commented`, markdown: effect.body }] : [],
  );

/** The status of a pull request that has one already, as a review edits it. */
const edited = (pull: PullCase): Scene[] =>
  effectsOf(pull).flatMap((effect) =>
    effect.kind === 'edit-comment' ? [{ title: `${bot} commented`, markdown: effect.body }] : [],
  );

const checks = (pull: PullCase): Scene[] =>
  effectsOf(pull).flatMap((effect) =>
    effect.kind === 'write-check'
      ? [{ title: `<b>gatehouse</b> ${effect.title}`, markdown: effect.summary }]
      : [],
  );

/** A review with suggestions, one comment below the other. */
const suggestions = (pull: PullCase): Scene[] =>
  effectsOf(pull).flatMap((effect) =>
    effect.kind === 'suggest'
      ? [
          {
            title: `${bot} reviewed`,
            markdown: [effect.body, ...effect.suggestions.map(({ body }) => body)].join(
              '\n\n---\n\n',
            ),
          },
        ]
      : [],
  );

const opened = (scenes: readonly Scene[]): Scene[] =>
  scenes.map((scene) => ({ ...scene, isOpen: true }));

/** The job summary of the Action for the connector of a pull request. */
function summary(pull: PullCase): Scene {
  const connectors = factsOf(snapshotOf(pull)).connectors.flatMap(({ folder, validation }) =>
    validation.ok ? [{ ...folder, findings: [...validation.value.findings] }] : [],
  );
  const markdown = toMarkdown(reportOf(connectors, ''), {
    files: 'https://github.com/contoso/connectors/blob/c0ffee5',
  });
  return { title: '<b>check</b> summary', markdown };
}

const scenes: Record<string, Scene[]> = {
  'many-errors': comments(careless),
  'many-errors-check': checks(careless),
  'many-errors-check-open': opened(checks(careless)),
  'first-submission': comments(recorded('a-first-submission-with-errors')),
  'breaking-change': comments(recorded('a-breaking-change')),
  'breaking-change-check': checks(recorded('a-breaking-change')),
  'breaking-change-open': opened(comments(recorded('a-breaking-change'))),
  'good-update': comments(recorded('a-good-update')),
  certification: comments(recorded('a-certification-that-answers')),
  suggestions: suggestions(recorded('one-click-suggestions')),
  'hostile-texts': opened(comments(recorded('hostile-texts'))),
  'hostile-texts-check': opened(checks(recorded('hostile-texts'))),
  why: comments(recorded('why')),
  'unknown-command': comments(recorded('a-slip-of-the-fingers')),
  'fix-without-push': opened(comments(recorded('a-fix-where-nobody-may-push'))),
  train: edited(recorded('a-ride-in-its-third-ring')),
  'train-failed': edited(recorded('a-ride-with-a-failed-ring')),
  'train-freeze': edited(recorded('a-ride-that-a-freeze-stops')),
  'train-rollback': edited(recorded('a-ride-that-was-rolled-back')),
  'train-two': edited(recorded('two-rides-of-one-merge')),
  forecast: opened(comments(recorded('a-forecast-before-a-freeze'))),
  summary: [summary(careless)],
};

/** The scenes of the documentation: the name of the picture, and of the scene. */
const documented = { comment: 'many-errors', summary: 'summary', train: 'train' };

/** Markdown as GitHub shows it, in a box like that of a comment or a summary. */
function pageOf(shown: readonly Scene[], scheme: Scheme): string {
  const css = readFileSync(
    join(root, `node_modules/github-markdown-css/github-markdown-${scheme}.css`),
    'utf8',
  );
  const [line, raised] = { light: ['#d1d9e0', '#f6f8fa'], dark: ['#3d444d', '#151b23'] }[scheme];
  const boxes = shown.map(({ title, markdown, isOpen }) => {
    const html = micromark(markdown, {
      allowDangerousHtml: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    });
    const body = isOpen ? html.replaceAll('<details>', '<details open>') : html;
    return `<div class="box"><div class="title">${title}</div><div class="body">${body}</div></div>`;
  });
  return `<!doctype html><meta charset="utf-8"><style>${css}
body { margin: 0; }
.page { padding: 16px; }
.box { border: 1px solid ${line}; border-radius: 6px; overflow: hidden; margin-bottom: 16px; }
.box:last-child { margin-bottom: 0; }
.title { padding: 8px 16px; background: ${raised}; border-bottom: 1px solid ${line}; }
.title, .body { font-size: 14px; }
.label { border: 1px solid ${line}; border-radius: 1em; padding: 0 6px; font-size: 12px; }
.body { padding: 16px; overflow-wrap: break-word; }</style>
<body class="markdown-body"><div class="page">${boxes.join('')}</div>`;
}

const { context, close } = await startChromium({ deviceScaleFactor: 2 });
const page = await context.newPage();
let written = 0;

async function take(shown: readonly Scene[], scheme: Scheme, width: number, path: string) {
  await page.setViewportSize({ width, height: 600 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.setContent(pageOf(shown, scheme));
  const picture = await page.locator('.page').screenshot();
  // 64 colors make a third of the size, and look the same.
  await sharp(picture).png({ palette: true, colors: 64, compressionLevel: 9 }).toFile(path);
  written += 1;
}

for (const scheme of schemes) {
  for (const [picture, scene] of Object.entries(documented))
    await take(scenes[scene] ?? [], scheme, 800, join(root, `docs/${picture}-${scheme}.png`));
  const [folder] = process.argv.slice(2);
  if (folder === undefined) continue;
  mkdirSync(folder, { recursive: true });
  for (const [name, shown] of Object.entries(scenes))
    for (const width of [800, 390])
      await take(shown, scheme, width, join(folder, `${name}-${width}-${scheme}.png`));
}
await close();
console.log(`${written} pictures written`);
