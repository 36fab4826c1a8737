import type { PullKey } from '../store/pull-key.ts';
import { Clients } from './clients.ts';
import { systemClock } from './clock.ts';
import { JobWorker } from './job-worker.ts';
import { createMetrics } from './metrics.ts';
import { startReviewProcesses } from './review-processes.ts';
import { readSnapshot, reviewPullRequest } from './review-pull-request.ts';
import type { ReviewStep } from './review-steps.ts';
import { purposeOf, showStep } from './show-step.ts';
import { withApp } from './with-app.ts';

/**
 * Reviews one pull request, once.
 * @param show prints this step (see `showStep`), and writes nothing to GitHub
 * @returns the text to print
 */
export const reviewOnce = (
  pull: PullKey,
  show: ReviewStep | undefined,
  env: NodeJS.ProcessEnv,
  version: string,
): Promise<string> =>
  withApp(env, async ({ environment, app, store }) => {
    const processes = startReviewProcesses(environment, (_, excess) =>
      app.log.warn(`The review ${excess}: it continues without its most expensive parts.`),
    );
    try {
      const worker = new JobWorker({
        log: app.log,
        clients: new Clients(app),
        store,
        metrics: createMetrics({
          version,
          jobCounts: () => store.jobCounts(),
          oldestJobSeconds: async () => (await store.queueProgress()).oldestWaiting,
          isReady: () => Promise.resolve(true),
        }),
        processes,
        version,
        publicUrl: environment.publicUrl,
        clock: systemClock,
      });
      const job = await worker.jobOf(pull);
      const context = await worker.contextOf(job, false);
      if (show !== undefined) {
        const snapshot = await readSnapshot(job, context);
        return showStep(await processes.evaluation(snapshot, purposeOf(show)), show);
      }
      const lines: string[] = [];
      const outcome = await reviewPullRequest(
        job,
        context,
        () => Promise.resolve(true),
        (effect) => lines.push(effect),
      );
      if (outcome.kind === 'rejected')
        lines.push(`GitHub refused ${outcome.effect.kind}: ${outcome.reason}`);
      const name = `${pull.repository}#${pull.number}`;
      return lines.length === 0
        ? `${name}: nothing to change`
        : lines.map((line) => `${name}: ${line}`).join('\n');
    } finally {
      await processes.close();
    }
  });
