import { describe, expect, test } from 'vitest';
import type { RideHistory } from '../../src/release/ride.ts';
import { carryOut } from './simulated-github.ts';
import {
  answered,
  declaredReady,
  historyOf,
  merged,
  reached,
  ride,
  tested,
  type Done,
} from './merged.ts';

const waiting = historyOf(ride, tested, declaredReady);
const inTwoRings: Done[] = [
  tested,
  declaredReady,
  ...reached('testing', 1, '2026-11-20'),
  ...reached('us-preview', 2, '2026-11-23'),
];
const asiaStarted: Done = [
  '2026-11-24T17:00:00.000Z',
  { kind: 'deploy-started', ring: 'asia', deployment: 3 },
];
const stoppedIn = (kind: 'failed' | 'errored' | 'inconclusive'): RideHistory =>
  historyOf(ride, ...inTwoRings, asiaStarted, [
    '2026-11-24T18:00:00.000Z',
    { kind, ring: 'asia', deployment: 3, reason: 'HTTP 500' },
  ]);
const tuesday = '2026-11-24T19:00:00.000Z';
const earlier = historyOf(
  {
    ...ride,
    id: 'ride-0',
    version: '1.0',
    pull: 3,
    sha: 'd'.repeat(40),
    createdAt: '2026-10-01T12:00:00.000Z',
  },
  ...['testing', 'us-preview', 'asia', 'europe', 'br-ca-jp-in', 'au-uk-us'].flatMap((ring, index) =>
    reached(ring, 50 + index, '2026-10-09'),
  ),
);

const say = (
  by: 'ada' | 'rita' | 'eve',
  body: string,
  rides: readonly RideHistory[] = [waiting],
  now = tuesday,
  more = {},
) => answered(merged({ rides, comments: [[by, body]], now, ...more }));
const done = (result: ReturnType<typeof say>) => {
  expect(result.outcomes).toEqual(['done']);
  return result.events.map(({ ride: _ride, by: _by, ...detail }) => detail);
};
const refused = (result: ReturnType<typeof say>): string => {
  expect(result.events).toEqual([]);
  expect(result.outcomes).toEqual(['refused']);
  return result.replies.join('\n');
};

describe('/deploy hold and resume', () => {
  const wednesday = '2026-11-18T12:00:00.000Z';
  const hold = (as?: 'publisher'): Done => [
    '2026-11-18T11:00:00.000Z',
    { kind: 'hold', reason: 'Wrong icon', ...(as && { as }) },
    as ? 'ada-contoso' : 'rita-reviews',
  ];
  const held = (as?: 'publisher') => [historyOf(ride, tested, declaredReady, hold(as))];

  test('the publisher and a maintainer may hold, with a reason', () => {
    const byAda = say('ada', '/deploy hold The icon is wrong', [waiting], wednesday);
    expect(done(byAda)).toEqual([{ kind: 'hold', reason: 'The icon is wrong', as: 'publisher' }]);
    expect(byAda.replies[0]).toContain('No ring starts until someone replies `/deploy resume`.');
    expect(done(say('rita', '/deploy hold until Monday', [waiting], wednesday))).toEqual([
      { kind: 'hold', reason: 'until Monday' },
    ]);
  });

  test.each(['/deploy hold', '/deploy hold <reason>', '/deploy hold [reason]', '/deploy hold !'])(
    '%s needs a reason',
    (body) => {
      expect(refused(say('rita', body, [waiting], wednesday))).toContain('Say why');
    },
  );

  test('a hold of a maintainer ends only by a maintainer, and not twice', () => {
    expect(done(say('ada', '/deploy resume', held('publisher'), wednesday))).toEqual([
      { kind: 'resume' },
    ]);
    expect(done(say('rita', '/deploy resume', held(), wednesday))).toEqual([{ kind: 'resume' }]);
    expect(refused(say('ada', '/deploy resume', held(), wednesday))).toContain(
      'Only people with write access end that',
    );
    expect(refused(say('rita', '/deploy resume', [waiting], wednesday))).toContain('not held');
    expect(refused(say('rita', '/deploy resume when Rob is back', held(), wednesday))).toContain(
      'may not mean yes',
    );
    // A maintainer may replace the hold of the publisher, and nobody else's.
    expect(done(say('rita', '/deploy hold wait', held('publisher'), wednesday))).toHaveLength(1);
    expect(refused(say('rita', '/deploy hold wait', held(), wednesday))).toContain('held already');
  });

  test('says when it goes on', () => {
    const { replies } = say('rita', '/deploy resume', held(), '2026-11-19T18:00:00.000Z');
    expect(replies).toMatchInlineSnapshot(`
      [
        "\`Contoso Invoices\` \`1.1\` (digest \`e3b0c44298fc\`): The hold has ended. It boards the train of Fri 27 Nov, cutoff Thu 26 Nov 09:00. Next: testing (\`Testing\`) on Fri 27 Nov (the cutoff of the train of Fri 20 Nov was Thu 19 Nov 09:00); it is everywhere on Fri 4 Dec if nothing stops it.",
      ]
    `);
  });

  test('a folder that is not what was reviewed cannot be resumed, only withdrawn', () => {
    const changed: Done = ['2026-11-24T17:00:00.000Z', { kind: 'changed', reason: 'Not reviewed' }];
    const rides = [historyOf(ride, ...inTwoRings, changed)];
    expect(refused(say('rita', '/deploy resume', rides))).toContain('A commit does not change');
    expect(done(say('rita', '/withdraw', rides))).toMatchObject([{ kind: 'withdrawn' }]);
  });
});

describe('/deploy retry, pass and skip', () => {
  test.each(['failed', 'errored', 'inconclusive'] as const)('%s is tried again', (kind) => {
    const result = say('ada', '/deploy retry asia', [stoppedIn(kind)]);
    expect(done(result)).toEqual([{ kind: 'retry', ring: 'asia' }]);
    expect(result.replies[0]).toContain('on Tue 24 Nov');
  });

  test('a ring can be named by its number, and is asked for', () => {
    expect(done(say('rita', '/deploy retry 3', [stoppedIn('failed')]))).toEqual([
      { kind: 'retry', ring: 'asia' },
    ]);
    expect(refused(say('rita', '/deploy retry', [stoppedIn('failed')]))).toContain(
      '3 or `asia` (`Asia except Japan and India`)',
    );
    expect(refused(say('rita', '/deploy retry moon', [stoppedIn('failed')]))).toContain(
      'There is no ring `moon`',
    );
  });

  test('a ring that is live, or runs, is not tried again; one that is late is', () => {
    expect(refused(say('rita', '/deploy retry testing', [stoppedIn('failed')]))).toContain(
      '`testing` is live',
    );
    const running = [historyOf(ride, ...inTwoRings, asiaStarted)];
    expect(refused(say('rita', '/deploy retry asia', running))).toContain('is being deployed');
    expect(done(say('rita', '/deploy retry asia', running, '2026-11-27T19:00:00.000Z'))).toEqual([
      { kind: 'retry', ring: 'asia' },
    ]);
  });

  test('only what is undecided can be passed', () => {
    const body = '/deploy pass asia I tested it there';
    expect(done(say('ada', body, [stoppedIn('inconclusive')]))).toEqual([
      { kind: 'passed-by-person', ring: 'asia', reason: 'I tested it there' },
    ]);
    expect(refused(say('ada', body, [stoppedIn('failed')]))).toContain('`asia` has failed');
    expect(refused(say('ada', '/deploy pass asia', [stoppedIn('inconclusive')]))).toContain(
      'Say why',
    );
  });

  test('only a maintainer leaves out a ring, and not the last that is left', () => {
    const body = '/deploy skip asia It is not offered there';
    expect(done(say('rita', body, [stoppedIn('failed')]))).toEqual([
      { kind: 'skipped', ring: 'asia', reason: 'It is not offered there' },
    ]);
    expect(refused(say('ada', body, [stoppedIn('failed')]))).toContain(
      'Only people with write access',
    );
    const skips = ['testing', 'us-preview', 'europe', 'br-ca-jp-in', 'au-uk-us'].map(
      (ring): Done => ['2026-11-18T12:00:00.000Z', { kind: 'skipped', ring, reason: 'x' }, 'rita'],
    );
    const last = [historyOf(ride, tested, declaredReady, ...skips)];
    expect(refused(say('rita', body, last, '2026-11-18T13:00:00.000Z'))).toContain('/withdraw');
  });

  test('not if something happened since it was written', () => {
    const result = answered(
      merged({
        rides: [stoppedIn('failed')],
        comments: [['rita', '/deploy skip asia too slow', '2026-11-24T17:30:00.000Z']],
        now: tuesday,
      }),
    );
    expect(refused(result)).toContain('Something has happened to it since');
  });
});

describe('/deploy now', () => {
  const thursday = '2026-11-19T18:00:00.000Z';
  test('a maintainer starts the next ring, and the freeze is named', () => {
    const settings =
      'train: { freezes: [{ from: 2026-11-18, to: 2026-12-31, reason: Year end }] }\n';
    const result = say('rita', '/deploy now Fixes a leak of data', [waiting], thursday, {
      settings,
    });
    expect(done(result)).toEqual([{ kind: 'deploy-now', reason: 'Fixes a leak of data' }]);
    expect(result.replies[0]).toContain('although the freeze `Year end` lasts until 2026-12-31');
    expect(result.replies[0]).toContain('testing starts within a few minutes');
    expect(refused(say('ada', '/deploy now Fixes a leak', [waiting], thursday))).toContain(
      'Only people with write access',
    );
  });

  test.each([
    ['while a ring is stopped', stoppedIn('failed'), '`asia` has failed'],
    ['while a ring is deployed', historyOf(ride, ...inTwoRings, asiaStarted), 'is being deployed'],
    ['before it is ready', historyOf(ride, tested), 'while it is in pre-release'],
    [
      'while it is held',
      historyOf(ride, tested, declaredReady, [
        '2026-11-18T11:00:00.000Z',
        { kind: 'hold', reason: 'x' },
      ]),
      'First `/deploy resume`',
    ],
  ])('not %s', (_, history, words) => {
    expect(refused(say('rita', '/deploy now Fixes a leak', [history]))).toContain(words);
  });

  test('not where an earlier version is in the way', () => {
    const first = {
      ...ride,
      id: 'ride-0',
      version: '1.0',
      pull: 3,
      createdAt: '2026-11-15T12:00:00.000Z',
    };
    const rides = [historyOf(first, tested, declaredReady), waiting];
    expect(refused(say('rita', '/deploy now Fixes a leak', rides, thursday))).toContain(
      'Version 1.0 (pull request 3) has to leave',
    );
  });

  test.each(['/deploy now?', '/deploy now when Rob is back', '/deploy now maybe'])(
    'not in doubt: %s',
    (body) => {
      expect(refused(say('rita', body, [waiting], thursday))).not.toBe('');
    },
  );
});

describe('/deploy rollback', () => {
  const rides = [earlier, stoppedIn('failed')];
  test('takes each ring that has the version back to the named one', () => {
    const result = say('ada', '/deploy rollback 1.0 Sign-in fails', rides);
    const to = '1.0';
    expect(done(result)).toEqual([
      {
        kind: 'rolled-back',
        to,
        reason: 'Sign-in fails',
        rings: [
          { ring: 'testing', to },
          { ring: 'us-preview', to },
          { ring: 'asia', to },
        ],
      },
    ]);
    expect(result.replies).toMatchInlineSnapshot(`
      [
        "\`Contoso Invoices\` \`1.1\` (digest \`e3b0c44298fc\`): \`testing\`, \`us-preview\` and \`asia\` go back to \`1.0\` (digest \`e3b0c44298fc\`). Gatehouse deploys to testing, us-preview, asia at once, on any day.",
      ]
    `);
  });

  test.each([
    ['/deploy rollback', 'Name the version'],
    ['/deploy rollback Sign-in fails', 'Name the version'],
    ['/deploy rollback 0.9 Sign-in fails', 'Live there before: `1.0` (testing, us-preview, asia)'],
    ['/deploy rollback 1.1 Sign-in fails', 'was not live in a ring'],
    ['/deploy rollback 1.0', 'Say why'],
    ['/deploy rollback 1.0 Sign-in fails?', 'may not mean yes'],
  ])('%s is refused', (body, words) => {
    expect(refused(say('rita', body, rides))).toContain(words);
  });

  test('goes to what was live before there were records, if a person says so', () => {
    const alone = [stoppedIn('failed')];
    expect(refused(say('rita', '/deploy rollback 1.0 Sign-in fails', alone))).toContain(
      '`untracked` (what was live before Gatehouse recorded versions; testing, us-preview, asia)',
    );
    expect(done(say('rita', '/deploy rollback untracked Sign-in fails', alone))).toMatchObject([
      { to: 'untracked', rings: [{ to: 'untracked' }, { to: 'untracked' }, { to: 'untracked' }] },
    ]);
  });

  test('is refused where nothing was live before', () => {
    const fresh = historyOf({ ...ride, kind: 'new' }, ...inTwoRings);
    expect(refused(say('rita', '/deploy rollback 1.0 Sign-in fails', [fresh]))).toContain(
      'Nothing of this connector was live there before',
    );
    expect(
      refused(say('rita', '/deploy rollback 1.0 Sign-in fails', [earlier, waiting])),
    ).toContain('not possible while it is ready');
  });

  test('leaves rings that have a newer version', () => {
    const next = historyOf(
      { ...ride, id: 'ride-2', version: '1.2', pull: 9, createdAt: '2026-11-18T12:00:00.000Z' },
      tested,
      declaredReady,
      ...reached('testing', 30, '2026-11-24'),
    );
    const all = [earlier, historyOf(ride, ...inTwoRings), next];
    const result = say('rita', '/deploy rollback 1.0 Sign-in fails', all);
    expect(done(result)).toMatchObject([{ rings: [{ ring: 'us-preview', to: '1.0' }] }]);
    expect(result.replies[0]).toContain('has version 1.2 (pull request 9)');
  });

  test('once, until a person wants another version', () => {
    const order: Done = [
      '2026-11-24T18:30:00.000Z',
      { kind: 'rolled-back', to: '1.0', reason: 'x', rings: [{ ring: 'testing', to: '1.0' }] },
      'rita-reviews',
    ];
    const before = historyOf(
      { ...ride, id: 'ride-9', version: '0.9', pull: 2, createdAt: '2026-09-01T12:00:00.000Z' },
      ...reached('testing', 60, '2026-09-11'),
    );
    const all = [
      before,
      earlier,
      historyOf(ride, tested, declaredReady, ...reached('testing', 1, '2026-11-20'), order),
    ];
    expect(refused(say('rita', '/deploy rollback 1.0 Sign-in fails', all))).toContain('already');
    expect(done(say('rita', '/deploy rollback 0.9 So does that', all))).toMatchObject([
      { rings: [{ ring: 'testing', to: '0.9' }] },
    ]);
  });
});

describe('/withdraw', () => {
  test('ends a version before the cutoff, and is refused after it', () => {
    const wednesday = '2026-11-18T12:00:00.000Z';
    const result = say('ada', '/withdraw The icon is wrong', [waiting], wednesday);
    expect(done(result)).toEqual([{ kind: 'withdrawn', reason: 'The icon is wrong' }]);
    expect(result.replies[0]).toContain('No ring gets it');
    expect(refused(say('ada', '/withdraw', [waiting], '2026-11-19T18:00:00.000Z'))).toContain(
      'Hold it instead: `/deploy hold <reason>`',
    );
    expect(refused(say('rita', '/withdraw', [stoppedIn('failed')]))).toContain('on its way');
    expect(
      refused(
        say(
          'ada',
          '/withdraw',
          [earlier].map(({ events }) => ({ ride, events })),
        ),
      ),
    ).toContain('live everywhere');
  });

  test('before the merge converts to a draft, for its author only', () => {
    const pull = { ...merged({ rides: [] }).pull, state: { kind: 'open', draft: false } };
    const open = { snapshot: { pull } };
    const byAda = say('ada', '/withdraw', [], tuesday, open);
    expect(byAda.outcomes).toEqual(['done']);
    expect(byAda.effects.map(({ kind }) => kind)).toContain('convert-to-draft');
    expect(refused(say('rita', '/withdraw', [], tuesday, open))).toContain('only the author');
  });
});

test.each([
  '/deploy now <reason> maintainer starts the next ring without waiting for its day',
  '/deploy now maintainer starts the next ring without waiting for its day, also in a freeze',
  '/deploy now | maintainer | starts the next ring without waiting for its day',
  '/deploy now <reason>\nmaintainer\nstarts the next ring without waiting for its day',
  '/deploy rollback <version> <reason>\npublisher, maintainer\ndeploys an earlier version to',
])('a row of /help deploys nothing: %s', (body) => {
  const { events } = say(
    'rita',
    `Thanks!\n\n${body}`,
    [earlier, waiting],
    '2026-11-19T18:00:00.000Z',
  );
  expect(events).toEqual([]);
});

test('reviewed again, a command does nothing more', () => {
  const snapshot = merged({
    rides: [waiting],
    comments: [['rita', '/deploy hold The icon is wrong']],
    now: '2026-11-18T12:00:00.000Z',
  });
  const { effects, events } = answered(snapshot);
  expect(events).toHaveLength(1);
  const again = answered(carryOut(effects, snapshot));
  expect(again).toMatchObject({ events: [], outcomes: [] });
});

test('commands of one comment build on one another', () => {
  const result = say('rita', '/deploy hold first\n/deploy hold again\n/deploy resume', [waiting]);
  expect(result.events.map(({ kind }) => kind)).toEqual(['hold', 'resume']);
  expect(result.replies[0]).toContain('held already');
});

test.each(['/deploy', '/deploy holds x', '/deploy staging', '/deploy roll back 1.0'])(
  '%s is answered with the actions that there are',
  (body) => {
    expect(refused(say('rita', body))).toContain('`hold`, `resume`, `retry`');
  },
);

test('/why says when each ring is, why not sooner, and whose turn it is', () => {
  const rides = [stoppedIn('failed')];
  const { replies } = answered(
    merged({
      rides,
      comments: [['eve', '/why']],
      now: tuesday,
      settings: 'train: { freezes: [{ from: 2026-12-18, to: 2026-12-31, reason: Year end }] }\n',
    }),
  );
  expect(replies[0]?.split('\n\nReviewed on')[0]).toMatchInlineSnapshot(`
    "**\`Contoso Invoices\` \`1.1\` (digest \`e3b0c44298fc\`)**, commit eeeeeee. No other ring starts until someone decides about asia: \`/deploy retry asia\`, \`/deploy rollback <version> <reason>\`, or a maintainer replies \`/deploy skip asia <reason>\`.

    It is the turn of the publisher, since Tue 24 Nov 10:00, until Mon 30 Nov 09:00: \`asia: HTTP 500\`

    | Ring | Regions | Day | Why |
    | --- | --- | --- | --- |
    | 1 \`testing\` | Testing | Fri 20 Nov | live |
    | 2 \`us-preview\` | US preview | Mon 23 Nov | live |
    | 3 \`asia\` | Asia except Japan and India | not before Tue 24 Nov | failed since Tue 24 Nov 10:00: \`HTTP 500\` |
    | 4 \`europe\` | Europe except UK | not before Wed 25 Nov | the next deployment day |
    | 5 \`br-ca-jp-in\` | Brazil, Canada, Japan, India | not before Fri 27 Nov | Thu 26 Nov is Thanksgiving Day |
    | 6 \`au-uk-us\` | Australia, United Kingdom, United States | not before Mon 30 Nov | weekend |

    Freezes that apply:
    - \`Year end\`: Fri 18 Dec to Thu 31 Dec, everything"
  `);
});
