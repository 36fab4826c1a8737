import { setTimeout } from 'node:timers/promises';
import { isObject } from '../json/values.ts';
import { errorMessage } from '../shared/user-error.ts';
import type { Log } from './log.ts';

/** How long to wait before the channel is opened again, in milliseconds. */
const reconnectDelay = 1000;
/** A longer event is not a delivery. */
const maxEventLength = 64_000_000;

/** A delivery as a channel passes it on: headers and a body. */
type Event = Readonly<Record<string, unknown>>;

/**
 * Fetches deliveries from a channel of smee.io and sends them to this server: for a machine that
 * GitHub cannot reach. Runs until `signal` is aborted.
 * @param source the address of the channel, which sends server-sent events
 * @param target the address of the webhook on this machine
 */
export async function forwardWebhooks(
  source: string,
  target: string,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<void> {
  const { aborted } = signal;
  for (let isStopped = aborted; !isStopped; isStopped = signal.aborted) {
    try {
      const response = await fetch(source, { headers: { accept: 'text/event-stream' }, signal });
      if (!response.ok || !response.body)
        throw new Error(`it answers with the status ${response.status}`);
      log.info(`Deliveries come through ${source}`);
      for await (const event of eventsIn(response.body)) await forward(event, target, log);
    } catch (error) {
      if (!signal.aborted) log.warn(`${source} cannot be read: ${errorMessage(error)}`);
    }
    await setTimeout(reconnectDelay, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** Yields the data of each event that is JSON. */
async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<Event, void, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > maxEventLength) throw new Error('it sent an event that is too long');
    const events = text.split(/\r?\n\r?\n/);
    text = events.pop() ?? '';
    for (const event of events) {
      const data = parseData(event);
      if (data) yield data;
    }
  }
}

function parseData(event: string): Event | undefined {
  const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  try {
    const data: unknown = JSON.parse(lines.map((line) => line.slice('data:'.length)).join('\n'));
    return isObject(data) ? { ...data } : undefined;
  } catch {
    return undefined; // such as the channel's own "ready" and "ping"
  }
}

/** The headers that the server needs from a delivery. */
const headerNames = ['x-github-event', 'x-github-delivery', 'x-hub-signature-256'];

async function forward(event: Event, target: string, log: Log): Promise<void> {
  if (event['x-github-event'] === undefined) return;
  try {
    const response = await fetch(target, {
      method: 'POST',
      body: JSON.stringify(event.body),
      headers: {
        'content-type': 'application/json',
        ...Object.fromEntries(
          headerNames.flatMap((name) => {
            const value = event[name];
            return typeof value === 'string' ? [[name, value]] : [];
          }),
        ),
      },
    });
    await response.arrayBuffer();
  } catch (error) {
    log.warn(`a delivery could not be passed on to ${target}: ${errorMessage(error)}`);
  }
}
