import { Worker } from 'node:worker_threads';
import { evaluate } from './evaluate.ts';
import { loadSpeller } from '../analyzers/analyze.ts';
import type { ProcessResponse, ProcessRequest } from './review-processes.ts';

const answer = (answered: ProcessResponse): void => void process.send?.(answered);
let contents: Record<string, string> = {};

process.on('message', (asked: ProcessRequest) => {
  if ('blob' in asked) {
    contents[asked.blob] = asked.content;
    return;
  }
  const { fixesUnavailable, whole } = asked;
  const snapshot = { ...asked.snapshot, contents };
  contents = {};
  void evaluate({ snapshot, ...(fixesUnavailable !== undefined && { fixesUnavailable }) }).then(
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
