import { createHmac, timingSafeEqual } from 'node:crypto';
import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestListener,
  Server,
  ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

/** Limits for requests from unknown senders: until the signature of a delivery is verified. */
export interface RequestLimits {
  /** The largest body, in bytes. GitHub sends deliveries of at most 25 MB. */
  maxBody: number;
  /** The largest body of a form, in bytes. */
  maxForm: number;
  /** The memory of all bodies that are being received or processed, in bytes. */
  maxBodies: number;
  /** How long the headers, and then the body, may take to arrive, in seconds. */
  maxSeconds: number;
  maxConnections: number;
  /** The `Retry-After` of a rejected request, in seconds. */
  retryAfter: number;
}

export const requestLimits: RequestLimits = {
  maxBody: 26_000_000,
  maxForm: 4_096,
  maxBodies: 64_000_000,
  maxSeconds: 30,
  maxConnections: 1_000,
  retryAfter: 60,
};

/**
 * The initial size of the buffer of a body. It doubles as bytes arrive, up to the announced length,
 * so that a request that only announces a long body takes little memory.
 */
const initialBufferSize = 16_384;

export interface RejectedRequest {
  status: number;
  reason: string;
  headers?: Record<string, string>;
}

/** A body that is being received. */
interface PendingBody {
  reject(rejection: RejectedRequest): void;
}

/**
 * Checks requests before the handlers of a server for GitHub's webhooks get them. A request that
 * lacks the headers of a delivery is rejected before its body is read. A body is read within the
 * limits, and passed on (as `request.body`) only if its signature is valid. If all bodies together
 * need more memory than `maxBodies`, the body that has been arriving for the longest is rejected: a
 * delivery takes milliseconds, so this hits a sender who keeps bodies open.
 * @param options.secret the secret of the webhook
 * @param options.paths the addresses of the webhook
 * @param options.forms the paths that anyone may post a form to; its body is not read. Requests to
 * others may have no body
 * @param options.onRejected is called with each rejected request
 * @returns closes connections without a request, also those that never had one: the function of the
 * same name that Node.js has leaves those open
 */
export function guardRequests(
  server: Server,
  {
    secret,
    paths,
    forms = [],
    onRejected,
    limits = requestLimits,
  }: {
    secret: string;
    paths: readonly string[];
    forms?: readonly string[];
    onRejected: (rejection: RejectedRequest) => void;
    limits?: RequestLimits;
  },
): { closeIdleConnections: () => void } {
  const webhookPaths = paths.map(pathOf);
  const handlers = server.listeners('request');
  server.removeAllListeners('request');
  const handle: RequestListener = (request, response) => {
    for (const handler of handlers) Reflect.apply(handler, server, [request, response]);
  };
  /** Oldest first. */
  const pending = new Set<PendingBody>();
  /** The memory of all bodies, in bytes. */
  let usedMemory = 0;

  const reject = (
    request: IncomingMessage,
    response: ServerResponse,
    rejection: RejectedRequest,
  ): void => {
    onRejected(rejection);
    respondUnread(request, response, rejection);
  };
  const receive = (request: IncomingMessage, response: ServerResponse, length: number): void => {
    const hmac = createHmac('sha256', secret);
    let buffer = Buffer.alloc(0);
    let used = 0;
    let isRejected = false;
    const release = (): void => {
      usedMemory -= buffer.length;
      buffer = Buffer.alloc(0);
    };
    const end = (): void => {
      clearTimeout(timer);
      pending.delete(body);
      request.off('data', onData).off('end', onEnd).off('close', end);
      if (used < length || isRejected) release();
    };
    const body: PendingBody = {
      reject(rejection) {
        isRejected = true;
        end();
        reject(request, response, rejection);
      },
    };
    const grow = (needed: number): void => {
      const size = Math.min(length, Math.max(needed, buffer.length * 2, initialBufferSize));
      const more = size - buffer.length;
      while (usedMemory + more > limits.maxBodies) {
        const [oldest = body] = pending;
        oldest.reject({
          status: 503,
          reason: 'The server is receiving too much data at the same time.',
          headers: { 'retry-after': String(limits.retryAfter) },
        });
        if (oldest === body) return;
      }
      usedMemory += more;
      const larger = Buffer.allocUnsafeSlow(size);
      buffer.copy(larger, 0, 0, used);
      buffer = larger;
    };
    const onData = (chunk: Buffer): void => {
      if (used + chunk.length > buffer.length) grow(used + chunk.length);
      if (isRejected) return;
      hmac.update(chunk);
      used += chunk.copy(buffer, used);
    };
    const onEnd = (): void => {
      end();
      if (used < length) return;
      const expected = Buffer.from(`sha256=${hmac.digest('hex')}`);
      const signature = Buffer.from(String(request.headers['x-hub-signature-256']));
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
        release();
        return reject(request, response, {
          status: 400,
          reason: 'The signature in X-Hub-Signature-256 does not match the secret of the webhook.',
        });
      }
      response.once('close', release);
      handle(Object.assign(request, { body: buffer.toString('utf8', 0, used) }), response);
    };
    const timer = setTimeout(
      () =>
        body.reject({
          status: 408,
          reason: `The body did not arrive within ${limits.maxSeconds} seconds.`,
        }),
      limits.maxSeconds * 1000,
    );
    pending.add(body);
    request
      .on('data', onData)
      .on('end', onEnd)
      .on('close', end)
      .on('error', () => {});
  };

  const guard = (
    request: IncomingMessage,
    response: ServerResponse,
    writeContinue: () => void,
  ): void => {
    const isForm = request.method === 'POST' && forms.includes(pathOf(request.url ?? ''));
    const rejection = isForm
      ? formRejection(request.headers, limits)
      : rejectionOf(request, webhookPaths, limits);
    if (rejection) return reject(request, response, rejection);
    if (request.method !== 'POST') return handle(request, response);
    writeContinue();
    if (isForm) {
      request.resume();
      return handle(request, response);
    }
    receive(request, response, Number(request.headers['content-length']));
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) =>
    guard(request, response, () => {}),
  );
  // A client that sends `Expect: 100-continue` waits for the response before it sends the body.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    guard(request, response, () => response.writeContinue()),
  );
  return limitConnections(server, limits);
}

/**
 * Limits connections as `guardRequests` does, and closes requests with a longer body: for a server
 * that receives no deliveries.
 */
export function limitBodies(server: Server, maxBody: number): { closeIdleConnections: () => void } {
  server.prependListener('request', (request: IncomingMessage) => {
    const length = Number(request.headers['content-length'] ?? 0);
    if (request.headers['transfer-encoding'] !== undefined || !(length <= maxBody))
      request.destroy();
  });
  return limitConnections(server, requestLimits);
}

/**
 * Sets timeouts for headers and bodies, and limits the number of connections, so that one sender
 * cannot use them all. If there are too many, the connection that has been idle for the longest is
 * closed. Otherwise idle connections stay open for `keepAliveTimeout`.
 */
function limitConnections(
  server: Server,
  { maxSeconds, maxConnections }: RequestLimits,
): { closeIdleConnections: () => void } {
  server.headersTimeout = maxSeconds * 1000;
  server.requestTimeout = maxSeconds * 1000;
  /** Connections without a request, idle for the longest first. */
  const idle = new Set<Socket>();
  let open = 0;
  server.on('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
      idle.delete(socket);
    });
    if (open > maxConnections) {
      const [longestIdle = socket] = idle;
      idle.delete(longestIdle);
      longestIdle.destroy();
    }
    if (!socket.destroyed) idle.add(socket);
  });
  const onRequest = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    idle.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) idle.add(socket);
    });
  };
  server.prependListener('request', onRequest);
  server.prependListener('checkContinue', onRequest);
  return {
    closeIdleConnections() {
      for (const socket of idle) socket.destroy();
    },
  };
}

/** Why to reject a request because of its headers; undefined if they are as expected. */
function rejectionOf(
  { method = '', url = '', headers }: IncomingMessage,
  paths: readonly string[],
  { maxBody }: RequestLimits,
): RejectedRequest | undefined {
  const length = headers['content-length'];
  if (method === 'GET' || method === 'HEAD') {
    return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
      ? { status: 400, reason: `A ${method} request must not have a body.` }
      : undefined;
  }
  if (method !== 'POST')
    return {
      status: 405,
      reason: `The method ${method} is not supported.`,
      headers: { allow: 'GET, HEAD, POST' },
    };
  if (!paths.includes(pathOf(url)))
    return { status: 404, reason: 'This is not the address of the webhook.' };
  if (headers['transfer-encoding'] !== undefined || length === undefined)
    return { status: 411, reason: 'A delivery must have a Content-Length.' };
  if (Number(length) > maxBody)
    return { status: 413, reason: `A delivery must have at most ${maxBody} bytes.` };
  return headerRejection(headers);
}

const formRejection = (
  headers: IncomingHttpHeaders,
  { maxForm }: RequestLimits,
): RejectedRequest | undefined =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > maxForm
    ? { status: 413, reason: `A form must have at most ${maxForm} bytes.` }
    : undefined;

/** The headers of every delivery of GitHub. */
const deliveryHeaders: readonly { name: string; shape: RegExp; status: number }[] = [
  { name: 'Content-Type', shape: /^\s*application\/json\s*(?:;|$)/, status: 415 },
  { name: 'X-GitHub-Event', shape: /^[a-z][a-z0-9_]{0,99}$/, status: 400 },
  { name: 'X-GitHub-Delivery', shape: /^[A-Za-z0-9-]{1,100}$/, status: 400 },
  { name: 'X-Hub-Signature-256', shape: /^sha256=[0-9a-f]{64}$/, status: 400 },
];

function headerRejection(headers: IncomingHttpHeaders): RejectedRequest | undefined {
  const invalid = deliveryHeaders.find(
    ({ name, shape }) => !shape.test(String(headers[name.toLowerCase()] ?? '')),
  );
  return (
    invalid && {
      status: invalid.status,
      reason: `The header ${invalid.name} is missing, or not as GitHub sends it.`,
    }
  );
}

/** The path of an address, without trailing slashes. */
function pathOf(url: string): string {
  const [path = ''] = url.split('?', 1);
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/**
 * Responds without reading the body, and closes the connection. Otherwise the rest of the body would
 * be read as the next request.
 */
function respondUnread(
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
