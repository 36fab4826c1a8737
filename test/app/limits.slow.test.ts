import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Files } from '../github/fake/git-objects.ts';
import {
  urlOf,
  connectorFiles,
  openPullRequest,
  waitUntilIdle,
  createTestApp,
  visibleState,
  startApp,
  type TestApp,
} from './test-app.ts';

let at: TestApp;
beforeEach(async () => {
  at = await createTestApp();
});
afterEach(() => at.close());

/**
 * An update of "Contoso Invoices" that is within every limit of a connector, and takes many times
 * its size to be read.
 */
function manyObjects(): Files {
  const files = connectorFiles({});
  const path = 'certified-connectors/Contoso Invoices/apiDefinition.swagger.json';
  const text = new TextDecoder().decode(
    files[path] instanceof Uint8Array ? files[path] : new Uint8Array(),
  );
  return {
    ...files,
    [path]: text.trimEnd().replace(/\}$/, `, "x-objects": [${'{},'.repeat(1_600_000)}{}]}`),
  };
}

/**
 * Asks whether the App is well until a promise is settled.
 * @returns how often it said yes, and how often anything else
 */
async function askedMeanwhile(work: Promise<unknown>): Promise<{ well: number; other: number }> {
  const asked = { well: 0, other: 0 };
  const ended = work.then(() => true);
  while (!(await Promise.race([ended, setTimeout(5, false)]))) {
    const answer = await fetch(urlOf(at, '/healthz')).then(
      ({ status }) => status,
      () => 0,
    );
    asked[answer === 200 ? 'well' : 'other'] += 1;
  }
  return asked;
}

test('a pull request that takes too much memory could not be judged, says why and is not merged, while the App answers and others are reviewed', async () => {
  at.env.GATEHOUSE_REVIEW_MEMORY = '64';
  await startApp(at);
  const costly = openPullRequest(at, at.ada, manyObjects());
  costly.comment(at.ada, '/agree');
  costly.review(at.rita, 'APPROVE');
  costly.comment(at.rita, '/merge');
  costly.comment(at.ada, '/fix');
  const other = openPullRequest(at, at.eve);
  const { well, other: unwell } = await askedMeanwhile(waitUntilIdle(at, 110));
  expect(unwell).toBe(0);
  expect(well).toBeGreaterThan(10);

  expect(visibleState(other, at)).toMatchObject({ check: 'failure', comments: 1 });
  expect(visibleState(other, at).comment).toMatch(/Sign the/);

  const reason = 'Checking the connector took more memory than 64 MB and was stopped.';
  expect(costly.mergedAt).toBeUndefined();
  expect(visibleState(costly, at).check).toBe('in_progress');
  expect(at.repository.checkRuns.findLast(({ head }) => head === costly.head)?.summary).toContain(
    reason,
  );
  const said = costly.comments
    .filter(({ user }) => user === at.app.account)
    .map(({ body }) => body)
    .join('\n');
  expect(said).toContain(`- Definition: ${reason}`);
  expect(said).toMatch(/@ada .*`npx connector-gatehouse check --base origin\/dev --fix`/);

  // It is not looked into again for every word that is said there.
  const before = await overLimit();
  expect(before).toBeGreaterThan(0);
  costly.comment(at.eve, 'When is this merged?');
  await waitUntilIdle(at);
  expect(await overLimit()).toBe(before);
});

async function overLimit(): Promise<number> {
  const text = await (await fetch(urlOf(at, '/metrics'))).text();
  return Number(/^gatehouse_over_limit_total (\d+)$/m.exec(text)?.[1]);
}
