import { sendNotices, type SendContext } from '../../src/app/jobs/send-notices.ts';
import type { TrainContext } from '../../src/app/jobs/advance-trains.ts';
import type { NoticeSettings } from '../../src/app/notices/notice-settings.ts';
import { topics } from '../../src/notices/notice.ts';
import type { MailServer, ReceivedMail } from '../senders/mail-server.ts';
import type { WebhookReceiver } from '../senders/webhook-receiver.ts';
import type { GitHub } from '../github/fake/server.ts';
import type { Pull } from '../github/fake/repository.ts';
import { connectors, monday16, type TrainScene } from './train-scene.ts';

/** A merged pull request by Ada, with a mail server and a receiver of webhooks. */
export class NoticeScene {
  readonly train: TrainScene;
  readonly pull: Pull;
  readonly #mail: MailServer;
  readonly #receiver: WebhookReceiver;

  constructor(train: TrainScene, github: GitHub, mail: MailServer, receiver: WebhookReceiver) {
    this.train = train;
    this.#mail = mail;
    this.#receiver = receiver;
    const ada = github.user('ada');
    train.repository.push('change', { by: ada, files: { 'readme.md': '# Changed\n' } });
    this.pull = train.repository.open({ by: ada, branch: 'change', title: 'Contoso Invoices' });
  }

  get settings(): NoticeSettings {
    const key = Buffer.from('a'.repeat(24));
    return {
      mail: { url: this.#mail.url, from: 'gatehouse@contoso.example' },
      publicUrl: 'https://gatehouse.contoso.example',
      webhooks: [
        {
          id: 'operator',
          url: this.#receiver.url,
          keys: [key],
          topics: topics.filter((topic) => topic !== 'digest'),
        },
      ],
    };
  }

  /** Merges a connector, and subscribes people, who confirm. */
  async begin(...logins: string[]): Promise<void> {
    const { store, path } = this.train;
    const { number } = this.pull;
    await this.train.merge(connectors.slice(0, 1), { pull: number });
    const author = { id: 1, login: 'ada', type: 'user' } as const;
    const times = { openedAt: monday16, mergedAt: monday16 };
    await store.record({ repository: path, number }, [
      {
        kind: 'publication',
        publication: { paths: connectors, class: 'certified', author, ...times },
      },
    ]);
    for (const login of logins) {
      const address = `${login}@contoso.example`;
      const role = login === 'maria' ? 'maintainer' : 'participant';
      await store.subscribe(
        { repository: path, login, address, role, zone: 'America/Los_Angeles' },
        new Date(monday16),
      );
      await this.confirm(login, address);
    }
  }

  /** A person confirms an address. */
  async confirm(login: string, address: string): Promise<boolean> {
    const { store, path } = this.train;
    const [subscription] = await store.subscriptions({ repository: path, login });
    return store.confirmSubscription(subscription?.id ?? '', address);
  }

  advance(now: string, more: Partial<TrainContext> = {}): Promise<void> {
    return this.train.advance(now, { notices: this.settings, ...more });
  }

  async send(now: string, more: Partial<SendContext> = {}): Promise<void> {
    const context = await this.train.sending(now, this.settings);
    try {
      await sendNotices(() => Promise.resolve(true), {
        ...context,
        webhookPolicy: this.#receiver.policy(),
        ...more,
      });
    } finally {
      context.mailer?.close();
    }
  }

  /** A deployment ends. */
  async report(state: string, description: string): Promise<void> {
    const deployment = this.train.repository.deployments.at(-1)?.id ?? 0;
    await this.train.client.write(
      'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
      { ...this.train.name, deployment_id: deployment, state, description },
    );
  }

  /** What was received since the last call, in the order of recipients and titles. */
  received(): { mail: string[]; webhooks: string[]; comments: string[] } {
    return {
      mail: this.#mail.received
        .splice(0)
        .map(({ to, headers }) => `${to.join()} ${headers.get('subject')}`)
        .toSorted(),
      webhooks: this.#receiver.received
        .splice(0)
        .map(({ body }) => {
          const { type, data }: { type: string; data: { text: string } } = JSON.parse(body);
          return `${type} ${data.text.split('\n')[0]}`;
        })
        .toSorted(),
      comments: this.pull.comments.map(({ body }) => body.split('\n')[0] ?? ''),
    };
  }

  mails(): ReceivedMail[] {
    return this.#mail.received.splice(0);
  }
}
