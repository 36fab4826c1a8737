/** Characters of a word; longer ones are cut. */
const maxWord = 60;
/** Words of a search that count. */
const maxTerms = 10;
/** Characters of a search that are looked at. */
const maxQuery = 300;

/**
 * The words of a text in lower case. The same for a text that is indexed and for what people look
 * for: characters other than letters and digits separate words.
 */
export const searchWords = (text: string): string[] =>
  (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).map((word) => word.slice(0, maxWord).toWellFormed());

/** What people look for: its first ten words. */
export const searchTerms = (query: string): string[] =>
  searchWords(query.slice(0, maxQuery)).slice(0, maxTerms);

/**
 * A text to index: its words with spaces between them, and after each the parts of a name such as
 * `GetAllInvoices`.
 * @param maxLength of the text that is read
 */
export function searchText(text: string, maxLength: number): string {
  const words: string[] = [];
  for (const [written] of text.slice(0, maxLength).matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    words.push(...searchWords(written));
    const parts = written.match(/\p{Lu}*\p{Ll}+|\p{Lu}+|\p{N}+/gu) ?? [];
    if (parts.length > 1) words.push(...parts.flatMap(searchWords));
  }
  return words.join(' ');
}
