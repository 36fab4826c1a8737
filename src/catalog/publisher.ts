import { Properties } from '../connector/properties.ts';
import { JsonFile } from '../json/document.ts';
import { isObject } from '../json/values.ts';

/** The publisher that apiProperties.json names, else the stack owner. Undefined if it names none. Never throws. */
export function readPublisher(bytes: Uint8Array): string | undefined {
  const file = new JsonFile('', bytes);
  return isObject(file.value) ? new Properties(file, file.value).publisher : undefined;
}

/** Words that say what kind of company it is. Many publishers write them in one connector only. */
const legalForm =
  /[\s,.]+(?:inc|llc|ltd|limited|gmbh|ag|corp|corporation|co|company|bv|b\.v|nv|sa|s\.a|sas|srl|plc|pty|pty\.? ltd|ab|as|a\/s|oy|kg)\.?$/i;
/** A longer name is not compared. */
const maxNameLength = 200;

/**
 * The same for names that differ in case, punctuation or legal form only; undefined for a name
 * without a letter or digit, and for one of more than 200 characters. Letters that only look the
 * same are not the same: they may stand for another company.
 */
export const publisherKeyOf = (publisher: string): string | undefined =>
  publisher.length > maxNameLength
    ? undefined
    : publisher
        .normalize('NFKC')
        .trim()
        .replace(legalForm, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]/gu, '') || undefined;

/** Whether two connectors name the same publisher, ignoring case, punctuation and legal form. */
export function isSamePublisher(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const key = publisherKeyOf(a);
  return key !== undefined && key === publisherKeyOf(b);
}
