import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeEnvFile } from '../../src/app/write-env-file.ts';
import { permissionPurposes } from '../../src/app/manifest.ts';
import { chromiumPath, startChromium, type Browser } from '../support/chromium.ts';
import { Serving } from './serving.ts';
import { createTestApp, manifest, startApp, urlOf, type TestApp } from './test-app.ts';

/** Without the credentials of an App. */
const unset = { APP_ID: undefined, PRIVATE_KEY: undefined, WEBHOOK_SECRET: undefined };

test('every permission of app.yml has a purpose, and no other', () => {
  expect(Object.keys(permissionPurposes).sort()).toEqual(
    Object.keys(manifest.default_permissions).sort(),
  );
});

describe('the setup', () => {
  let at: TestApp;
  let serving: Serving;
  beforeEach(async () => {
    at = await createTestApp();
    serving = new Serving(at, unset);
    await serving.logged('has no App yet');
  });
  afterEach(async () => {
    await serving.end();
    await at.close();
  });

  const pageAt = async (path: string, headers: Record<string, string> = {}): Promise<string> =>
    (await fetch(urlOf(at, path), { headers })).text();
  const attribute = (text: string, name: string, before: string): string => {
    const value = new RegExp(`${before}[^>]*? ${name}="([^"]*)"`).exec(text)?.[1] ?? '';
    return value.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  };
  const manifestIn = (text: string): Record<string, unknown> =>
    JSON.parse(attribute(text, 'value', '<button name="manifest"'));

  test('says Gatehouse, what it asks for and why, and what happens next', async () => {
    const text = await pageAt('/', {
      'x-forwarded-host': 'gate.contoso.com',
      'x-forwarded-proto': 'https',
    });
    for (const [name, level] of Object.entries(manifest.default_permissions))
      expect(text).toContain(`<td>${name.replaceAll('_', ' ')}: ${level}</td>`);
    expect(text).toContain('It begins by observing');
    expect(text).toContain('.github/gatehouse.yml');
    expect(text).not.toMatch(/probot/i);
    expect(text).not.toContain('GitHub cannot reach');
    expect(manifestIn(text)).toEqual({
      ...manifest,
      hook_attributes: { url: 'https://gate.contoso.com/api/github/webhooks' },
      redirect_url: 'https://gate.contoso.com/registered',
    });
    expect(attribute(text, 'action', '<form method="post"')).toMatch(
      new RegExp(`^http://${at.github.host}/settings/apps/new\\?state=[\\w-]+$`),
    );
    expect(existsSync(join(serving.folder, 'app.yml'))).toBe(false);
  });

  test('registers for an organization, with an address that GitHub can reach', async () => {
    expect(await pageAt('/probot')).toContain('GitHub cannot reach');
    const text = await pageAt('/?organization=contoso&webhook=https%3A%2F%2Fsmee.io%2Fabc');
    expect(text).not.toContain('GitHub cannot reach');
    expect(manifestIn(text)).toMatchObject({ hook_attributes: { url: 'https://smee.io/abc' } });
    const action = attribute(text, 'action', '<form method="post"');
    expect(action).toContain('/organizations/contoso/settings/apps/new?state=');

    const state = new URL(action).searchParams.get('state') ?? '';
    const finished = await fetch(urlOf(at, `/registered?code=abc123&state=${state}`));
    expect(finished.status).toBe(200);
    expect(await finished.text()).toContain(`/apps/gatehouse/installations/new`);
    const file = join(serving.folder, '.env');
    expect(parseEnv(readFileSync(file, 'utf8'))).toEqual({
      APP_ID: String(at.app.id),
      PRIVATE_KEY: at.app.privateKey.trim(),
      WEBHOOK_SECRET: at.app.secret,
      GITHUB_CLIENT_ID: 'Iv1.fake',
      GITHUB_CLIENT_SECRET: 'secret of a fake',
      WEBHOOK_PROXY_URL: 'https://smee.io/abc',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['/?organization=%22%3E%3Cscript%3E', '<script>'],
    ['/?webhook=javascript:alert(1)', 'javascript:'],
    ['/?webhook=https%3A%2F%2Fx.example%2F%22%3E%3Cimg%20src%3Dx%3E', '<img'],
  ])('does not pass on what an address contains: %s', async (path, forbidden) => {
    expect(await pageAt(path)).not.toContain(forbidden);
  });

  test('does not take an App from a link that it did not create', async () => {
    const answer = await fetch(urlOf(at, '/registered?code=abc123&state=other'));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('not registered yet');
    expect(existsSync(join(serving.folder, '.env'))).toBe(false);
  });

  test('has nothing else to open, and reads no bodies', async () => {
    expect((await fetch(urlOf(at, '/metrics'))).status).toBe(404);
    expect((await fetch(urlOf(at, '/readyz'))).status).toBe(503);
    expect((await fetch(urlOf(at, '/healthz'))).status).toBe(200);
    await expect(fetch(urlOf(at, '/'), { method: 'POST', body: 'x' })).rejects.toThrow(
      'fetch failed',
    );
  });
});

test('a file of variables keeps its other lines, and replaces a value of several lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-env-'));
  try {
    const file = join(folder, '.env');
    writeFileSync(file, '# my file\nPORT=80\nPRIVATE_KEY="first\nsecond"\nLOG_LEVEL=warn\n');
    writeEnvFile(file, { PRIVATE_KEY: 'a\nb', APP_ID: '7' });
    expect(readFileSync(file, 'utf8')).toBe(
      '# my file\nPORT=80\nLOG_LEVEL=warn\nPRIVATE_KEY="a\\nb"\nAPP_ID="7"\n',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe.skipIf(chromiumPath === undefined)('in a browser', () => {
  let at: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    at = await createTestApp();
    browser = await startChromium();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await at.close();
  });

  /** Opens a page at every width in both color schemes. */
  async function look(path: string, name: string): Promise<string[]> {
    const problems: string[] = [];
    const page = await browser.context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1280, 800, 390]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        await page.goto(urlOf(at, path));
        const overflow: number = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        if (overflow > 0) problems.push(`${width}: ${overflow} pixels too wide`);
        const contrast: number = await page.evaluate(lowestContrast);
        if (contrast < 4.5) problems.push(`${colorScheme}: a contrast of ${contrast}`);
        const folder = process.env.GATEHOUSE_PICTURES;
        if (folder !== undefined)
          await page.screenshot({
            path: join(folder, `${name}-${colorScheme}-${width}.png`),
            fullPage: true,
          });
      }
    }
    await page.close();
    return problems;
  }

  test('the setup page fits every width, can be read in light and dark, and sends its forms', async () => {
    const serving = new Serving(at, unset);
    await serving.logged('has no App yet');
    expect(await look('/', 'setup')).toEqual([]);
    const page = await browser.context.newPage();
    await page.goto(urlOf(at, '/'));
    await page.getByLabel('Organization').fill('contoso');
    await page.getByLabel("Address for GitHub's events").fill('https://smee.io/abc');
    await page.getByRole('button', { name: 'Use these' }).click();
    expect(page.url()).toContain('organization=contoso');
    const [request] = await Promise.all([
      page.waitForRequest((each) => each.method() === 'POST'),
      page.getByRole('button', { name: 'Register on GitHub for contoso' }).click(),
    ]);
    expect(request.url()).toContain('/organizations/contoso/settings/apps/new?state=');
    const sent = new URLSearchParams(request.postData() ?? '').get('manifest') ?? '';
    expect(JSON.parse(sent)).toMatchObject({ name: 'gatehouse', public: false });
    const state = new URL(request.url()).searchParams.get('state') ?? '';
    await page.close();
    expect(await look(`/registered?code=abc&state=${state}`, 'registered')).toEqual([]);
    expect(await look('/registered?code=abc&state=other', 'failed')).toEqual(
      // Chromium reports the status of each answer.
      Array.from({ length: 6 }, () => expect.stringContaining('400')),
    );
    await serving.end();
  }, 120_000);

  test('the pages of a running App say that it is running, and no more', async () => {
    const running = await startApp(at);
    const page = await browser.context.newPage();
    for (const path of ['/', '/probot', '/probot/']) {
      await page.goto(urlOf(at, path));
      expect(await page.innerText('body')).toBe('Gatehouse 0.0.0 is running\n\nDocumentation');
    }
    await page.goto(urlOf(at, '/nothing'));
    expect(await page.innerText('h1')).toBe('There is no page at this address');
    expect(await look('/', 'home')).toEqual([]);
    // The browser keeps connections open that it may never use: waiting for them would not end.
    await running.stop();
    await page.close();
  }, 120_000);
});

/** Computes, in the page, the lowest contrast of text and its background, as WCAG defines it. */
const lowestContrast = `(() => {
  const parts = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [red, green, blue] = color.map((part) => {
      const value = part / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const background = (element) => {
    const color = parts(getComputedStyle(element).backgroundColor);
    return color[3] === 0 && element.parentElement ? background(element.parentElement) : color;
  };
  const elements = document.querySelectorAll('h1, h2, p, li, td, th, a, button, input, code');
  return Math.min(...Array.from(elements, (element) => {
    const text = luminance(parts(getComputedStyle(element).color));
    const back = luminance(background(element));
    return (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
  }));
})()`;
