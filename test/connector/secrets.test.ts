import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { describe, expect, test } from 'vitest';
import { TextFile } from '../../src/connector/document.ts';
import { concealer } from '../../src/connector/mask.ts';
import { lineWithoutSecrets, secretsIn } from '../../src/connector/secrets.ts';

/** Characters as a random generator gives them, always the same: no real secret stands in this file, and none that looks like one. */
function random(alphabet: string, length: number): string {
  let state = 88_172_645;
  let text = '';
  for (let count = 0; count < length; count += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += alphabet.charAt(Math.floor((state / 2_147_483_648) * alphabet.length));
  }
  return text;
}
const small = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const large = small.toUpperCase();
const alphanumeric = small + large + digits;
const base64 = `${alphanumeric}+/`;
const hex = '0123456789abcdef';
const a = (length: number): string => random(alphanumeric, length);
const b = (length: number): string => random(base64, length);
const h = (length: number): string => random(hex, length);
const uuid = `${h(8)}-${h(4)}-${h(4)}-${h(4)}-${h(12)}`;
const jwt = (claims: object): string => [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

/** What it is, a text with it in place of `%`, and the secret: the formats as those who issue them document them. */
const formats: [name: string, text: string, secret: string][] = [
  ['an account key of Azure', 'DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=%;EndpointSuffix=core.windows.net', `${b(86)}==`],
  ['an account key of Azure', '"key": "%"', `${b(76)}+ASt${b(5)}Q==`],
  ['an account key of Azure', '"key": "%"', `${b(76)}ACDb${b(5)}Q==`],
  ['a shared access key of Azure', 'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=%', `${b(43)}=`],
  ['a shared access key of Azure', '%', `${b(33)}+ASbA${b(5)}=`],
  ['an access key of Azure', 'Endpoint=https://contoso.webpubsub.azure.com;AccessKey=%;Version=1.0;', `${b(43)}=`],
  ['a key of Azure Functions', 'https://contoso.azurewebsites.net/api/pay?code=%', `${a(44)}AzFu${a(5)}Q==`],
  ['a key of Azure AI Search', 'api-key: %', `${a(42)}AzSeA${a(5)}`],
  ['a key of an Azure container registry', '%', `${b(42)}+ACRA${b(5)}`],
  ['a key of an Azure service', 'Ocp-Apim-Subscription-Key: %', `${a(52)}JQQJ99${a(26)}`],
  ['a token of Azure DevOps', 'token %', `${a(76)}AZDO${a(4)}`],
  ['a client secret of Microsoft Entra ID', '"value": "%"', `${a(3)}8Q~${a(34)}`],
  ['the signature of a shared access signature', 'https://contoso.blob.core.windows.net/a/b?sp=r&sv=2022-11-02&sr=b&sig=%', `${a(20)}%2B${a(22)}%3D`],
  ['the signature of a shared access signature', 'https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?api-version=2016-10-01&sv=1.0&sig=%', a(43)],
  ['an incoming webhook of Microsoft Teams', 'https://contoso.%', `webhook.office.com/webhookb2/${uuid}@${uuid}/IncomingWebhook/${h(32)}/${uuid}`],
  ['a password in a connection string', 'Server=tcp:contoso.database.windows.net,1433;User ID=admin;Password=%;Encrypt=True;', `${a(11)}!x`],
  ['an access key of AWS', 'aws_access_key_id=%', `AKIA${random(`${large}234567`, 16)}`],
  ['an API key of Google', 'https://maps.googleapis.com/maps/api/js?key=%', `AIza${a(35)}`],
  ['a client secret of Google', '%', `GOCSPX-${a(28)}`],
  ['a token of GitHub', 'Authorization: token %', `ghp_${a(36)}`],
  ['a token of GitHub', '%', `github_pat_${a(22)}_${a(59)}`],
  ['a token of GitLab', 'PRIVATE-TOKEN: %', `glpat-${a(20)}`],
  ['a token of npm', '//registry.example.com/:_authToken=%', `npm_${a(36)}`],
  ['a token of PyPI', 'password = %', `pypi-AgEIcHlwaS5vcmc${a(120)}`],
  ['a token of DigitalOcean', '%', `dop_v1_${h(64)}`],
  ['a token of Databricks', '%', `dapi${h(32)}`],
  ['a token of HashiCorp Vault', '%', `hvs.${a(95)}`],
  ['a token of Slack', '%', `xoxb-${random(digits, 12)}-${random(digits, 12)}-${a(24)}`],
  ['an incoming webhook of Slack', 'https://%', `hooks.slack.com/services/T${random(large + digits, 8)}/B${random(large + digits, 8)}/${a(24)}`],
  ['a webhook of Discord', 'https://%', `discord.com/api/webhooks/${random(digits, 18)}/${a(68)}`],
  ['a key of Stripe', '%', `sk_live_${a(24)}`],
  ['a key of Stripe', '%', `rk_test_${a(24)}`],
  ['a webhook secret of Stripe', '%', `whsec_${a(32)}`],
  ['a key of SendGrid', 'Bearer %', `SG.${a(22)}.${a(43)}`],
  ['a key of Twilio', 'username %', `SK${h(32)}`],
  ['a key of Mailgun', 'api:%', `key-${h(32)}`],
  ['a token of HubSpot', '%', `pat-na1-${uuid}`],
  ['a token of Shopify', 'X-Shopify-Access-Token: %', `shpat_${h(32)}`],
  ['a token of Notion', '%', `ntn_${random(digits, 11)}${a(35)}`],
  ['a token of Airtable', '%', `pat${a(14)}.${h(64)}`],
  ['a key of Postman', 'X-API-Key: %', `PMAK-${h(24)}-${h(34)}`],
  ['a token of Telegram', 'https://api.telegram.org/%/getMe', `bot${random(digits, 10)}:AA${a(33)}`],
  ['a key of OpenAI', '%', `sk-proj-${a(74)}T3BlbkFJ${a(74)}`],
  ['a key of Anthropic', 'x-api-key: %', `sk-ant-api03-${a(93)}AA`],
  ['a token of Hugging Face', '%', `hf_${random(small + large, 34)}`],
  ['a key of Groq', '%', `gsk_${a(52)}`],
  ['a private key', '-----BEGIN PRIVATE KEY-----\\n%\\n-----END PRIVATE KEY-----', Array.from({ length: 12 }, () => b(64)).join('\\n')],
  ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n%\n-----END RSA PRIVATE KEY-----', Array.from({ length: 12 }, () => b(64)).join('\n')],
  ['a password in a URL', 'mongodb+srv://contoso:%@cluster0.fabrikam.net/invoices', a(12)],
  ['a JSON web token', 'Bearer %', `${jwt({ sub: 'u-7', exp: 1_900_000_000 })}.${a(43)}`],
  ['a signed URL of AWS', 'https://contoso.s3.amazonaws.com/a.pdf?X-Amz-Expires=300&%', `X-Amz-Signature=${h(64)}`],
];

const file = (text: string): TextFile => new TextFile('readme.md', new TextEncoder().encode(text));
const found = (text: string): [string | undefined, string][] => secretsIn(file(text)).map(({ name, start, end }) => [name, text.slice(start, end)]);

describe('a secret is known by its format', () => {
  test.each(formats)('%s in %s', (name, text, secret) => {
    expect(found(text.replace('%', () => secret)).filter(([by]) => by !== undefined).map(([by, value]) => [by, value.trim()])).toEqual([[name, secret]]);
  });

  test.each(formats.filter(([, text]) => !text.startsWith('-----')))('%s in the middle of a JSON string: %s', (name, text, secret) => {
    const json = JSON.stringify({ description: `First line.\n${text.replace('%', () => secret)}\nLast line.` });
    expect(found(json).filter(([by]) => by !== undefined)).toEqual([[name, secret]]);
  });

  test.each(formats)('no placeholder is %s: %s', (_, text, secret) => {
    const filled = ['<your-key>', '{{token}}', '$(TOKEN)', '********', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', '%s', '...'].map((placeholder) => text.replace('%', () => placeholder));
    expect(filled.flatMap(found)).toEqual([]);
    const kept = secret.replace(/[A-Za-z0-9+/]{12,}/g, (run) => 'X'.repeat(run.length));
    if (kept !== secret) expect(found(text.replace('%', () => kept))).toEqual([]);
  });
});

test('what documentation and emulators publish is no secret', () => {
  const published = 'IOSFODNN7EXAMPLE';
  const azurite = 'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
  expect([azurite, `AKIA${published}`, `Bearer ${jwt({ sub: '1234567890', name: 'John Doe' })}.${a(43)}`].flatMap(found)).toEqual([]);
});

test('what is called a secret is suspected where its value looks random, and only there', () => {
  expect(found(`{"X-Api-Key": "${a(32)}"}`)).toEqual([[undefined, a(32)]]);
  expect(found('{"token": "The token of the invoice", "apiKey": "invoices-of-contoso-limited", "secret": "00000000-0000-0000-0000-000000000000"}')).toEqual([]);
});

describe('nothing that is printed has a secret in it', () => {
  const secret = `ghp_${a(36)}`;
  const pem = `-----BEGIN PRIVATE KEY-----\n${b(64)}\n${b(40)}\n-----END PRIVATE KEY-----`;

  test('not a line of source, in which every column stays', () => {
    const readme = file(`\ufeffUse ${secret} here.\n${pem}\nDone.`);
    const lines = [1, 2, 3, 4, 5, 6].map((number) => lineWithoutSecrets(readme, number));
    expect(lines[0]).toBe(`Use ghp_${'*'.repeat(36)} here.`);
    expect(lines[2]).toBe(`${b(4)}${'*'.repeat(60)}`);
    expect(lines[3]).toBe('*'.repeat(40));
    expect(lines[5]).toBe('Done.');
  });

  test('not a message, whole or cut', () => {
    const conceal = concealer([file(`Use ${secret} here.`)]);
    expect(conceal?.(`The default \`${secret}\` is long.`)).toBe('The default `ghp_…` is long.');
    expect(conceal?.(`The default \`Bearer ${secret.slice(0, 30)}…\` is long.`)).toBe('The default `Bearer ghp_…` is long.');
    expect(conceal?.('Nothing in `ghp_` to hide.')).toBe('Nothing in `ghp_` to hide.');
    expect(concealer([file('Nothing here.')])).toBeUndefined();
  });
});

test('secretlint, an independent judge, takes for secrets what we take for secrets, where it knows the format too', async () => {
  const alike = new Set<string>();
  for (const [name, text, secret] of formats) {
    const { messages } = await lintSource({
      source: { filePath: 'readme.md', content: text.replace('%', () => secret), ext: '.md', contentType: 'text' },
      options: { config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }] } },
    });
    if (messages.length > 0) alike.add(name);
  }
  const both = ['Anthropic', 'Databricks', 'GitHub', 'GitLab', 'Groq', 'HashiCorp Vault', 'Hugging Face', 'Notion', 'npm', 'OpenAI', 'SendGrid', 'Shopify', 'Slack', 'Stripe', 'a URL'];
  expect(both.filter((issuer) => ![...alike].some((name) => name.endsWith(issuer)))).toEqual([]);
});
