/** A part of a message: our own words, or a value that the message quotes. */
export interface MessagePart {
  /** Without the backticks. */
  text: string;
  /** Whether backticks enclose the part in the message: a value from a connector. */
  quoted: boolean;
}

/** Splits a message (see `safe`) into our words and the values that it quotes; no part is empty. */
export function messageParts(message: string): MessagePart[] {
  const pieces = message.split('`');
  return pieces
    .map((text, index) => {
      // A backtick without a partner quotes nothing.
      const unpaired = index % 2 === 1 && index === pieces.length - 1;
      return { text: unpaired ? `\`${text}` : text, quoted: index % 2 === 1 && !unpaired };
    })
    .filter(({ text, quoted }) => quoted || text !== '');
}

/** The part as the message writes it. */
export const writePart = ({ text, quoted }: MessagePart): string => (quoted ? `\`${text}\`` : text);

/**
 * Splits a message behind the first of its own words that `end` matches. Quoted values never end
 * the first half. Without a match the message is the first half.
 */
export function splitMessage(message: string, end: RegExp): [first: string, rest: string] {
  let length = 0;
  for (const part of messageParts(message)) {
    const index = part.quoted ? -1 : part.text.search(end);
    if (index >= 0) return [message.slice(0, length + index), message.slice(length + index)];
    length += writePart(part).length;
  }
  return [message, ''];
}
