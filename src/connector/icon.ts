/** What an icon is by its first bytes, whatever its name says. */
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
 * Why no pixel was read: it is no PNG; it is one that is cut off or broken; it has more pixels than
 * are read; it would have cost more time than any real one.
 */
export type IconUnread = 'format' | 'damaged' | 'pixels' | 'cost';

/** What was measured of the pixels, in sRGB. Shares are of 1. */
export interface IconPicture {
  /**
   * The share of pixels that let through what is behind them; those outside of rounded corners do
   * not count.
   */
  transparent: number;
  /**
   * The color along the edges, `#rrggbb`, and the share of the edges that has it. Undefined where
   * the edges are transparent.
   */
  background: { color: string; share: number } | undefined;
  /**
   * The radius of rounded corners as a share of the shorter side; 0 where the corners are not
   * rounded.
   */
  corners: number;
  /**
   * What differs from the background, as a share of width and height; 0 where nothing does,
   * undefined where there is no one background.
   */
  mark: { width: number; height: number } | undefined;
  /**
   * The mean colors of a grid of `hashSide` times `hashSide` cells, `rrggbb` each: see `distance`.
   */
  hash: string;
}

/** What an instrument tells about icon.png. */
export interface IconAnalysis {
  format: IconFormat | undefined;
  /** Pixels, of a PNG. */
  width: number | undefined;
  height: number | undefined;
  /** More than one where it is an animation. */
  frames: number;
  /** Undefined where the pixels were read. */
  unread: IconUnread | undefined;
  picture: IconPicture | undefined;
}

/**
 * What is read at most. An interlaced PNG is held in memory as a whole: 10 million pixels of it
 * cost as much as 40 million of another.
 */
export const iconLimits = {
  pixels: 40_000_000,
  interlacedPixels: 10_000_000,
  side: 16_384,
} as const;

/**
 * Whether the name of a file says that it is meant as the icon: `Logo.PNG`, `images/icon.png`,
 * `contoso-icon-230.svg`.
 */
export function isIconName(path: string): boolean {
  const words = path
    .slice(path.lastIndexOf('/') + 1)
    .toLowerCase()
    .split(/[^a-z]+/);
  return (
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

/**
 * The share of the edges that must have one color for it to be the background, before which a mark
 * can be seen.
 */
export const uniformBackgroundShare = 0.75;

/** Cells of a perceptual hash in a row and in a column. */
export const hashSide = 16;

/**
 * Up to this distance two icons are the same picture, scaled, compressed again or reduced to a
 * palette. Measured (docs/decisions/0012-icons.md): what is the same is at most 27 apart, what
 * differs at least 66.
 */
export const sameIconDistance = 45;

/**
 * How far two perceptual hashes are apart: levels, of 255, of the channel of the cell that differs
 * most.
 */
export function hashDistance(a: string, b: string): number {
  if (a.length !== b.length) return 255;
  let most = 0;
  for (let at = 0; at < a.length; at += 2)
    most = Math.max(
      most,
      Math.abs(16 * (digit(a, at) - digit(b, at)) + digit(a, at + 1) - digit(b, at + 1)),
    );
  return most;
}

/** The value of a small hexadecimal digit; `Number.parseInt` of two takes three times as long. */
const digit = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return (code & 15) + 9 * (code >> 6);
};
