import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMailer, type MailMessage } from '../../src/senders/mailer.ts';
import { MailServer } from './mail-server.ts';

let server: MailServer;
beforeEach(async () => {
  server = new MailServer();
  await server.start();
});
afterEach(() => server.stop());

const message: MailMessage = {
  id: 'notice-1',
  to: 'ada@contoso.example',
  subject: '[contoso/connectors] Contoso Invoices 2.0 is live everywhere',
  text: 'All 6 rings have it.\n',
  html: '<p>All 6 rings have it.</p>',
  thread: 'ride-1',
  unsubscribeUrl: `https://gatehouse.contoso.example/notices/unsubscribe?token=${'x'.repeat(200)}`,
};
async function send(change: Partial<MailMessage> = {}) {
  const mailer = createMailer({
    url: server.url,
    from: 'Gatehouse <gatehouse@contoso.example>',
  });
  try {
    return await mailer.send({ ...message, ...change });
  } finally {
    mailer.close();
  }
}

test('mail has a text, the same as HTML, and what programs need to sort and stop it', async () => {
  expect(await send()).toEqual({ kind: 'sent' });
  const [mail] = server.received;
  expect(mail).toMatchObject({ from: 'gatehouse@contoso.example', to: ['ada@contoso.example'] });
  expect(Object.fromEntries(mail?.headers ?? [])).toMatchObject({
    from: 'Gatehouse <gatehouse@contoso.example>',
    to: 'ada@contoso.example',
    subject: message.subject,
    'message-id': '<notice-1@contoso.example>',
    'in-reply-to': '<ride-1@contoso.example>',
    references: '<ride-1@contoso.example>',
    'auto-submitted': 'auto-generated',
    'list-unsubscribe': `<${message.unsubscribeUrl}>`,
    'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
    'content-type': expect.stringContaining('multipart/alternative') as unknown,
  });
  expect(mail?.raw).toContain('All 6 rings have it.\r\n');
  expect(mail?.raw).toContain('<p>All 6 rings have it.</p>');
});

test('no text can add a header or a recipient', async () => {
  await send({
    subject: 'Invoices\r\nBcc: eve@example.com\r\n\r\nbody\u2028\u0000',
    text: 'https://127.0.0.1/x',
  });
  await send({ to: 'ada@contoso.example, eve@example.com' });
  await send({ to: 'ada@contoso.example>\r\nRCPT TO:<eve@example.com' });
  for (const { headers, to } of server.received) {
    expect(headers.get('bcc')).toBeUndefined();
    expect(to.filter((address) => address === 'eve@example.com')).toEqual([]);
  }
  expect(server.received.every(({ headers }) => !headers.get('subject')?.includes('\n'))).toBe(
    true,
  );
});

test.each([
  [550, true],
  [451, false],
])('a recipient that is refused with %i is a failure; final: %s', async (status, isFinal) => {
  server.recipientStatus = status;
  expect(await send()).toMatchObject({ kind: 'failed', isFinal });
});

test('a server that is gone is a failure for now', async () => {
  const { url } = server;
  await server.stop();
  const mailer = createMailer({ url, from: 'gatehouse@contoso.example' });
  expect(await mailer.send(message)).toMatchObject({ kind: 'failed', isFinal: false });
  await server.start();
});

test('a password is sent over TLS only', async () => {
  const url = server.url.replace('//', '//user:password@');
  const mailer = createMailer({ url, from: 'gatehouse@contoso.example' });
  expect(await mailer.send(message)).toMatchObject({
    kind: 'failed',
    error: expect.stringMatching(/TLS/i) as unknown,
    isFinal: false,
  });
  expect(server.received).toEqual([]);
});
