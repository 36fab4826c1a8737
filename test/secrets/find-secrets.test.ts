import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { describe, expect, test } from 'vitest';
import { TextFile } from '../../src/json/document.ts';
import { maskForFiles } from '../../src/secrets/mask.ts';
import { maskedLine, findSecrets } from '../../src/secrets/find-secrets.ts';
import { a, b, formats, jwt } from './secret-samples.ts';

const file = (text: string): TextFile => new TextFile('readme.md', new TextEncoder().encode(text));
const found = (text: string): [string | undefined, string][] =>
  findSecrets(file(text)).map(({ name, start, end }) => [name, text.slice(start, end)]);

describe('a secret is known by its format', () => {
  test.each(formats)('%s in %s', (name, text, secret) => {
    expect(
      found(text.replace('%', () => secret))
        .filter(([by]) => by !== undefined)
        .map(([by, value]) => [by, value.trim()]),
    ).toEqual([[name, secret]]);
  });

  test.each(formats.filter(([, text]) => !text.startsWith('-----')))(
    '%s in the middle of a JSON string: %s',
    (name, text, secret) => {
      const json = JSON.stringify({
        description: `First line.\n${text.replace('%', () => secret)}\nLast line.`,
      });
      expect(found(json).filter(([by]) => by !== undefined)).toEqual([[name, secret]]);
    },
  );

  test.each(formats)('no placeholder is %s: %s', (_, text) => {
    const filled = [
      '<your-key>',
      '{{token}}',
      '$(TOKEN)',
      '********',
      'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      '%s',
      '...',
    ].map((placeholder) => text.replace('%', () => placeholder));
    expect(filled.flatMap(found)).toEqual([]);
  });

  /** The letters and digits of a secret are replaced, and what stands around them is kept. */
  const crossedOut = formats
    .map(([name, text, secret]) => ({
      name,
      text,
      secret,
      crossed: secret.replace(/[A-Za-z0-9+/]{12,}/g, (run) => 'X'.repeat(run.length)),
    }))
    .filter(({ secret, crossed }) => crossed !== secret);

  test.each(crossedOut)('nor is one that is crossed out $name: $text', ({ text, crossed }) => {
    expect(found(text.replace('%', () => crossed))).toEqual([]);
  });

  test('most formats have letters to cross out', () => {
    expect(crossedOut.length).toBeGreaterThan(formats.length / 2);
  });
});

test('what documentation and emulators publish is no secret', () => {
  const published = 'IOSFODNN7EXAMPLE';
  const azurite =
    'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
  expect(
    [
      azurite,
      `AKIA${published}`,
      `Bearer ${jwt({ sub: '1234567890', name: 'John Doe' })}.${a(43)}`,
    ].flatMap(found),
  ).toEqual([]);
});

test('what is called a secret is suspected where its value looks random, and only there', () => {
  expect(found(`{"X-Api-Key": "${a(32)}"}`)).toEqual([[undefined, a(32)]]);
  expect(
    found(
      '{"token": "The token of the invoice", "apiKey": ' +
        '"invoices-of-contoso-limited", "secret": "00000000-0000-0000-0000-000000000000"}',
    ),
  ).toEqual([]);
});

test.each([
  'nextPageToken',
  'ContinuationToken',
  'next_token',
  'skipToken',
  'syncToken',
  'cursorToken',
  'nextForwardToken',
  'markerToken',
  'nextpagetoken',
  'tokenForNextPage',
])('%s is a place in a list, whatever it looks like', (name) => {
  expect(found(`{"${name}": "${a(48)}"}`)).toEqual([]);
  expect(found(`{\\"${name}\\": \\"${a(48)}\\"}`)).toEqual([]);
  expect(found(`{"nextLink": "https://api.contoso.com/v1/invoices?token=${a(48)}"}`)).toEqual([]);
  expect(found(`{"accessToken": "${a(48)}"}`)).toHaveLength(1);
});

test.each(['exchangeToken', 'restart_token', 'asyncToken', 'pageAccessToken', 'next_auth_token'])(
  '%s is not a place in a list, although its name contains such a word',
  (name) => {
    expect(found(`{"${name}": "${a(48)}"}`)).toHaveLength(1);
  },
);

test('the address of the next page hides no access token', () => {
  const address = 'https://api.contoso.com/v1/invoices';
  expect(found(`{"next": "${address}?access_token=${a(48)}"}`)).toHaveLength(1);
  expect(found(`{"nextLink": "${address}?api_key=${a(48)}"}`)).toHaveLength(1);
  expect(found(`{"nextLink": "${address}?$skiptoken=${a(48)}"}`)).toEqual([]);
});

test('a call that sends a header with a random value is suspected too', () => {
  expect(found(`request.Headers.Add("X-Api-Key", "${a(32)}");`)).toEqual([[undefined, a(32)]]);
  expect(found(`Ocp-Apim-Subscription-Key: ${'3f9a1c7e5b2d8064'.repeat(2)}`)).toHaveLength(1);
});

test('a secret with one escape is found far from the beginning and the end of its string, and beside others', () => {
  const token = `ghp_${a(36)}`;
  const within = `"${'word '.repeat(1_000)}\\u0067${token.slice(1)}${' word'.repeat(1_000)}"`;
  const texts = [
    within,
    `${within}, ${within}`,
    `"\\u0041"${' '.repeat(2_000)}${within}`,
    within.slice(1, -1),
  ];
  expect(
    texts.map((text) =>
      findSecrets(file(text)).map(({ name, value, start, end }) => [
        name,
        value,
        text.slice(start, end),
      ]),
    ),
  ).toEqual(
    [1, 2, 1, 1].map((many) =>
      Array.from({ length: many }, () => ['a GitHub token', token, `\\u0067${token.slice(1)}`]),
    ),
  );
});

test('one of many secrets is as quick to find as one of few', () => {
  const many = file(`token=${a(32)}\n`.repeat(60_000));
  expect(findSecrets(many)).toHaveLength(60_000);
  expect(maskedLine(many, 59_999)).toBe(`token=${a(4)}${'*'.repeat(28)}`);
});

describe('nothing that is printed has a secret in it', () => {
  const secret = `ghp_${a(36)}`;
  const pem = `-----BEGIN PRIVATE KEY-----\n${b(64)}\n${b(40)}\n-----END PRIVATE KEY-----`;

  test('not a line of source, in which every column stays', () => {
    const readme = file(`\ufeffUse ${secret} here.\n${pem}\nDone.`);
    const lines = [1, 2, 3, 4, 5, 6].map((number) => maskedLine(readme, number));
    expect(lines[0]).toBe(`Use ghp_${'*'.repeat(36)} here.`);
    expect(lines[2]).toBe(`${b(4)}${'*'.repeat(60)}`);
    expect(lines[3]).toBe('*'.repeat(40));
    expect(lines[5]).toBe('Done.');
  });

  test('not a message, whole or cut', () => {
    const conceal = maskForFiles([file(`Use ${secret} here.`)]);
    expect(conceal?.(`The default \`${secret}\` is long.`)).toBe('The default `ghp_…` is long.');
    expect(conceal?.(`The default \`Bearer ${secret.slice(0, 30)}…\` is long.`)).toBe(
      'The default `Bearer ghp_…` is long.',
    );
    expect(conceal?.('Nothing in `ghp_` to hide.')).toBe('Nothing in `ghp_` to hide.');
    expect(maskForFiles([file('Nothing here.')])).toBeUndefined();
  });
});

test('secretlint, an independent judge, takes for secrets what we take for secrets, where it knows the format too', async () => {
  const alike = new Set<string>();
  for (const [name, text, secret] of formats) {
    const { messages } = await lintSource({
      source: {
        filePath: 'readme.md',
        content: text.replace('%', () => secret),
        ext: '.md',
        contentType: 'text',
      },
      options: {
        config: {
          rules: [
            { id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} },
          ],
        },
      },
    });
    if (messages.length > 0) alike.add(name);
  }
  const both = [
    'Anthropic',
    'Databricks',
    'GitHub',
    'GitLab',
    'Groq',
    'HashiCorp Vault',
    'Hugging Face',
    'Notion',
    'npm',
    'OpenAI',
    'SendGrid',
    'Shopify',
    'Slack',
    'Stripe',
    'a URL',
  ];
  expect(both.filter((issuer) => ![...alike].some((name) => name.includes(issuer)))).toEqual([]);
});
