import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { brokenLinks, type Files } from '../../scripts/site/broken-links.ts';
import { buildSite } from '../../scripts/site/build-site.ts';
import { renderMarkdown } from '../../scripts/site/render-markdown.ts';
import { targetOf } from '../../scripts/site/sources.ts';
import { verdicts } from '../../src/changes/verdicts.ts';
import { policyByCode } from '../../src/rules/policy-codes.ts';
import { rules } from '../../src/rules/registry.ts';
import { docsSite, pageOf, schemaAddress } from '../../src/shared/project.ts';

const root = join(import.meta.dirname, '../..');
let files: Files;
let pages: (readonly [string, string])[];
beforeAll(async () => {
  files = await buildSite();
  pages = Array.from(files).flatMap(([path, content]) =>
    typeof content === 'string' && path.endsWith('.html') ? [[path, content] as const] : [],
  );
});

const read = (path: string): string => {
  const content = files.get(path);
  return typeof content === 'string' ? content : '';
};

describe('the site', () => {
  test('has the page of every rule, change and policy code at its address', () => {
    const ids = [...rules.map(({ id }) => id), ...Object.keys(verdicts), ...policyByCode.keys()];
    for (const id of ids) {
      const path = `${pageOf(id).slice(docsSite.length)}/index.html`;
      expect(read(path).replaceAll('<wbr>', ''), path).toContain(`>${id}</h1>`);
    }
  });

  test('has every document, and the navigation of every page leads to it', () => {
    const documents = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    for (const document of documents) {
      const path = document.replace(/\.md$/, '/');
      expect(files.has(`${path}index.html`), path).toBe(true);
      expect(read('index.html')).toContain(`<li><a href="${path}"`);
      expect(read('explain/OperationIdRequired/index.html')).toContain(`href="../../${path}"`);
    }
  });

  test('has no link that leads nowhere', () => {
    expect(brokenLinks(files)).toEqual([]);
  });

  test('loads nothing from elsewhere and has nothing in its pages that could run', () => {
    for (const [path, html] of pages) {
      expect(html, path).toContain(
        'http-equiv="Content-Security-Policy" content="default-src \'none\'',
      );
      expect(html, path).not.toMatch(/<(?:img|script|source|iframe)\b[^>]*(?:src|srcset)="https?:/);
      expect(html, path).not.toMatch(
        /<script(?![^>]* src=)|<style|\son\w+="|\sstyle="|<iframe|<form/,
      );
      expect(html, path).not.toMatch(/<link rel="(?!canonical)[^"]*" href="https?:/);
    }
  });

  test('has the schemas at the addresses that they name, and a catalog of them', () => {
    const { schemas }: { schemas: { url: string; fileMatch: string[] }[] } = JSON.parse(
      read('schemas/catalog.json'),
    );
    expect(schemas.map(({ url }) => url)).toEqual(
      (['definition', 'properties', 'settings'] as const).map(schemaAddress),
    );
    for (const { url } of schemas)
      expect(JSON.parse(read(url.slice(docsSite.length)))).toMatchObject({ $id: url });
  });

  test('is where documents say that the schemas are', () => {
    const textOf = (path: string) => readFileSync(join(root, 'docs', path), 'utf8');
    for (const name of ['definition', 'properties', 'settings'] as const)
      expect(textOf('editors.md')).toContain(schemaAddress(name));
    expect(textOf('settings.md')).toContain(`$schema=${schemaAddress('settings')}`);
  });

  test('links policy codes and rules that a page names', () => {
    const rule = read('explain/OperationIdNotUnique/index.html');
    expect(rule).toContain('<a href="../../explain/5000.2.6.2/">5000.2.6.2</a>');
    expect(read('explain/5000.2.6.2/index.html')).toContain(
      '<a href="../../explain/OperationIdNotUnique/">',
    );
  });
});

describe('brokenLinks', () => {
  const page = (html: string): Files =>
    new Map([
      ['index.html', html],
      ['a/index.html', '<h2 id="there">There</h2>'],
    ]);

  test.each([
    ['a page that is not there', '<a href="b/">', ['index.html: b/']],
    ['a heading that is not there', '<a href="a/#gone">', ['index.html: a/#gone']],
    ['a picture that is not there', '<img alt="" src="x.png">', ['index.html: x.png']],
    ['a path out of the site', '<a href="/">', ['index.html: /']],
    [
      'nothing of what is there',
      '<a href="a/#there"><a href="./"><a href="https://example.org/x">',
      [],
    ],
  ])('finds %s', (_, html, expected) => {
    expect(brokenLinks(page(html))).toEqual(expected);
  });
});

describe('a link of a document', () => {
  const [from] = [
    {
      path: 'settings/',
      file: 'docs/settings.md',
      kind: 'document' as const,
      title: '',
      summary: '',
      markdown: '',
    },
  ];
  test.each([
    ['cli.md#exit-status', { path: 'cli/#exit-status' }],
    ['rules/OperationIdRequired.md', { path: 'explain/OperationIdRequired/' }],
    ['../README.md', { path: '' }],
    ['check.svg', { path: 'assets/check.svg' }],
    [pageOf('OperationIdRequired'), { path: 'explain/OperationIdRequired/' }],
    ['https://example.org', { address: 'https://example.org' }],
    [
      '../action.yml',
      { address: 'https://github.com/connector-gatehouse/gatehouse/blob/main/action.yml' },
    ],
    [
      'decisions/',
      { address: 'https://github.com/connector-gatehouse/gatehouse/tree/main/docs/decisions' },
    ],
  ])('%s leads to %o', (href, expected) => {
    expect(targetOf(href, from)).toEqual(expected);
  });

  test('is refused if nothing is there', () => {
    expect(() => targetOf('gone.md', from)).toThrow('docs/settings.md: there is no gone.md');
  });
});

describe('Markdown', () => {
  const render = (markdown: string): string =>
    renderMarkdown(markdown, {
      link: (href) => href,
      named: (word) => (word === 'HostNotUnique' ? '/host' : undefined),
    }).html;

  test('gets the ids of GitHub on headings, also for the same text twice', () => {
    const { headings } = renderMarkdown('# A\n\n## `--fix` & more: yes\n\n## Same\n\n## Same\n', {
      link: (href) => href,
      named: () => undefined,
    });
    expect(headings.map(({ id }) => id)).toEqual(['a', '--fix--more-yes', 'same', 'same-1']);
  });

  test('links names in code, but not within links or samples', () => {
    expect(render('`HostNotUnique` [`HostNotUnique`](x)\n\n```text\nHostNotUnique\n```\n')).toBe(
      '<p><a href="/host"><code>HostNotUnique</code></a> <a href="x"><code>HostNotUnique</code></a></p>\n' +
        '<pre tabindex="0"><code class="language-text">HostNotUnique\n</code></pre>\n',
    );
  });

  test('shows alerts as GitHub does', () => {
    expect(render('> [!IMPORTANT]\n> Not on npm yet.\n')).toBe(
      '<blockquote class="alert">\n<p><strong>Important</strong></p>\n<p>Not on npm yet.</p>\n</blockquote>\n',
    );
  });

  test('leaves out pictures on other servers', () => {
    expect(render('![CI](https://example.org/badge.svg)')).toBe('<p></p>');
  });
});

test('the schemas in the package have the same addresses', () => {
  for (const [name, path] of [
    ['definition', 'src/rules/definition/definition.schema.json'],
    ['properties', 'src/rules/properties/properties.schema.json'],
    ['settings', 'src/settings/settings.schema.json'],
  ] as const)
    expect(JSON.parse(readFileSync(join(root, path), 'utf8'))).toMatchObject({
      $id: schemaAddress(name),
    });
});
