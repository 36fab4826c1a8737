import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { expect } from 'vitest';

/** What GitHub's Markdown makes of a text, without what is in code. */
const outsideCode = (text: string): string =>
  micromark(text, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true })
    .replace(/<code[^]*?<\/code>/g, '')
    .replace(/<!--[^]*?-->/g, '');
const ours =
  /^https:\/\/(?:gatehouse\.contoso\.com|github\.com|opensource\.microsoft\.com|connector-gatehouse\.github\.io)\//;
const tags =
  /^<\/?(?:p|strong|em|ol|ul|li|a|sub|details|summary|h[1-4]|table|thead|tbody|tr|th|td|hr|br|blockquote|pre|del)$/;

/**
 * A text in Markdown in which nothing mentions, links, closes an issue or gets out that is not
 * ours.
 */
export function expectInert(text: string): void {
  const html = outsideCode(text);
  expect(html).not.toMatch(/@(?:everyone|octocat)\b/);
  expect(html).not.toMatch(/(?:^|\s)#1\b/);
  for (const [, address] of html.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(ours);
  expect((html.match(/<\/?([a-z0-9]+)/g) ?? []).filter((tag) => !tags.test(tag))).toEqual([]);
}
