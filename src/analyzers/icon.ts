import { hash } from 'node:crypto';
import type Sharp from 'sharp';
import {
  hashSide,
  iconLimits,
  uniformBackgroundShare,
  isPng,
  type IconAnalysis,
  type IconFormat,
  type IconPicture,
} from '../connector/icon.ts';

/** How long decoding may take, in seconds. 40 million pixels take less than one. */
const maxSeconds = 3;
/** Larger pictures are scaled down to this side: it does not change shares and colors. */
const measuredSide = 512;

let loading: Promise<typeof Sharp> | undefined;

/**
 * Loads sharp, in about 50 ms. Icons are decoded one after the other, and each only once, so threads
 * and a cache would only take memory.
 */
async function loadSharp(): Promise<typeof Sharp> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/**
 * Analyzes an icon. Only PNG is decoded; for other files, the result has the format. The first call
 * for a PNG loads a library. Never throws because of the bytes.
 */
export function analyzeIcon(bytes: Uint8Array): Promise<IconAnalysis> {
  const digest = hash('sha256', bytes);
  let analysis = cache.get(digest);
  if (!analysis) {
    if (cache.size >= maxCached) cache.clear();
    cache.set(digest, (analysis = analyzeUncached(bytes)));
  }
  return analysis;
}

/**
 * Analyses by the digest of the bytes. An icon is analyzed for its own connector, and for each
 * connector whose icon is compared with it.
 */
const cache = new Map<string, Promise<IconAnalysis>>();
const maxCached = 5_000;

async function analyzeUncached(bytes: Uint8Array): Promise<IconAnalysis> {
  const format = formatOf(bytes);
  const unread: IconAnalysis = {
    format,
    width: undefined,
    height: undefined,
    frames: 1,
    unread: 'format',
    picture: undefined,
  };
  if (format !== 'PNG') return unread;
  const png = readPng(bytes);
  if (!png) return { ...unread, unread: 'damaged' };
  const { width, height, frames } = png;
  const withSize = { ...unread, width, height, frames };
  if (
    width * height > (png.interlaced ? iconLimits.interlacedPixels : iconLimits.pixels) ||
    Math.max(width, height) > iconLimits.side
  )
    return { ...withSize, unread: 'pixels' };
  if (!png.isComplete) return { ...withSize, unread: 'damaged' };
  const raster = await decode(png.picture);
  return typeof raster === 'string'
    ? { ...withSize, unread: raster }
    : { ...withSize, unread: undefined, picture: measurePicture(raster) };
}

const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, end));

/** Detects the format by its signature. */
function formatOf(bytes: Uint8Array): IconFormat | undefined {
  if (isPng(bytes)) return 'PNG';
  const head = ascii(bytes, 0, 16);
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
 * The chunks that a picture consists of. Other chunks, such as texts and dates, are removed, because
 * decompressing 3 MB of them takes 6 s.
 */
const pictureChunks = new Set(['IHDR', 'PLTE', 'tRNS', 'iCCP', 'IDAT', 'IEND']);

interface Png {
  width: number;
  height: number;
  interlaced: boolean;
  frames: number;
  /** Whether the file is not truncated. */
  isComplete: boolean;
  /** The file with only the chunks that a picture consists of. */
  picture: Uint8Array;
}

/**
 * Reads the chunks of a PNG (https://www.w3.org/TR/png-3/#5Chunk-layout). Returns undefined if it
 * has no valid header.
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
  const chunks = [bytes.subarray(0, signature)];
  let frames = 1;
  let last = '';
  let at = signature;
  while (last !== 'IEND' && at + 12 <= bytes.length) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    last = ascii(bytes, at + 4, at + 8);
    if (pictureChunks.has(last)) chunks.push(bytes.subarray(at, end));
    if (last === 'acTL' && end - at === 20) frames = view.getUint32(at + 8);
    at = end;
  }
  return {
    width,
    height,
    interlaced: bytes[28] === 1,
    frames,
    isComplete: last === 'IEND',
    picture: Buffer.concat(chunks),
  };
}

/** Pixels, four bytes each: red, green, blue, alpha. */
interface Raster {
  width: number;
  height: number;
  data: Uint8Array;
}

/**
 * Decodes a PNG of any depth, palette and color profile to sRGB, scaled down to `measuredSide`.
 * @returns `cost` if that takes too long
 */
async function decode(png: Uint8Array): Promise<Raster | 'damaged' | 'cost'> {
  loading ??= loadSharp();
  const sharp = await loading;
  try {
    const { data, info } = await sharp(png, {
      limitInputPixels: iconLimits.pixels,
      failOn: 'error',
    })
      .timeout({ seconds: maxSeconds })
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

/** Converts an SVG, which must be trusted, to a PNG of the same size. */
export const drawIcon = async (svg: string): Promise<Uint8Array> =>
  (await (loading ??= loadSharp()))(Buffer.from(svg)).png().toBuffer();

/**
 * The maximum difference of two colors that look the same, in levels (0 to 255) of a channel. JPEG,
 * palettes and scaling change a flat color by at most as much.
 */
const maxSameColorLevels = 8;
/**
 * A pixel belongs to the mark if it differs from the background by more levels than this. A smaller
 * difference is a shadow, or noise of JPEG around the mark.
 */
const maxBackgroundLevels = 24;
/** A pixel with a lower alpha is transparent. The lowest in an accepted icon is 248 (Babybots). */
const minOpaqueAlpha = 240;
/** The width of the border in which the background is measured, as a share of the side. */
const borderShare = 0.02;
/** The part of a side that is measured before the corners are known: its middle half. */
const middle = [0.25, 0.75] as const;
/** Corners with a smaller radius, as a share of the side, do not look round. */
const minCornerShare = 0.03;
/** The number of pixels over which JPEG spreads the noise of an edge. */
const jpegBlock = 16;

type Color = readonly [red: number, green: number, blue: number];

/** Measures the background, the corners and the mark of a picture. */
function measurePicture(raster: Raster): IconPicture {
  const { width, height, data } = raster;
  const side = Math.min(width, height);
  const rows = Math.max(1, Math.round(side * borderShare));
  /** The index of a pixel in the data. */
  const offset = (x: number, y: number): number => (y * width + x) * 4;
  const isOpaque = (at: number): boolean => (data[at + 3] ?? 0) >= minOpaqueAlpha;
  /**
   * The distance of a pixel from a color: the largest difference of a channel, in levels. 255 for a
   * transparent pixel.
   */
  const distance = (at: number, color: Color): number => {
    if (!isOpaque(at)) return 255;
    const red = Math.abs((data[at] ?? 0) - color[0]);
    const green = Math.abs((data[at + 1] ?? 0) - color[1]);
    const blue = Math.abs((data[at + 2] ?? 0) - color[2]);
    if (red > green) return red > blue ? red : blue;
    return green > blue ? green : blue;
  };
  /**
   * Measures the background along a part of each side, from one share of its length to another.
   * Returns the median of each channel, and the share of the pixels that have this color. Undefined
   * if most pixels are transparent.
   */
  const backgroundBetween = (
    from: number,
    to: number,
  ): { color: Color; share: number } | undefined => {
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
      share:
        pixels.filter((at) => distance(at, color) <= maxSameColorLevels).length / pixels.length,
    };
  };

  const probableColor = backgroundBetween(...middle)?.color;
  const radius = probableColor
    ? cornerRadius(
        width,
        height,
        (x, y) => distance(offset(x, y), probableColor) > maxBackgroundLevels,
      )
    : 0;
  const inside = backgroundBetween(radius / side, 1 - radius / side);
  // If the background is not uniform, it is a gradient, whose ends differ in color like corners do.
  const corners = (inside?.share ?? 0) < uniformBackgroundShare ? 0 : radius;
  const background = corners === radius ? inside : backgroundBetween(0, 1);
  const outer = corners === 0 ? 0 : corners + jpegBlock;

  let transparent = 0;
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y += 1) {
    const indent = Math.min(y, height - 1 - y) < outer ? outer : 0;
    for (let x = indent; x < width - indent; x += 1) {
      const at = offset(x, y);
      if (!isOpaque(at)) transparent += 1;
      if (!background || distance(at, background.color) <= maxBackgroundLevels) continue;
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
 * The radius of the corners in pixels, if all four are round and have about the same radius;
 * otherwise 0. The radius is how far both edges have another color, from the corner.
 */
function cornerRadius(
  width: number,
  height: number,
  isOther: (x: number, y: number) => boolean,
): number {
  const side = Math.min(width, height);
  const runLength = (isOtherAt: (step: number) => boolean): number => {
    let length = 0;
    while (length < side / 2 && isOtherAt(length)) length += 1;
    return length;
  };
  const radii = [false, true].flatMap((isRight) =>
    [false, true].map((isBottom) => {
      const x = isRight ? width - 1 : 0;
      const y = isBottom ? height - 1 : 0;
      return Math.min(
        runLength((step) => isOther(isRight ? x - step : step, y)),
        runLength((step) => isOther(x, isBottom ? y - step : step)),
      );
    }),
  );
  const smallest = Math.min(...radii);
  const largest = Math.max(...radii);
  const isRound =
    smallest >= Math.max(2, side * minCornerShare) &&
    largest - smallest <= Math.max(2, largest / 4) &&
    largest < side * 0.45; // a larger radius is a frame or a disc
  return isRound ? largest : 0;
}

/**
 * A perceptual hash: the mean colors of a grid of cells over the picture on white, with two digits
 * per channel. Scaling does not change it, and JPEG changes it little.
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
 * The pixels that a cell of the grid covers along one side: the index of the first, and the covered
 * share of each, because a cell can begin and end within a pixel.
 */
function sharesOf(cell: number, side: number): { from: number; shares: number[] } {
  const begin = (cell * side) / hashSide;
  const end = ((cell + 1) * side) / hashSide;
  const from = Math.floor(begin);
  const shares: number[] = [];
  for (let pixel = from; pixel < end; pixel += 1)
    shares.push(Math.min(pixel + 1, end) - Math.max(pixel, begin));
  return { from, shares };
}
