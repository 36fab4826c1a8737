import type { ConnectorClass } from '../connector/connector.ts';
import { decode } from '../json/decode.ts';
import { JsonFile } from '../json/document.ts';
import { stringAt, stringEnd } from '../json/node-table.ts';
import { asObject, asText, isObject } from '../json/values.ts';

/** What the other connectors of a repository need to know of one. */
export interface CatalogEntry extends DefinitionHeader {
  /** Its folder, from the repository's root: `certified-connectors/Contoso Invoices`. */
  path: string;
  class: ConnectorClass;
  /** The perceptual hash of its icon, where that was measured. */
  icon?: string;
}

/**
 * What a definition says at its beginning; what is missing there, or is no string, is missing here.
 */
export interface DefinitionHeader {
  title?: string;
  host?: string;
  basePath?: string;
}

const wanted = ['info', 'host', 'basePath'] as const;
type Wanted = (typeof wanted)[number];

/**
 * What a definition says at its beginning, from its first bytes where they have all of it, else
 * from all bytes. A thousand definitions are read this way in the time that it takes to parse a
 * few. Of a name that stands twice the first counts. Never throws.
 */
export function readHeader(first: Uint8Array, all: () => Uint8Array | undefined): DefinitionHeader {
  // texts of their own: a slice keeps what it was cut from in memory
  const head: DefinitionHeader = JSON.parse(JSON.stringify(search(first, all)));
  return head;
}

function search(first: Uint8Array, all: () => Uint8Array | undefined): DefinitionHeader {
  const quick = lookAt(decode(withoutCutCharacter(first)).text);
  if (quick.seen.size === wanted.length || quick.ended) return quick.head;
  const bytes = all();
  if (!bytes) return quick.head;
  const { text } = decode(bytes);
  if (wanted.every((name) => quick.seen.has(name) || !text.includes(`"${name}"`)))
    return quick.head;
  const { head, seen, ended } = lookAt(text);
  if (seen.size === wanted.length || ended) return head;
  // broken in a way that only the scanner understands
  return headOfValue(new JsonFile('', bytes).value);
}

/** A character of several bytes that the end has cut would look like one of another encoding. */
function withoutCutCharacter(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] ?? 0) >= 0x80) end -= 1;
  return bytes.subarray(0, end);
}

function headOfValue(value: unknown): DefinitionHeader {
  const raw = isObject(value) ? value : {};
  return withoutGaps(asText(asObject(raw.info)?.title), asText(raw.host), asText(raw.basePath));
}

const withoutGaps = (
  title: string | undefined,
  host: string | undefined,
  basePath: string | undefined,
): DefinitionHeader => ({
  ...(title !== undefined && { title }),
  ...(host !== undefined && { host }),
  ...(basePath !== undefined && { basePath }),
});

/**
 * Looks at the members of the outermost object until all that is wanted was seen, or the text ends,
 * or is broken.
 */
function lookAt(text: string): { head: DefinitionHeader; seen: Set<Wanted>; ended: boolean } {
  const found: Partial<Record<Wanted, string>> = {};
  const seen = new Set<Wanted>();
  const walk = members(text, text.indexOf('{'), (key, start, end) => {
    const name = wanted.find((one) => one === key);
    if (name === undefined || seen.has(name)) return true;
    if (name === 'info' && text.charCodeAt(start) === openBrace) {
      members(text, start, (below, from, to) => {
        if (below !== 'title') return true;
        if (text.charCodeAt(from) === quote) found.info = stringAt(text, from, to);
        return false;
      });
    } else if (name !== 'info' && text.charCodeAt(start) === quote)
      found[name] = stringAt(text, start, end);
    seen.add(name);
    return seen.size < wanted.length;
  });
  return {
    head: withoutGaps(found.info, found.host, found.basePath),
    seen,
    ended: walk === 'ended',
  };
}

const quote = 34;
const comma = 44;
const colon = 58;
const openBracket = 91;
const openBrace = 123;
const closeBrace = 125;

/**
 * Tells of each member of the object that opens at `at` its key and where its value stands, as long
 * as it is answered true. `ended`: the object was closed; `broken`: the text ends in it, or
 * something stands there that is no JSON.
 */
function members(
  text: string,
  at: number,
  tell: (key: string, start: number, end: number) => boolean,
): 'ended' | 'stopped' | 'broken' {
  if (text.charCodeAt(at) !== openBrace) return 'broken';
  let position = at + 1;
  for (;;) {
    position = behindSpace(text, position);
    if (text.charCodeAt(position) === comma) position = behindSpace(text, position + 1);
    const code = text.charCodeAt(position);
    if (code === closeBrace) return 'ended';
    if (code !== quote) return 'broken';
    const keyEnd = stringEnd(text, position);
    const key = stringAt(text, position, keyEnd);
    position = behindSpace(text, keyEnd);
    if (text.charCodeAt(position) !== colon) return 'broken';
    const start = behindSpace(text, position + 1);
    const end = behindValue(text, start);
    if (end >= text.length) return 'broken';
    if (!tell(key, start, end)) return 'stopped';
    position = end;
  }
}

function behindSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 32) at += 1;
  return at;
}

/** What a value can end at, or go deeper with. */
const structural = /["[\]{},]/g;

/** The offset behind the value that begins at `start`; the text's length where it is not closed. */
function behindValue(text: string, start: number): number {
  let depth = 0;
  structural.lastIndex = start;
  while (structural.test(text)) {
    const at = structural.lastIndex - 1;
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = stringEnd(text, at);
      if (depth === 0) return end;
      structural.lastIndex = end;
    } else if (code === openBrace || code === openBracket) depth += 1;
    else if (code === comma) {
      if (depth === 0) return at;
    } else {
      depth -= 1;
      if (depth <= 0) return depth < 0 ? at : at + 1;
    }
  }
  return text.length;
}
