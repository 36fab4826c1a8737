import type { Connector } from '../connector/connector.ts';

/** Bytes of an icon that is written into a page. */
const maxBytes = 512 * 1024;

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes that are turned into text at a time: arguments of one call. */
const chunk = 8192;

/** The icon of a connector as a `data:` address, if it has a PNG of a usual size. */
export function iconData({ icon }: Pick<Connector, 'icon'>): string | undefined {
  const bytes = icon?.bytes;
  if (!bytes || bytes.length > maxBytes) return undefined;
  if (!signature.every((byte, index) => bytes[index] === byte)) return undefined;
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk)
    text += String.fromCharCode(...bytes.subarray(at, at + chunk));
  return `data:image/png;base64,${btoa(text)}`;
}
