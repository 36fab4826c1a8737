import { parentPort, workerData } from 'node:worker_threads';
import * as analyzers from '../analyzers/analyze.ts';
import { OpenConnectors } from './open-connectors.ts';
import type { ValidationRequest, ValidationResponse } from './thread-messages.ts';

/** Ends a validation that nobody needs any more. */
class Canceled extends Error {}

const port = parentPort;
/** The id of the latest request that was canceled; the other thread sets it. */
const canceled: unknown = workerData;
const connectors = new OpenConnectors(analyzers);

port?.on('message', (request: ValidationRequest) => {
  void respondTo(request).then((response) => port.postMessage(response));
});

async function respondTo(request: ValidationRequest): Promise<ValidationResponse> {
  const { id, fix } = request;
  const checkpoint = (): void => {
    if (canceled instanceof Int32Array && Atomics.load(canceled, 0) === id) throw new Canceled();
  };
  try {
    return fix === undefined
      ? { id, report: await connectors.validate(request, checkpoint) }
      : { id, fixedText: await connectors.fixedText({ ...request, fix }, checkpoint) };
  } catch (error) {
    if (error instanceof Canceled) return { id, canceled: true };
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
