/**
 * A process that starts a job and never ends it: `node hold-job.ts <folder>` prints "begun" and
 * waits until it is killed.
 */
import { Store } from '../../src/store/store.ts';

const store = await Store.open({
  url: undefined,
  folder: process.argv[2] ?? '',
  lease: 10,
  onQueueError: (error) => console.error(error),
});
await store.receive({ id: 'a', event: 'push' }, [
  { repository: 'contoso/connectors', number: 1, installation: 7 },
]);
const forever = new Promise<void>(() => {});
const pull = (): Promise<void> => {
  process.stdout.write('begun\n');
  return forever;
};
await store.work(
  { pull, sweep: () => Promise.resolve() },
  { concurrency: 1, sweepCron: '0 0 1 1 *' },
);
