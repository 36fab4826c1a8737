import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSite } from '../../scripts/site/build-site.ts';
import { pageOf, docsSite } from '../../src/shared/project.ts';
import { chromiumPath, startChromium, type Browser } from '../support/chromium.ts';
import { serveSite } from './serve-site.ts';

const widths = [390, 800, 1440];
const schemes = ['light', 'dark'] as const;
/** Long and short, with tables, samples, pictures, and the longest name of a rule. */
const paths = [
  '',
  'rules/',
  'policies/',
  'settings/',
  'cli/',
  'action/',
  'operate/',
  'calibration/',
  'changelog/',
  'explain/OperationIdNotUnique/',
  'explain/ApiAnnotationExtensionReplacementInfoMissingOperationIdProperty/',
  'explain/OperationDeleted/',
  'explain/5000.2.6.2/',
  '404.html',
];

/**
 * The texts of a page whose contrast with what is behind them is less than WCAG asks for: 4.5, or 3
 * for large text.
 */
const lowContrast = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a = 1] = channels(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const found = new Set();
  for (const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walker.nextNode(); ) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === '' || !element.checkVisibility({ opacityProperty: true })) continue;
    const style = getComputedStyle(element);
    const [light, dark] = [luminance(channels(style.color)), luminance(behind(element))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) found.add(element.tagName + ' "' + walker.currentNode.data.trim().slice(0, 30) + '" ' + ratio.toFixed(2));
  }
  return [...found];
})()`;

/** What sticks out to the right of the window, or the page if it can be scrolled. */
const tooWide = `document.documentElement.scrollWidth > innerWidth ? [...document.body.querySelectorAll('*')]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest('.table, pre'))
  .map((element) => element.tagName + '.' + element.className) : []`;

describe.skipIf(chromiumPath === undefined)('the site in Chromium', () => {
  let browser: Browser;
  let site: { url: string; close: () => void };
  let page: Page;
  /** Complaints of the page, and requests to other servers. */
  const complaints: string[] = [];
  beforeAll(async () => {
    site = await serveSite(await buildSite());
    browser = await startChromium();
    page = await browser.context.newPage();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(site.url)) complaints.push(`requested ${request.url()}`);
    });
  });
  afterAll(async () => {
    await browser.close();
    site.close();
  });
  const open = (path: string) => page.goto(`${site.url}${path}`);
  const search = async (text: string): Promise<string[]> => {
    await page.fill('#search', text);
    await page.locator('.status', { hasText: `for ${text}` }).waitFor({ state: 'attached' });
    return page.locator('#results strong').allTextContents();
  };

  describe.each(schemes)('%s', (colorScheme) => {
    test.each(widths)(
      '%i pixels wide: nothing is cut off, and everything can be read',
      async (width) => {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        for (const path of paths) {
          await open(path);
          expect(await page.evaluate(tooWide), path).toEqual([]);
          expect(await page.evaluate(lowContrast), path).toEqual([]);
        }
      },
    );
  });

  test('uses both color schemes', async () => {
    const backgrounds = new Set<unknown>();
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await open('');
      backgrounds.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    }
    expect(backgrounds.size).toBe(2);
  });

  test('finds rules by name, by words of it, by what they say, and policy codes', async () => {
    await open('');
    expect((await search('OperationIdNotUnique'))[0]).toBe('OperationIdNotUnique');
    expect((await search('operationidnotunique'))[0]).toBe('OperationIdNotUnique');
    expect((await search('operation id unique'))[0]).toBe('OperationIdNotUnique');
    expect(await search('is already the ID of')).toContain('OperationIdNotUnique');
    expect((await search('OperationIdNotUniqe'))[0]).toBe('OperationIdNotUnique');
    expect((await search('5000.2.6.2'))[0]).toBe('5000.2.6.2');
  });

  test('goes to a result with the keyboard alone, from any page', async () => {
    await open('explain/OperationDeleted/');
    await page.keyboard.press('/');
    await page.keyboard.type('HostNotUnique');
    await page.waitForSelector('#result-0[aria-selected="true"]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForURL(/HostNotUnique/);
    expect(await page.title()).toBe('HostNotUnique · Gatehouse');
  });

  test('finds nothing for nonsense, and closes the results with Escape', async () => {
    await open('');
    expect(await search('qqqqzzzz')).toEqual([]);
    await search('icon');
    expect(await page.isVisible('#results')).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#results')).toBe(false);
  });

  test('an address without a slash, as messages print it, leads to the page', async () => {
    await open(pageOf('OperationIdNotUnique').slice(docsSite.length));
    expect(await page.title()).toBe('OperationIdNotUnique · Gatehouse');
  });

  test('the page of an address that does not exist looks for its last part', async () => {
    const response = await open('explain/OperationIdNotUniqe/');
    expect(response?.status()).toBe(404);
    await page.waitForSelector('#results strong');
    expect((await page.locator('#results strong').allTextContents())[0]).toBe(
      'OperationIdNotUnique',
    );
    complaints.splice(0);
  });

  test('the pages are there without JavaScript too: navigation on a phone, and no search', async () => {
    await page.setViewportSize({ width: 390, height: 900 });
    await page.route('**/site.js*', (route) => route.abort());
    await open('settings/');
    expect(await page.isVisible('search')).toBe(false);
    expect(await page.isVisible('.navigation a')).toBe(false);
    await page.click('.navigation summary');
    expect(await page.isVisible('.navigation a')).toBe(true);
    await page.unroute('**/site.js*');
    complaints.splice(0);
  });

  test('nothing complained or was requested from elsewhere on the way', () => {
    expect(complaints).toEqual([]);
  });
});
