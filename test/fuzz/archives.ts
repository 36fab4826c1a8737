import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** An entry of a zip archive as its headers tell it, which need not be so. */
interface ZipEntry {
  name: Buffer;
  data: Uint8Array;
  /** 1: encrypted; 0x800: the name is UTF-8. */
  flags: number;
  /** In the upper half the mode of Unix, of which 0o120000 is a link. */
  attributes: number;
  /** What the headers tell of its size unpacked, if not the truth. */
  claims: number | undefined;
  /** Lies where the entry before it lies. */
  overlaps: boolean;
}

const numbers = (...fields: [bytes: 2 | 4, value: number][]): Buffer =>
  Buffer.concat(
    fields.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      if (bytes === 2) field.writeUInt16LE(value & 0xffff);
      else field.writeUInt32LE(value >>> 0);
      return field;
    }),
  );

/**
 * A zip archive (APPNOTE.TXT 6.3.10, 4.3.7 to 4.3.16): its entries, deflated, and its directory.
 */
function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let [offset, last] = [0, 0];
  for (const { name, data, flags, attributes, claims, overlaps } of entries) {
    const packed = deflateRawSync(data);
    const common = numbers(
      [2, 20],
      [2, flags],
      [2, 8],
      [2, 0],
      [2, 0],
      [4, crc32(data)],
      [4, packed.length],
      [4, claims ?? data.length],
      [2, name.length],
      [2, 0],
    );
    const at = overlaps ? last : offset;
    directory.push(
      numbers([4, 0x02014b50], [2, 0x0314]),
      common,
      numbers([2, 0], [2, 0], [2, 0], [4, attributes], [4, at]),
      name,
    );
    if (overlaps) continue;
    const local = Buffer.concat([numbers([4, 0x04034b50]), common, name, packed]);
    parts.push(local);
    last = offset;
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  return Buffer.concat([
    ...parts,
    listed,
    numbers(
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
      [2, entries.length],
      [2, entries.length],
      [4, listed.length],
      [4, offset],
      [2, 0],
    ),
  ]);
}

/** A chunk of a PNG (https://www.w3.org/TR/png-3/#5Chunk-layout). */
function chunk(type: string, data: Uint8Array, isRight = true): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(isRight ? crc32(body) : 0, body.length + 4);
  return framed;
}

interface Header {
  width: number;
  height: number;
  depth: number;
  color: number;
  interlaced: number;
}

const png = (
  { width, height, depth, color, interlaced }: Header,
  pixels: Uint8Array,
  chunks: readonly Buffer[],
  isRight: boolean,
): Buffer => {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, depth, color, 0, 0, interlaced]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header, isRight),
    ...chunks,
    chunk('IDAT', deflateSync(pixels), isRight),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

/** A megabyte and more of nothing, in a thousand bytes. */
const nothing = fc.constantFrom(0, 1_000, 1_000_000, 20_000_000).map((size) => Buffer.alloc(size));
const side = fc.constantFrom(0, 1, 64, 230, 6_000, 20_000, 2 ** 31 - 1, 2 ** 32 - 1);

/**
 * What goes before the pixels of a picture: compressed texts and profiles, animations, palettes,
 * chunks of no kind.
 */
const chunks = fc.array(
  fc.oneof(
    fc
      .record({ type: fc.constantFrom('zTXt', 'iCCP', 'iTXt'), data: nothing })
      .map(({ type, data }) =>
        chunk(
          type,
          Buffer.concat([
            Buffer.from(type === 'iTXt' ? 'a\0\x01\0\0\0' : 'a\0\0', 'latin1'),
            deflateSync(data),
          ]),
        ),
      ),
    fc
      .constantFrom(0, 1, 1000, 2 ** 32 - 1)
      .map((frames) => chunk('acTL', numbers([4, frames], [4, 0]).swap32())),
    fc
      .record({
        type: fc.constantFrom(
          'PLTE',
          'tRNS',
          'gAMA',
          'eXIf',
          'fcTL',
          'fdAT',
          'IEND',
          'IHDR',
          'abcd',
        ),
        data: fc.uint8Array({ maxLength: 40 }),
        isRight: fc.boolean(),
      })
      .map(({ type, data, isRight }) => chunk(type, data, isRight)),
  ),
  { maxLength: 3 },
);

/** Pictures that claim to be anything. */
export const pictures: fc.Arbitrary<Buffer> = fc
  .record({
    header: fc.record({
      width: side,
      height: side,
      depth: fc.constantFrom(1, 8, 16, 3),
      color: fc.constantFrom(0, 2, 3, 4, 6, 9),
      interlaced: fc.constantFrom(0, 1, 7),
    }),
    pixels: nothing,
    chunks,
    isRight: fc.boolean(),
  })
  .map(({ header, pixels, chunks: more, isRight }) => png(header, pixels, more, isRight));

const entry: fc.Arbitrary<ZipEntry> = fc.record({
  name: fc.oneof(
    fc
      .constantFrom(
        'a.json',
        '../../outside',
        '/tmp/outside',
        '..\\outside',
        'C:\\outside',
        'a/../../outside',
        '',
        '.',
        'a/',
        '\0',
        'nested.zip',
        'a'.repeat(300),
      )
      .map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  ),
  data: fc.oneof(nothing, fc.uint8Array({ maxLength: 40 })),
  flags: fc.constantFrom(0, 1, 0x41, 0x800, 8),
  attributes: fc.constantFrom(0, 0o120777 * 0x10000, 0o100755 * 0x10000, 0o020666 * 0x10000),
  claims: fc.option(fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1), { nil: undefined }),
  overlaps: fc.boolean(),
});

const zips: fc.Arbitrary<Buffer> = fc.array(entry, { maxLength: 6 }).chain((entries) =>
  fc.record({ depth: fc.nat(4), twice: fc.boolean() }).map(({ depth, twice }) => {
    let archive = zip(twice ? [...entries, ...entries] : entries);
    for (let level = 0; level < depth; level += 1)
      archive = zip([
        {
          name: Buffer.from('nested.zip'),
          data: archive,
          flags: 0,
          attributes: 0,
          claims: undefined,
          overlaps: false,
        },
      ]);
    return archive;
  }),
);

const tars = fc
  .record({
    name: fc.constantFrom('a', '../../outside', '/tmp/outside'),
    kind: fc.constantFrom('0', '1', '2', '5'),
    target: fc.constantFrom('', '/etc/passwd'),
  })
  .map(({ name, kind, target }) => {
    const header = Buffer.alloc(1024);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write('00000000000\0', 124);
    header.write('        ', 148);
    header.write(kind, 156);
    header.write(target, 157);
    header.write('ustar\x0000', 257);
    header.write(
      `${header
        .subarray(0, 512)
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    return header;
  });

/** Files that something may take for an archive or a picture: whole, cut off, or two in one. */
export const packed: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.oneof(
      zips,
      pictures,
      tars,
      tars.map((tar) => gzipSync(tar)),
      nothing.map((data) => gzipSync(data)),
    ),
    fc.option(fc.oneof(zips, pictures), { freq: 3, nil: Buffer.alloc(0) }),
    fc.oneof({ weight: 3, arbitrary: fc.constant(1000) }, fc.nat(1000)),
  )
  .map(([one, other, share]) =>
    Buffer.concat([one, other]).subarray(
      0,
      Math.ceil(((one.length + other.length) * share) / 1000),
    ),
  );
