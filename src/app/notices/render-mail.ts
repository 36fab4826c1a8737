import type { NoticeSubject, RideSubject, StoredNotice } from '../../notices/notice.ts';
import { noticeHeadline, noticeText, titleOf } from '../../notices/render-notice.ts';
import { html, type Html } from '../../report/html.ts';
import type { MailMessage } from '../../senders/mailer.ts';
import { messageParts } from '../../shared/message-parts.ts';

/** The addresses that mail links to. */
export interface MailLinks {
  /** Of the repository, on GitHub. */
  repository: string;
  unsubscribe: string;
  confirm: string;
}

interface MailContent {
  headline: string;
  text: string;
  html: Html;
  /** Why the recipient gets it. */
  reason: string;
}

/** A notice as mail: plain text, and the same as HTML without pictures and styles. */
export function renderMail(
  { id, repository, subject }: Pick<StoredNotice, 'id' | 'repository' | 'subject'>,
  to: string,
  links: MailLinks,
): MailMessage {
  const { headline, text, html: content, reason } = contentOf(subject, repository, links);
  return {
    id: `notice-${id}`,
    to,
    subject: shorten(`[${repository}] ${headline}`),
    text: `${text}\n\n-- \n${reason}\nUnsubscribe: ${links.unsubscribe}\n`,
    html: html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title>${headline}</title>
        </head>
        <body>
          ${content}
          <hr />
          <p>${reason} <a href="${links.unsubscribe}">Unsubscribe</a></p>
        </body>
      </html> `.text,
    thread: subject.kind === 'ride' ? `ride-${subject.ride}` : undefined,
    unsubscribeUrl: links.unsubscribe,
  };
}

function contentOf(subject: NoticeSubject, repository: string, links: MailLinks): MailContent {
  if (subject.kind === 'confirmation')
    return {
      headline: 'Confirm your subscription',
      text: `Open this page to get mail about the release train of ${repository}:\n\n${links.confirm}`,
      html: html`<p>
        Open this page to get mail about the release train of <code>${repository}</code>:
        <a href="${links.confirm}">Confirm your subscription</a>
      </p>`,
      reason: 'Someone entered this address. If that was not for you, there will be no other mail.',
    };
  const items = subject.kind === 'ride' ? [subject] : subject.items;
  return {
    headline:
      subject.kind === 'ride'
        ? noticeHeadline(subject)
        : `${items.length} ${items.length === 1 ? 'notice' : 'notices'} of the release train`,
    text: items.map((item) => `${noticeText(item)}\n${pullUrl(item, links)}`).join('\n\n'),
    html: html`${items.map((item) => itemHtml(item, links))}`,
    reason: `You get this mail because you asked for mail about ${repository}.`,
  };
}

const itemHtml = (item: RideSubject, links: MailLinks): Html =>
  html`<h3>${messageHtml(titleOf(item))}</h3>
    <ul>
      ${item.lines.map((line) => html`<li>${messageHtml(line)}</li>`)}
    </ul>
    <p><a href="${pullUrl(item, links)}">Pull request #${String(item.pull)}</a></p>`;

/** A message (see `safe`): values become code. */
const messageHtml = (message: string): Html[] =>
  messageParts(message).map(({ text, quoted }) =>
    quoted ? html`<code>${text}</code>` : html`${text}`,
  );

const pullUrl = ({ pull }: RideSubject, { repository }: MailLinks): string =>
  `${repository}/pull/${pull}`;

/** Mail programs cut off longer subjects. */
const maxSubject = 150;

const shorten = (text: string): string => {
  const characters = Array.from(text);
  return characters.length <= maxSubject
    ? text
    : `${characters.slice(0, maxSubject - 1).join('')}…`;
};
