import { fromMarkdown } from 'mdast-util-from-markdown';
import { isPerson } from '../people.ts';
import type { Comment } from '../snapshot.ts';

/** A command as it stands in a comment. */
export interface Said {
  /** Without the slash, in small letters. */
  name: string;
  /** The rest of the line. */
  rest: string;
}

/** Of one comment, so many commands are heard. */
const mostCommands = 10;
/** So much of a comment is read, and so much of a line: the parser's time grows with the square of what is nested on a line. */
const mostCharacters = 10_000;
const mostOfALine = 500;

/**
 * The commands of a comment: lines of its own text that begin with `/name`, or with the bot's name and `agree`. What stands in a
 * quote (a line that continues one without `>` too), a code block, a list or HTML is talk about commands. An edited comment has none:
 * others answered what it said before.
 */
export function commandsIn({ body: whole, createdAt, updatedAt, author }: Comment, bot: string): Said[] {
  const handle = bot.replace(/\[bot\]$/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const begins = new RegExp(`^[ \\t]{0,3}(?:/([a-z]{2,20})(?![\\w/.-])|@${handle}(?:\\[bot\\])?[ \\t,:]+/?(agree)(?![\\w/.-]))(.*)$`, 'i');
  if (updatedAt > createdAt || !isPerson(author)) return [];
  const lines = whole.slice(0, mostCharacters).split(/\r\n|\n|\r/).map((line) => line.slice(0, mostOfALine));
  if (!lines.some((line) => begins.test(line))) return [];
  const body = lines.join('\n');

  const said: Said[] = [];
  for (const block of fromMarkdown(body).children) {
    if (block.type !== 'paragraph') continue;
    let atStart = true;
    for (const inline of block.children) {
      const { position } = inline;
      if (inline.type === 'break') atStart = true;
      if (inline.type === 'text' && position?.start.offset !== undefined && position.end.offset !== undefined) {
        let from = position.start.offset;
        for (;;) {
          const match = atStart ? begins.exec(lineAt(body, from)) : null;
          const name = match?.[1] ?? match?.[2];
          if (name !== undefined && said.length < mostCommands) said.push({ name: name.toLowerCase(), rest: (match?.[3] ?? '').trim() });
          const end = body.indexOf('\n', from);
          if (end < 0 || end >= position.end.offset) break;
          from = end + 1;
          atStart = true;
        }
      }
      if (inline.type !== 'break') atStart = false;
    }
  }
  return said;
}

const lineAt = (text: string, from: number): string => {
  const end = text.indexOf('\n', from);
  return text.slice(from, end < 0 ? text.length : end);
};
