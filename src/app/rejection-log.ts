import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { RejectedRequest } from './request-limits.ts';

/** Rejections with the same status are logged at most once within this time, in milliseconds. */
const interval = 60_000;

/**
 * Logs rejected requests in one short line each, and at most one line per status and minute: anyone
 * on the internet can send such requests. `unlogged` counts those since the last line.
 */
export function rejectionLog(log: Log, clock: Clock): (rejection: RejectedRequest) => void {
  const last = new Map<number, { time: number; unlogged: number }>();
  return ({ status, reason }) => {
    // Other statuses are for requests that are not deliveries at all.
    if (status !== 400 && status !== 503)
      return log.debug({ status }, `request refused: ${reason}`);
    const time = clock().getTime();
    const logged = last.get(status);
    if (logged && time - logged.time < interval) {
      logged.unlogged += 1;
      return;
    }
    last.set(status, { time, unlogged: 0 });
    const unlogged = logged?.unlogged ?? 0;
    log.warn(
      { status, ...(unlogged > 0 && { unlogged }) },
      `request refused: ${reason}` + (unlogged > 0 ? ` (and ${unlogged} since the last line)` : ''),
    );
  };
}
