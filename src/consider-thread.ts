import { parentPort } from 'node:worker_threads';
import { consider } from './consider.ts';
import { loadSpeller } from './measure.ts';
import type { Answered, Asked } from './threads.ts';

const port = parentPort;
let contents: Record<string, string> = {};

port?.on('message', (asked: Asked) => {
  if ('blob' in asked) {
    contents[asked.blob] = asked.content;
    return;
  }
  const { unfixed, whole } = asked;
  const snapshot = { ...asked.snapshot, contents };
  contents = {};
  void consider({ snapshot, ...(unfixed !== undefined && { unfixed }) }).then(
    (considered) => port.postMessage((whole ? { considered } : { effects: considered.effects }) satisfies Answered),
    (error: unknown) => port.postMessage({ error } satisfies Answered),
  );
});

// What every review needs is loaded before the first, whose time it is not.
await loadSpeller();
port?.postMessage({ ready: true } satisfies Answered);
