import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MailServer } from '../senders/mail-server.ts';
import { WebhookReceiver } from '../senders/webhook-receiver.ts';
import { databases } from '../store/databases.ts';
import { hasPostgres } from '../store/postgres.ts';
import { killAt } from './kill-at.ts';
import { NoticeScene } from './notice-scene.ts';
import { friday20, monday16, trainScenes } from './train-scene.ts';

const newPostgres = databases();
const { openStore, newScene, github } = trainScenes();
const mail = new MailServer();
const receiver = new WebhookReceiver();
beforeAll(async () => {
  await mail.start();
  await receiver.start();
});
afterEach(() => {
  mail.received.splice(0);
  receiver.received.splice(0);
});
afterAll(async () => {
  await mail.stop();
  await receiver.stop();
});

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  test.runIf(has)(
    'killed at any moment, every notice is sent, and each comment once',
    async () => {
      const store = await openStore(await newDatabase());
      /** A failure is noticed and sent. What is killed at a call runs again ten minutes later. */
      const story = async (killedAt: number, moment: 'before' | 'after') => {
        const at = new NoticeScene(newScene(store), github(), mail, receiver);
        await at.begin('ada', 'maria');
        await at.advance(monday16);
        await at.send(monday16);
        await at.advance(friday20);
        await at.report('failure', 'HTTP 500');
        const { mortal, survive, calls } = killAt(killedAt, moment);
        const mortals = { client: mortal(at.train.client), store: mortal(store) };
        await survive(
          () => at.advance(friday20, mortals),
          () => at.advance(friday20),
        );
        const later = '2026-11-20T17:15:00.000Z';
        const { mailer } = await at.train.sending(friday20, at.settings);
        await survive(
          () => at.send(friday20, { store: mortal(store), mailer: mailer && mortal(mailer) }),
          () => at.send(later),
        );
        // A killed attempt on GitHub counts as a failure of GitHub's, and is made again.
        await at.send(later);
        mailer?.close();
        await at.advance('2026-11-23T16:00:00.000Z');
        await at.send('2026-11-23T16:00:00.000Z');
        const ids = {
          mail: mail.received.map(({ headers }) => headers.get('message-id')),
          webhooks: receiver.received.map(({ headers }) => headers['webhook-id']),
        };
        const { mail: mails, webhooks, comments } = at.received();
        const name = `[${at.train.path}]`;
        return {
          calls: calls(),
          ids,
          mails: [...new Set(mails.map((each) => each.replace(name, '')))],
          webhooks: [...new Set(webhooks)],
          comments,
          repeated: mails.length + webhooks.length,
        };
      };
      const {
        calls,
        repeated: undisturbedCount,
        ids: _ids,
        ...undisturbed
      } = await story(0, 'before');
      expect(undisturbed).toEqual({
        mails: [
          'ada@contoso.example  Your turn: A 1.0 failed in Testing',
          'maria@contoso.example  1 notice of the release train',
        ],
        webhooks: ['ride.ring `A 1.0` failed in Testing'],
        comments: ['**`A 1.0` failed in Testing**'],
      });
      expect(undisturbedCount).toBe(3);
      expect(calls).toBeGreaterThan(20);
      for (let killedAt = 1; killedAt <= calls; killedAt += 1)
        for (const moment of ['before', 'after'] as const) {
          const { calls: _calls, repeated, ids, ...end } = await story(killedAt, moment);
          expect({ killedAt, moment, ...end }).toEqual({ killedAt, moment, ...undisturbed });
          // What was sent and not recorded comes again with the same id.
          expect(new Set(ids.mail).size + new Set(ids.webhooks).size).toBe(undisturbedCount);
          expect(repeated).toBeLessThanOrEqual(undisturbedCount + 1);
        }
    },
    600_000,
  );
});
