import { describe, expect, test } from 'vitest';
import { answered, declaredReady, historyOf, merged, reached, ride, tested } from './merged.ts';

const testing = historyOf(ride, tested);
const ready = (by: 'ada' | 'ben' | 'rita' | 'eve', body = '/ready all operations', more = {}) =>
  answered(merged({ rides: [testing], comments: [[by, body]], ...more }));

test('the publisher says that the preview was tested, and hears when it is where', () => {
  const { events, replies, outcomes } = ready('ada', '/ready all operations tested');
  expect(events).toEqual([
    { ride: 'ride-1', by: 'ada-contoso', kind: 'ready', note: 'all operations tested' },
  ]);
  expect(outcomes).toEqual(['done']);
  expect(replies).toMatchInlineSnapshot(`
    [
      "\`Contoso Invoices\` \`1.1\` (digest \`e3b0c44298fc\`): It is ready. It boards the train of Fri 20 Nov, cutoff Thu 19 Nov 09:00. Next: testing (\`Testing\`) on Fri 20 Nov; it is everywhere on Mon 30 Nov if nothing stops it.",
    ]
  `);
});

test('so does a maintainer, and the author if nobody owns the connector', () => {
  expect(ready('rita').outcomes).toEqual(['done']);
  for (const owners of ['', '* @contoso/maintainers\n', '/certified-connectors/ @olaf-owns\n'])
    expect(ready('ada', '/ready all operations', { owners }).outcomes).toEqual(['done']);
});

describe('is refused', () => {
  const refusals = (result: ReturnType<typeof ready>) => {
    expect(result.events).toEqual([]);
    expect(result.outcomes).toEqual(['refused']);
    return result.replies;
  };

  test('to people who do not publish the connector', () => {
    const notYours = expect.stringContaining('You cannot use `/ready` here') as unknown;
    expect(refusals(ready('eve'))).toEqual([notYours]);
    // The author of the pull request, if others own the connector.
    const owners = '/certified-connectors/Contoso\\ Invoices/ @olaf-owns\n';
    expect(refusals(ready('ada', '/ready all operations', { owners }))).toEqual([notYours]);
  });

  test('without saying what was tested, if the settings want that', () => {
    expect(refusals(ready('ada', '/ready'))).toEqual([
      expect.stringContaining('Say what you tested') as unknown,
    ]);
  });

  test.each(['/ready when Rob has looked', '/ready?', '/ready not yet'])('in doubt: %s', (body) => {
    expect(refusals(ready('ada', body))).toEqual([
      expect.stringMatching(/did not run it/) as unknown,
    ]);
  });

  test.each([
    ['before the preview is deployed', historyOf(ride), 'not deployed yet'],
    [
      'if the preview could not be deployed',
      historyOf(ride, ['2026-11-16T13:00:00.000Z', { kind: 'preview-failed', reason: 'HTTP 500' }]),
      'could not be deployed: `HTTP 500`',
    ],
    ['twice', historyOf(ride, tested, declaredReady), 'while it is ready'],
    [
      'when it is on its way',
      historyOf(ride, tested, declaredReady, ...reached('testing', 1, '2026-11-20')),
      'on its way through the rings',
    ],
  ])('%s', (_, history, words) => {
    const rides = { rides: [history] };
    expect(refusals(ready('ada', '/ready', rides))).toEqual([
      expect.stringContaining(words) as unknown,
    ]);
  });

  test('before the merge, and if the merge began no ride', () => {
    const open = {
      snapshot: { pull: { ...merged({ rides: [] }).pull, state: { kind: 'open', draft: false } } },
    };
    expect(refusals(ready('ada', '/ready all operations', { rides: [], ...open }))).toEqual([
      expect.stringContaining('before it is merged') as unknown,
    ]);
    const late = { rides: [], now: '2026-12-24T12:00:00.000Z' };
    expect(refusals(ready('ada', '/ready', late))).toEqual([
      expect.stringContaining('deploys nothing of this pull request') as unknown,
    ]);
  });

  test('if it was written before the preview was deployed', () => {
    const early = merged({
      rides: [testing],
      comments: [['ada', '/ready', '2026-11-16T12:30:00.000Z']],
    });
    expect(refusals(answered(early))).toEqual([
      expect.stringContaining('before its preview was deployed') as unknown,
    ]);
  });
});

test('waits for the next review while the rides of the merge are not recorded', () => {
  expect(ready('ada', '/ready all operations', { rides: [] })).toMatchObject({
    events: [],
    outcomes: [],
  });
});

test('is not a command of ours without a train', () => {
  const settings = 'train: { rings: [] }\n';
  expect(ready('ada', '/ready all operations', { settings })).toMatchObject({ outcomes: [] });
  const help = answered(merged({ rides: [testing], comments: [['ada', '/help']], settings }));
  expect(help.replies.join()).not.toContain('/ready');
  expect(
    answered(merged({ rides: [testing], comments: [['ada', '/help']] })).replies.join(),
  ).toContain('`/ready [note]`');
});

describe('with two connectors', () => {
  const bills = {
    ...ride,
    id: 'ride-2',
    folder: 'certified-connectors/Contoso Bills',
    version: '2.0',
  };
  const both = { rides: [testing, historyOf(bills, tested)], owners: '' };

  test('means both, unless one is named', () => {
    expect(ready('ada', '/ready all operations', both).events.map((event) => event.ride)).toEqual([
      'ride-1',
      'ride-2',
    ]);
    const named = ready('ada', '/ready contoso bills: tested: all', both);
    expect(named.events).toMatchObject([{ ride: 'ride-2', note: 'tested: all' }]);
    const silent = 'preview: { evidence: optional }\n';
    const alone = ready('ada', '/ready Contoso Bills', { ...both, settings: silent });
    expect(alone.events).toMatchObject([{ ride: 'ride-2', note: '' }]);
  });

  test('asks if a name is almost that of one', () => {
    const { events, replies } = ready('ada', '/ready Contoso Bill: tested', both);
    expect(events).toEqual([]);
    expect(replies[0]).toContain('There is no connector `Contoso Bill` here.');
  });

  test('needs the right for each, and says which it was not done for', () => {
    const owners = '/certified-connectors/Contoso\\ Bills/ @ben-contoso\n';
    const { events, replies } = ready('ben', '/ready all operations', { ...both, owners });
    expect(events.map((event) => event.ride)).toEqual(['ride-2']);
    expect(replies[0]).toContain('You cannot do that for this connector');
  });
});
