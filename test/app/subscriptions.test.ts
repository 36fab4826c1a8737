import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addSubscription,
  listSubscriptions,
  type SubscriptionInput,
} from '../../src/app/subscriptions.ts';
import { MailServer } from '../senders/mail-server.ts';
import { folder, run } from '../support/cli.ts';
import { startApp, urlOf } from './test-app.ts';
import { testApps } from './test-apps.ts';

const newTestApp = testApps();
const mail = new MailServer();
beforeAll(() => mail.start());
afterAll(() => mail.stop());

const repository = 'contoso/connectors';
const settings = {
  SMTP_URL: 'smtps://smtp.contoso.example',
  MAIL_FROM: 'gatehouse@contoso.example',
  PUBLIC_URL: 'https://gatehouse.contoso.example',
};

const input = {
  repository,
  login: 'ada',
  address: 'ada@contoso.example',
  role: 'participant',
  zone: undefined,
} as const;

test.each<[Partial<SubscriptionInput>, string]>([
  [{ address: 'ada' }, 'ada is not a mail address'],
  [{ address: 'ada@contoso.example, eve@example.com' }, 'is not a mail address'],
  [{ address: 'ada@contoso.example\r\nBcc: eve@example.com' }, 'is not a mail address'],
  [{ login: 'a b' }, 'a b is not a login of GitHub'],
  [{ repository: 'contoso' }, '--repository needs an owner and a name, not contoso'],
  [{ zone: 'Berlin' }, 'Berlin is not a time zone'],
])('%j is not valid', async (change, message) => {
  await expect(addSubscription({ ...input, ...change }, settings)).rejects.toThrow(message);
});

test('nobody can be subscribed to an App that sends no mail', async () => {
  await expect(addSubscription(input, {})).rejects.toThrow('There is no mail: set SMTP_URL');
});

test.each([
  [['subscribe', 'ada', 'a@b.c'], '--repository is missing'],
  [['unsubscribe', 'ada'], '--repository is missing'],
])('gatehouse notices %j says what is missing', (words, message) => {
  const { status, err } = run(['notices', ...words]);
  expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining(message) as unknown });
});

test('a person confirms, and unsubscribes with one click', async () => {
  const at = await newTestApp();
  Object.assign(at.env, settings, { SMTP_URL: mail.url });
  // The database exists after the first start.
  await (await startApp(at)).stop();
  const notices = (...words: string[]) => run(['notices', ...words], folder, at.env);
  const subscribe = ['subscribe', 'Ada', 'ada@contoso.example', '--repository', repository];
  expect(notices(...subscribe, '--zone', 'Europe/Berlin')).toMatchObject({
    status: 0,
    out: 'Ada gets mail at ada@contoso.example, and is subscribed after they confirm it.\n',
  });
  expect(notices('list').out).toBe(
    'contoso/connectors  ada  ada@contoso.example  participant  Europe/Berlin  not confirmed\n',
  );
  await startApp(at);
  const { headers, raw, to } = await mail.next();
  expect(to).toEqual(['ada@contoso.example']);
  const text = raw.replaceAll('=\r\n', '').replaceAll('=3D', '=');
  const linkTo = (purpose: string): string => {
    const [, query] =
      new RegExp(`contoso\\.example(/notices/${purpose}\\?token=[\\w.-]+)`).exec(text) ?? [];
    if (query === undefined) throw new Error(`there is no link to ${purpose}`);
    return urlOf(at, query);
  };
  // Opening a link does nothing.
  const question = await fetch(linkTo('confirm'));
  expect(question.status).toBe(200);
  expect(question.headers.get('content-security-policy')).toContain("form-action 'self'");
  expect(await question.text()).toContain('<form method="post"');
  const damaged = await fetch(linkTo('confirm').replace(/.$/, ''), { method: 'POST' });
  expect(damaged.status).toBe(404);
  const swapped = linkTo('unsubscribe').replace('/unsubscribe', '/confirm');
  expect((await fetch(swapped, { method: 'POST' })).status).toBe(404);
  const confirmed = await fetch(linkTo('confirm'), { method: 'POST' });
  expect(confirmed.status).toBe(200);
  expect(await confirmed.text()).toContain(
    'You will get mail about <code>contoso/connectors</code>',
  );

  for (const server of at.running) await server.stop();
  expect(await listSubscriptions(repository, at.env)).toMatchObject([
    { login: 'ada', isConfirmed: true },
  ]);
  await startApp(at);

  expect(headers.get('list-unsubscribe')).toContain('/notices/unsubscribe?token=');
  const unsubscribed = await fetch(linkTo('unsubscribe'), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });
  expect(unsubscribed.status).toBe(200);
  // A second click is as good as the first.
  expect((await fetch(linkTo('unsubscribe'), { method: 'POST' })).status).toBe(200);
  for (const server of at.running) await server.stop();
  expect(await listSubscriptions(undefined, at.env)).toEqual([]);
});
