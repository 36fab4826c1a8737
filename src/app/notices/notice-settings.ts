import { createHash } from 'node:crypto';
import { topics, type NewsTopic } from '../../notices/notice.ts';
import type { MailSettings } from '../../senders/mailer.ts';
import type { WebhookTarget } from '../../senders/send-webhook.ts';
import { webhookKey } from '../../senders/webhook-signature.ts';
import { UserError } from '../../shared/user-error.ts';
import type { AppEnvironment } from '../env.ts';

/** A webhook of the operator. */
export interface OperatorWebhook extends WebhookTarget {
  /** Stands for the address, which may itself be a secret, in the database and the log. */
  id: string;
  topics: readonly NewsTopic[];
}

/** How notices leave the App, besides comments. */
export interface NoticeSettings {
  /** Undefined: there is no mail. */
  mail: MailSettings | undefined;
  /** The address of this App, without a slash at its end; '' if there is no mail. */
  publicUrl: string;
  webhooks: readonly OperatorWebhook[];
}

type NoticeEnvironment = Pick<
  AppEnvironment,
  'smtpUrl' | 'mailFrom' | 'publicUrl' | 'noticeWebhooks'
>;

/** @throws UserError if a variable is missing that another one needs, or one is not valid */
export const readNoticeSettings = (environment: NoticeEnvironment): NoticeSettings => ({
  ...mailSettingsOf(environment),
  webhooks: parseWebhooks(environment.noticeWebhooks ?? ''),
});

function mailSettingsOf({
  smtpUrl,
  mailFrom,
  publicUrl = '',
}: NoticeEnvironment): Pick<NoticeSettings, 'mail' | 'publicUrl'> {
  if (smtpUrl === undefined) return { mail: undefined, publicUrl: '' };
  if (mailFrom === undefined)
    throw new UserError(
      'SMTP_URL is set, but MAIL_FROM is missing: the address that mail comes from.',
    );
  // Mail that nobody can unsubscribe from is not sent.
  if (publicUrl === '')
    throw new UserError(
      'SMTP_URL is set, but PUBLIC_URL is missing: the address of this App for the link in each ' +
        'mail that unsubscribes.',
    );
  return { mail: { url: smtpUrl, from: mailFrom }, publicUrl: publicUrl.replace(/\/+$/, '') };
}

const newsTopics = topics.filter((topic) => topic !== 'digest');

/**
 * Parses the webhooks of an operator: `https://… whsec_… [whsec_…] [ring,done]`, separated by `;`.
 * @throws UserError without the text, which has secrets
 */
function parseWebhooks(text: string): OperatorWebhook[] {
  const targets = text.split(/[;\n]/).filter((target) => target.trim() !== '');
  return targets.map((target, index) => {
    const problem = (what: string): UserError =>
      new UserError(`Target ${index + 1} of NOTICE_WEBHOOKS ${what}.`);
    const [address = '', ...words] = target.trim().split(/\s+/);
    const url = URL.parse(address);
    if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
      throw problem('needs an address that begins with https:// and has no user name');
    const secrets = words.filter((word) => word.startsWith('whsec_'));
    const keys = secrets.flatMap((secret) => webhookKey(secret) ?? []);
    if (keys.length === 0 || keys.length < secrets.length)
      throw problem('needs a secret: whsec_ and 24 to 64 bytes in Base64');
    const names = words
      .filter((word) => !word.startsWith('whsec_'))
      .flatMap((word) => word.split(','));
    const unknown = names.find((name) => !newsTopics.some((topic) => topic === name));
    if (unknown !== undefined)
      throw problem(`has the topic ${unknown}; there are ${newsTopics.join(', ')}`);
    return {
      id: createHash('sha256').update(url.href).digest('hex').slice(0, 16),
      url,
      keys,
      topics: names.length === 0 ? newsTopics : newsTopics.filter((topic) => names.includes(topic)),
    };
  });
}
