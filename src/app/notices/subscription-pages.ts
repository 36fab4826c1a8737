import type { IncomingMessage, ServerResponse } from 'node:http';
import { html, type Html } from '../../report/html.ts';
import type { Store } from '../../store/store.ts';
import { pageAnswer, type Answer } from '../answer-requests.ts';
import { page } from '../html.ts';
import { parseLinkToken, type LinkPurpose, type LinkSubject } from './link-token.ts';

/** A page that a link in mail opens. */
interface SubscriptionPage {
  title: string;
  question: (repository: string, login: string) => Html;
  done: (repository: string) => Html;
  carryOut: (store: SubscriptionStore, subject: LinkSubject) => Promise<unknown>;
}

type SubscriptionStore = Pick<Store, 'confirmSubscription' | 'unsubscribe'>;

const pages: Readonly<Record<LinkPurpose, SubscriptionPage>> = {
  confirm: {
    title: 'Confirm your subscription',
    question: (repository, login) =>
      html`Mail about the release train of <code>${repository}</code> for <code>${login}</code> will
        come to the address that you have got this link at.`,
    done: (repository) => html`You will get mail about <code>${repository}</code>.`,
    carryOut: (store, { id, address }) => store.confirmSubscription(id, address),
  },
  unsubscribe: {
    title: 'Unsubscribe',
    question: (repository, login) =>
      html`Mail about the release train of <code>${repository}</code> for <code>${login}</code>.`,
    done: (repository) => html`There will be no more mail about <code>${repository}</code>.`,
    carryOut: (store, { id }) => store.unsubscribe({ id }),
  },
};

/** The path of a page, below the address of the App. */
export const pathOf = (purpose: LinkPurpose): string => `/notices/${purpose}`;

const purposes: readonly LinkPurpose[] = ['confirm', 'unsubscribe'];

/** The paths of all pages. */
export const subscriptionPaths: readonly string[] = purposes.map(pathOf);

/** What a link of a mail does, for whom. */
interface Link {
  purpose: LinkPurpose;
  subject: LinkSubject;
}

/** @returns undefined if it is not a link of ours */
function readLink(url: URL, secret: string): Link | undefined {
  const purpose = purposes.find((each) => pathOf(each) === url.pathname);
  const subject = purpose && parseLinkToken(purpose, url.searchParams.get('token') ?? '', secret);
  return purpose && subject && { purpose, subject };
}

const answer = (status: number, title: string, content: Html): Answer =>
  pageAnswer(
    status,
    page(
      title,
      html`<h1>${title}</h1>
        ${content}`,
    ),
  );

const notFound = (): Answer =>
  answer(
    404,
    'This link does not work',
    html`<p>
      Copy the whole link from the mail. If that does not help, ask the maintainers of the
      repository.
    </p>`,
  );

/** Asks before it does something: programs that check mail open its links, too. */
export function subscriptionPage(url: URL, secret: string): Answer {
  const link = readLink(url, secret);
  if (!link) return notFound();
  const { title, question } = pages[link.purpose];
  const { repository, login } = link.subject;
  return answer(
    200,
    title,
    html`<p>${question(repository, login)}</p>
      <form method="post" action="?token=${url.searchParams.get('token') ?? ''}">
        <button>${title}</button>
      </form>`,
  );
}

/** Answers a POST to a page: by its button, or by a mail program that unsubscribes (RFC 8058). */
export async function answerSubscriptionForm(
  request: IncomingMessage,
  response: ServerResponse,
  secret: string,
  store: SubscriptionStore,
): Promise<void> {
  const url = URL.parse(request.url ?? '', 'http://localhost');
  const link = url ? readLink(url, secret) : undefined;
  const { status, headers, body } = link ? await carryOut(link, store) : notFound();
  response.writeHead(status, headers).end(body);
}

async function carryOut({ purpose, subject }: Link, store: SubscriptionStore): Promise<Answer> {
  const { done, carryOut: act } = pages[purpose];
  await act(store, subject);
  return answer(200, 'Done', html`<p>${done(subject.repository)}</p>`);
}
