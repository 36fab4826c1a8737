import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  hashDistance,
  iconLimits,
  uniformBackgroundShare,
  sameIconDistance,
  type IconAnalysis,
  type IconPicture,
} from '../../src/connector/icon.ts';
import { analyzeIcon } from '../../src/analyzers/icon.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';

const brand = '#1f5f8b';
const disc = '<circle cx="115" cy="115" r="60" fill="#fff"/>';
const ground = (color: string): string => `<rect width="230" height="230" fill="${color}"/>`;
const svg = (inner: string, size = 230): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 230 230">${inner}</svg>`,
  );
const draw = (inner: string, size = 230): Sharp => sharp(svg(inner, size));
const png = (inner: string, size?: number): Promise<Buffer> => draw(inner, size).png().toBuffer();
const plain = ground(brand) + disc;

const read = async (bytes: Uint8Array): Promise<IconPicture> => {
  const { picture, unread } = await analyzeIcon(bytes);
  if (!picture) throw new Error(`not read: ${unread}`);
  return picture;
};
const channels = (color = ''): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
};
/** A PNG with chunks behind its header. */
const withChunks = (bytes: Buffer, ...chunks: Buffer[]): Buffer =>
  Buffer.concat([bytes.subarray(0, 33), ...chunks, bytes.subarray(33)]);
/** A black one of 8 bits gray, in few bytes. */
const black = (width: number, height: number, interlaced = false): Buffer => {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, interlaced ? 1 : 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * height))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

test('an icon is measured: its format, its size, its background and its mark', async () => {
  expect(await analyzeIcon(await png(plain))).toEqual<IconAnalysis>({
    format: 'PNG',
    width: 230,
    height: 230,
    frames: 1,
    unread: undefined,
    picture: {
      transparent: 0,
      background: { color: brand, share: 1 },
      corners: 0,
      mark: { width: 120 / 230, height: 120 / 230 },
      hash: expect.stringMatching(/^[0-9a-f]{1536}$/),
    },
  });
});

describe('the same picture measures the same', () => {
  const ways: [string, (picture: Sharp) => Promise<Sharp> | Sharp][] = [
    ['with a palette', (picture) => picture.png({ palette: true, colours: 16 })],
    [
      'with a dithered palette',
      (picture) => picture.png({ palette: true, colours: 256, dither: 1 }),
    ],
    ['in 16 bits', (picture) => picture.toColourspace('rgb16').png()],
    ['interlaced', (picture) => picture.png({ progressive: true })],
    ['without an alpha channel', (picture) => picture.removeAlpha().png()],
    ['with the color profile of sRGB', (picture) => picture.withIccProfile('srgb').png()],
    ['with the color profile of wide displays', (picture) => picture.withIccProfile('p3').png()],
    ['scaled to 100 pixels', (picture) => picture.resize(100, 100).png()],
    [
      'scaled to 160 pixels without smoothing',
      (picture) => picture.resize(160, 160, { kernel: 'nearest' }).png(),
    ],
    ['scaled to 1000 pixels', (picture) => picture.resize(1000, 1000).png()],
    [
      'as a JPEG of quality 60 and back',
      async (picture) => sharp(await picture.flatten().jpeg({ quality: 60 }).toBuffer()).png(),
    ],
    [
      'as a small JPEG of quality 60 and back',
      async (picture) =>
        sharp(await picture.flatten().resize(100, 100).jpeg({ quality: 60 }).toBuffer()).png(),
    ],
    [
      'with texts in it',
      (picture) => picture.withMetadata({ exif: { IFD0: { Copyright: 'Contoso' } } }).png(),
    ],
  ];
  const pictures: [string, string][] = [
    ['a disc', plain],
    [
      'letters',
      `${ground('#da3b01')}<path d="M75 55H160V75H95V105H150V125H95V155H160V175H75Z" fill="#fff"/>`,
    ],
    [
      'thin lines',
      `${ground('#2c516d')}<path d="M60 60L170 170M60 170L170 60" stroke="#fff" stroke-width="5"/>`,
    ],
    [
      'a gradient on one color',
      `${ground('#eeebf5')}<linearGradient id="g"><stop stop-color="#234"/><stop ` +
        'offset="1" stop-color="#c34"/></linearGradient><circle cx="115" cy="115" r="65" ' +
        'fill="url(#g)"/>',
    ],
    [
      'gray on gray',
      `${ground('#808080')}<rect x="60" y="80" width="110" height="70" fill="#c0c0c0"/>`,
    ],
  ];
  test.each(ways)('%s', async (_, way) => {
    for (const [name, inner] of pictures) {
      const before = await read(await png(inner));
      const after = await read(await (await way(draw(inner))).toBuffer());
      expect(after, name).toMatchObject({ transparent: 0, corners: 0 });
      const [was, is] = [channels(before.background?.color), channels(after.background?.color)];
      for (const [index, level] of is.entries())
        expect(Math.abs(level - (was[index] ?? NaN)), name).toBeLessThanOrEqual(4);
      expect(after.background?.share, name).toBeGreaterThan(0.95);
      expect(Math.abs((after.mark?.width ?? NaN) - (before.mark?.width ?? NaN)), name).toBeLessThan(
        0.05,
      );
      expect(
        Math.abs((after.mark?.height ?? NaN) - (before.mark?.height ?? NaN)),
        name,
      ).toBeLessThan(0.05);
      expect(hashDistance(after.hash, before.hash), name).toBeLessThanOrEqual(sameIconDistance);
    }
  });
});

describe('each fault alone is seen', () => {
  const gradient = (attributes: string, inner = ''): string =>
    `<linearGradient id="g" ${attributes}><stop stop-color="#1f5f8b"/><stop offset="1" ` +
    'stop-color="#7a2f8b"/></linearGradient><rect width="230" height="230" ' +
    `fill="url(#g)"/>${inner}`;
  const rounded = (radius: number): string =>
    `<rect width="230" height="230" rx="${radius}" fill="${brand}"/>${disc}`;

  test('a transparent background: nothing is said of a mark on it', async () => {
    const { transparent, background, mark } = await read(await png(disc));
    expect(transparent).toBeGreaterThan(0.7);
    expect([background, mark]).toEqual([undefined, undefined]);
  });
  test('a transparent background behind a palette', async () => {
    expect(
      (await read(await draw(disc).png({ palette: true, colours: 8 }).toBuffer())).transparent,
    ).toBeGreaterThan(0.7);
  });
  test('a hole in an opaque background', async () => {
    const { transparent, background } = await read(
      await png(
        `<path d="M0 0H230V230H0ZM90 90V140H140V90Z" fill="${brand}" fill-rule="evenodd"/>`,
      ),
    );
    expect(transparent).toBeCloseTo((50 * 50) / (230 * 230), 5);
    expect(background).toEqual({ color: brand, share: 1 });
  });
  test('an alpha that nobody sees is none', async () => {
    expect(
      (
        await read(
          await png(`<rect width="230" height="230" fill="${brand}" fill-opacity="0.98"/>${disc}`),
        )
      ).transparent,
    ).toBe(0);
  });
  test.each([
    ['across', ''],
    ['down', 'x2="0" y2="1"'],
    ['from corner to corner', 'y2="1"'],
  ])('a gradient %s', async (_, attributes) => {
    const { background, mark, corners } = await read(await png(gradient(attributes, disc)));
    expect(background?.share).toBeLessThan(0.6);
    expect([mark, corners]).toEqual([undefined, 0]);
  });
  test('a photograph', async () => {
    const noise = await sharp({
      create: {
        width: 230,
        height: 230,
        channels: 3,
        background: brand,
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .png()
      .toBuffer();
    expect((await read(noise)).background?.share).toBeLessThan(0.5);
  });
  test('a frame', async () => {
    const { background, corners } = await read(
      await png(
        `${plain}<rect width="226" height="226" x="2" y="2" fill="none" stroke="#fff" stroke-width="2"/>`,
      ),
    );
    expect(background?.share).toBeLessThan(uniformBackgroundShare);
    expect(corners).toBe(0);
  });
  test('a mark that goes to one edge', async () => {
    const { mark, background } = await read(
      await png(`${ground(brand)}<rect x="0" y="100" width="150" height="30" fill="#fff"/>`),
    );
    expect(mark).toEqual({ width: 150 / 230, height: 30 / 230 });
    expect(background?.color).toBe(brand);
  });
  test('nothing on the background', async () => {
    expect((await read(await png(ground(brand)))).mark).toEqual({ width: 0, height: 0 });
  });
  test.each([12, 20, 32, 60])(
    'corners rounded with a radius of %d pixels: transparent, white, or as JPEG',
    async (radius) => {
      const transparent = await png(rounded(radius));
      const white = await png(ground('#fff') + rounded(radius));
      const compressed = await sharp(await sharp(white).jpeg({ quality: 75 }).toBuffer())
        .png()
        .toBuffer();
      for (const bytes of [transparent, white, compressed]) {
        const { corners, background, mark, transparent: holes } = await read(bytes);
        expect(Math.abs(corners * 230 - radius)).toBeLessThanOrEqual(Math.max(3, radius * 0.15));
        expect(holes).toBe(0);
        expect(
          channels(background?.color).every(
            (level, index) => Math.abs(level - (channels(brand)[index] ?? NaN)) <= 3,
          ),
        ).toBe(true);
        expect(mark?.width).toBeCloseTo(120 / 230, 1);
      }
    },
  );
  test.each([
    ['a disc on white', ground('#fff') + `<circle cx="115" cy="115" r="115" fill="${brand}"/>`],
    ['a mark in one corner', `${ground(brand)}<rect width="40" height="40" fill="#fff"/>`],
    ['a frame', `${ground('#fff')}<rect x="4" y="4" width="222" height="222" fill="${brand}"/>`],
  ])('%s has no rounded corners', async (_, inner) => {
    expect((await read(await png(inner))).corners).toBe(0);
  });
  test('an animation', async () => {
    expect(
      (
        await analyzeIcon(
          withChunks(await png(plain), chunk('acTL', Buffer.from([0, 0, 0, 12, 0, 0, 0, 0]))),
        )
      ).frames,
    ).toBe(12);
  });
});

describe('what is no PNG', () => {
  const head = (text: string): Buffer => Buffer.from(text.padEnd(40, '\0'), 'latin1');
  test.each<[string, IconAnalysis['format'], Promise<Buffer> | Buffer]>([
    ['a JPEG', 'JPEG', draw(plain).jpeg().toBuffer()],
    ['a GIF', 'GIF', draw(plain).gif().toBuffer()],
    ['a WebP', 'WebP', draw(plain).webp().toBuffer()],
    ['a TIFF', 'TIFF', draw(plain).tiff().toBuffer()],
    ['an AVIF', 'AVIF', draw(plain).resize(16, 16).avif().toBuffer()],
    ['a HEIC', 'HEIC', head('\0\0\0\x18ftypheic')],
    ['an SVG', 'SVG', svg(plain)],
    [
      'an SVG with a declaration',
      'SVG',
      Buffer.concat([Buffer.from('<?xml version="1.0"?>\n<!-- Contoso -->\n'), svg(plain)]),
    ],
    ['a BMP', 'BMP', head('BM\x36\x10\0\0\0\0\0\0')],
    ['an ICO', 'ICO', head('\0\0\x01\0\x01\0')],
    ['a text', undefined, Buffer.from('version https://git-lfs.github.com/spec/v1')],
    ['an archive', undefined, head('PK\x03\x04')],
    ['nothing', undefined, Buffer.alloc(0)],
  ])('%s is told by its bytes, and no more of it is read', async (_, format, bytes) => {
    expect(await analyzeIcon(await bytes)).toEqual({
      format,
      width: undefined,
      height: undefined,
      frames: 1,
      unread: 'format',
      picture: undefined,
    });
  });
});

describe('what cannot be read', () => {
  test('a PNG that is cut off, wherever', async () => {
    const whole = await png(plain);
    for (let keep = 8; keep < whole.length; keep += 97)
      expect((await analyzeIcon(whole.subarray(0, keep))).unread).toBe('damaged');
    expect((await analyzeIcon(whole.subarray(0, -1))).unread).toBe('damaged');
  });
  test('a PNG whose pixels are not what it says', async () => {
    const broken = Buffer.from(await png(plain));
    broken.writeUInt32BE(231, 20);
    expect(await analyzeIcon(broken)).toMatchObject({ unread: 'damaged', width: 230, height: 231 });
  });
  test('whatever else may be in one: it is read or it is not, and nothing is thrown', async () => {
    const whole = await png(plain);
    const bytes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(bytes, async (changes) => {
        const changed = Buffer.from(whole);
        for (const [at, byte] of changes) changed[at] = byte;
        const { picture, unread } = await analyzeIcon(changed);
        expect(picture === undefined).toBe(unread !== undefined);
      }),
      { numRuns: 200 },
    );
  });
  test.each<[string, Buffer, object]>([
    ['more pixels in a row than are read', black(60_000, 1), { unread: 'pixels', width: 60_000 }],
    [
      'a claim of 60,000 × 60,000 pixels',
      black(100, 100).fill(Buffer.from([0, 0, 0xea, 0x60]), 16, 24),
      { unread: 'pixels', width: 60_000, height: 60_000 },
    ],
    ['64 million pixels in few bytes', black(8000, 8000), { unread: 'pixels', width: 8000 }],
    ['more than are held in memory, interlaced', black(4000, 4000, true), { unread: 'pixels' }],
    ['no width', black(100, 100).fill(0, 16, 20), { unread: 'damaged' }],
  ])('%s', async (_, bytes, expected) => {
    expect(await analyzeIcon(bytes)).toMatchObject({ ...expected, picture: undefined });
  });
  test('as many pixels as are read are read', async () => {
    const side = Math.floor(Math.sqrt(iconLimits.pixels));
    expect(await analyzeIcon(black(side, side))).toMatchObject({
      unread: undefined,
      width: side,
      picture: { background: { color: '#000000', share: 1 } },
    });
  });
  test('texts and color profiles that unpack to gigabytes are not unpacked', async () => {
    const whole = await png(plain);
    const packed = Buffer.concat([
      Buffer.from('a\0\0', 'latin1'),
      deflateSync(Buffer.alloc(50_000_000)),
    ]);
    const bomb = withChunks(
      whole,
      chunk('iCCP', packed),
      ...Array.from({ length: 80 }, () => chunk('zTXt', packed)),
    );
    expect(bomb.length).toBeLessThan(5 * 1024 * 1024);
    expect(await analyzeIcon(bomb)).toEqual(await analyzeIcon(whole));
  });
  test('a picture in a hundred thousand pieces', async () => {
    const whole = await png(plain);
    expect(
      await analyzeIcon(
        withChunks(whole, ...Array.from({ length: 100_000 }, () => chunk('IDAT', Buffer.alloc(0)))),
      ),
    ).toEqual(await analyzeIcon(whole));
  });
});

describe('two icons', () => {
  const stroke = (path: string): string =>
    `<path d="${path}" fill="none" stroke="#fff" stroke-width="18"/>`;
  const marks = {
    disc,
    ring: '<circle cx="115" cy="115" r="55" fill="none" stroke="#fff" stroke-width="14"/>',
    square: '<rect x="60" y="60" width="110" height="110" fill="#fff"/>',
    E: stroke('M160 65H85V165H160M85 115H150'),
    F: stroke('M160 65H85V174M85 115H150'),
    O: '<ellipse cx="115" cy="115" rx="45" ry="55" fill="none" stroke="#fff" stroke-width="18"/>',
    Q:
      '<ellipse cx="115" cy="115" rx="45" ry="55" fill="none" stroke="#fff" ' +
      `stroke-width="18"/>${stroke('M130 140L165 178')}`,
    C: stroke('M155 80A50 55 0 1 0 155 150'),
    G: stroke('M155 80A50 55 0 1 0 155 150V118H120'),
    dots: [85, 115, 145].map((x) => `<circle cx="${x}" cy="115" r="14" fill="#fff"/>`).join(''),
    'dots, one of them yellow': [85, 115, 145]
      .map((x) => `<circle cx="${x}" cy="115" r="14" fill="${x === 145 ? '#ffd000' : '#fff'}"/>`)
      .join(''),
    'thin cross': '<path d="M60 60L170 170M60 170L170 60" stroke="#fff" stroke-width="3"/>',
    'thin plus': '<path d="M115 60V170M60 115H170" stroke="#fff" stroke-width="3"/>',
  };
  const hash = async (bytes: Uint8Array): Promise<string> => (await read(bytes)).hash;

  test('with other marks are apart, also on one background, and the same mark on another background', async () => {
    const hashes: [string, string][] = [];
    for (const color of ['#0b556a', '#da3b01', '#eeebf5']) {
      for (const [name, mark] of Object.entries(marks))
        hashes.push([
          `${name} on ${color}`,
          await hash(
            await png(
              ground(color) + mark.replaceAll('#fff', color === '#eeebf5' ? '#222' : '#fff'),
            ),
          ),
        ]);
    }
    for (const [index, [name, one]] of hashes.entries()) {
      for (const [other, another] of hashes.slice(index + 1))
        expect(hashDistance(one, another), `${name}, ${other}`).toBeGreaterThan(sameIconDistance);
    }
  });
  test('the distance is that of a metric', () => {
    const hashes = fc
      .uint8Array({ minLength: 6, maxLength: 6 })
      .map((bytes) => Buffer.from(bytes).toString('hex'));
    fc.assert(
      fc.property(hashes, hashes, hashes, (a, b, c) => {
        expect(hashDistance(a, a)).toBe(0);
        expect(hashDistance(a, b)).toBe(hashDistance(b, a));
        expect(hashDistance(a, c)).toBeLessThanOrEqual(hashDistance(a, b) + hashDistance(b, c));
      }),
    );
  });
  test('hashes of two kinds are apart', () => {
    expect(hashDistance('00', '0000')).toBeGreaterThan(sameIconDistance);
  });
  test.skipIf(corpus === undefined)(
    'of accepted connectors are apart, but for two that are one picture; compressed again each is the same',
    async () => {
      const hashes: [string, string][] = [];
      for (const { path, files } of corpusFolders()) {
        const bytes = files.find((file) => file.path === 'icon.png')?.bytes;
        if (!bytes) continue;
        const one = await hash(bytes);
        const small = await sharp(bytes)
          .flatten({ background: '#fff' })
          .resize(100, 100)
          .jpeg({ quality: 60 })
          .toBuffer();
        expect(
          hashDistance(one, await hash(await sharp(small).resize(230, 230).png().toBuffer())),
          path,
        ).toBeLessThanOrEqual(sameIconDistance);
        hashes.push([path, one]);
      }
      const alike = hashes.flatMap(([name, one], index) =>
        hashes
          .slice(index + 1)
          .flatMap(([other, another]) =>
            hashDistance(one, another) <= sameIconDistance ? [`${name}, ${other}`] : [],
          ),
      );
      expect(alike).toEqual([
        'certified-connectors/Calculate Working Day, certified-connectors/emailDomainChecker',
      ]);
    },
  );
});

test.skipIf(corpus === undefined)(
  'the icon that Microsoft gives to independent publishers has their color',
  async () => {
    const { background } = await read(
      readFileSync(
        join(corpus ?? '', 'templates/Independent Publisher/independent-publisher-icon.png'),
      ),
    );
    expect(background).toEqual({ color: '#da3b01', share: 1 });
  },
);
