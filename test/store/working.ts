/**
 * A process that works in an embedded database until it is told to stop or may no longer:
 * `node working.ts <folder>`. It says what it wrote, and ends with 2 where it may not work.
 */
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../../src/shared/user-error.ts';
import { Store } from '../../src/store/store.ts';

const stop = (problem: UserError): never => {
  console.log(`stopped: ${problem.message}`);
  process.exit(2);
};
try {
  const store = await Store.open({
    url: undefined,
    folder: process.argv[2] ?? '',
    lease: 10,
    onQueueError: (error) => console.error(error),
    onLost: stop,
  });
  console.log('open');
  for (let number = 1; ; number += 1) {
    const written = await store
      .receive({ id: `${process.pid}-${number}`, event: 'push' }, [
        { repository: 'contoso/connectors', number, installation: 7 },
      ])
      .catch(() => false);
    if (written) console.log(`wrote ${number}`);
    await setImmediate();
  }
} catch (error) {
  if (error instanceof UserError) stop(error);
  throw error;
}
