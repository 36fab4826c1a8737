import { Worker } from 'node:worker_threads';
import { evaluate } from './evaluate.ts';
import { readConnectorFacts } from './read-connector-facts.ts';
import { loadSpeller } from '../analyzers/analyze.ts';
import type { ProcessResponse, ProcessRequest } from './review-processes.ts';

const respond = (response: ProcessResponse): void => void process.send?.(response);
let contents: Record<string, string> = {};

process.on('message', (request: ProcessRequest) => {
  if ('blob' in request) {
    contents[request.blob] = request.content;
    return;
  }
  if ('connector' in request) {
    void readConnectorFacts(request.connector).then(
      (connector) => respond({ connector }),
      (error: unknown) => respond({ error }),
    );
    return;
  }
  const { purpose } = request;
  const snapshot = { ...request.snapshot, contents };
  contents = {};
  void evaluate({ ...request, snapshot }).then(
    (evaluation) =>
      respond(purpose === 'effects' ? { effects: evaluation.effects } : { evaluation }),
    (error: unknown) => respond({ error }),
  );
});

// The App may be killed while this process is busy and cannot react. A thread ends the process if
// its parent is gone.
const watchdog =
  'const parent = process.ppid; setInterval(() => process.ppid === parent || ' +
  `process.kill(process.pid, 'SIGKILL'), 1000);`;
new Worker(watchdog, { eval: true }).unref();

// Loaded before the first request, so that it does not count toward its time limit.
await loadSpeller();
respond({ ready: true });
