import { createTransport } from 'nodemailer';
import { errorMessage } from '../shared/user-error.ts';
import type { SendResult } from './send-result.ts';

/** Where mail is sent from. */
export interface MailSettings {
  /** Of the mail server: `smtps://user:password@smtp.contoso.com`. */
  url: string;
  /** The sender: an address, or `Name <address>`. */
  from: string;
}

export interface MailMessage {
  /** Letters, digits and hyphens. The same for each attempt, so that mail programs show it once. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** What messages of the same conversation have in common, as `id`; undefined for none. */
  thread: string | undefined;
  /** Where a POST unsubscribes the recipient (RFC 8058). */
  unsubscribeUrl: string;
}

export interface Mailer {
  send(message: MailMessage): Promise<SendResult>;
  close(): void;
}

/** How long the mail server may take for each step, in milliseconds. */
const timeout = 20_000;

/** Sends mail through one server. It connects when it sends. */
export function createMailer({ url, from }: MailSettings): Mailer {
  const { protocol, username } = new URL(url);
  const transport = createTransport(
    {
      url,
      // A password must not travel in clear text if someone removes STARTTLS on the way.
      requireTLS: protocol === 'smtp:' && username !== '',
      connectionTimeout: timeout,
      greetingTimeout: timeout,
      socketTimeout: timeout,
    },
    // Nothing in a message names a file or an address to load.
    { disableFileAccess: true, disableUrlAccess: true },
  );
  const domain = /@([^\s@>]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
  return {
    async send({ id, to, subject, text, html, thread, unsubscribeUrl }) {
      const root = thread === undefined ? undefined : `<${thread}@${domain}>`;
      try {
        await transport.sendMail({
          from,
          // As an object, the address is one recipient, whatever is in it.
          to: { name: '', address: to },
          subject: oneLine(subject),
          text,
          html,
          messageId: `<${id}@${domain}>`,
          ...(root !== undefined && { inReplyTo: root, references: root }),
          headers: {
            'Auto-Submitted': 'auto-generated',
            'X-Auto-Response-Suppress': 'All',
            'List-Unsubscribe': { prepared: true, value: `<${unsubscribeUrl}>` },
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          },
        });
        return { kind: 'sent' };
      } catch (error) {
        return { kind: 'failed', error: errorMessage(error), isFinal: isFinal(error) };
      }
    },
    close: () => transport.close(),
  };
}

/** Of the recipient or the message: the server will not take it the next time either. */
const isFinal = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') &&
  'responseCode' in error &&
  typeof error.responseCode === 'number' &&
  error.responseCode >= 500;

const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
