import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ticked } from '../../fixtures/pulls.ts';
import type { Delivery } from '../github/fake/webhooks.ts';
import { databases } from '../store/databases.ts';
import { freePort, hasPostgres } from '../store/postgres.ts';
import { connectorFiles, waitUntilIdle, createTestApp, visibleState } from './test-app.ts';
import { serveInProcess } from './serve-in-process.ts';

const newDatabase = databases();

const pulls = 50;
const each = 10;

/** Any order, the same on every machine. */
const shuffled = <T>(list: readonly T[]): T[] =>
  fc.sample(fc.shuffledSubarray([...list], { minLength: list.length }), {
    numRuns: 1,
    seed: 20261122,
  })[0] ?? [];

test.runIf(hasPostgres)(
  `${pulls * each} deliveries for ${pulls} pull requests, each twice, in any order, to two workers: each pull request ends as it should, said once`,
  async () => {
    const at = await createTestApp(await newDatabase());
    const { github, repository, ada, rita } = at;
    const ports = [await freePort(), await freePort()];
    const processes = await Promise.all([
      serveInProcess(at, ['--role', 'web']),
      ...ports.map((port) => serveInProcess(at, ['--role', 'worker'], { PORT: String(port) })),
    ]);
    try {
      github.webhooks.hold();
      const fork = repository.fork(ada);
      const opened = Array.from({ length: pulls }, (_, index) => {
        const title = `Contoso Invoices ${index + 1}`;
        const path = `certified-connectors/${title}`;
        const push = (description: string): string =>
          fork.push(`change-${index}`, {
            by: ada,
            files: connectorFiles({ definition: { info: { title, description } } }, path),
          });
        push(
          'Create, read and follow the invoices of your company in Contoso, and hear of those that are paid.',
        );
        const pull = repository.open({
          by: ada,
          from: fork,
          branch: `change-${index}`,
          title,
          body: ticked,
        });
        for (let nth = 0; nth < 4; nth++)
          push(
            'Create, read and follow the invoices of your company in Contoso, and hear of ' +
              `those that are paid. ${nth + 1} of four.`,
          );
        pull.comment(ada, 'Please have a look.');
        pull.comment(rita, 'I will.');
        pull.edit(ada, { title: `${title} ` });
        pull.edit(ada, { title });
        pull.review(rita, 'APPROVE');
        return pull;
      });
      const told = github.webhooks.held.filter(
        ({ event }) => event !== 'push' && event !== 'installation',
      );
      expect(told).toHaveLength(pulls * each);
      github.webhooks.held.length = 0;

      const left = shuffled([...told, ...told]);
      const took: number[] = [];
      const send = async (): Promise<void> => {
        for (let delivery: Delivery | undefined = left.pop(); delivery; delivery = left.pop()) {
          const began = performance.now();
          expect(await github.webhooks.send(delivery)).toBe(200);
          took.push(performance.now() - began);
        }
      };
      github.forget();
      const began = performance.now();
      // What Gatehouse itself brings about is told too.
      await Promise.all([github.webhooks.release([]), ...Array.from({ length: 20 }, send)]);
      const answered = performance.now() - began;
      await waitUntilIdle(at);
      const done = performance.now() - began;

      const wrong = opened.filter((pull) => {
        const { check, comments, runs, labels } = visibleState(pull, at);
        return (
          check !== 'failure' ||
          comments !== 1 ||
          runs !== 1 ||
          !labels.includes('needs:partner-attention') ||
          !labels.includes('New')
        );
      });
      expect(wrong.map((pull) => ({ number: pull.number, ...visibleState(pull, at) }))).toEqual([]);
      const reviews = github.requests.filter(
        ({ operation }) => operation === 'checks/list-for-ref',
      ).length;
      took.sort((a, b) => a - b);
      const percentile = (share: number): string =>
        `${Math.round(took[Math.floor(took.length * share)] ?? 0)} ms`;
      console.log(
        `${took.length} deliveries answered in ${(answered / 1000).toFixed(1)} s (half ` +
          `within ${percentile(0.5)}, 99% within ${percentile(0.99)}); ` +
          `${pulls} pull requests reviewed after ${(done / 1000).toFixed(1)} s in ${reviews} ` +
          `reviews, ${github.requests.length} requests`,
      );
      for (const one of processes) expect(await one.end()).toBe(0);
    } finally {
      await Promise.all(processes.map((one) => one.kill()));
      await at.close();
    }
  },
);
