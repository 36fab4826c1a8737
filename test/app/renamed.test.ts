import { describe, expect, test } from 'vitest';
import type { Pull } from '../github/fake/repository.ts';
import {
  openPullRequest,
  startApp,
  visibleState,
  waitUntilIdle,
  type TestApp,
} from './test-app.ts';
import { testApps } from './test-apps.ts';

const newTestApp = testApps();

/** A pull request on hold, for which a maintainer asked to merge it. */
async function onHold(at: TestApp): Promise<Pull> {
  await startApp(at);
  const pull = openPullRequest(at, at.ada);
  pull.comment(at.ada, '/agree');
  pull.review(at.rita, 'APPROVE');
  pull.comment(at.rita, '/hold until the service is ready');
  pull.comment(at.rita, '/merge');
  await waitUntilIdle(at);
  expect(visibleState(pull, at).comment).toContain('hold');
  return pull;
}

/** All comments. The status comment is written again, because its links have the new name. */
const said = (pull: Pull): string[] =>
  pull.comments.map(({ body }) => (body.includes('<!-- gatehouse:status:') ? 'status' : body));

describe('in a repository that is renamed, a review continues where it was', () => {
  test('if GitHub tells of it', async () => {
    const at = await newTestApp();
    const pull = await onHold(at);
    const before = said(pull);
    at.repository.rename('power-connectors', at.rita);
    await waitUntilIdle(at);
    pull.comment(at.ada, 'Any news?');
    await waitUntilIdle(at);
    expect(said(pull)).toEqual([...before, 'Any news?']);
    pull.comment(at.rita, '/unhold');
    await waitUntilIdle(at);
    expect(pull.mergedAt).toBeDefined();
  });

  test('if the delivery is lost, and its owner is another one', async () => {
    const at = await newTestApp();
    const pull = await onHold(at);
    const before = said(pull);
    at.github.webhooks.hold();
    at.repository.rename('connectors', at.rita, at.github.organization('fabrikam'));
    await at.github.webhooks.release([]);
    pull.comment(at.ada, 'Any news?');
    await waitUntilIdle(at);
    // Nothing is answered again. What was signed for the former owner does not count here.
    expect(said(pull)).toEqual([...before, 'Any news?', 'status']);
    expect(visibleState(pull, at).comment).toMatch(/Your turn: the CLA[^]*on hold/i);
  });

  test('if an old delivery arrives late, with the former name', async () => {
    const at = await newTestApp();
    const pull = await onHold(at);
    const before = said(pull);
    const { webhooks } = at.github;
    const late = webhooks.deliveries.findLast(({ event }) => event === 'pull_request');
    if (!late) throw new Error('there was no delivery about the pull request');
    at.repository.rename('power-connectors', at.rita);
    await waitUntilIdle(at);
    expect(await webhooks.send(webhooks.make(late.event, late.payload))).toBe(200);
    await waitUntilIdle(at);
    expect(said(pull)).toEqual(before);
    expect(visibleState(pull, at).comment).toContain('hold');
  });
});
