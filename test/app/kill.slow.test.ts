import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ticked } from '../../fixtures/pulls.ts';
import { cli } from '../support/cli.ts';
import { databases } from '../store/databases.ts';
import { hasPostgres } from '../store/postgres.ts';
import type { Pull } from '../github/fake/repository.ts';
import { goodUpdate, waitUntilIdle, createTestApp, type TestApp } from './test-app.ts';
import { serveInProcess, type ServerProcess } from './serve-in-process.ts';

const moments = 20;

const newPostgres = databases();

/**
 * What people see at the end, and what is kept; SHAs, numbers of comments and times differ from run
 * to run.
 */
async function endState(at: TestApp, pull: Pull) {
  const { repository, env } = at;
  const plain = (text: string): string =>
    text
      .replace(/\b[0-9a-f]{7,64}\b/g, 'sha')
      .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then')
      .replace(/\b\d{3,}\b/g, 'number');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'signatures', 'export'], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  return {
    merged: pull.mergedAt !== undefined,
    labels: [...pull.labels].sort(),
    comments: pull.comments.map(({ user, body, reactions }) => [
      user.login,
      plain(body),
      reactions.map(({ content, user: by }) => `${by.login} ${content}`).sort(),
    ]),
    checks: repository.checkRuns.map(({ name, status, conclusion, title }) => [
      name,
      status,
      conclusion,
      title,
    ]),
    deployments: repository.deployments.map(({ environment, payload }) => [environment, payload]),
    commits: repository.store.between(repository.tip('dev') ?? '', pull.head).length,
    signatures: plain(stdout),
  };
}

/**
 * A pull request from its opening to the merge, in one go: everything has been said when the App
 * first hears of it.
 * @param interrupt is called with the App's process; undefined lets everything take its course
 *
 */
async function story(
  url: string | undefined,
  interrupt?: (at: TestApp, served: ServerProcess) => Promise<void>,
) {
  const at = await createTestApp(url);
  let served: ServerProcess | undefined;
  try {
    const { repository, ada, rita } = at;
    const fork = repository.fork(ada);
    fork.push('paid', { by: ada, files: goodUpdate });
    const first = await serveInProcess(at);
    served = first;
    const interrupted = interrupt?.(at, first);
    const pull = repository.open({
      by: ada,
      from: fork,
      branch: 'paid',
      title: 'Contoso Invoices: hear of paid ones',
      body: ticked,
    });
    pull.comment(ada, '/agree');
    pull.review(rita, 'APPROVE');
    pull.comment(rita, '/merge');
    if (interrupted) {
      // How many requests there are differs with what is folded into one review: a moment that does
      // not come is the end.
      await Promise.race([interrupted, waitUntilIdle(at).catch(() => undefined)]);
      await first.kill();
      served = await serveInProcess(at);
    }
    await waitUntilIdle(at);
    expect(await served.end()).toBe(0);
    const requests = at.github.requests.length;
    return { state: await endState(at, pull), requests };
  } finally {
    await served?.kill();
    await at.close();
  }
}

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  test.runIf(has)(
    `killed at ${moments} moments of a review, it ends as it does without, and says nothing twice`,
    async () => {
      const undisturbed = await story(await newDatabase());
      expect(undisturbed.state).toMatchObject({
        merged: true,
        deployments: [['first-ring', expect.anything()]],
      });
      const killedAt = async (moment: number): Promise<void> => {
        const nth = Math.round(1 + (moment * (undisturbed.requests - 2)) / (moments - 1));
        const { state } = await story(await newDatabase(), (at, served) => {
          let left = nth;
          return new Promise((resolve) => {
            at.github.disturb('*', {
              when: () => --left === 0,
              before: async () => {
                await served.kill();
                resolve();
              },
              // GitHub has not heard of it; else it has, and nobody heard the answer
              ...(moment % 2 === 0 && { answer: 'cut' }),
            });
          });
        });
        expect({ moment, ...state }).toEqual({ moment, ...undisturbed.state });
      };
      const left = Array.from({ length: moments }, (__, moment) => moment);
      const lane = async (): Promise<void> => {
        for (let moment = left.shift(); moment !== undefined; moment = left.shift())
          await killedAt(moment);
      };
      await Promise.all([lane(), lane(), lane(), lane()]);
    },
  );
});
