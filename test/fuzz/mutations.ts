import fc from 'fast-check';
import { escapeToken } from '../../src/json/pointer.ts';
import { isObject, type Json } from '../../src/json/values.ts';
import { hostile } from './texts.ts';

/**
 * JSON as it is written: a name may stand twice in an object, a number have any digits, a letter be
 * an escape.
 */
type Tree =
  | { literal: string }
  | { text: string; escaped?: boolean }
  | { items: Entry[] }
  | { entries: Entry[] };
/** A property, or an element of an array, whose key is not written. */
interface Entry {
  key: string;
  escaped?: boolean;
  value: Tree;
}

function treeOf(value: Json): Tree {
  if (typeof value === 'string') return { text: value };
  if (Array.isArray(value)) return { items: value.map(elementOf) };
  if (isObject(value))
    return {
      entries: Object.entries(value).map(([key, below]) => ({ key, value: treeOf(below) })),
    };
  return { literal: String(value) };
}

const elementOf = (value: Json): Entry => ({ key: '', value: treeOf(value) });

const written = (text: string, escaped = false): string =>
  escaped
    ? `"${Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
    : JSON.stringify(text);

/** How a tree is laid out: it means the same in each layout. */
interface Layout {
  indent: string;
  /** Between two lines. */
  end: string;
}

function write(tree: Tree, layout: Layout, before = layout.end): string {
  if ('literal' in tree) return tree.literal;
  if ('text' in tree) return written(tree.text, tree.escaped);
  const inside = before + layout.indent;
  const list =
    'items' in tree
      ? tree.items.map(({ value }) => write(value, layout, inside))
      : tree.entries.map(
          ({ key, escaped, value }) => `${written(key, escaped)}: ${write(value, layout, inside)}`,
        );
  const [open, close] = 'items' in tree ? '[]' : '{}';
  return list.length === 0
    ? `${open}${close}`
    : `${open}${inside}${list.join(`,${inside}`)}${before}${close}`;
}

/** Where a value hangs: in a list at an index. */
interface Slot {
  list: Entry[];
  index: number;
  entry: Entry;
  /** From the top. */
  path: string[];
}

function slotsOf(document: Entry[]): Slot[] {
  const slots: Slot[] = [];
  const walk = (list: Entry[], pathOf: (key: string, index: number) => string[]): void => {
    for (const [index, entry] of list.entries()) {
      const path = pathOf(entry.key, index);
      slots.push({ list, index, entry, path });
      if ('items' in entry.value) walk(entry.value.items, (_, below) => [...path, String(below)]);
      if ('entries' in entry.value) walk(entry.value.entries, (key) => [...path, key]);
    }
  };
  walk(document, () => []);
  return slots;
}

/**
 * Chooses a place: any, or any of those that are called like some place. The second finds what is
 * rare.
 */
const place = fc.record({ rare: fc.boolean(), name: fc.nat(), which: fc.nat() });
type PlaceChoice = { rare: boolean; name: number; which: number };

function choose(document: Entry[], { rare, name, which }: PlaceChoice): Slot | undefined {
  const slots = slotsOf(document);
  const keys = [...new Set(slots.map(({ entry }) => entry.key))];
  const some = rare ? slots.filter(({ entry }) => entry.key === keys[name % keys.length]) : slots;
  return some[which % some.length];
}

/** A value in so many others; short, so that a counterexample can be read. */
interface Nested {
  open: string;
  close: string;
  depth: number;
}
const nested: fc.Arbitrary<Nested> = fc
  .record({
    ways: fc.constantFrom(
      ['[', ']'],
      ['{"properties":{"a":', '}}'],
      ['{"items":', '}'],
      ['{"allOf":[', ']}'],
      ['{"__proto__":', '}'],
    ),
    depth: fc.constantFrom(2, 30, 99, 198, 201, 1000),
  })
  .map(({ ways: [open = '', close = ''], depth }) => ({ open, close, depth }));
const asWritten = (value: string | Nested): string =>
  typeof value === 'string'
    ? value
    : `${value.open.repeat(value.depth)}1${value.close.repeat(value.depth)}`;

/** A value as it may be written, whether or not anything takes it. */
const literal = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    '0',
    '-1',
    '-0',
    '1e308',
    '1e400',
    '1e-400',
    '0.1',
    '9007199254740993',
    '123456789012345678901234567890',
    '""',
    '" "',
    '[]',
    '{}',
    '[null]',
    '[[]]',
    '[{}]',
  ),
  fc.constantFrom(
    '{"$ref":1}',
    '{"$ref":"#"}',
    '{"$ref":"#/"}',
    '{"$ref":"#/definitions/constructor"}',
    '{"$ref":"#/definitions/__proto__"}',
    '{"$ref":"other.json#/a"}',
    '{"$ref":"%"}',
  ),
  fc.constantFrom(
    '{"type":[]}',
    '{"type":["string","null"]}',
    '{"properties":[]}',
    '{"enum":{}}',
    '{"items":[]}',
    '{"__proto__":{"type":"string"}}',
    '{"a":1,"a":2}',
    '"\\ud800"',
    '"\\u0000"',
    'tru',
    '01',
    '+1',
    'NaN',
    "'a'",
    '"',
    '{',
    ']',
  ),
  nested,
  fc.json({ maxDepth: 3 }),
);
const names = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'valueOf',
    'length',
    '$ref',
    'x-ms-dynamic-values',
    'x-ms-dynamic-list',
    'x-ms-trigger',
    'x-ms-summary',
    'properties',
    'items',
    'allOf',
    'default',
    'enum',
    'required',
    'type',
    'format',
    'get',
    '0',
    '',
  ),
  hostile,
);

/** One change to how a JSON text is written. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('remove' as const), place }),
  fc.record({ kind: fc.constant('twice' as const), place }),
  fc.record({ kind: fc.constant('swap' as const), place, other: place }),
  fc.record({ kind: fc.constant('copy' as const), place, other: place }),
  fc.record({ kind: fc.constant('set' as const), place, literal }),
  fc.record({ kind: fc.constant('text' as const), place, text: hostile }),
  fc.record({ kind: fc.constant('add' as const), place, name: names, literal }),
  fc.record({ kind: fc.constant('name' as const), place, name: names }),
  fc.record({ kind: fc.constant('refer' as const), place, other: place, beside: fc.boolean() }),
  fc.record({ kind: fc.constant('escape' as const), place }),
  fc.record({ kind: fc.constant('many' as const), place, times: fc.constantFrom(3, 60, 250) }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

/** Changes to how a JSON text is written. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(mutation, {
  minLength: 1,
  maxLength: 5,
});

/** A JSON text with changes, in each of the layouts; undefined where it is none to begin with. */
export function mutated(
  text: string,
  changes: readonly Mutation[],
  layouts: readonly Layout[],
): string[] | undefined {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const document = [elementOf(value)];
  for (const change of changes) apply(document, change);
  return layouts.map(
    (layout) => `${document.map((one) => write(one.value, layout)).join(',')}${layout.end}`,
  );
}

function apply(document: Entry[], change: Mutation): void {
  const slot = choose(document, change.place);
  if (!slot) return;
  const { list, index, entry } = slot;
  const other = 'other' in change ? choose(document, change.other) : undefined;
  switch (change.kind) {
    case 'remove':
      if (list !== document) list.splice(index, 1);
      break;
    case 'twice':
      list.splice(index, 0, structuredClone(entry));
      break;
    case 'swap':
    case 'copy': {
      if (!other) break;
      const [here, there] = [structuredClone(entry.value), structuredClone(other.entry.value)];
      entry.value = there;
      if (change.kind === 'swap' && !isBelow(other, slot) && !isBelow(slot, other))
        other.entry.value = here;
      break;
    }
    case 'set':
      entry.value = { literal: asWritten(change.literal) };
      break;
    case 'text':
      entry.value = { text: change.text };
      break;
    case 'add': {
      const added = { key: change.name, value: { literal: asWritten(change.literal) } };
      if ('entries' in entry.value) entry.value.entries.push(added);
      else if ('items' in entry.value) entry.value.items.push(added);
      break;
    }
    case 'name':
      entry.key = change.name;
      break;
    case 'refer': {
      const pointer = (other?.path ?? []).map((part) =>
        encodeURI(escapeToken(part).toWellFormed()),
      );
      const reference: Entry = { key: '$ref', value: { text: `#/${pointer.join('/')}` } };
      if (change.beside && 'entries' in entry.value) entry.value.entries.push(reference);
      else entry.value = { entries: [reference] };
      break;
    }
    case 'escape':
      escape(entry);
      break;
    case 'many':
      if (list !== document)
        list.push(
          ...Array.from({ length: JSON.stringify(entry).length > 1000 ? 3 : change.times }, () =>
            structuredClone(entry),
          ),
        );
      break;
  }
}

const isBelow = (a: Slot, b: Slot): boolean =>
  b.path.every((part, index) => a.path[index] === part);

function escape(entry: Entry): void {
  entry.escaped = true;
  if ('text' in entry.value) entry.value.escaped = true;
  if ('items' in entry.value) entry.value.items.forEach(escape);
  if ('entries' in entry.value) entry.value.entries.forEach(escape);
}

const encoder = new TextEncoder();
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 6 }),
  fc
    .constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      '\\u',
      '//',
      '/*',
      '*/',
      '#',
      '\n',
      '\r',
      '\0',
      '\ufeff',
      '"$ref":',
      '"__proto__":',
      'null,',
    )
    .map((text) => encoder.encode(text)),
  hostile.map((text) => encoder.encode(text)),
);

/** Thousandths of a file's length. */
const share = fc.nat(1000);

/** One change to the bytes of a file. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: share }),
  fc.record({ kind: fc.constant('flip' as const), at: share, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('put' as const), at: share, instead: fc.nat(40), piece }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at: share,
    length: fc.nat(200),
    times: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({
    kind: fc.constant('save' as const),
    as: fc.constantFrom('latin1', 'utf16le', 'utf16be', 'ascii'),
    mark: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('mark' as const) }),
  fc.record({
    kind: fc.constant('lines' as const),
    end: fc.constantFrom('\r\n', '\r', '\n\n', '\u2028', ''),
  }),
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

/** Changes to the bytes of a file. */
export const damages: fc.Arbitrary<Damage[]> = fc.array(damage, { minLength: 1, maxLength: 3 });

export const damaged = (bytes: Uint8Array, changes: readonly Damage[]): Uint8Array =>
  changes.reduce(hurt, bytes);

function hurt(bytes: Uint8Array, change: Damage): Uint8Array {
  const at =
    'at' in change ? Math.min(bytes.length, Math.floor((change.at * bytes.length) / 1000)) : 0;
  const text = (): string => new TextDecoder().decode(bytes);
  switch (change.kind) {
    case 'cut':
      return bytes.subarray(0, at);
    case 'flip':
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << change.bit) : byte));
    case 'put':
      return joined(bytes.subarray(0, at), change.piece, bytes.subarray(at + change.instead));
    case 'repeat': {
      const some = bytes.subarray(at, at + change.length);
      return joined(
        bytes.subarray(0, at),
        ...Array.from({ length: change.times }, () => some),
        bytes.subarray(at),
      );
    }
    case 'save': {
      const marked = (change.mark ? '\ufeff' : '') + text();
      if (change.as === 'utf16be') return new Uint8Array(Buffer.from(marked, 'utf16le').swap16());
      return new Uint8Array(
        Buffer.from(
          marked,
          change.as === 'utf16le' || change.as === 'latin1' ? change.as : 'ascii',
        ),
      );
    }
    case 'mark':
      return joined(encoder.encode('\ufeff'), bytes);
    case 'lines':
      return encoder.encode(text().replaceAll('\n', change.end));
  }
}

const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
