import { hash } from 'node:crypto';
import type Sharp from 'sharp';
import {
  hashSide,
  iconLimits,
  uniformBackgroundShare,
  type IconAnalysis,
  type IconFormat,
  type IconPicture,
} from '../connector/icon.ts';

/** Seconds that decoding may take. 40 million pixels take less than one. */
const mostSeconds = 3;
/** Pictures with a longer side are measured at this size: shares and colors are the same there. */
const measuredSide = 512;

let loading: Promise<typeof Sharp> | undefined;

/**
 * Loading takes about 50 ms. One icon is read at a time, and none twice: neither threads nor a
 * cache would serve anything but memory.
 */
async function load(): Promise<typeof Sharp> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/**
 * Measures an icon. Only PNG is decoded, by a library that the first one loads; of everything else
 * the format is told. Never throws for what is in the bytes.
 */
export function analyzeIcon(bytes: Uint8Array): Promise<IconAnalysis> {
  const digest = hash('sha256', bytes);
  let facts = measured.get(digest);
  if (!facts) {
    if (measured.size >= mostRemembered) measured.clear();
    measured.set(digest, (facts = factsOf(bytes)));
  }
  return facts;
}

/**
 * By the digest of the bytes: a connector's icon is measured for itself, and for those that look
 * whether it is another's.
 */
const measured = new Map<string, Promise<IconAnalysis>>();
const mostRemembered = 5_000;

async function factsOf(bytes: Uint8Array): Promise<IconAnalysis> {
  const format = formatOf(bytes);
  const facts: IconAnalysis = {
    format,
    width: undefined,
    height: undefined,
    frames: 1,
    unread: 'format',
    picture: undefined,
  };
  if (format !== 'PNG') return facts;
  const png = readPng(bytes);
  if (!png) return { ...facts, unread: 'damaged' };
  const { width, height, frames } = png;
  const read = { ...facts, width, height, frames };
  if (
    width * height > (png.interlaced ? iconLimits.interlacedPixels : iconLimits.pixels) ||
    Math.max(width, height) > iconLimits.side
  )
    return { ...read, unread: 'pixels' };
  if (!png.whole) return { ...read, unread: 'damaged' };
  const raster = await decode(png.picture);
  return typeof raster === 'string'
    ? { ...read, unread: raster }
    : { ...read, unread: undefined, picture: measure(raster) };
}

const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, end));

/** By the signatures of the formats. */
function formatOf(bytes: Uint8Array): IconFormat | undefined {
  const head = ascii(bytes, 0, 16);
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'PNG';
  if (head.startsWith('\xff\xd8\xff')) return 'JPEG';
  if (/^GIF8[79]a/.test(head)) return 'GIF';
  if (/^RIFF[^]{4}WEBP/.test(head)) return 'WebP';
  if (/^(II\*\0|MM\0\*)/.test(head)) return 'TIFF';
  if (/^BM[^]{4}\0\0\0\0/.test(head)) return 'BMP';
  if (head.startsWith('\0\0\x01\0')) return 'ICO';
  if (/^[^]{4}ftyp(avif|avis)/.test(head)) return 'AVIF';
  if (/^[^]{4}ftyp(heic|heix|mif1|msf1)/.test(head)) return 'HEIC';
  return /^(\xef\xbb\xbf)?\s*<(\?xml|!--|!DOCTYPE svg|svg)/i.test(head) &&
    /<svg\b/i.test(ascii(bytes, 0, 2000))
    ? 'SVG'
    : undefined;
}

/**
 * The chunks of which a picture consists. The others are texts and dates; 3 MB of compressed ones
 * keep a decoder busy for 6 s.
 */
const needed = new Set(['IHDR', 'PLTE', 'tRNS', 'iCCP', 'IDAT', 'IEND']);

interface Png {
  width: number;
  height: number;
  interlaced: boolean;
  frames: number;
  /** Whether it goes on to its end. */
  whole: boolean;
  /** The file without what is not needed. */
  picture: Uint8Array;
}

/**
 * Reads the chunks of a PNG (https://www.w3.org/TR/png-3/#5Chunk-layout); undefined where it does
 * not begin as one.
 */
function readPng(bytes: Uint8Array): Png | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const signature = 8;
  if (
    bytes.length < signature + 25 ||
    view.getUint32(signature) !== 13 ||
    ascii(bytes, 12, 16) !== 'IHDR'
  )
    return undefined;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width === 0 || height === 0) return undefined;
  const kept = [bytes.subarray(0, signature)];
  let frames = 1;
  let last = '';
  let at = signature;
  while (last !== 'IEND' && at + 12 <= bytes.length) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    last = ascii(bytes, at + 4, at + 8);
    if (needed.has(last)) kept.push(bytes.subarray(at, end));
    if (last === 'acTL' && end - at === 20) frames = view.getUint32(at + 8);
    at = end;
  }
  return {
    width,
    height,
    interlaced: bytes[28] === 1,
    frames,
    whole: last === 'IEND',
    picture: Buffer.concat(kept),
  };
}

/** Pixels, four bytes each: red, green, blue, alpha. */
interface Raster {
  width: number;
  height: number;
  data: Uint8Array;
}

/** In sRGB, whatever the depth, the palette and the color profile; smaller where it is large. */
async function decode(png: Uint8Array): Promise<Raster | 'damaged' | 'cost'> {
  loading ??= load();
  const sharp = await loading;
  try {
    const { data, info } = await sharp(png, {
      limitInputPixels: iconLimits.pixels,
      failOn: 'error',
    })
      .timeout({ seconds: mostSeconds })
      .toColourspace('srgb')
      .resize({
        width: measuredSide,
        height: measuredSide,
        fit: 'inside',
        withoutEnlargement: true,
      })
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    return error instanceof Error && error.message.startsWith('timeout') ? 'cost' : 'damaged';
  }
}

/** A PNG of an SVG of ours, in the SVG's size. */
export const drawIcon = async (svg: string): Promise<Uint8Array> =>
  (await (loading ??= load()))(Buffer.from(svg)).png().toBuffer();

/**
 * Levels of a channel, of 255, that JPEG, palettes and scaling move a flat color by at most; from
 * the next on it is seen as another.
 */
const sameColor = 8;
/**
 * What differs from the background by so many levels belongs to the mark; less are shadows, and the
 * noise of JPEG around it.
 */
const markLevels = 24;
/** Below this alpha one sees what is behind. Accepted: Babybots, whose least is 248. */
const opaqueAlpha = 240;
/** How far from the edges the background is read, as a share of the side. */
const edge = 0.02;
/** Where a side is taken for one color, before the corners are known: its middle half. */
const middle = [0.25, 0.75] as const;
/** Corners of a smaller radius, as a share of the side, are not seen to be round. */
const leastCorner = 0.03;
/** JPEG spreads the noise of an edge over so many pixels. */
const jpegBlock = 16;

type Color = readonly [red: number, green: number, blue: number];

function measure(raster: Raster): IconPicture {
  const { width, height, data } = raster;
  const side = Math.min(width, height);
  const rows = Math.max(1, Math.round(side * edge));
  /** Where a pixel begins in the data. */
  const offset = (x: number, y: number): number => (y * width + x) * 4;
  const isOpaque = (at: number): boolean => (data[at + 3] ?? 0) >= opaqueAlpha;
  /**
   * How far a pixel is from a color: levels of the channel that differs most; all of them where
   * one sees through it.
   */
  const off = (at: number, color: Color): number => {
    if (!isOpaque(at)) return 255;
    const red = Math.abs((data[at] ?? 0) - color[0]);
    const green = Math.abs((data[at + 1] ?? 0) - color[1]);
    const blue = Math.abs((data[at + 2] ?? 0) - color[2]);
    if (red > green) return red > blue ? red : blue;
    return green > blue ? green : blue;
  };
  /**
   * The background: of the pixels along the edges, of each side from a share of it to another, the
   * middle of each channel. Where most have one color, that is it.
   */
  const between = (from: number, to: number): { color: Color; share: number } | undefined => {
    const pixels: number[] = [];
    for (let depth = 0; depth < rows; depth += 1) {
      for (let x = Math.floor(width * from); x < width * to; x += 1)
        pixels.push(offset(x, depth), offset(x, height - 1 - depth));
      for (let y = Math.floor(height * from); y < height * to; y += 1)
        pixels.push(offset(depth, y), offset(width - 1 - depth, y));
    }
    const opaque = pixels.filter(isOpaque);
    if (opaque.length * 2 < pixels.length) return undefined;
    const median = (channel: number): number =>
      Uint8Array.from(opaque, (at) => data[at + channel] ?? 0).sort()[opaque.length >> 1] ?? 0;
    const color: Color = [median(0), median(1), median(2)];
    return {
      color,
      share: pixels.filter((at) => off(at, color) <= sameColor).length / pixels.length,
    };
  };

  const probable = between(...middle)?.color;
  const cut = probable
    ? cornerRadius(width, height, (x, y) => off(offset(x, y), probable) > markLevels)
    : 0;
  const inside = between(cut / side, 1 - cut / side);
  // else a gradient, whose ends are of other colors too
  const corners = (inside?.share ?? 0) < uniformBackgroundShare ? 0 : cut;
  const background = corners === cut ? inside : between(0, 1);
  const outer = corners === 0 ? 0 : corners + jpegBlock;

  let transparent = 0;
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y += 1) {
    const indent = Math.min(y, height - 1 - y) < outer ? outer : 0;
    for (let x = indent; x < width - indent; x += 1) {
      const at = offset(x, y);
      if (!isOpaque(at)) transparent += 1;
      if (!background || off(at, background.color) <= markLevels) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  const mark =
    right < 0
      ? { width: 0, height: 0 }
      : { width: (right - left + 1) / width, height: (bottom - top + 1) / height };
  return {
    transparent: transparent / (width * height),
    background: background && {
      color: `#${background.color.map(hex).join('')}`,
      share: background.share,
    },
    corners: corners / side,
    mark: background && background.share >= uniformBackgroundShare ? mark : undefined,
    hash: hashOf(raster),
  };
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/**
 * The radius in pixels of corners that are all cut off alike, else 0: how far from each corner both
 * edges are of another color.
 */
function cornerRadius(
  width: number,
  height: number,
  isOther: (x: number, y: number) => boolean,
): number {
  const side = Math.min(width, height);
  const run = (at: (step: number) => boolean): number => {
    let length = 0;
    while (length < side / 2 && at(length)) length += 1;
    return length;
  };
  const radii = [false, true].flatMap((right) =>
    [false, true].map((low) => {
      const [x, y] = [right ? width - 1 : 0, low ? height - 1 : 0];
      return Math.min(
        run((step) => isOther(right ? x - step : step, y)),
        run((step) => isOther(x, low ? y - step : step)),
      );
    }),
  );
  const [least, most] = [Math.min(...radii), Math.max(...radii)];
  const round =
    least >= Math.max(2, side * leastCorner) &&
    most - least <= Math.max(2, most / 4) &&
    most < side * 0.45; // else a frame, or a disc
  return round ? most : 0;
}

/**
 * The mean colors of a grid of cells over the picture on white, two digits each channel: scaling
 * does not change them, and JPEG little.
 */
function hashOf({ width, height, data }: Raster): string {
  let digits = '';
  const columns = Array.from({ length: hashSide }, (_, column) => sharesOf(column, width));
  for (let line = 0; line < hashSide; line += 1) {
    const rows = sharesOf(line, height);
    for (const { from, shares } of columns) {
      let [red, green, blue, area] = [0, 0, 0, 0];
      for (let y = 0; y < rows.shares.length; y += 1) {
        let at = ((rows.from + y) * width + from) * 4;
        for (let x = 0; x < shares.length; x += 1) {
          const part = (rows.shares[y] ?? 0) * (shares[x] ?? 0);
          const alpha = (data[at + 3] ?? 0) / 255;
          red += part * (255 + ((data[at] ?? 0) - 255) * alpha);
          green += part * (255 + ((data[at + 1] ?? 0) - 255) * alpha);
          blue += part * (255 + ((data[at + 2] ?? 0) - 255) * alpha);
          area += part;
          at += 4;
        }
      }
      digits +=
        hex(Math.round(red / area)) + hex(Math.round(green / area)) + hex(Math.round(blue / area));
    }
  }
  return digits;
}

/**
 * The pixels of a row or column that one cell of the grid has, from the first on, and how much of
 * each: a cell begins and ends within pixels.
 */
function sharesOf(cell: number, side: number): { from: number; shares: number[] } {
  const [begin, end] = [(cell * side) / hashSide, ((cell + 1) * side) / hashSide];
  const from = Math.floor(begin);
  const shares: number[] = [];
  for (let pixel = from; pixel < end; pixel += 1)
    shares.push(Math.min(pixel + 1, end) - Math.max(pixel, begin));
  return { from, shares };
}
