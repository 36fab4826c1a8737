import { expect, test } from 'vitest';
import { pageOf } from '../../src/reference/page-of.ts';
import { renderMarkdown } from '../../src/reference/render-markdown.ts';
import { connectorOf } from './connectors.ts';

test.each([
  ['brackets', '['.repeat(60_000)],
  ['emphasis', '*a_ '.repeat(15_000)],
  ['quotes', `${'> '.repeat(5_000)}a`],
  ['lists', Array.from({ length: 300 }, (_, at) => `${'  '.repeat(at)}- a`).join('\n')],
  ['backticks', Array.from({ length: 340 }, (_, at) => '`'.repeat(at)).join(' ')],
  ['links', '[a](b'.repeat(12_000)],
  ['references', `${'[a]'.repeat(9_000)}\n\n[a]: https://example.com`],
  ['cells', `| ${'a | '.repeat(5_000)}\n| ${'- | '.repeat(5_000)}\n| ${'a | '.repeat(5_000)}`],
  ['HTML', '<a '.repeat(20_000)],
  ['headings', '# a\n'.repeat(15_000)],
])('a guide with many %s takes bounded time', (_what, text) => {
  const page = pageOf(
    connectorOf({
      'apiDefinition.swagger.json': { swagger: '2.0', paths: {} },
      'readme.md': `# A\n\n## B\n\n${text}`,
    }),
  );
  expect(renderMarkdown(page).length).toBeLessThan(2_000_000);
});
