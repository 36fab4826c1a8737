/** Classes of characters in prose: an `edge` surrounds words; `code` never occurs in prose. */
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
  if (code <= 0x200b ? code >= 0x2000 : code === 0x2028 || code === 0x2029 || code === 0x3000)
    return kind.space;
  // Dashes, quotation marks, ellipses; everything else is another script or a symbol.
  return code > 0x2000 && code < 0x2070 ? kind.edge : kind.code;
}

/**
 * Finds the words of a text in prose, and the parts of hyphenated words separately. A token that
 * contains characters that prose does not have (digits, slashes, underscores, inner brackets or
 * dots) is a URL, a path, an identifier or code, not a word. A token in quotation marks is a
 * value.
 *
 * Runs in one pass. `visit` returns true for a plain word, and the reader does not call it again
 * for that word. It recognizes plain words by two hashes without cutting them out of the text,
 * because nearly all words are plain: one hash selects the slot, and the table stores the other.
 */
export class WordReader {
  /**
   * 0 marks an empty slot. The table is read for every word; a larger one does not fit in the CPU
   * cache.
   */
  readonly #plain = new Int32Array(slots);
  #count = 0;

  /**
   * Calls `visit` with each word that is not known to be plain, and its offset.
   *
   * @returns the number of words
   */
  read(text: string, visit: (word: string, start: number) => boolean): number {
    const { length } = text;
    let words = 0;
    for (let at = 0; at < length;) {
      const start = at; // the start of the token, which ends at a space
      let plain = true;
      let hyphens = false;
      let first = -1; // the offset of its first letter
      let last = -1; // the offset after its last letter
      let before = 0; // the class of the previous character
      // Two hashes of the characters from the first to the last letter. The factors are small enough
      // for exact products.
      let slotHash = 0;
      let storedHash = 0;
      let slotHashSoFar = 0;
      let storedHashSoFar = 0;
      for (; at < length; at += 1) {
        const code = text.charCodeAt(at);
        const is = code < 0x250 ? (kinds[code] ?? kind.code) : kindOf(code);
        if (is === kind.space) break;
        slotHashSoFar = ((slotHashSoFar ^ code) * 1_000_003) | 0;
        storedHashSoFar = ((storedHashSoFar + code) * 648_391) ^ (storedHashSoFar >>> 15);
        if (is === kind.letter) {
          if (first < 0) {
            first = at;
            slotHashSoFar = ((0x811c9dc5 ^ code) * 1_000_003) | 0;
            storedHashSoFar = code * 648_391;
          } else if (before === kind.edge) plain = false; // such as name.ending or item(s)
          last = at + 1;
          slotHash = slotHashSoFar;
          storedHash = storedHashSoFar;
        } else if (is === kind.code) plain = false;
        else if (is === kind.hyphen) hyphens = true;
        before = is;
      }
      if (
        plain &&
        first >= 0 &&
        !(
          first > start &&
          last < at &&
          isQuote(text.charCodeAt(first - 1)) &&
          isQuote(text.charCodeAt(last))
        )
      ) {
        words += 1;
        if (!this.#isPlain(slotHash, storedHash)) {
          const allPlain = hyphens
            ? visitParts(text, first, last, visit)
            : visit(text.slice(first, last), first);
          if (allPlain) this.#remember(slotHash, storedHash);
        }
      }
      at += 1; // skip the space
    }
    return words;
  }

  #isPlain(slotHash: number, storedHash: number): boolean {
    let slot = slotHash & (slots - 1);
    while (this.#plain[slot] !== 0) {
      if (this.#plain[slot] === storedHash) return true;
      slot = (slot + 1) & (slots - 1);
    }
    return false;
  }

  #remember(slotHash: number, storedHash: number): void {
    if (this.#count >= slots / 2) return;
    let slot = slotHash & (slots - 1);
    while (this.#plain[slot] !== 0) slot = (slot + 1) & (slots - 1);
    this.#plain[slot] = storedHash;
    this.#count += 1;
  }
}

/** At most half of the slots are used, even if a connector is full of unknown words. */
const slots = 1 << 17;

/**
 * Visits the parts of a hyphenated word.
 *
 * @returns whether all parts are plain
 */
function visitParts(
  text: string,
  first: number,
  last: number,
  visit: (word: string, start: number) => boolean,
): boolean {
  let plain = true;
  let from = first;
  for (let index = first; index <= last; index += 1) {
    if (index < last && kindOf(text.charCodeAt(index)) !== kind.hyphen) continue;
    if (index > from && !visit(text.slice(from, index), from)) plain = false;
    from = index + 1;
  }
  return plain;
}

const quotes = new Set(
  Array.from('"\'*[]\u2018\u2019\u201c\u201d\u201e', (quote) => quote.charCodeAt(0)),
);
const isQuote = (code: number): boolean => quotes.has(code);
