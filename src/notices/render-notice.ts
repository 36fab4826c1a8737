import { bulletList, messageToMarkdown } from '../report/markdown.ts';
import { toPlainText } from '../report/text.ts';
import { messageParts } from '../shared/message-parts.ts';
import type { RideSubject } from './notice.ts';

/** Whose turn it is in front of the title: a message (see `safe`). */
export const titleOf = ({ title, isYourTurn }: RideSubject): string =>
  isYourTurn ? `Your turn: ${title}` : title;

/** The body of a comment, in Markdown. */
export const noticeMarkdown = (subject: RideSubject): string =>
  [
    `**${messageToMarkdown(titleOf(subject))}**`,
    ...(subject.lines.length > 0
      ? [bulletList(subject.lines.map((line) => messageToMarkdown(line)))]
      : []),
  ].join('\n\n');

/** The title and the lines without styles. */
export const noticeText = (subject: RideSubject): string =>
  [titleOf(subject), ...subject.lines.map((line) => `- ${line}`)].map(toPlainText).join('\n');

/** The title in one line, for the subject of mail: values without their backticks. */
export function noticeHeadline(subject: RideSubject): string {
  const text = messageParts(titleOf(subject))
    .map((part) => part.text)
    .join('');
  return toPlainText(text);
}
