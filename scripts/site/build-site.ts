import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { verdicts } from '../../src/changes/verdicts.ts';
import { policyByCode } from '../../src/rules/policy-codes.ts';
import { rules } from '../../src/rules/registry.ts';
import { docsSite, pageOf, schemaAddress } from '../../src/shared/project.ts';
import { base, brokenLinks, type Files } from './broken-links.ts';
import { layout, type Group } from './layout.ts';
import { renderMarkdown, type Rendered } from './render-markdown.ts';
import { searchIndex } from './search-index.ts';
import { root, sources, targetOf, type Source } from './sources.ts';

/** The navigation; documents that are not in it come last, under their own titles. */
const navigation: Record<string, Record<string, string>> = {
  'Start here': {
    '': 'Overview',
    'action/': 'GitHub Action',
    'cli/': 'Command line',
    'editors/': 'Editors',
  },
  Reference: {
    'rules/': 'Rules',
    'changes/': 'Changes of an update',
    'policies/': 'Policy codes',
    'settings/': 'Settings',
    'reference-pages/': 'Reference pages',
  },
  'Pull requests': {
    'pull-requests/': 'What happens to one',
    'updates/': 'Updates that break',
    'notices/': 'Notices',
    'operate/': 'Operating the App',
  },
  Trust: {
    'security/': 'Trust model',
    'untrusted-checkouts/': 'Untrusted checkouts',
  },
  Measured: {
    'calibration/': 'Shares of all rules',
    'impact/': 'Impact and baseline',
    'benchmarks/': 'Benchmarks',
    'rules/coverage/': 'Published rules',
  },
};

/** The schemas that editors load, each with its address. */
const schemas = [
  ['src/rules/definition/definition.schema.json', schemaAddress('definition')],
  ['src/rules/properties/properties.schema.json', schemaAddress('properties')],
  ['src/settings/settings.schema.json', schemaAddress('settings')],
] as const;

/**
 * What editors look for schemas in, in the format of SchemaStore's catalog.
 * https://json.schemastore.org/schema-catalog.json
 */
const catalog = {
  $schema: 'https://json.schemastore.org/schema-catalog.json',
  version: 1,
  schemas: [
    {
      name: 'Power Platform connector definition',
      description: 'The Swagger 2.0 definition of a connector for the Power Platform',
      fileMatch: ['apiDefinition.swagger.json'],
      url: schemaAddress('definition'),
    },
    {
      name: 'Power Platform connector properties',
      description: 'The properties of a connector for the Power Platform',
      fileMatch: ['apiProperties.json'],
      url: schemaAddress('properties'),
    },
    {
      name: 'Gatehouse settings',
      description: 'How Gatehouse guards a repository of connectors',
      fileMatch: ['**/.github/gatehouse.yml'],
      url: schemaAddress('settings'),
    },
  ],
};

/**
 * All files of the documentation as a static site that needs nothing from elsewhere.
 * @throws Error if a link leads nowhere
 */
export async function buildSite(): Promise<Files> {
  const files = new Map<string, string | Uint8Array>();
  const pages = sources().map((source) => ({ ...source, ...rendered(source) }));

  for (const name of readdirSync(join(root, 'docs')).filter((each) => /\.(?:svg|png)$/.test(each)))
    files.set(`assets/${name}`, readFileSync(join(root, 'docs', name)));
  for (const name of ['site.css', 'icon.svg'])
    files.set(`assets/${name}`, readFileSync(join(import.meta.dirname, name), 'utf8'));
  files.set('assets/site.js', await browserScript());
  files.set('assets/search.json', searchIndex(pages));
  for (const [file, address] of schemas)
    files.set(address.slice(docsSite.length), readFileSync(join(root, file), 'utf8'));
  files.set('schemas/catalog.json', `${JSON.stringify(catalog, null, 2)}\n`);

  const { version }: { version: string } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const assetsHash = createHash('sha256')
    .update(Array.from(files.values()).join('\n'))
    .digest('hex')
    .slice(0, 10);
  const site = { groups: groupsOf(pages), version, assetsHash };
  for (const page of pages) {
    const shown = { ...page, trail: trailOf(page), isRule: page.kind === 'rule' };
    files.set(`${page.path}index.html`, layout(shown, rootFrom(page.path), site));
  }
  files.set('404.html', layout(missing, base, site));
  files.set('robots.txt', `User-agent: *\nAllow: /\nSitemap: ${docsSite}sitemap.txt\n`);
  files.set('sitemap.txt', pages.map(({ path }) => `${docsSite}${path}\n`).join(''));

  const broken = brokenLinks(files);
  if (broken.length > 0) throw new Error(`Links that lead nowhere:\n${broken.join('\n')}`);
  return files;
}

/** From a page to the root: relative, so that the site works at any address. */
const rootFrom = (path: string): string => '../'.repeat(path.split('/').length - 1);

function rendered(source: Source): Rendered {
  const toRoot = rootFrom(source.path);
  const inSite = (path: string): string => `${toRoot}${path}` || './';
  const { html, headings } = renderMarkdown(withLinkedCodes(source.markdown), {
    link: (href) => {
      const target = targetOf(href, source);
      if ('address' in target) return target.address;
      const [path = '', fragment] = target.path.split('#');
      if (path === source.path && fragment !== undefined) return `#${fragment}`;
      return inSite(target.path);
    },
    named: (word) => {
      const path = `explain/${word}/`;
      return explained.has(word) && path !== source.path ? inSite(path) : undefined;
    },
  });
  return { html, headings };
}

const explained: ReadonlySet<string> = new Set([
  ...rules.map(({ id }) => id),
  ...Object.keys(verdicts),
  ...policyByCode.keys(),
]);

/** The policy codes of a rule's page, as links. */
const withLinkedCodes = (markdown: string): string =>
  markdown.replace(/^\*\*Policy codes\.\*\* .*$/m, (line) =>
    line.replaceAll(/(?<=[ ,])[\w-]+(?:\.\d+)*(?=[ ,.])/g, (code) =>
      policyByCode.has(code) ? `[${code}](${pageOf(code)})` : code,
    ),
  );

const trails = {
  document: [],
  rule: [{ path: 'rules/', label: 'Rules' }],
  change: [{ path: 'changes/', label: 'Changes' }],
  policy: [{ path: 'policies/', label: 'Policy codes' }],
};
const trailOf = ({ kind }: Source) => trails[kind];

function groupsOf(pages: readonly Source[]): Group[] {
  const titles = new Map(
    pages.filter(({ kind }) => kind === 'document').map(({ path, title }) => [path, title]),
  );
  const named = Object.entries(navigation).map(([title, labels]) => ({
    title,
    links: Object.entries(labels)
      .filter(([path]) => titles.has(path))
      .map(([path, label]) => ({ path, label })),
  }));
  const placed = new Set(Object.values(navigation).flatMap((labels) => Object.keys(labels)));
  const others = Array.from(titles)
    .filter(([path]) => !placed.has(path))
    .map(([path, label]) => ({ path, label }));
  return [...named, { title: 'More', links: others }].filter(({ links }) => links.length > 0);
}

/** The page for addresses that do not exist; it is served at any depth. */
const missing = {
  path: '404.html',
  title: 'There is no such page',
  summary: 'There is no such page.',
  html:
    '<h1 data-missing>There is no such page</h1>\n<p>Rules, changes and policy codes have their pages at ' +
    `<code>${base}explain/</code> and their name, for example <a href="${base}explain/OperationIdRequired/">` +
    'OperationIdRequired</a>. Look it up with the search above, or in the lists of ' +
    `<a href="${base}rules/">rules</a>, <a href="${base}changes/">changes</a> and ` +
    `<a href="${base}policies/">policy codes</a>.</p>`,
  headings: [],
  trail: [],
  isRule: false,
};

async function browserScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'browser/site.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    legalComments: 'inline',
  });
  const [script] = outputFiles;
  if (!script) throw new Error('esbuild wrote no script for the pages');
  return script.text;
}
