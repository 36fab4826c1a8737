import { Transform, type TransformCallback } from 'node:stream';

/** A header has one or two lines. What is longer is not one. */
const maxHeaderBytes = 4096;

const headerStart = /Content-(?:Length|Type):/gi;
const headerLine = /^Content-(?:Length: *(\d{1,10})|Type:.*)$/i;

/**
 * Passes on the messages of the base protocol (a header with `Content-Length`, and that many bytes)
 * and drops everything between them. Without it, bytes that are not a message would be the last that
 * the server reads.
 */
export class MessageFilter extends Transform {
  #unread: Buffer = Buffer.alloc(0);
  /** Bytes of the current message that have not come yet. */
  #remaining = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let rest = this.#takeBody(chunk);
    while (rest.length > 0) {
      const bytes = Buffer.concat([this.#unread, rest]);
      const { skip, header } = findHeader(bytes);
      this.#unread = bytes.subarray(skip);
      if (!header) break;
      this.push(header.bytes);
      this.#remaining = header.length;
      rest = this.#takeBody(this.#unread.subarray(header.bytes.length));
      this.#unread = Buffer.alloc(0);
    }
    done();
  }

  /** Passes on what belongs to the current message, and returns what follows it. */
  #takeBody(chunk: Buffer): Buffer {
    const body = chunk.subarray(0, this.#remaining);
    if (body.length > 0) this.push(body);
    this.#remaining -= body.length;
    return chunk.subarray(body.length);
  }
}

/**
 * The first header in some bytes.
 * @returns `skip` is the number of bytes before it that are not part of any header
 */
function findHeader(bytes: Buffer): {
  skip: number;
  header?: { bytes: Buffer; length: number };
} {
  const text = bytes.toString('latin1');
  for (const { index } of text.matchAll(headerStart)) {
    const end = text.indexOf('\r\n\r\n', index);
    if (end < 0 && text.length - index < maxHeaderBytes) return { skip: index };
    const length = lengthIn(text.slice(index, Math.max(index, end)));
    if (length !== undefined)
      return { skip: index, header: { bytes: bytes.subarray(index, end + 4), length } };
  }
  // The end may be the beginning of a header.
  return { skip: Math.max(0, bytes.length - 'Content-Length:'.length) };
}

/** The length that a header names; undefined if it is not a header. */
function lengthIn(header: string): number | undefined {
  const lines = header.split('\r\n').map((line) => headerLine.exec(line));
  if (lines.some((line) => line === null)) return undefined;
  const length = lines.find((line) => line?.[1] !== undefined)?.[1];
  return length === undefined ? undefined : Number(length);
}
