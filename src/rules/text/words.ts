/** What a character is in prose: `edge` stands before and behind words, `code` in none. */
const kind = { space: 0, letter: 1, apostrophe: 2, hyphen: 3, edge: 4, code: 5 } as const;
const kinds = new Uint8Array(0x250).fill(kind.code);
for (let code = 0; code <= 32; code += 1) kinds[code] = kind.space;
for (let code = 0xc0; code < 0x250; code += 1) kinds[code] = kind.letter;
for (const [characters, is] of [
  ['abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', kind.letter],
  ['\u00a0', kind.space],
  ["'", kind.apostrophe],
  ['-', kind.hyphen],
  ['.,;:!?"()[]*|', kind.edge],
] as const) {
  for (const character of characters) kinds[character.charCodeAt(0)] = is;
}

function kindOf(code: number): number {
  if (code < 0x250) return kinds[code] ?? kind.code;
  if (code === 0x2019) return kind.apostrophe;
  if (code === 0x2010 || code === 0x2011) return kind.hyphen;
  if (code <= 0x200b ? code >= 0x2000 : code === 0x2028 || code === 0x2029 || code === 0x3000) return kind.space;
  return code > 0x2000 && code < 0x2070 ? kind.edge : kind.code; // dashes, quotation marks, dots; all else are other scripts and signs
}

/** So many pieces are remembered: a connector may be made of new words. */
const mostRemembered = 1 << 16;

/**
 * Finds the words of a text in prose, those of hyphenated ones for themselves. What stands together with anything that prose does not
 * have (digits, slashes, underscores, brackets and dots in the middle, …) is a URL, a path, an identifier or code, and no word; what alone
 * is in quotation marks is a value. `visit` is not called with words that it has called plain (by `true`) before: what stands between two
 * spaces is remembered as it is, for nearly all of it is such, and taken apart once.
 */
export class WordReader {
  /** How many words are in a piece that has plain ones only. */
  readonly #plain = new Map<string, number>();

  /** Calls `visit` with each word that is not known to be plain, and its place; the result is how many words there are. */
  read(text: string, visit: (word: string, start: number) => boolean): number {
    let words = 0;
    let start = 0;
    for (const piece of text.split(' ')) {
      const known = this.#plain.get(piece);
      words += known ?? this.#readPiece(piece, start, visit);
      start += piece.length + 1;
    }
    return words;
  }

  #readPiece(piece: string, start: number, visit: (word: string, start: number) => boolean): number {
    let plain = true;
    const words = wordsIn(piece, (word, at) => {
      const isPlain = visit(word, start + at);
      plain &&= isPlain;
      return isPlain;
    });
    if (plain && this.#plain.size < mostRemembered && piece.length < 40) this.#plain.set(`${piece} `.slice(0, -1), words); // a text of its own: a piece of another would keep that in memory
    return words;
  }
}

/** One pass over what stands between two spaces, which may have other white space in it. The result is how many words there are. */
function wordsIn(text: string, visit: (word: string, start: number) => boolean): number {
  const { length } = text;
  let words = 0;
  for (let at = 0; at < length; at += 1) {
    const start = at; // of what stands between white space
    let plain = true;
    let hyphens = false;
    let first = -1; // its first letter
    let last = -1; // behind its last
    let before = 0; // what the character before is
    for (; at < length; at += 1) {
      const is = kindOf(text.charCodeAt(at));
      if (is === kind.space) break;
      if (is === kind.letter) {
        if (first < 0) first = at;
        else if (before === kind.edge) plain = false; // name.ending, item(s)
        last = at + 1;
      } else if (is === kind.code) plain = false;
      else if (is === kind.hyphen) hyphens = true;
      before = is;
    }
    if (!plain || first < 0 || (first > start && last < at && isQuote(text.charCodeAt(first - 1)) && isQuote(text.charCodeAt(last)))) continue;
    words += 1;
    if (hyphens) visitParts(text, first, last, visit);
    else visit(text.slice(first, last), first);
  }
  return words;
}

/** Visits the parts of a hyphenated word. */
function visitParts(text: string, first: number, last: number, visit: (word: string, start: number) => boolean): void {
  let from = first;
  for (let index = first; index <= last; index += 1) {
    if (index < last && kindOf(text.charCodeAt(index)) !== kind.hyphen) continue;
    if (index > from) visit(text.slice(from, index), from);
    from = index + 1;
  }
}

const quotes = new Set(Array.from('"\'*[]\u2018\u2019\u201c\u201d\u201e', (one) => one.charCodeAt(0)));
const isQuote = (code: number): boolean => quotes.has(code);
