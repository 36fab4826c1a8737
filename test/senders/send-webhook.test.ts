import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../src/senders/public-address.ts';
import { defaultWebhookPolicy, sendWebhook } from '../../src/senders/send-webhook.ts';
import { webhookHeaders, webhookKey } from '../../src/senders/webhook-signature.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

const now = new Date('2026-11-24T18:00:00.000Z');
const key = Buffer.from('a'.repeat(24));
const otherKey = Buffer.from('b'.repeat(32));

describe('the signature', () => {
  test('is that of the vector of the Standard Webhooks', () => {
    const vector = webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    expect(vector).toHaveLength(24);
    const content = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
    };
    expect(webhookHeaders(content, vector ? [vector] : [])).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  test.each([
    ['', undefined],
    ['whsec_', undefined],
    ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', undefined],
    [`whsec_${Buffer.alloc(23).toString('base64')}`, undefined],
    [`whsec_${Buffer.alloc(65).toString('base64')}`, undefined],
    ['whsec_not base64, but long enough to be a key', undefined],
    [`whsec_${Buffer.alloc(64).toString('base64')}`, 64],
  ])('a key of 24 to 64 bytes is a secret: %s', (secret, length) => {
    expect(webhookKey(secret)?.length).toBe(length);
  });
});

describe('addresses', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'localhost',
    '',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '140.82.121.3', '2606:50c0:8000::153'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test('no private address is public, however it is written', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const privateAddress = fc
      .tuple(fc.constantFrom('10', '127', '192.168', '169.254'), byte, byte, byte)
      .map(([start, ...bytes]) => [start, ...bytes].join('.').split('.').slice(0, 4).join('.'));
    fc.assert(
      fc.property(privateAddress, (address) => {
        expect(isPublicAddress(address)).toBe(false);
        expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
      }),
    );
  });
});

describe('sending', () => {
  const receiver = new WebhookReceiver();
  beforeEach(() => receiver.start());
  afterEach(() => receiver.stop());
  const message = { id: 'notice-1', body: '{"type":"ride.done","text":"é"}' };
  const send = (policy = receiver.policy(), url = receiver.url) =>
    sendWebhook({ url, keys: [key, otherKey] }, message, now, policy);

  test('goes over HTTPS to the checked address, with a signature for each secret', async () => {
    const asked: string[] = [];
    const policy = receiver.policy({
      resolve: (host) => {
        asked.push(host);
        return Promise.resolve(['127.0.0.1']);
      },
    });
    expect(await send(policy)).toEqual({ kind: 'sent' });
    expect(asked).toEqual(['hooks.contoso.example']);
    const [webhook] = receiver.received.splice(0);
    expect(webhook).toMatchObject({
      path: '/gatehouse',
      body: message.body,
      headers: {
        host: receiver.url.host,
        'content-type': 'application/json',
        'webhook-id': 'notice-1',
        'webhook-timestamp': String(now.getTime() / 1000),
      },
    });
    const signed = `notice-1.${now.getTime() / 1000}.${webhook?.body}`;
    expect(webhook?.headers['webhook-signature']).toBe(
      [key, otherKey]
        .map((each) => `v1,${createHmac('sha256', each).update(signed).digest('base64')}`)
        .join(' '),
    );
  });

  test('one address that is not allowed is enough to send nothing', async () => {
    const addresses = ['127.0.0.1', '169.254.169.254'];
    const result = await send(receiver.policy({ resolve: () => Promise.resolve(addresses) }));
    expect(result).toMatchObject({ kind: 'failed', isFinal: false });
    expect(receiver.received).toEqual([]);
  });

  test.each(['https://127.0.0.1', 'https://[::1]', 'https://localhost', 'https://0x7f000001'])(
    'nothing is sent to %s',
    async (address) => {
      const url = new URL(`${address}:${receiver.url.port}/`);
      expect(await send(defaultWebhookPolicy, url)).toMatchObject({
        kind: 'failed',
        error: 'its host has an address that is not on the public internet',
      });
      expect(receiver.received).toEqual([]);
    },
  );

  test('nothing is sent without HTTPS', async () => {
    const url = new URL(receiver.url.href.replace('https', 'http'));
    expect(await send(receiver.policy(), url)).toMatchObject({ kind: 'failed', isFinal: true });
  });

  test('a redirect is a failure, and is not followed', async () => {
    receiver.respond = () => ({ status: 307, headers: { location: receiver.url.href } });
    expect(await send()).toEqual({
      kind: 'failed',
      error: 'it answers with the status 307',
      isFinal: false,
    });
    expect(receiver.received.splice(0)).toHaveLength(1);
  });

  test.each([
    [500, false],
    [404, false],
    [410, true],
  ])('the status %i is a failure; final: %s', async (status, isFinal) => {
    receiver.respond = () => ({ status });
    expect(await send()).toMatchObject({ kind: 'failed', isFinal });
  });

  test('a receiver that does not respond fails after the time that it has', async () => {
    receiver.respond = undefined;
    expect(await send(receiver.policy({ timeout: 200 }))).toEqual({
      kind: 'failed',
      error: 'no response within 0.2 seconds',
      isFinal: false,
    });
    const never = receiver.policy({ timeout: 50, resolve: () => new Promise(() => {}) });
    expect(await send(never)).toMatchObject({ error: 'no response within 0.05 seconds' });
  });

  test('a certificate that is not trusted is a failure', async () => {
    const { ca: _, ...policy } = receiver.policy();
    expect(await send(policy)).toMatchObject({
      kind: 'failed',
      error: expect.stringContaining('self') as unknown,
    });
    const other = new URL(receiver.url.href.replace('hooks', 'other'));
    expect(await send(receiver.policy(), other)).toMatchObject({ kind: 'failed' });
  });

  test('a host without an address, or that is not known, is a failure', async () => {
    expect(await send(receiver.policy({ resolve: () => Promise.resolve([]) }))).toMatchObject({
      error: 'its host has no address',
    });
    const unknown = receiver.policy({ resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await send(unknown)).toMatchObject({ error: 'ENOTFOUND', isFinal: false });
  });
});
