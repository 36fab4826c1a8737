import {
  Composer,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  visit,
} from 'yaml';
import type { Alias, CST, Document, ErrorCode, Pair, YAMLError, YAMLMap } from 'yaml';
import { decode } from '../json/decode.ts';
import { safe } from '../shared/finding.ts';
import { errorMessage } from '../shared/user-error.ts';

/**
 * What keeps a file from being used: the first thing in it that is wrong, and what to do. Line and
 * column count from 1.
 */
export interface SettingsMistake {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** A YAML file that was read. */
export interface YamlFile {
  /** Undefined where the file has nothing but comments in it. */
  value: unknown;
  /**
   * Where a value stands; with `name`, where that name stands in the map at `path`. Counted in
   * UTF-16 units from the file's start.
   */
  offset(path: readonly string[], name?: string): number;
  mistakeAt(offset: number, message: string): SettingsMistake;
}

/** Settings are a page of text: what is beyond these was made to cost time. */
const maxBytes = 256 * 1024;
/**
 * Open maps and lists, two of the parser's tokens each. Its time grows with the square of the
 * nesting: 200 KB of `? ` take minutes.
 */
const maxOpen = 100;
const maxAliases = 100;
/** Of one map. There are some two hundred rules. */
const maxEntries = 2000;

/** Reads YAML 1.2 with plain names and one document. Never throws, whatever the bytes are. */
export function parseYaml(
  file: string,
  bytes: Uint8Array | string,
): YamlFile | { mistake: SettingsMistake } {
  const first = (message: string): { mistake: SettingsMistake } => ({
    mistake: { file, line: 1, column: 1, message },
  });
  if (bytes.length > maxBytes)
    return first(
      `The file is larger than ${maxBytes / 1024} KB. Settings need a page of text; ` +
        'take out what does not belong here.',
    );
  const { text: decoded, lapse } = typeof bytes === 'string' ? { text: bytes } : decode(bytes);
  const text = decoded.startsWith('\ufeff') ? decoded.slice(1) : decoded;
  const lines = new LineCounter();
  lines.addNewLine(0);
  const end = text.trimEnd().length;
  const mistakeAt = (offset: number, message: string): SettingsMistake => {
    const { line, col } = lines.linePos(Math.min(offset, end));
    return { file, line, column: col, message };
  };
  if (lapse) return first(lapse.message);

  const tokens: CST.Token[] = [];
  const parser = new Parser(lines.addNewLine);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maxOpen)
      return {
        mistake: mistakeAt(
          parser.offset,
          'Too much is nested here. Settings need no more than four levels.',
        ),
      };
  }
  for (const token of parser.end()) tokens.push(token);

  // Duplicate names are looked for below: the library compares each with each.
  const composer = new Composer({
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
  });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (!document) return first('There is no YAML in the file.');
  const wrong = earliest([...document.errors, ...document.warnings]);
  if (wrong)
    return {
      mistake: mistakeAt(
        wrong.pos[0],
        sentences[wrong.code] ?? safe`This is no valid YAML: ${wrong.message}.`,
      ),
    };
  if (second)
    return {
      mistake: mistakeAt(
        second.range[0],
        'A second document begins here. Settings are one document: take out the `---`.',
      ),
    };

  const places = new Places(document);
  if (places.wrong) return { mistake: mistakeAt(places.wrong.offset, places.wrong.message) };
  try {
    const value: unknown =
      document.contents === null ? undefined : document.toJS({ maxAliasCount: maxAliases });
    return { value, offset: (path, name) => places.offset(path, name), mistakeAt };
  } catch (error) {
    // The library's way to say that aliases of aliases are too many.
    return {
      mistake: mistakeAt(
        places.firstAlias,
        safe`The aliases in this file cannot be followed: ${errorMessage(error)}. Write the values out.`,
      ),
    };
  }
}

const earliest = (errors: readonly YAMLError[]): YAMLError | undefined => {
  let found = errors[0];
  for (const error of errors) if (found && error.pos[0] < found.pos[0]) found = error;
  return found;
};

const sentences: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'A tab stands here where YAML wants spaces. Indent with spaces.',
  BLOCK_AS_IMPLICIT_KEY:
    'Either there is one colon too many on this line, or the line below is indented too ' +
    'far. Entries of one map start in the same column.',
  NON_STRING_KEY: 'This cannot be a name. Write a plain word, or put it in quotation marks.',
};

/** Where the values and names of a document stand. */
class Places {
  /**
   * What is wrong before any meaning: the first name that stands twice in a map, or alias that
   * names nothing, or too many.
   */
  wrong: { offset: number; message: string } | undefined;
  firstAlias = 0;
  readonly #document: Document.Parsed;
  readonly #pairs = new Map<YAMLMap, Map<string, Pair<unknown, unknown>>>();

  constructor(document: Document.Parsed) {
    this.#document = document;
    const aliases: Alias[] = [];
    visit(document, {
      Map: (_key, map) => void this.#pairs.set(map, this.#index(map)),
      Alias: (_key, alias) => (aliases.push(alias) > maxAliases ? visit.BREAK : undefined),
    });
    this.firstAlias = start(aliases[0]);
    const last = aliases[maxAliases];
    if (last)
      this.#note(start(last), `There are more than ${maxAliases} aliases. Write the values out.`);
    for (const alias of last ? [] : aliases) {
      const [mark, anchor] = [`*${alias.source}`, `&${alias.source}`];
      if (!alias.resolve(document))
        this.#note(
          start(alias),
          safe`${mark} stands for nothing: no value above it is marked ${anchor}. ` +
            safe`If the text itself is meant, put it in quotation marks.`,
        );
    }
  }

  #index(map: YAMLMap): Map<string, Pair<unknown, unknown>> {
    const pairs = new Map<string, Pair<unknown, unknown>>();
    if (map.items.length > maxEntries)
      this.#note(
        start(map),
        `More than ${maxEntries} entries stand here. Keep the ones that are needed.`,
      );
    for (const pair of map.items) {
      const name = nameOf(pair);
      if (pairs.has(name))
        this.#note(start(pair.key), safe`${name} stands here a second time. Keep one of the two.`);
      else pairs.set(name, pair);
    }
    return pairs;
  }

  #note(offset: number, message: string): void {
    if (!this.wrong || offset < this.wrong.offset) this.wrong = { offset, message };
  }

  offset(path: readonly string[], name?: string): number {
    let at: unknown = this.#document.contents;
    let offset = start(at);
    for (const part of name === undefined ? path : [...path, name]) {
      if (isAlias(at)) at = at.resolve(this.#document);
      const pair = isMap(at) ? this.#pairs.get(at)?.get(part) : undefined;
      if (pair) {
        offset = start(pair.key);
        at = pair.value;
      } else if (isSeq(at)) {
        at = at.items[Number(part)];
        offset = start(at);
      } else return offset;
    }
    const empty = isScalar(at) && at.value === null;
    return name !== undefined || empty ? offset : start(at);
  }
}

const nameOf = ({ key }: Pair<unknown, unknown>): string =>
  isScalar(key) ? String(key.value) : '';
const start = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);
