import { watch, type FSWatcher } from 'node:fs';
import { errorMessage, UserError } from '../shared/user-error.ts';

/** Editors write a file in several steps; this many milliseconds after the last, it is checked. */
const settleTime = 100;
/** Folders that tools write to, and no connector is in. */
const ignored = /(?:^|[\\/])(?:\.git|node_modules)(?:[\\/]|$)/;

/**
 * Calls `run`, and again whenever something in one of the folders has changed since it began. Runs
 * do not overlap. Returns only if that is not possible.
 * @throws UserError if the system cannot watch a folder, and what `run` throws
 */
export async function watchFolders(
  folders: readonly string[],
  run: () => Promise<void>,
): Promise<never> {
  const seen = { change: false, failure: undefined as unknown, notify: (): void => undefined };
  const watchers = folders.map((folder): FSWatcher => {
    try {
      const watcher = watch(folder, { recursive: true }, (_, name) => {
        if (name !== null && ignored.test(name)) return;
        seen.change = true;
        seen.notify();
      });
      return watcher.on('error', (error) => {
        seen.failure = cannotWatch(folder, error);
        seen.notify();
      });
    } catch (error) {
      throw cannotWatch(folder, error);
    }
  });
  try {
    for (;;) {
      seen.change = false;
      await run();
      while (!seen.change && seen.failure === undefined)
        await new Promise<void>((resolve) => (seen.notify = resolve));
      if (seen.failure !== undefined) throw seen.failure;
      await settled((listener) => (seen.notify = listener));
      seen.notify = () => undefined;
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

/** Waits until nothing has changed for a moment. */
const settled = (onNextChange: (listener: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, settleTime);
    onNextChange(() => timer.refresh());
  });

const cannotWatch = (folder: string, error: unknown): UserError =>
  new UserError(
    `${folder} cannot be watched: ${errorMessage(error)}. Watch a single connector, or run the ` +
      'check without --watch.',
  );
