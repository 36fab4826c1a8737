/** The format of an icon by its first bytes, whatever its name. */
export type IconFormat =
  | 'PNG'
  | 'JPEG'
  | 'GIF'
  | 'WebP'
  | 'SVG'
  | 'BMP'
  | 'ICO'
  | 'TIFF'
  | 'AVIF'
  | 'HEIC';

/**
 * Why the pixels were not read: the file is not a PNG, is damaged, has too many pixels, or would take
 * more time than any real icon.
 */
export type IconUnread = 'format' | 'damaged' | 'pixels' | 'cost';

/** Measurements of the pixels, in sRGB. Shares are from 0 to 1. */
export interface IconPicture {
  /** The share of transparent pixels; those outside rounded corners do not count. */
  transparent: number;
  /**
   * The color along the edges, `#rrggbb`, and the share of the edges that has it. Undefined if the
   * edges are transparent.
   */
  background: { color: string; share: number } | undefined;
  /** The radius of rounded corners as a share of the shorter side; 0 for square corners. */
  corners: number;
  /**
   * The size of what differs from the background, as shares of width and height; 0 if nothing does.
   * Undefined if the background is not uniform (see `uniformBackgroundShare`).
   */
  mark: { width: number; height: number } | undefined;
  /** The mean colors of `hashSide` × `hashSide` cells, `rrggbb` each; see `hashDistance`. */
  hash: string;
}

/** The analysis of icon.png. */
export interface IconAnalysis {
  format: IconFormat | undefined;
  /** In pixels; undefined if the file is not a PNG. */
  width: number | undefined;
  height: number | undefined;
  /** More than 1 for an animation. */
  frames: number;
  /** Undefined if the pixels were read. */
  unread: IconUnread | undefined;
  picture: IconPicture | undefined;
}

/**
 * Limits on icons that are read. An interlaced PNG is decoded in memory as a whole, so that 10
 * million pixels take as much as 40 million of another PNG.
 */
export const iconLimits = {
  pixels: 40_000_000,
  interlacedPixels: 10_000_000,
  side: 16_384,
} as const;

/**
 * Whether a file is named like an icon: `Logo.PNG`, `images/icon.png`, `contoso-icon-230.svg`. macOS
 * writes `._icon.png` for its own use.
 */
export function isIconName(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const words = name.split(/[^a-z]+/);
  return (
    !name.startsWith('.') &&
    pictures.has(words.pop() ?? '') &&
    words.some((word) => word.endsWith('icon') || word.endsWith('logo'))
  );
}

const pictures = new Set([
  'png',
  'jpg',
  'jpeg',
  'gif',
  'webp',
  'svg',
  'bmp',
  'ico',
  'tif',
  'tiff',
  'avif',
  'heic',
]);

/** The share of the edges that must have one color for the icon to have a background. */
export const uniformBackgroundShare = 0.75;

/** Cells in a row, and in a column, of a perceptual hash. */
export const hashSide = 16;

/**
 * Up to this distance two icons are the same picture, possibly scaled, recompressed or reduced to a
 * palette. Measured (decision 12): the same pictures are at most 27 apart, different ones at least
 * 66.
 */
export const sameIconDistance = 45;

/** The distance of two perceptual hashes: the largest difference of a channel, from 0 to 255. */
export function hashDistance(a: string, b: string): number {
  if (a.length !== b.length) return 255;
  let largest = 0;
  for (let at = 0; at < a.length; at += 2)
    largest = Math.max(
      largest,
      Math.abs(16 * (digit(a, at) - digit(b, at)) + digit(a, at + 1) - digit(b, at + 1)),
    );
  return largest;
}

/** The value of a hexadecimal digit in lower case. `Number.parseInt` takes three times as long. */
const digit = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return (code & 15) + 9 * (code >> 6);
};

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Bytes of an icon that is shown: half of what a pull request may have. */
const maxShownBytes = 512 * 1024;

/** Whether bytes are a PNG, by its signature. */
export const isPng = (bytes: Uint8Array): boolean =>
  pngSignature.every((byte, index) => bytes[index] === byte);

/** Whether an icon can be shown as it is: a PNG of a usual size. */
export const isShownIcon = (bytes: Uint8Array): boolean =>
  bytes.length <= maxShownBytes && isPng(bytes);
