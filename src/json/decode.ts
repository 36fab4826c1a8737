import type { SyntaxIssue } from './recovering-parser.ts';

/**
 * The bytes 0x80 to 0x9f of Windows-1252, which is Latin-1 everywhere else. Editors that save as
 * "ANSI" write Windows-1252.
 */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes bytes as UTF-8 and keeps a byte-order mark in the text.
 *
 * If the bytes are not UTF-8, `issue` says where, and the text is a guess: UTF-16 if the bytes begin
 * with its byte-order mark, else each stray byte read as Windows-1252. Writing the text back as
 * UTF-8 fixes the issue.
 */
export function decode(bytes: Uint8Array): { text: string; issue?: SyntaxIssue } {
  try {
    return { text: strict.decode(bytes) };
  } catch {
    const [first, second] = bytes;
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      const text = new TextDecoder(first === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
      return {
        text,
        issue: {
          kind: 'encoding',
          start: 0,
          end: 0,
          message: 'The file is encoded as UTF-16. Save it as UTF-8.',
          edits: [],
        },
      };
    }
    return decodeLoosely(bytes);
  }
}

function decodeLoosely(bytes: Uint8Array): { text: string; issue: SyntaxIssue } {
  let text = '';
  let from = 0;
  let firstStray = -1;
  let strayByte = 0;
  let count = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += strict.decode(bytes.subarray(from, at));
    const byte = bytes[at] ?? 0;
    if (firstStray < 0) {
      firstStray = text.length;
      strayByte = byte;
    }
    text +=
      byte >= 0x80 && byte < 0xa0 ? (windows1252[byte - 0x80] ?? '') : String.fromCharCode(byte);
    at += 1;
    from = at;
    count += 1;
  }
  text += strict.decode(bytes.subarray(from));
  const first = `0x${strayByte.toString(16)}`;
  const message =
    (count > 1
      ? `${count} bytes are not valid UTF-8 (the first is ${first})`
      : `The byte ${first} is not valid UTF-8`) +
    ': the file was saved in a different encoding. Save it as UTF-8.';
  return {
    text,
    issue: { kind: 'encoding', start: firstStray, end: firstStray + 1, message, edits: [] },
  };
}

/**
 * The number of bytes of the UTF-8 sequence at `at`; 0 if it is not well-formed (The Unicode
 * Standard, table 3-7).
 */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  let length = 4;
  if (lead < 0xe0) length = 2;
  else if (lead < 0xf0) length = 3;
  if (at + length > bytes.length) return 0;
  const second = bytes[at + 1] ?? 0;
  let lowest = 0x80;
  let highest = 0xbf;
  if (lead === 0xe0) lowest = 0xa0;
  else if (lead === 0xed) highest = 0x9f;
  else if (lead === 0xf0) lowest = 0x90;
  else if (lead === 0xf4) highest = 0x8f;
  if (second < lowest || second > highest) return 0;
  for (let next = 2; next < length; next += 1)
    if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
