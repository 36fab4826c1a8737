import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestDue, inDigestOrder } from '../../src/notices/digest.ts';
import type { NewNotice } from '../../src/notices/notice.ts';
import { noticeHeadline, noticeMarkdown, noticeText } from '../../src/notices/render-notice.ts';
import { maxComments, rideNotices } from '../../src/notices/ride-notices.ts';
import { mailTime, subscriberCalendar } from '../../src/notices/subscription.ts';
import { Calendar } from '../../src/release/calendar.ts';
import { addHours } from '../../src/release/civil-date.ts';
import { foldRide } from '../../src/release/fold-ride.ts';
import type { RideEvent, RideEventDetail } from '../../src/release/ride.ts';
import {
  calendar,
  ride,
  started,
  succeeded,
  throughTwo,
  toReady,
  type At,
} from '../release/rides.ts';
import { modelTrain } from '../release/settings.ts';
import { audience, noticesAt, subscription, toldIn } from './news.ts';

/** A Tuesday at 10:00 in Los Angeles. */
const tuesday = '2026-11-24T18:00:00.000Z';
const asia: At = started('asia', 3, '2026-11-24T17:00:00.000Z');
const failure: At = [
  '2026-11-24T17:55:00.000Z',
  { kind: 'failed', ring: 'asia', deployment: 3, reason: 'HTTP 500 <b>@all</b>' },
];
const textsOf = (notices: readonly NewNotice[]): string[] => [
  ...new Set(notices.map(({ subject }) => noticeText(subject))),
];

describe('events', () => {
  test('the publisher is told that the preview can be tested, the maintainer in the digest', () => {
    const notices = noticesAt('2026-11-16T18:00:00.000Z', toReady.slice(0, 1));
    expect(toldIn(notices)).toEqual(['mail ada turn now', 'mail maria turn digest']);
    expect(textsOf(notices)[0]).toBe(
      'Your turn: `Contoso Invoices 2.0` waits for the publisher\n' +
        '- Reason: `The preview has to be tested.`\n' +
        '- Waiting for the publisher until Wed 18 Nov 09:00 (America/Los_Angeles).',
    );
  });

  test('a ring that has the version is in the digest, and nobody has to do anything', () => {
    const list = [...throughTwo, asia, succeeded('asia', 3, '2026-11-24T17:30:00.000Z')];
    const notices = noticesAt(tuesday, list);
    expect(toldIn(notices)).toEqual(['mail ada ring digest', 'mail maria ring digest']);
    expect(textsOf(notices)).toEqual([
      '`Contoso Invoices 2.0` is live in Asia except Japan and India\n' +
        '- Ring 3 of 6.\n- Next: Europe except UK, Wed 25 Nov.',
    ]);
  });

  test('a failure is a comment, one message to the publisher, and no word of the connector acts', () => {
    const notices = noticesAt(tuesday, [...throughTwo, asia, failure]);
    expect(toldIn(notices)).toEqual([
      'github pull ring now',
      'mail ada ring now',
      'mail maria ring digest',
    ]);
    const [comment] = notices;
    expect(comment && noticeMarkdown(comment.subject)).toBe(
      '**`Contoso Invoices 2.0` failed in Asia except Japan and India**\n\n' +
        '- The deployment says: `HTTP 500 <b>@all</b>`\n' +
        '- Waiting for the publisher until Mon 30 Nov 09:00 (America/Los\\_Angeles).',
    );
    expect(notices.map(({ subject }) => noticeHeadline(subject))[1]).toBe(
      'Your turn: Contoso Invoices 2.0 failed in Asia except Japan and India',
    );
  });

  test('who did something is not told about it', () => {
    const held: At = [tuesday, { kind: 'hold', reason: 'x' }, 'maria'];
    expect(toldIn(noticesAt(tuesday, [...throughTwo, held]))).toEqual(['mail ada turn digest']);
    const byAda: At = [tuesday, { kind: 'hold', reason: 'x' }, 'ada'];
    expect(toldIn(noticesAt(tuesday, [...throughTwo, byAda]))).toEqual(['mail maria turn now']);
  });

  test('a participant who is not the author acts for the maintainers', () => {
    const to = { ...audience, subscriptions: [subscription('rita'), subscription('eve')] };
    const retried: At = [tuesday, { kind: 'resume' }, 'rita'];
    const held: At = [tuesday, { kind: 'hold', reason: 'x' }];
    expect(toldIn(noticesAt(tuesday, [...throughTwo, retried, held], { to }))).toEqual([
      'mail rita turn now',
    ]);
  });

  test('without a subscription nobody gets mail, and webhooks get their topics', () => {
    const to = {
      ...audience,
      subscriptions: [],
      webhooks: [
        { id: 'all', topics: ['turn', 'ring', 'freeze', 'late', 'deadline', 'done'] as const },
        { id: 'late', topics: ['late'] as const },
      ],
    };
    expect(toldIn(noticesAt(tuesday, [...throughTwo, asia, failure], { to }))).toEqual([
      'github pull ring now',
      'webhook all ring now',
    ]);
  });
});

describe('time', () => {
  test('a deployment without a result is late, and the maintainer has to act', () => {
    const late = '2026-11-27T17:00:00.000Z';
    const notices = noticesAt(late, [...throughTwo, asia], { fresh: 0 });
    expect(toldIn(notices)).toEqual(['mail ada late digest', 'mail maria late now']);
    expect(textsOf(notices)[1]).toBe(
      'Your turn: `Contoso Invoices 2.0` is late in Asia except Japan and India\n' +
        '- The deployment started on Tue 24 Nov 09:00 (America/Los_Angeles) and has no result yet.',
    );
  });

  test('on the business day before a deadline there is a comment', () => {
    // The preview was deployed on a Monday; two business days later is Wednesday.
    const at = (now: string) => toldIn(noticesAt(now, toReady.slice(0, 1), { fresh: 0 }));
    expect(at('2026-11-17T07:59:59.000Z')).toEqual([]);
    expect(at('2026-11-17T08:00:00.000Z')).toEqual([
      'github pull deadline now',
      'mail ada deadline digest',
      'mail maria deadline digest',
    ]);
    expect(at('2026-11-18T17:00:00.000Z')).toEqual([]);
    expect(at('2026-11-19T17:00:00.000Z')).toEqual(['mail ada turn now']);
  });

  test('there are three reminders: after 3, 7 and 14 business days', () => {
    const at = (now: string) =>
      noticesAt(now, toReady.slice(0, 1), { fresh: 0 }).map(
        ({ recipient, inDigest, subject }) =>
          `${recipient} ${inDigest} ${String(subject.details.reminder)}`,
      );
    expect(at('2026-11-24T17:00:00.000Z')).toEqual(['ada false 1']);
    expect(at('2026-11-25T17:00:00.000Z')).toEqual(['maria true 2']);
    // Thanksgiving does not count.
    expect(at('2026-12-07T16:59:59.000Z')).toEqual(['maria true 2']);
    expect(at('2026-12-07T17:00:00.000Z')).toEqual(['maria true 3']);
    expect(at('2027-12-07T17:00:00.000Z')).toEqual(['maria true 3']);
  });

  test('a freeze is announced ten business days ahead to those whom it moves', () => {
    const freeze = { from: '2026-12-10', to: '2026-12-20', reason: 'Year `end`' };
    const frozen = new Calendar({ ...modelTrain, freezes: [freeze] });
    const list: At[] = [
      ...toReady,
      ...['testing', 'us-preview', 'asia'].flatMap((ring, index) => [
        started(ring, index + 1, `2026-12-0${7 + index}T17:00:00.000Z`),
        succeeded(ring, index + 1, `2026-12-0${7 + index}T18:00:00.000Z`),
      ]),
    ];
    const at = (now: string, events: readonly At[]) =>
      noticesAt(now, events, { fresh: 0, calendar: frozen });
    const notices = at('2026-12-09T19:00:00.000Z', list);
    expect(toldIn(notices)).toEqual(['mail ada freeze digest', 'mail maria freeze digest']);
    expect(textsOf(notices)[0]).toContain(
      'A freeze from Thu 10 Dec to Sun 20 Dec moves `Contoso Invoices 2.0`\n- Reason: `Year ˋendˋ`\n' +
        '- Europe except UK: Mon 21 Dec',
    );
    // A minor version of a Friday before is between two rings then. It knows from its first day.
    const boarded = [...toReady, started('testing', 1, '2026-12-04T17:00:00.000Z')];
    expect(toldIn(at('2026-12-04T18:00:00.000Z', boarded))).toEqual([
      'mail ada freeze digest',
      'mail maria freeze digest',
    ]);
    // Nobody is told of a freeze that has begun, or that is far away.
    expect(at('2026-12-10T19:00:00.000Z', list)).toEqual([]);
    const far = new Calendar({
      ...modelTrain,
      freezes: [{ ...freeze, from: '2026-12-03', to: '2026-12-04' }],
    });
    const early = noticesAt('2026-11-16T19:00:00.000Z', toReady, { fresh: 0, calendar: far });
    expect(early).toEqual([]);
  });

  test('the withdrawal of a version is a comment, and not told to who did it', () => {
    const end: At = [tuesday, { kind: 'withdrawn', reason: 'not needed' }, 'maria'];
    const notices = noticesAt(tuesday, [...throughTwo, end]);
    expect(toldIn(notices)).toEqual(['github pull done now', 'mail ada done digest']);
    expect(textsOf(notices)).toEqual([
      '`Contoso Invoices 2.0` was withdrawn\n- By `maria`: `not needed`',
    ]);
    expect(notices[0]).toMatchObject({ maxComments });
  });

  test('of a rollback its order, what goes wrong, and its end are told', () => {
    const order: At = [
      tuesday,
      {
        kind: 'rolled-back',
        to: '1.1',
        reason: 'broken',
        rings: [
          { ring: 'testing', to: '1.1' },
          { ring: 'us-preview', to: 'untracked' },
        ],
      },
      'maria',
    ];
    const ordered = noticesAt(tuesday, [...throughTwo, order]);
    expect(toldIn(ordered)).toEqual(['mail ada ring digest']);
    expect(textsOf(ordered)).toEqual([
      '`Contoso Invoices 2.0` is being rolled back\n- By `maria`: `broken`\n- In Testing, US preview.',
    ]);
    const first: At[] = [
      order,
      [tuesday, { kind: 'rollback-started', ring: 'testing', to: '1.1', deployment: 7 }],
      [tuesday, { kind: 'failed', ring: 'testing', deployment: 7, reason: 'HTTP 500' }],
    ];
    const failed = noticesAt(tuesday, [...throughTwo, ...first]);
    expect(toldIn(failed)).toEqual([
      'github pull ring now',
      'mail ada ring digest',
      'mail maria ring now',
    ]);
    expect(textsOf(failed).at(-1)).toContain(
      'Your turn: `Contoso Invoices 2.0` could not be rolled back',
    );
    const all: At[] = [
      ...first,
      [tuesday, { kind: 'passed-by-person', ring: 'testing', reason: 'by hand' }, 'maria'],
      [tuesday, { kind: 'passed-by-person', ring: 'us-preview', reason: 'by hand' }, 'maria'],
    ];
    const done = noticesAt(tuesday, [...throughTwo, ...all]);
    expect(toldIn(done)).toEqual(['github pull done now', 'mail ada done digest']);
    expect(textsOf(done)).toEqual([
      '`Contoso Invoices 2.0` was rolled back\n- By `maria`: `broken`\n' +
        '- Testing: version `1.1`\n- US preview: the version from before the train',
    ]);
  });

  test('what a newer version replaces is in the digest only', () => {
    const end: At = [tuesday, { kind: 'superseded', ride: 'x', version: '2.1', reason: 'newer' }];
    expect(toldIn(noticesAt(tuesday, [...throughTwo, end]))).toEqual([
      'mail ada done digest',
      'mail maria done digest',
    ]);
  });

  test('everywhere is one message, also for the last ring', () => {
    const list = [
      ...throughTwo,
      ...['asia', 'europe', 'br-ca-jp-in', 'au-uk-us'].flatMap((ring, index) => [
        started(ring, index + 3, `2026-12-0${1 + index}T17:00:00.000Z`),
        succeeded(ring, index + 3, `2026-12-0${1 + index}T18:00:00.000Z`),
      ]),
    ];
    const notices = noticesAt('2026-12-04T18:05:00.000Z', list);
    expect(toldIn(notices)).toEqual([
      'github pull done now',
      'mail ada done digest',
      'mail maria done digest',
    ]);
    expect(textsOf(notices)).toEqual([
      '`Contoso Invoices 2.0` is live everywhere\n- All 6 rings have it.',
    ]);
  });
});

describe('hours of mail', () => {
  const berlin = subscriberCalendar({ zone: 'Europe/Berlin' }, modelTrain);
  test.each([
    // A Tuesday: at night, in the morning, by day, in the evening.
    ['2026-11-24T03:00:00.000Z', '2026-11-24T07:00:00.000Z'],
    ['2026-11-24T06:59:59.999Z', '2026-11-24T07:00:00.000Z'],
    ['2026-11-24T07:00:00.000Z', '2026-11-24T07:00:00.000Z'],
    ['2026-11-24T16:59:59.999Z', '2026-11-24T16:59:59.999Z'],
    // Thursday is Thanksgiving.
    ['2026-11-25T17:00:00.000Z', '2026-11-27T07:00:00.000Z'],
    ['2026-11-28T12:00:00.000Z', '2026-11-30T07:00:00.000Z'],
    // The clock changes on Sunday.
    ['2026-10-23T16:00:00.000Z', '2026-10-26T07:00:00.000Z'],
    ['2026-10-22T16:00:00.000Z', '2026-10-23T06:00:00.000Z'],
  ])('mail of %s is sent at %s in Berlin', (now, expected) => {
    expect(mailTime(now, berlin)).toBe(expected);
  });

  test('a turn in the evening is told in the morning, in the zone of the subscriber', () => {
    const now = '2026-11-17T02:00:00.000Z';
    const to = {
      ...audience,
      subscriptions: [
        subscription('ada', { zone: 'Asia/Tokyo' }),
        subscription('maria', { role: 'maintainer' }),
      ],
    };
    const held: At = [now, { kind: 'preview-failed', reason: 'x' }];
    const maria = noticesAt(now, [held], { to }).find(({ recipient }) => recipient === 'maria');
    expect(maria?.dueAt).toBe('2026-11-17T16:00:00.000Z');
    const [ada] = noticesAt(now, toReady.slice(0, 1), { to });
    // It is eleven o'clock in Tokyo.
    expect(ada).toMatchObject({ recipient: 'ada', dueAt: now });
  });

  test('there is a digest only in the hours of mail, and one key for each day', () => {
    const instant = fc
      .date({ min: new Date('2025-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString());
    const zones = fc.constantFrom(
      'America/Los_Angeles',
      'Asia/Kolkata',
      'Pacific/Kiritimati',
      'UTC',
    );
    fc.assert(
      fc.property(instant, zones, (now, zone) => {
        const person = subscription('ada', { zone });
        const digest = digestDue('contoso/connectors', person, modelTrain, now);
        const local = subscriberCalendar(person, modelTrain);
        const time = local.timeAt(now);
        const isOpen =
          local.closureOn(local.dateAt(now)) === undefined && time >= '08:00' && time < '18:00';
        const today = local.dateAt(now);
        expect(digest).toEqual(
          isOpen
            ? { key: `digest/contoso/connectors/ada/${today}`, before: local.startOf(today) }
            : undefined,
        );
        const due = mailTime(now, local);
        expect(due >= now).toBe(true);
        expect(mailTime(due, local)).toBe(due);
      }),
    );
  });

  test('a digest begins with what has waited longest', () => {
    const subjects = [
      ...noticesAt(tuesday, [...throughTwo, asia, succeeded('asia', 3, tuesday)]),
      ...noticesAt('2026-11-17T08:00:00.000Z', toReady.slice(0, 1), { fresh: 0 }),
      ...noticesAt('2026-11-25T17:00:00.000Z', toReady.slice(0, 1), { fresh: 0 }),
      ...noticesAt('2027-11-25T17:00:00.000Z', toReady.slice(0, 1), { fresh: 0 }),
    ]
      .filter(({ recipient }) => recipient === 'maria')
      .map(({ subject }) => subject);
    expect(
      inDigestOrder(subjects).map(({ topic, details }) => `${topic} ${String(details.reminder)}`),
    ).toEqual(['turn 3', 'turn 2', 'deadline undefined', 'ring undefined']);
  });
});

describe('in any course of events', () => {
  const rings = modelTrain.rings.map(({ name }) => name);
  const reason = 'x';
  const ring = fc.constantFrom(...rings);
  const deployment = fc.integer({ min: 1, max: 4 });
  const detail: fc.Arbitrary<RideEventDetail> = fc.oneof(
    fc.constant<RideEventDetail>({ kind: 'preview-deployed' }),
    fc.constant<RideEventDetail>({ kind: 'preview-failed', reason }),
    fc.constant<RideEventDetail>({ kind: 'ready', note: '' }),
    fc.constant<RideEventDetail>({ kind: 'hold', reason }),
    fc.constant<RideEventDetail>({ kind: 'resume' }),
    fc.record({ kind: fc.constant('deploy-started'), ring, deployment }),
    fc.record({ kind: fc.constant('succeeded'), ring, deployment }),
    fc.record({
      kind: fc.constantFrom('failed', 'errored', 'inconclusive'),
      ring,
      deployment,
      reason: fc.constant(reason),
    }),
    fc.record({ kind: fc.constant('retry'), ring }),
    fc.record({ kind: fc.constant('skipped'), ring, reason: fc.constant(reason) }),
    fc.constant<RideEventDetail>({
      kind: 'rolled-back',
      to: '1.0',
      reason,
      rings: [{ ring: 'testing', to: '1.0' }],
    }),
    fc.record({ kind: fc.constant('rollback-started'), ring, to: fc.constant('1.0'), deployment }),
    fc.record({ kind: fc.constant('passed-by-person'), ring, reason: fc.constant(reason) }),
    fc.constant<RideEventDetail>({ kind: 'withdrawn', reason }),
  );
  const step = fc.record({
    hours: fc.integer({ min: 1, max: 200 }),
    by: fc.constantFrom('gatehouse', 'ada', 'maria', 'rita'),
    detail,
  });

  test('no key comes twice from the store, and reminders, hours and audience are as promised', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const outbox = new Map<string, NewNotice>();
        const events: RideEvent[] = [];
        let now = ride.createdAt;
        const to = {
          subscriptions: [
            ...audience.subscriptions,
            subscription('rita', { zone: 'Asia/Kolkata' }),
          ],
          webhooks: [{ id: 'all', topics: ['turn', 'ring', 'done'] as const }],
          author: 'ada',
        };
        for (const { hours, by, detail: what } of steps) {
          now = addHours(now, hours);
          const noticed = events.length;
          const before = foldRide(ride, events, calendar, now);
          events.push({ seq: noticed + 1, at: now, by, ...what });
          const after = foldRide(ride, events, calendar, now);
          const change = { before, after, events, noticed };
          const { notices } = rideNotices(change, to, calendar, now);
          // One pass tells nobody the same twice, and another pass has nothing to add.
          expect(new Set(notices.map(({ key }) => key)).size).toBe(notices.length);
          const again = rideNotices(
            { ...change, before: after, noticed: noticed + 1 },
            to,
            calendar,
            now,
          );
          const keys = new Set(notices.map(({ key }) => key));
          expect(again.notices.filter(({ key }) => !keys.has(key))).toEqual([]);
          for (const notice of notices) if (!outbox.has(notice.key)) outbox.set(notice.key, notice);
        }
        const all = [...outbox.values()];
        expect(all.filter(({ recipient }) => recipient === 'eve')).toEqual([]);
        const tookPart = events.some(({ by }) => by === 'rita');
        expect(tookPart || all.every(({ recipient }) => recipient !== 'rita')).toBe(true);
        for (const { channel, recipient, inDigest, dueAt } of all) {
          const person = to.subscriptions.find(({ login }) => login === recipient);
          if (channel !== 'mail' || inDigest || !person) continue;
          expect(mailTime(dueAt, subscriberCalendar(person, modelTrain))).toBe(dueAt);
        }
        const reminders = Map.groupBy(
          all.filter(({ subject }) => subject.details.reminder !== undefined),
          ({ recipient, subject }) => `${recipient} ${JSON.stringify(subject.details.turn)}`,
        );
        for (const list of reminders.values()) expect(list.length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
