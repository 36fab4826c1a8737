import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../src/app/env.ts';
import { readNoticeSettings } from '../../src/app/notices/notice-settings.ts';

const read = (env: Record<string, string>) => readNoticeSettings(readEnvironment({ ...env }));
const secret = `whsec_${Buffer.alloc(24, 'a').toString('base64')}`;
const mail = {
  SMTP_URL: 'smtps://user:password@smtp.contoso.com',
  MAIL_FROM: 'Gatehouse <gatehouse@contoso.com>',
  PUBLIC_URL: 'https://gatehouse.contoso.com/app/',
};

test('without variables there are only comments', () => {
  expect(read({})).toEqual({ mail: undefined, publicUrl: '', webhooks: [] });
});

test('mail needs a server, a sender and an address that links lead to', () => {
  expect(read(mail)).toEqual({
    mail: { url: mail.SMTP_URL, from: mail.MAIL_FROM },
    publicUrl: 'https://gatehouse.contoso.com/app',
    webhooks: [],
  });
  expect(() => read({ ...mail, MAIL_FROM: '' })).toThrow('MAIL_FROM is missing');
  expect(() => read({ ...mail, PUBLIC_URL: '' })).toThrow('PUBLIC_URL is missing');
});

test.each([
  [{ SMTP_URL: 'https://smtp.contoso.com' }, 'SMTP_URL needs'],
  [{ MAIL_FROM: 'gatehouse' }, 'MAIL_FROM needs a mail address'],
  [{ MAIL_FROM: 'a@contoso.com\r\nBcc: eve@example.com' }, 'MAIL_FROM needs a mail address'],
  [{ PUBLIC_URL: 'http://gatehouse.contoso.com' }, 'PUBLIC_URL needs an address'],
  [{ PUBLIC_URL: 'https://gatehouse.contoso.com/?x=1' }, 'PUBLIC_URL needs an address'],
])('%j is not valid', (change, message) => {
  expect(() => read({ ...mail, ...change })).toThrow(message);
});

describe('webhooks', () => {
  test('have an address, secrets, and topics if not all', () => {
    const old = `whsec_${Buffer.alloc(32, 'b').toString('base64')}`;
    const { webhooks } = read({
      NOTICE_WEBHOOKS: `https://hooks.contoso.com/x ${secret} ${old};\n https://chat.contoso.com/y ${secret} done,late ;`,
    });
    expect(webhooks).toMatchObject([
      { keys: [Buffer.alloc(24, 'a'), Buffer.alloc(32, 'b')] },
      { keys: [Buffer.alloc(24, 'a')], topics: ['late', 'done'] },
    ]);
    expect(webhooks[0]?.topics).toHaveLength(6);
    expect(webhooks[0]?.url.href).toBe('https://hooks.contoso.com/x');
    // The database has this in place of the address.
    expect(webhooks.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}$/),
      expect.stringMatching(/^[0-9a-f]{16}$/),
    ]);
    expect(webhooks[0]?.id).not.toBe(webhooks[1]?.id);
  });

  test.each([
    [`http://hooks.contoso.com ${secret}`, 'Target 1 of NOTICE_WEBHOOKS needs an address'],
    [`https://user:pw@hooks.contoso.com ${secret}`, 'Target 1 of NOTICE_WEBHOOKS needs an address'],
    [`https://a.contoso.com ${secret}; x`, 'Target 2 of NOTICE_WEBHOOKS needs an address'],
    ['https://a.contoso.com', 'needs a secret'],
    ['https://a.contoso.com whsec_c2hvcnQ=', 'needs a secret'],
    [`https://a.contoso.com ${secret} whsec_c2hvcnQ=`, 'needs a secret'],
    [`https://a.contoso.com ${secret} done,digest`, 'has the topic digest; there are turn, ring'],
  ])('%s is not valid, and the error has no secret', (text, message) => {
    const attempt = (): unknown => read({ NOTICE_WEBHOOKS: text });
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/whsec_[A-Za-z0-9]/);
  });
});
