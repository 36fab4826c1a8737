import type { Connector } from '../connector/connector.ts';
import { isShownIcon } from '../connector/icon.ts';

/** Bytes that are turned into text at a time: arguments of one call. */
const chunk = 8192;

/** The icon of a connector as a `data:` address, if it can be shown. */
export function iconData({ icon }: Pick<Connector, 'icon'>): string | undefined {
  const bytes = icon?.bytes;
  if (!bytes || !isShownIcon(bytes)) return undefined;
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk)
    text += String.fromCharCode(...bytes.subarray(at, at + chunk));
  return `data:image/png;base64,${btoa(text)}`;
}
