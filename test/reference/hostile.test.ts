import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import type { Connector } from '../../src/connector/connector.ts';
import type { Json } from '../../src/json/values.ts';
import type { Block } from '../../src/reference/block.ts';
import { pageOf } from '../../src/reference/page-of.ts';
import { renderHtml } from '../../src/reference/render-html.ts';
import { toJsonPage } from '../../src/reference/render-json.ts';
import { renderMarkdown } from '../../src/reference/render-markdown.ts';
import { connectorOf } from './connectors.ts';

/** A connector with a text of its own in every place of its files that a page shows. */
function connectorWith(text: (place: string) => string): Connector {
  const field = (name: string): { [key: string]: Json } => ({
    type: 'string',
    format: text(`${name}-format`),
    'x-ms-summary': text(`${name}-summary`),
    description: text(`${name}-description`),
    default: text(`${name}-default`),
    enum: [text(`${name}-value`), text(`${name}-value2`)],
    'x-ms-enum-values': [
      { value: text(`${name}-value`), displayName: text(`${name}-value-label`) },
    ],
    pattern: text(`${name}-pattern`),
  });
  const definitionName = text('definition').toWellFormed();
  const reference = {
    $ref: `#/definitions/${encodeURIComponent(definitionName.replaceAll('~', '~0').replaceAll('/', '~1'))}`,
  };
  const operation = (name: string, more: { [key: string]: Json }) => ({
    operationId: text(`${name}-id`),
    summary: text(`${name}-summary`),
    description: text(`${name}-description`),
    ...more,
  });
  return connectorOf({
    'apiDefinition.swagger.json': {
      swagger: '2.0',
      info: {
        title: text('title'),
        description: text('description'),
        version: '1.0',
        contact: {
          name: text('contact'),
          url: text('contact-url'),
          email: text('contact-email'),
        },
      },
      'x-ms-connector-metadata': [
        { propertyName: 'Website', propertyValue: text('website') },
        { propertyName: 'Privacy policy', propertyValue: text('privacy') },
        { propertyName: 'Categories', propertyValue: text('categories') },
      ],
      paths: {
        '/a': {
          get: operation('get', {
            deprecated: true,
            'x-ms-api-annotation': { family: 'a', revision: 1 },
            parameters: [
              { name: text('parameter'), in: 'query', required: true, ...field('query') },
            ],
            responses: { 200: { schema: reference } },
          }),
          put: operation('put', {
            'x-ms-api-annotation': { family: 'a', revision: 2 },
            parameters: [
              {
                name: text('body'),
                in: 'body',
                schema: { type: 'object', properties: { [text('property')]: field('property') } },
              },
            ],
            responses: { 200: { schema: { title: text('return'), type: text('type') } } },
          }),
          post: operation('post', {
            'x-ms-trigger': 'single',
            responses: {
              200: {
                schema: { type: 'object', properties: { [text('output')]: field('output') } },
              },
            },
          }),
        },
      },
      definitions: {
        [definitionName]: {
          type: 'object',
          description: text('definition-description'),
          properties: { [text('inner')]: field('inner'), again: reference },
        },
      },
    },
    'apiProperties.json': {
      properties: {
        publisher: text('publisher'),
        connectionParameterSets: {
          values: [
            {
              name: text('set'),
              uiDefinition: { displayName: text('set-label'), description: text('set-text') },
              parameters: {
                [text('connection')]: {
                  type: 'string',
                  uiDefinition: {
                    displayName: text('connection-label'),
                    description: text('connection-text'),
                    constraints: { allowedValues: [{ text: text('choice'), value: 'x' }] },
                  },
                },
              },
            },
          ],
        },
      },
    },
  });
}

/** The page as GitHub shows its Markdown. */
const onGitHub = (blocks: readonly Block[]): string =>
  micromark(renderMarkdown(blocks), {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
  });

/** Every tag of HTML, without the values of its attributes; a `<` that opens no tag is an error. */
function tagsOf(html: string): string[] {
  const tags: string[] = [];
  for (const [tag] of html.matchAll(/<[^>]*>?/g)) {
    if (!/^<\/?[a-z][a-z0-9]*(?: [a-z-]+="[^"<>]*")*(?: \/)?>$/.test(tag))
      tags.push(`broken: ${tag}`);
    else tags.push(tag.replace(/="[^"]*"/g, ''));
  }
  return tags;
}

/** The elements that a page may have. */
const allowedTag =
  /^<\/?(?:h[1-6]|p|table|thead|tbody|tr|th|td|ul|ol|li|code|pre|strong|em|del|blockquote|br|a|div|nav|main|body|html)\b/;

const addressesIn = (html: string): string[] =>
  Array.from(html.matchAll(/(?:href|src)="([^"]*)"/g), ([, address = '']) => address);

const bodyOf = (html: string): string => html.slice(html.indexOf('<body>'));

/** Pieces of texts that mean something in Markdown, in HTML, in addresses or in a terminal. */
const pieces = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onclick='alert(1)",
  '</td></tr></table>',
  '<!--',
  '-->',
  '<![CDATA[',
  '<?php',
  '&lt;b&gt;',
  '&#60;i&#62;',
  '&',
  '<details open>',
  '</style><style>*{}',
  '|',
  ' | a | b | ',
  '\\|',
  '\\',
  '`',
  '``',
  '```',
  '~~~',
  '~~',
  '*',
  '**bold**',
  '_',
  '__',
  '# ',
  ' #',
  '- ',
  '+ ',
  '1. ',
  '1) ',
  '> ',
  '---',
  '===',
  '[x](javascript:alert(1))',
  '[x][y]',
  '[^1]',
  '[ ] ',
  '![',
  '](',
  ')',
  '@octocat',
  '#1',
  'GH-1',
  'www.example.com',
  'mailto:mallory@example.com',
  'mallory@example.com',
  'javascript:alert(1)',
  'data:text/html,x',
  '{{',
  '}}',
  '$',
  ':smile:',
  '    ',
  '\t',
  '\u202e',
  '\u0000',
  '\u001b[31m',
  '\u200b',
  '\ud800',
  '##[set-output]',
  '::error::',
  'é',
  '😀',
  'A',
  ' ',
  '__proto__',
  'constructor',
];

const anyText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 3 })), {
    maxLength: 6,
  })
  .map((parts) => parts.join('').replace(/[\r\n\u2028\u2029]/g, ''));

describe('texts of a connector', () => {
  const plain = pageOf(connectorWith((place) => `x${place}`));
  const numRuns = 100;

  test('make no element of HTML', () => {
    const expected = tagsOf(bodyOf(renderHtml(plain)));
    fc.assert(
      fc.property(anyText, (text) => {
        const html = renderHtml(pageOf(connectorWith((place) => `x${text}x${place}`)));
        expect(tagsOf(bodyOf(html))).toEqual(expected);
        for (const address of addressesIn(bodyOf(html))) expect(address).toMatch(/^#/);
      }),
      { numRuns },
    );
  });

  test('make nothing of GitHub’s Markdown', () => {
    const expected = tagsOf(onGitHub(plain));
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, atStart) => {
        const page = pageOf(connectorWith((place) => `${atStart ? '' : 'x'}${text}x${place}`));
        const html = onGitHub(page);
        expect(tagsOf(html)).toEqual(expected);
        for (const address of addressesIn(html)) expect(address).toMatch(/^#/);
        expect(html.replace(/<code>[^]*?<\/code>/g, '')).not.toMatch(/@octocat/);
      }),
      { numRuns },
    );
  });

  test('link to the web only where they name an address of it', () => {
    fc.assert(
      fc.property(
        fc
          .array(
            fc.oneof(
              fc.constantFrom(
                ...pieces,
                '\n',
                '\r',
                '\u2028',
                'https://example.com/a?b=c&d=(e)',
                'http://user:password@example.com',
                'HTTPS://EXAMPLE.COM',
                'https://',
                'http://[',
              ),
              fc.string(),
            ),
          )
          .map((parts) => parts.join('')),
        (text) => {
          const page = pageOf(connectorWith((place) => `${text}${place}`));
          for (const html of [bodyOf(renderHtml(page)), onGitHub(page)]) {
            expect(tagsOf(html).filter((tag) => tag.startsWith('broken'))).toEqual([]);
            for (const address of addressesIn(html))
              expect(address).toMatch(/^#|^https?:\/\/(?!user)|^mailto:/i);
          }
        },
      ),
      { numRuns },
    );
  });

  test('are the texts of the JSON, and its links are addresses of the web', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const page = toJsonPage(pageOf(connectorWith((place) => `x${text}${place}`)));
        const targets: unknown[] = [];
        JSON.stringify(page, (key, value: unknown) => {
          if (key === 'target') targets.push(value);
          return value;
        });
        for (const target of targets) expect(target).toMatch(/^(?:https?:|mailto:)/);
        expect(page.title).toBe(`x${text}title`);
      }),
      { numRuns },
    );
  });
});

describe('the readme', () => {
  test('makes no HTML, no image and no link but to the web', () => {
    fc.assert(
      fc.property(
        fc
          .array(
            fc.oneof(
              fc.constantFrom(
                ...pieces,
                '\n',
                '\n\n',
                '# Setup\n',
                '\n| a | b |\n| - | - |\n',
                '\n- ',
                '\n> ',
                '\n    ',
              ),
              fc.constantFrom(
                '[a](https://example.com/x)',
                '[a](vbscript:x)',
                '[a]( JavaScript:alert(1))',
                '![a](https://example.com/x.png)',
                '[a][b]\n\n[b]: javascript:x\n',
                '<https://example.com>',
                '<javascript:x>',
                '<a href="https://example.com">a</a>',
                '<img src="https://example.com/x.png">',
              ),
              fc.string({ maxLength: 4 }),
            ),
            { maxLength: 20 },
          )
          .map((parts) => `# Fabrikam\n\n## Setup\n\n${parts.join('')}`),
        (readme) => {
          const page = pageOf(
            connectorOf({
              'apiDefinition.swagger.json': {
                swagger: '2.0',
                info: { title: 'Fabrikam' },
                paths: {},
              },
              'readme.md': readme,
            }),
          );
          for (const html of [bodyOf(renderHtml(page)), onGitHub(page)]) {
            for (const tag of tagsOf(html)) expect(tag).toMatch(allowedTag);
            for (const address of addressesIn(html))
              expect(address).toMatch(/^#|^https?:|^mailto:/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('definitions that contain one another take bounded time', () => {
  const level = (at: number) => ({
    type: 'object',
    properties: Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [
        `p${index}`,
        { allOf: [{ $ref: `#/definitions/L${at + 1}` }] },
      ]),
    ),
  });
  const definitions = {
    ...Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`L${at}`, level(at)])),
    L30: { $ref: '#/definitions/L0' },
  };
  const page = pageOf(
    connectorOf({
      'apiDefinition.swagger.json': {
        swagger: '2.0',
        paths: {
          '/a': {
            get: {
              operationId: 'A',
              parameters: [{ name: 'body', in: 'body', schema: { $ref: '#/definitions/L0' } }],
              responses: { 200: { schema: { $ref: '#/definitions/L0' } } },
            },
          },
        },
        definitions,
      },
    }),
  );
  expect(renderMarkdown(page)).toContain('Only the first 1000 fields are listed.');
});
