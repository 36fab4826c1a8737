import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MailServer } from '../senders/mail-server.ts';
import { WebhookReceiver } from '../senders/webhook-receiver.ts';
import { databases } from '../store/databases.ts';
import { hasPostgres } from '../store/postgres.ts';
import { NoticeScene } from './notice-scene.ts';
import { friday20, monday16, monday23, trainScenes, tuesday24 } from './train-scene.ts';

const newPostgres = databases();
const { openStore, newScene, github } = trainScenes();
const mail = new MailServer();
const receiver = new WebhookReceiver();
beforeAll(async () => {
  await mail.start();
  await receiver.start();
});
afterAll(async () => {
  await mail.stop();
  await receiver.stop();
});

afterEach(() => {
  mail.received.splice(0);
  receiver.received.splice(0);
  mail.recipientStatus = 0;
  receiver.respond = () => ({ status: 204 });
});

const nothing = { mail: [], webhooks: [] };
const name = 'A 1.0';

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  test.runIf(has)('a failed ring, the next ring and the end are told once', async () => {
    const store = await openStore(await newDatabase());
    const at = new NoticeScene(newScene(store), github(), mail, receiver);
    await at.begin('ada', 'maria', 'eve');
    await at.advance(monday16);
    await at.send(monday16);
    expect(at.received()).toEqual({ ...nothing, comments: [] });

    await at.advance(friday20);
    await at.report('failure', 'HTTP 500');
    await at.advance(friday20);
    // Whoever looks again has nothing to add.
    await at.advance(friday20);
    await at.send(friday20);
    await at.send(friday20);
    const prefix = `[${at.train.path}]`;
    expect(at.received()).toEqual({
      mail: [`ada@contoso.example ${prefix} Your turn: ${name} failed in Testing`],
      webhooks: [`ride.ring \`${name}\` failed in Testing`],
      comments: [`**\`${name}\` failed in Testing**`],
    });

    await at.train.say({ kind: 'retry', ring: 'testing' });
    await at.advance(friday20);
    await at.report('success', '');
    await at.advance(friday20);
    await at.send(friday20);
    expect(at.received()).toMatchObject({
      mail: [],
      webhooks: [`ride.ring \`${name}\` is live in Testing`],
    });

    // The digest of the next business day, in the morning and not before.
    await at.advance('2026-11-21T20:00:00.000Z');
    await at.advance('2026-11-23T15:55:00.000Z');
    await at.send('2026-11-23T15:55:00.000Z');
    expect(at.received()).toMatchObject(nothing);
    await at.advance('2026-11-23T16:00:00.000Z');
    await at.send('2026-11-23T16:00:00.000Z');
    await at.advance('2026-11-23T16:05:00.000Z');
    await at.send('2026-11-23T16:05:00.000Z');
    const digests = at.mails();
    expect(
      digests.map(({ to, headers }) => `${to.join()} ${headers.get('subject')}`).toSorted(),
    ).toEqual([
      `ada@contoso.example ${prefix} 1 notice of the release train`,
      `maria@contoso.example ${prefix} 2 notices of the release train`,
    ]);
    const ofMaria = digests.find(({ to }) => to.includes('maria@contoso.example'));
    expect(ofMaria?.raw).toContain('failed in Testing');
    expect(ofMaria?.raw).toContain('is live in Testing');

    await at.advance(monday23);
    await at.report('success', '');
    await at.advance(monday23);
    await at.send(monday23);
    expect(at.received()).toEqual({
      mail: [],
      webhooks: [`ride.done \`${name}\` is live everywhere`],
      comments: [`**\`${name}\` failed in Testing**`, `**\`${name}\` is live everywhere**`],
    });
    await at.advance(tuesday24);
    await at.send(tuesday24);
    expect(at.received().mail).toHaveLength(2);
  });

  test.runIf(has)('a ride has at most four comments, and the last is for its end', async () => {
    const store = await openStore(await newDatabase());
    const at = new NoticeScene(newScene(store), github(), mail, receiver);
    await at.begin();
    await at.advance(monday16);
    for (let count = 0; count < 5; count += 1) {
      await at.advance(friday20);
      await at.report('failure', `HTTP ${500 + count}`);
      await at.advance(friday20);
      await at.train.say({ kind: 'retry', ring: 'testing' });
    }
    await at.train.say({ kind: 'withdrawn', reason: 'It does not work.' });
    await at.advance(friday20);
    await at.send(friday20);
    expect(at.received()).toMatchObject({
      comments: [
        ...Array<string>(3).fill(`**\`${name}\` failed in Testing**`),
        `**\`${name}\` was withdrawn**`,
      ],
    });
    expect(await store.rides(at.train.path, 'open')).toEqual([]);
  });

  test.runIf(has)('what cannot be sent is sent later, or dropped for good', async () => {
    const store = await openStore(await newDatabase());
    const at = new NoticeScene(newScene(store), github(), mail, receiver);
    await at.begin('ada');
    await at.advance(monday16);
    // The question whether Ada wants mail is answered.
    await at.send(monday16);
    await at.advance(friday20);
    await at.report('failure', 'HTTP 500');
    receiver.respond = () => ({ status: 503 });
    mail.recipientStatus = 550;
    const outcomes: string[] = [];
    const onOutcome = (channel: string, outcome: string): void => {
      outcomes.push(`${channel} ${outcome}`);
    };
    await at.advance(friday20);
    await at.send(friday20, { onOutcome });
    expect(outcomes.splice(0).toSorted()).toEqual([
      'github sent',
      'mail dropped',
      'webhook failed',
    ]);
    const first = receiver.received[0]?.headers['webhook-id'];
    at.received();
    await at.send(friday20, { onOutcome });
    expect(outcomes).toEqual([]);
    receiver.respond = () => ({ status: 204 });
    mail.recipientStatus = 0;
    await at.send('2026-11-20T17:06:00.000Z', { onOutcome });
    expect(outcomes).toEqual(['webhook sent']);
    expect(receiver.received[0]?.headers['webhook-id']).toBe(first);
    at.received();
  });

  test.runIf(has)('a turn that is over by the morning is not told', async () => {
    const store = await openStore(await newDatabase());
    const at = new NoticeScene(newScene(store), github(), mail, receiver);
    await at.begin('ada');
    await at.advance(monday16);
    const night = '2026-11-21T03:00:00.000Z';
    await at.advance(friday20);
    await at.report('failure', 'HTTP 500');
    await at.advance(night);
    await at.train.say({ kind: 'retry', ring: 'testing' });
    await at.advance('2026-11-22T03:00:00.000Z');
    await at.advance(monday23);
    await at.send(monday23);
    expect(at.received()).toMatchObject({ mail: [] });
  });

  test.runIf(has)('people who do not confirm, or who unsubscribe, get no mail', async () => {
    const store = await openStore(await newDatabase());
    const at = new NoticeScene(newScene(store), github(), mail, receiver);
    await at.begin('maria', 'ada');
    const { path } = at.train;
    const change = {
      repository: path,
      login: 'Ada',
      role: 'participant',
      zone: undefined,
    } as const;
    expect(
      await store.subscribe({ ...change, address: 'new@contoso.example' }, new Date(friday20)),
    ).toBe(false);
    expect(
      await store.subscribe(
        { ...change, login: 'maria', address: 'maria@contoso.example' },
        new Date(friday20),
      ),
    ).toBe(true);
    await at.advance(monday16);
    await at.advance(friday20);
    await at.report('failure', 'HTTP 500');
    await at.advance(friday20);
    await at.send('2026-11-21T03:00:00.000Z');
    const [confirmation, ...others] = at.mails();
    expect(others).toEqual([]);
    expect(confirmation?.to).toEqual(['new@contoso.example']);
    expect(confirmation?.headers.get('subject')).toBe(`[${path}] Confirm your subscription`);
    expect(await at.confirm('ada', 'ada@contoso.example')).toBe(false);
    expect(await at.confirm('ada', 'new@contoso.example')).toBe(true);
    expect(await store.unsubscribe({ repository: path, login: 'Maria' })).toBe(true);
    expect(await store.unsubscribe({ repository: path, login: 'maria' })).toBe(false);
    await at.advance(monday23);
    await at.send(monday23);
    expect(at.received()).toMatchObject({ mail: [] });
    expect(await store.subscriptions({ repository: path })).toMatchObject([
      { login: 'ada', address: 'new@contoso.example', isConfirmed: true },
    ]);
  });
});
