// Optimized: the headers of 720 definitions in 30 to 45 ms, where parsing takes 420 ms; see
// decision 13.
import type { ConnectorClass } from '../connector/connector.ts';
import {
  closeBrace,
  colon,
  comma,
  openBrace,
  openBracket,
  quote,
  space,
} from '../json/char-codes.ts';
import { decode } from '../json/decode.ts';
import { JsonFile } from '../json/document.ts';
import { stringAt, stringEnd } from '../json/node-table.ts';
import { asObject, asText, isObject } from '../json/values.ts';

/** What the index of a repository's connectors knows of each. */
export interface CatalogEntry extends DefinitionHeader {
  /** Its folder, from the repository's root: `certified-connectors/Contoso Invoices`. */
  path: string;
  class: ConnectorClass;
  /** The perceptual hash of its icon, if the icon was analyzed. */
  icon?: string;
  /** The publisher that its properties name (see `readPublisher`), if its icon was analyzed. */
  publisher?: string;
}

/** Fields that a definition usually starts with. Absent if missing there, or not a string. */
export interface DefinitionHeader {
  /** `info.title`. */
  title?: string;
  host?: string;
  basePath?: string;
}

const headerKeys = ['info', 'host', 'basePath'] as const;
type HeaderKey = (typeof headerKeys)[number];

interface HeaderScan {
  header: DefinitionHeader;
  /** The keys that were seen, whatever their values. */
  seen: Set<HeaderKey>;
  /** Whether the outermost object was closed. */
  isComplete: boolean;
}

/**
 * Reads the header of a definition without parsing it. Never throws. Of a duplicate key the first
 * counts.
 *
 * @param start The first bytes of the file; enough for most definitions.
 * @param readAll Reads the whole file. Only called if the header is not in the first bytes.
 */
export function readHeader(
  start: Uint8Array,
  readAll: () => Uint8Array | undefined,
): DefinitionHeader {
  return detached(searchHeader(start, readAll));
}

/** A copy whose strings are not slices: a slice keeps the text of the whole file in memory. */
function detached(header: DefinitionHeader): DefinitionHeader {
  const copy: DefinitionHeader = JSON.parse(JSON.stringify(header));
  return copy;
}

function searchHeader(start: Uint8Array, readAll: () => Uint8Array | undefined): DefinitionHeader {
  const partial = scanHeader(decode(withoutCutCharacter(start)).text);
  if (hasAll(partial)) return partial.header;
  const bytes = readAll();
  if (!bytes) return partial.header;
  const { text } = decode(bytes);
  if (headerKeys.every((key) => partial.seen.has(key) || !text.includes(`"${key}"`)))
    return partial.header;
  const full = scanHeader(text);
  // the text may be broken in a way that only the recovering parser understands
  return hasAll(full) ? full.header : headerOf(new JsonFile('', bytes).value);
}

const hasAll = ({ seen, isComplete }: HeaderScan): boolean =>
  seen.size === headerKeys.length || isComplete;

/** Drops bytes beyond ASCII at the end: half of a character would look like another encoding. */
function withoutCutCharacter(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] ?? 0) >= 0x80) end -= 1;
  return bytes.subarray(0, end);
}

function headerOf(value: unknown): DefinitionHeader {
  const raw = isObject(value) ? value : {};
  return toHeader(asText(asObject(raw.info)?.title), asText(raw.host), asText(raw.basePath));
}

const toHeader = (
  title: string | undefined,
  host: string | undefined,
  basePath: string | undefined,
): DefinitionHeader => ({
  ...(title !== undefined && { title }),
  ...(host !== undefined && { host }),
  ...(basePath !== undefined && { basePath }),
});

/** Scans the properties of the outermost object until all keys are seen or the text ends. */
function scanHeader(text: string): HeaderScan {
  const values: { [Key in HeaderKey]?: string | undefined } = {};
  const seen = new Set<HeaderKey>();
  const result = scanProperties(text, text.indexOf('{'), (key, start, end) => {
    const name = headerKeys.find((candidate) => candidate === key);
    if (name === undefined || seen.has(name)) return true;
    if (name === 'info') values.info = titleAt(text, start);
    else if (text.charCodeAt(start) === quote) values[name] = stringAt(text, start, end);
    seen.add(name);
    return seen.size < headerKeys.length;
  });
  return {
    header: toHeader(values.info, values.host, values.basePath),
    seen,
    isComplete: result === 'complete',
  };
}

/** The title in the `info` object at an offset. */
function titleAt(text: string, info: number): string | undefined {
  let title: string | undefined;
  scanProperties(text, info, (key, start, end) => {
    if (key !== 'title') return true;
    if (text.charCodeAt(start) === quote) title = stringAt(text, start, end);
    return false;
  });
  return title;
}

/**
 * Calls `visit` for each property of the object at an offset, until it returns false.
 *
 * @returns `complete` if the object is closed, `stopped` if `visit` returned false, `broken` if the
 *   text ends in the object or is not JSON.
 */
function scanProperties(
  text: string,
  object: number,
  visit: (key: string, start: number, end: number) => boolean,
): 'complete' | 'stopped' | 'broken' {
  if (text.charCodeAt(object) !== openBrace) return 'broken';
  let position = object + 1;
  for (;;) {
    position = skipSpace(text, position);
    if (text.charCodeAt(position) === comma) position = skipSpace(text, position + 1);
    const code = text.charCodeAt(position);
    if (code === closeBrace) return 'complete';
    if (code !== quote) return 'broken';
    const keyEnd = stringEnd(text, position);
    const key = stringAt(text, position, keyEnd);
    position = skipSpace(text, keyEnd);
    if (text.charCodeAt(position) !== colon) return 'broken';
    const start = skipSpace(text, position + 1);
    const end = valueEnd(text, start);
    if (end >= text.length) return 'broken';
    if (!visit(key, start, end)) return 'stopped';
    position = end;
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= space) at += 1;
  return at;
}

/** Characters that change the nesting, or end a value. */
const structural = /["[\]{},]/g;

/** The offset behind the value at `start`; the length of the text if the value is not closed. */
function valueEnd(text: string, start: number): number {
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
