/**
 * A process that writes to an embedded database until it is killed or loses the database:
 * `node write-until-stopped.ts <folder>`. It prints what it wrote, and exits with status 2 if it
 * cannot use the database.
 */
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../../src/shared/user-error.ts';
import { Store } from '../../src/store/store.ts';

const stop = (error: UserError): never => {
  console.log(`stopped: ${error.message}`);
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
