import { createHmac, timingSafeEqual } from 'node:crypto';
import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestListener,
  Server,
  ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

/** What may be sent before it is known who sends it. */
export interface RequestLimits {
  /** The largest body, in bytes: GitHub sends no larger deliveries. */
  maxBody: number;
  /** All bodies that are being received or dealt with, in bytes of memory. */
  maxBodies: number;
  /** For the headers, and for a body, in seconds. */
  maxSeconds: number;
  maxConnections: number;
  /** What a refused sender is told to wait, in seconds. */
  retryAfter: number;
}

export const requestLimits: RequestLimits = {
  maxBody: 26_000_000,
  maxBodies: 64_000_000,
  maxSeconds: 30,
  maxConnections: 1_000,
  retryAfter: 60,
};

/**
 * So much memory a body begins with; it doubles as bytes come, up to the length that was announced.
 */
const firstBytes = 16_384;

export interface RejectedRequest {
  status: number;
  reason: string;
  headers?: Record<string, string>;
}

/** A body that is being received. */
interface Receiving {
  refuse(refusal: RejectedRequest): void;
}

/**
 * Stands in front of the handlers of a server that takes GitHub's webhooks. A request without what
 * every delivery has is answered before its body is read; a body is kept only within the limits,
 * and handed on (as `request.body`) only if its signature is right. When all bodies together need
 * more memory than `maxBodies`, the one that has been arriving for the longest is refused: a
 * delivery takes milliseconds, so whoever holds bodies open loses them first.
 * @param secret of the webhook
 * @param paths where deliveries are taken; nothing else takes a body
 * @param tell is told of what was refused
 *
 */
export function guardRequests(
  server: Server,
  {
    secret,
    paths,
    tell,
    limits = requestLimits,
  }: {
    secret: string;
    paths: readonly string[];
    tell: (refusal: RejectedRequest) => void;
    limits?: RequestLimits;
  },
): void {
  const takenAt = paths.map(pathOf);
  const inner = server.listeners('request');
  server.removeAllListeners('request');
  const handle: RequestListener = (request, response) => {
    for (const listener of inner) Reflect.apply(listener, server, [request, response]);
  };
  /** Oldest first. */
  const receiving = new Set<Receiving>();
  let held = 0;

  const refuse = (
    request: IncomingMessage,
    response: ServerResponse,
    refusal: RejectedRequest,
  ): void => {
    tell(refusal);
    answerUnread(request, response, refusal);
  };
  const take = (request: IncomingMessage, response: ServerResponse, length: number): void => {
    const hmac = createHmac('sha256', secret);
    let buffer = Buffer.alloc(0);
    let used = 0;
    let refused = false;
    const release = (): void => {
      held -= buffer.length;
      buffer = Buffer.alloc(0);
    };
    const end = (): void => {
      clearTimeout(timer);
      receiving.delete(body);
      request.off('data', add).off('end', whole).off('close', end);
      if (used < length || refused) release();
    };
    const body: Receiving = {
      refuse(refusal) {
        refused = true;
        end();
        refuse(request, response, refusal);
      },
    };
    const grow = (needed: number): void => {
      const size = Math.min(length, Math.max(needed, buffer.length * 2, firstBytes));
      const more = size - buffer.length;
      while (held + more > limits.maxBodies) {
        const [oldest = body] = receiving;
        oldest.refuse({
          status: 503,
          reason: 'Too much is being received at once.',
          headers: { 'retry-after': String(limits.retryAfter) },
        });
        if (oldest === body) return;
      }
      held += more;
      const larger = Buffer.allocUnsafeSlow(size);
      buffer.copy(larger, 0, 0, used);
      buffer = larger;
    };
    const add = (chunk: Buffer): void => {
      if (used + chunk.length > buffer.length) grow(used + chunk.length);
      if (refused) return;
      hmac.update(chunk);
      used += chunk.copy(buffer, used);
    };
    const whole = (): void => {
      end();
      if (used < length) return;
      const right = Buffer.from(`sha256=${hmac.digest('hex')}`);
      const given = Buffer.from(String(request.headers['x-hub-signature-256']));
      if (given.length !== right.length || !timingSafeEqual(given, right)) {
        release();
        return refuse(request, response, {
          status: 400,
          reason: 'The signature in X-Hub-Signature-256 is not one by the secret of this webhook.',
        });
      }
      response.once('close', release);
      handle(Object.assign(request, { body: buffer.toString('utf8', 0, used) }), response);
    };
    const timer = setTimeout(
      () =>
        body.refuse({
          status: 408,
          reason: `The body did not arrive within ${limits.maxSeconds} seconds.`,
        }),
      limits.maxSeconds * 1000,
    );
    receiving.add(body);
    request
      .on('data', add)
      .on('end', whole)
      .on('close', end)
      .on('error', () => {});
  };

  const guard = (
    request: IncomingMessage,
    response: ServerResponse,
    mayContinue: () => void,
  ): void => {
    const refusal = refusalOf(request, takenAt, limits);
    if (refusal) return refuse(request, response, refusal);
    if (request.method !== 'POST') return handle(request, response);
    mayContinue();
    take(request, response, Number(request.headers['content-length']));
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) =>
    guard(request, response, () => {}),
  );
  // Who asks before sending is answered before sending.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    guard(request, response, () => response.writeContinue()),
  );
  limitConnections(server, limits);
}

/**
 * As `guardIntake` for a server that takes no deliveries: no request may have a longer body than
 * this.
 */
export function limitBodies(server: Server, maxBody: number): void {
  limitConnections(server, requestLimits);
  server.prependListener('request', (request: IncomingMessage) => {
    const length = Number(request.headers['content-length'] ?? 0);
    if (request.headers['transfer-encoding'] !== undefined || !(length <= maxBody))
      request.destroy();
  });
}

/**
 * Headers and bodies must arrive in time, and one sender cannot use up all connections: with too
 * many, the one that has been idle for the longest is closed. Idle ones are otherwise kept for as
 * long as `keepAliveTimeout` says.
 */
function limitConnections(server: Server, { maxSeconds, maxConnections }: RequestLimits): void {
  server.headersTimeout = maxSeconds * 1000;
  server.requestTimeout = maxSeconds * 1000;
  /** Those without a request under way, idle for the longest first. */
  const idle = new Set<Socket>();
  let open = 0;
  server.on('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
      idle.delete(socket);
    });
    if (open > maxConnections) {
      const [longest = socket] = idle;
      idle.delete(longest);
      longest.destroy();
    }
    if (!socket.destroyed) idle.add(socket);
  });
  const begin = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    idle.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) idle.add(socket);
    });
  };
  server.prependListener('request', begin);
  server.prependListener('checkContinue', begin);
}

/** What is wrong with a request, as far as its headers tell. */
function refusalOf(
  { method = '', url = '', headers }: IncomingMessage,
  paths: readonly string[],
  { maxBody }: RequestLimits,
): RejectedRequest | undefined {
  const length = headers['content-length'];
  if (method === 'GET' || method === 'HEAD') {
    return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
      ? { status: 400, reason: `A ${method} has no body.` }
      : undefined;
  }
  if (method !== 'POST')
    return {
      status: 405,
      reason: `${method} is not answered here.`,
      headers: { allow: 'GET, HEAD, POST' },
    };
  if (!paths.includes(pathOf(url)))
    return { status: 404, reason: 'Webhooks are not taken at this address.' };
  if (headers['transfer-encoding'] !== undefined || length === undefined)
    return { status: 411, reason: 'A delivery says in Content-Length how long it is.' };
  if (Number(length) > maxBody)
    return { status: 413, reason: `A delivery has at most ${maxBody} bytes.` };
  return wrongHeader(headers);
}

/** What every delivery of GitHub's has. */
const expected: readonly { name: string; shape: RegExp; status: number }[] = [
  { name: 'Content-Type', shape: /^\s*application\/json\s*(?:;|$)/, status: 415 },
  { name: 'X-GitHub-Event', shape: /^[a-z][a-z0-9_]{0,99}$/, status: 400 },
  { name: 'X-GitHub-Delivery', shape: /^[A-Za-z0-9-]{1,100}$/, status: 400 },
  { name: 'X-Hub-Signature-256', shape: /^sha256=[0-9a-f]{64}$/, status: 400 },
];

function wrongHeader(headers: IncomingHttpHeaders): RejectedRequest | undefined {
  const wrong = expected.find(
    ({ name, shape }) => !shape.test(String(headers[name.toLowerCase()] ?? '')),
  );
  return (
    wrong && {
      status: wrong.status,
      reason: `${wrong.name} is missing, or not as GitHub sends it.`,
    }
  );
}

/** Without a query, and without slashes at its end. */
function pathOf(url: string): string {
  const [path = ''] = url.split('?', 1);
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/**
 * Answers without reading, and ends the connection: what is still being sent would be taken for the
 * next request.
 */
function answerUnread(
  request: IncomingMessage,
  response: ServerResponse,
  { status, reason, headers = {} }: RejectedRequest,
): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify({ error: reason });
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
