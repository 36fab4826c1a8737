import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import nock from 'nock';
import type { WebhookPolicy } from '../../src/senders/send-webhook.ts';
import { selfSignedCertificate } from './certificate.ts';

const receiverHost = 'hooks.contoso.example';

export interface ReceivedWebhook {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server for webhooks, on the loopback interface. */
export class WebhookReceiver {
  readonly #server: Server;
  readonly #cert: string;
  readonly received: ReceivedWebhook[] = [];
  /** How it responds; undefined: never. */
  respond: (() => { status: number; headers?: Record<string, string> }) | undefined = () => ({
    status: 204,
  });

  constructor() {
    const { key, cert } = selfSignedCertificate(receiverHost);
    this.#cert = cert;
    this.#server = createServer({ key, cert }, (request, response) => {
      void text(request).then((body) => {
        this.received.push({ path: request.url ?? '', headers: request.headers, body });
        const answer = this.respond?.();
        if (answer) response.writeHead(answer.status, answer.headers).end('ignored');
      });
    });
  }

  async start(): Promise<void> {
    // It sees the name, and not that the address is on the loopback interface.
    nock.restore();
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  get url(): URL {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('it does not listen');
    return new URL(`https://${receiverHost}:${address.port}/gatehouse`);
  }

  /** Allows this server, which has no public address and no name that DNS knows. */
  policy(more: Partial<WebhookPolicy> = {}): WebhookPolicy {
    return {
      isAllowed: (address) => address === '127.0.0.1',
      resolve: () => Promise.resolve(['127.0.0.1']),
      ca: this.#cert,
      timeout: 10_000,
      ...more,
    };
  }
}
