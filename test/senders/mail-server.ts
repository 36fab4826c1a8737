import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  from: string;
  to: readonly string[];
  /** The header fields without their folds, by their names in lower case. */
  headers: ReadonlyMap<string, string>;
  raw: string;
}

/** A mail server without TLS, on the loopback interface. */
export class MailServer {
  readonly #server: SMTPServer;
  readonly received: ReceivedMail[] = [];
  readonly #arrivals = new EventEmitter();
  /** The response to a recipient; 0 accepts it. */
  recipientStatus = 0;

  constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: (_address, _session, callback) => {
        callback(
          this.recipientStatus === 0
            ? null
            : Object.assign(new Error('not here'), { responseCode: this.recipientStatus }),
        );
      },
      onData: (stream, { envelope }, callback) => {
        text(stream)
          .then((raw) => {
            this.received.push({
              from: envelope.mailFrom ? envelope.mailFrom.address : '',
              to: envelope.rcptTo.map(({ address }) => address),
              headers: headersOf(raw),
              raw,
            });
            this.#arrivals.emit('mail');
            callback();
          })
          // The client has closed the connection.
          .catch(callback);
      },
    });
  }

  async start(): Promise<void> {
    const listening = once(this.#server.listen(0, '127.0.0.1'), 'listening');
    await listening;
  }

  /** Takes the oldest mail, and waits for it if there is none. */
  async next(): Promise<ReceivedMail> {
    for (;;) {
      const mail = this.received.shift();
      if (mail) return mail;
      await once(this.#arrivals, 'mail');
    }
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.server.address();
    if (address === null || typeof address === 'string') throw new Error('it does not listen');
    return `smtp://127.0.0.1:${address.port}`;
  }
}

function headersOf(raw: string): ReadonlyMap<string, string> {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(
    lines.map((line): [string, string] => {
      const [name = '', ...value] = line.split(':');
      return [name.toLowerCase(), value.join(':').trim()];
    }),
  );
}
