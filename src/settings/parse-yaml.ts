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
import type { Alias, CST, Document, ErrorCode, Pair, YAMLMap } from 'yaml';
import { decode } from '../json/decode.ts';
import type { Json } from '../json/values.ts';
import { safe } from '../shared/finding.ts';
import { errorMessage } from '../shared/user-error.ts';

/** The first thing in a settings file that is wrong, and what to do. */
export interface SettingsMistake {
  file: string;
  /** Counts from 1. */
  line: number;
  /** Counts from 1, in UTF-16 units. */
  column: number;
  message: string;
}

/** A YAML file without mistakes. */
export interface YamlFile {
  /** Undefined if the file is empty or has only comments. */
  value: Json | undefined;
  /**
   * The offset of the value at a path of names and indices, in UTF-16 units from the start of the
   * file; with `name`, the offset of that name in the map at `path`.
   */
  offset(path: readonly string[], name?: string): number;
  mistakeAt(offset: number, message: string): SettingsMistake;
}

/** A mistake before it has a line and a column. */
interface Mistake {
  offset: number;
  message: string;
}

// Anyone who may push to a branch of a guarded repository writes its settings, and one App serves
// many repositories. A page of text stays far below these limits.
const maxBytes = 256 * 1024;
/**
 * Tokens that the parser holds open at once: two for each map or list. Its time grows with the
 * square of the nesting: 200 KB of `? ` take minutes.
 */
const maxOpenTokens = 100;
const maxAliases = 100;
/** Entries of one map. There are about 200 rules. */
const maxEntries = 2000;

/** Reads one document of YAML 1.2 whose names are strings. Never throws, whatever the bytes are. */
export function parseYaml(
  file: string,
  bytes: Uint8Array | string,
): YamlFile | { mistake: SettingsMistake } {
  const inFirstColumn = (message: string): { mistake: SettingsMistake } => ({
    mistake: { file, line: 1, column: 1, message },
  });
  if (bytes.length > maxBytes)
    return inFirstColumn(
      `The file is larger than ${maxBytes / 1024} KB, and settings need about a page. Remove ` +
        'everything that is not a setting.',
    );
  const decoded = typeof bytes === 'string' ? { text: bytes } : decode(bytes);
  if (decoded.issue) return inFirstColumn(decoded.issue.message);
  const text = decoded.text.startsWith('\ufeff') ? decoded.text.slice(1) : decoded.text;
  const end = text.trimEnd().length;
  const lines = new LineCounter();
  const mistakeAt = (offset: number, message: string): SettingsMistake => {
    const { line, col } = lines.linePos(Math.min(offset, end));
    return { file, line, column: col, message };
  };

  const { tokens, tooDeepAt } = tokensOf(text, lines);
  if (tooDeepAt !== undefined)
    return {
      mistake: mistakeAt(tooDeepAt, 'This is nested too deep. Settings have at most four levels.'),
    };
  const [document, second] = new Composer({
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false, // the library compares every name with every other; `mistakesIn` does not
  }).compose(tokens, true, text.length);
  if (!document) return inFirstColumn('The file contains no YAML.');
  const mistake =
    firstOf(syntaxMistakes(document)) ??
    (second && {
      offset: second.range[0],
      message: 'A second YAML document starts here. Remove the `---`.',
    }) ??
    firstOf(mistakesIn(document));
  if (mistake) return { mistake: mistakeAt(mistake.offset, mistake.message) };
  try {
    return {
      value: document.contents === null ? undefined : toJson(document),
      offset: (path, name) => offsetOf(document, path, name),
      mistakeAt,
    };
  } catch (error) {
    // the library throws if aliases of aliases multiply
    return {
      mistake: mistakeAt(
        startOf(aliasesIn(document)[0]),
        safe`The aliases in this file cannot be resolved: ${errorMessage(error)}. Write out the ` +
          safe`values.`,
      ),
    };
  }
}

/**
 * Parses a text and adds its line starts to `lines`. This is what `parseDocument` does first, but
 * it stops at `tooDeepAt`, the offset where the text nests deeper than `maxOpenTokens`.
 */
function tokensOf(text: string, lines: LineCounter): { tokens: CST.Token[]; tooDeepAt?: number } {
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  const parser = new Parser(lines.addNewLine);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maxOpenTokens) return { tokens, tooDeepAt: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

const syntaxMistakes = ({ errors, warnings }: Document.Parsed): Mistake[] =>
  [...errors, ...warnings].map(({ code, pos, message }) => ({
    offset: pos[0],
    message: sentences[code] ?? safe`This is not valid YAML: ${message}.`,
  }));

const toJson = (document: Document.Parsed): Json => {
  const value: Json = document.toJS({ maxAliasCount: maxAliases });
  return value;
};

function firstOf(mistakes: readonly Mistake[]): Mistake | undefined {
  let first: Mistake | undefined;
  for (const mistake of mistakes) if (!first || mistake.offset < first.offset) first = mistake;
  return first;
}

const sentences: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'YAML does not allow tabs for indentation. Use spaces.',
  BLOCK_AS_IMPLICIT_KEY:
    'This line has an extra colon, or the next line is indented too far. Entries of one map ' +
    'start in the same column.',
  NON_STRING_KEY: 'This is not a valid name. Write a plain word, or put it in quotation marks.',
};

/** Duplicate names, aliases of nothing, and maps or aliases over the limits. */
function mistakesIn(document: Document.Parsed): Mistake[] {
  const mistakes: Mistake[] = [];
  visit(document, { Map: (_key, map) => void mistakes.push(...mistakesInMap(map)) });
  const aliases = aliasesIn(document);
  const tooMany = aliases[maxAliases];
  if (tooMany)
    return [
      ...mistakes,
      {
        offset: startOf(tooMany),
        message: `There are more than ${maxAliases} aliases. Write out the values.`,
      },
    ];
  for (const alias of aliases)
    if (!alias.resolve(document))
      mistakes.push({
        offset: startOf(alias),
        message:
          safe`The alias ${`*${alias.source}`} has no anchor ${`&${alias.source}`} above it. ` +
          'If you mean the text itself, put it in quotation marks.',
      });
  return mistakes;
}

function mistakesInMap(map: YAMLMap): Mistake[] {
  if (map.items.length > maxEntries)
    return [
      {
        offset: startOf(map),
        message: `There are more than ${maxEntries} entries here. Remove those that are not needed.`,
      },
    ];
  const names = new Set<string>();
  for (const pair of map.items) {
    const name = nameOf(pair);
    if (names.has(name))
      return [
        {
          offset: startOf(pair.key),
          message: safe`Duplicate key ${name}. Keep one of the two.`,
        },
      ];
    names.add(name);
  }
  return [];
}

/** The aliases in order, and no more than one over the limit. */
function aliasesIn(document: Document.Parsed): Alias[] {
  const aliases: Alias[] = [];
  visit(document, {
    Alias: (_key, alias) => (aliases.push(alias) > maxAliases ? visit.BREAK : undefined),
  });
  return aliases;
}

/** See `YamlFile.offset`. If nothing is at the path, the offset of the nearest value above. */
function offsetOf(document: Document.Parsed, path: readonly string[], name?: string): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const key of name === undefined ? path : [...path, name]) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = startOf(node);
      continue;
    }
    const pair = isMap(node) ? node.items.find((item) => nameOf(item) === key) : undefined;
    if (!pair) return offset;
    offset = startOf(pair.key);
    node = pair.value;
  }
  const isEmpty = isScalar(node) && node.value === null;
  return name !== undefined || isEmpty ? offset : startOf(node);
}

const nameOf = ({ key }: Pair<unknown, unknown>): string =>
  isScalar(key) ? String(key.value) : '';

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);
