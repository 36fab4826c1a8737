import { Worker } from 'node:worker_threads';
import { consider } from './consider.ts';
import { loadSpeller } from './measure.ts';
import type { Answered, Asked } from './review-processes.ts';

const answer = (answered: Answered): void => void process.send?.(answered);
let contents: Record<string, string> = {};

process.on('message', (asked: Asked) => {
  if ('blob' in asked) {
    contents[asked.blob] = asked.content;
    return;
  }
  const { unfixed, whole } = asked;
  const snapshot = { ...asked.snapshot, contents };
  contents = {};
  void consider({ snapshot, ...(unfixed !== undefined && { unfixed }) }).then(
    (considered) => answer(whole ? { considered } : { effects: considered.effects }),
    (error: unknown) => answer({ error }),
  );
});

// The App may be killed while this process is busy and hears of nothing: it must not go on for
// ever.
const watch =
  'const parent = process.ppid; setInterval(() => process.ppid === parent || ' +
  `process.kill(process.pid, 'SIGKILL'), 1000);`;
new Worker(watch, { eval: true }).unref();

// What every review needs is loaded before the first, whose time it is not.
await loadSpeller();
answer({ ready: true });
