import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientAddress, RateLimiter } from '../../src/portal/rate-limiter.ts';

test('a client has its requests in a minute, and the wait until the next minute', () => {
  const limiter = new RateLimiter(2);
  expect([0, 1, 2].map((now) => limiter.count('192.0.2.1', now * 10_000))).toEqual([0, 0, 40]);
  expect(limiter.count('192.0.2.2', 20_000)).toBe(0);
  expect(limiter.count('192.0.2.1', 60_000)).toBe(0);
});

test('a client of IPv6 is a network of 64 bits, however its address is written', () => {
  const limiter = new RateLimiter(1);
  expect(limiter.count('2001:db8:0:1::1', 0)).toBe(0);
  for (const same of ['2001:db8:0:1:a:b:c:d', '2001:DB8::1:0:0:0:7', '2001:db8:0:0001::'])
    expect([same, limiter.count(same, 0)]).toEqual([same, 60]);
  expect(limiter.count('2001:db8::2', 0)).toBe(0);
  expect(limiter.count('192.0.2.1', 0)).toBe(0);
  expect(limiter.count('::ffff:192.0.2.1', 0)).toBe(60);
});

test('more clients than it remembers take no more memory, and the newest are limited', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 20 }), (clients) => {
      const limiter = new RateLimiter(1, 10);
      clients.forEach((client, now) => limiter.count(`192.0.2.${client}`, now));
      const last = clients.at(-1) ?? 0;
      expect(limiter.count(`192.0.2.${last}`, clients.length)).toBeGreaterThan(0);
      expect(limiter.size).toBeLessThanOrEqual(10);
    }),
  );
});

test('what a client writes into X-Forwarded-For does not count', () => {
  const peer = '192.0.2.9';
  expect(clientAddress(peer, '198.51.100.1', 0)).toBe(peer);
  expect(clientAddress(peer, undefined, 1)).toBe(peer);
  expect(clientAddress(peer, 'forged, 198.51.100.1', 1)).toBe('198.51.100.1');
  expect(clientAddress(peer, 'forged, 198.51.100.1, 10.0.0.1', 2)).toBe('198.51.100.1');
  expect(clientAddress(peer, '198.51.100.1', 2)).toBe(peer);
  expect(clientAddress(peer, ' , ', 1)).toBe(peer);
});
