/** Words to search for; what is joined in camel case, or by `-` and `_`, is several. */
const partsOf = (text: string): string[] =>
  text
    .split(/[^\p{L}\p{N}.]+|(?<=[a-z])(?=[A-Z])|\.(?!\d)/u)
    .map((word) => word.replaceAll(/^\.+|\.+$/g, '').toLowerCase())
    .filter((word) => word !== '');

/** Names as a whole, so that they are found in lower case too: `operationidnotunique`. */
const wholesOf = (text: string): string[] =>
  Array.from(text.matchAll(/\b[A-Z]\w*[a-z][A-Z]\w*/g), ([name]) => name.toLowerCase());

/** How the index is built, and how the browser reads it. */
export const indexOptions = {
  fields: ['title', 'summary', 'text'],
  storeFields: ['title', 'kind', 'path', 'summary'],
  tokenize: (text: string): string[] => [...partsOf(text), ...wholesOf(text)],
};

/**
 * How the browser searches: words may be cut short and misspelled, and all must be there; the title
 * counts most.
 */
export const searchOptions = {
  tokenize: partsOf,
  prefix: true,
  fuzzy: (term: string): number | false => (term.length > 4 ? 0.2 : false),
  boost: { title: 6, summary: 2 },
};
