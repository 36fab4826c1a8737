import type { Probot } from 'probot';
import type { Client } from '../../github/client.ts';
import { createNoticeComment } from '../../github/create-notice-comment.ts';
import { installationOf } from '../../github/list-pull-requests.ts';
import type { Channel, StoredNotice } from '../../notices/notice.ts';
import { noticeMarkdown } from '../../notices/render-notice.ts';
import { nextAttempt, oldestNews } from '../../notices/retry-schedule.ts';
import { mailTime, subscriberCalendar } from '../../notices/subscription.ts';
import type { Instant } from '../../release/civil-date.ts';
import { parseRepositoryName } from '../../review/model/repository-name.ts';
import type { Account } from '../../review/model/snapshot.ts';
import type { Mailer } from '../../senders/mailer.ts';
import type { SendResult } from '../../senders/send-result.ts';
import { sendWebhook, type WebhookPolicy } from '../../senders/send-webhook.ts';
import { defaultSettings } from '../../settings/defaults.ts';
import { errorMessage } from '../../shared/user-error.ts';
import type { NoticeOutcome, Store } from '../../store/store.ts';
import type { Clients } from '../clients.ts';
import type { Clock } from '../clock.ts';
import type { NoticeSettings } from '../notices/notice-settings.ts';
import { renderMail } from '../notices/render-mail.ts';
import { renderWebhook } from '../notices/render-webhook.ts';
import { linkToken, type LinkPurpose } from '../notices/link-token.ts';
import { pathOf } from '../notices/subscription-pages.ts';
import { LeaseLostError } from '../review-pull-request.ts';

/** Notices that were put off are looked for every minute. */
export const noticesCron = '* * * * *';

export interface SendContext {
  log: Pick<Probot['log'], 'info' | 'warn'>;
  clients: Pick<Clients, 'forApp' | 'forInstallation'>;
  store: Store;
  clock: Clock;
  botOf: (client: Client) => Promise<Account>;
  notices: NoticeSettings;
  /** Undefined if there is no mail. */
  mailer: Mailer | undefined;
  /** For webhooks; by default only public addresses. */
  webhookPolicy?: WebhookPolicy;
  /** Of GitHub, for people: `https://github.com`. */
  githubUrl: string;
  /** Signs the links that unsubscribe. */
  secret: string;
  onOutcome: (channel: Channel, outcome: NoticeOutcome['kind']) => void;
}

/**
 * Sends the notices that are due. It may end at any moment: what was claimed and not recorded as
 * sent is sent again, with the same id. A comment is looked for before it is written, and is never
 * there twice.
 * @param isHeld whether this worker still holds the job
 * @throws LeaseLostError if another worker has the job now
 */
export async function sendNotices(
  isHeld: () => Promise<boolean>,
  context: SendContext,
): Promise<void> {
  const { store, clock, mailer } = context;
  const mayWrite = async (): Promise<void> => {
    if (!(await isHeld())) throw new LeaseLostError('another worker sends the notices now');
  };
  const channels: readonly Channel[] = ['github', 'webhook', ...(mailer ? ['mail' as const] : [])];
  for (;;) {
    const batch = await store.claimNotices(channels, clock());
    if (batch.length === 0) return;
    const sendAll = async (notices: readonly StoredNotice[]): Promise<void> => {
      for (const notice of notices) await sendOnce(notice, mayWrite, context);
    };
    // GitHub asks for one write at a time. Elsewhere a slow receiver does not delay the others.
    const comments = batch.filter(({ channel }) => channel === 'github');
    const others = batch.filter(({ channel }) => channel !== 'github');
    const results = await Promise.allSettled(
      [comments, ...others.map((notice) => [notice])].map(sendAll),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}

/** Sends a notice and records what became of it. */
async function sendOnce(
  notice: StoredNotice,
  mayWrite: () => Promise<void>,
  context: SendContext,
): Promise<void> {
  const { store, clock, log, onOutcome } = context;
  const { id, channel, repository } = notice;
  await mayWrite();
  const outcome = await outcomeOf(notice, mayWrite, context);
  await store.recordOutcome(id, outcome, clock());
  onOutcome(channel, outcome.kind);
  const { subject } = notice;
  const topic = subject.kind === 'ride' ? subject.topic : subject.kind;
  const about = { notice: id, channel, repository, topic };
  if (outcome.kind === 'sent') log.info(about, 'a notice was sent');
  else if (outcome.kind !== 'postponed')
    log.warn({ ...about, reason: outcome.error }, `a notice was not sent: ${outcome.kind}`);
}

async function outcomeOf(
  notice: StoredNotice,
  mayWrite: () => Promise<void>,
  context: SendContext,
): Promise<NoticeOutcome> {
  const now = context.clock().toISOString();
  if (notice.createdAt < oldestNews(now)) return dropped('it is too old');
  const attempt = await sendTo(notice, now, mayWrite, context);
  if (attempt.kind !== 'failed') return attempt;
  const { error, isFinal } = attempt;
  const retryAt = isFinal ? undefined : nextAttempt(notice.attempts + 1, now);
  return retryAt === undefined ? dropped(error) : { kind: 'failed', error, retryAt };
}

const dropped = (error: string) => ({ kind: 'dropped', error }) as const;

/** One attempt, or why there is none. */
type Attempt = SendResult | Extract<NoticeOutcome, { kind: 'postponed' | 'dropped' }>;

function sendTo(
  notice: StoredNotice,
  now: Instant,
  mayWrite: () => Promise<void>,
  context: SendContext,
): Promise<Attempt> {
  switch (notice.channel) {
    case 'github':
      return sendComment(notice, mayWrite, context);
    case 'mail':
      return sendMail(notice, now, context);
    case 'webhook':
      return sendToTarget(notice, now, context);
  }
}

async function sendComment(
  { id, repository, subject }: StoredNotice,
  mayWrite: () => Promise<void>,
  { clients, botOf }: SendContext,
): Promise<Attempt> {
  const name = parseRepositoryName(repository);
  if (!name || subject.kind !== 'ride') return dropped('it is not about a pull request');
  try {
    const installation = await installationOf(await clients.forApp(), name);
    if (!installation.ok) return { kind: 'failed', error: installation.reason, isFinal: false };
    const client = await clients.forInstallation(installation.value);
    const body = noticeMarkdown(subject);
    const comment = { pull: subject.pull, id, body };
    const reason = await createNoticeComment(client, name, comment, await botOf(client), mayWrite);
    return reason === undefined ? { kind: 'sent' } : dropped(reason);
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    return { kind: 'failed', error: errorMessage(error), isFinal: false };
  }
}

async function sendMail(
  notice: StoredNotice,
  now: Instant,
  { store, mailer, notices: { publicUrl }, githubUrl, secret }: SendContext,
): Promise<Attempt> {
  const { repository, recipient: login, subject } = notice;
  const [subscription] = await store.subscriptions({ repository, login });
  const isConfirmation = subject.kind === 'confirmation';
  if (!subscription || !mailer || subscription.isConfirmed === isConfirmation)
    return dropped('the recipient has no subscription that it is for');
  // Holidays are in the settings of the repository, and were considered when it was written.
  const until = mailTime(now, subscriberCalendar(subscription, defaultSettings.train));
  if (until !== now && subject.kind === 'digest') return dropped('the day of the digest is over');
  // A person who subscribes waits for the question.
  if (until !== now && !isConfirmation) return { kind: 'postponed', until };
  const linkTo = (purpose: LinkPurpose): string =>
    `${publicUrl}${pathOf(purpose)}?token=${linkToken(purpose, subscription, secret)}`;
  const message = renderMail(notice, subscription.address, {
    repository: `${githubUrl}/${repository}`,
    unsubscribe: linkTo('unsubscribe'),
    confirm: linkTo('confirm'),
  });
  return mailer.send(message);
}

async function sendToTarget(
  { id, repository, recipient, subject }: StoredNotice,
  now: Instant,
  { notices: { webhooks }, githubUrl, webhookPolicy }: SendContext,
): Promise<Attempt> {
  const target = webhooks.find((each) => each.id === recipient);
  if (!target || subject.kind !== 'ride') return dropped('the target is not configured any more');
  const body = renderWebhook(repository, subject, `${githubUrl}/${repository}`);
  return sendWebhook(target, { id, body }, new Date(now), webhookPolicy);
}
