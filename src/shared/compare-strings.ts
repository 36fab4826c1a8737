/** Compares two strings by their UTF-16 units: the same order in every locale. For `sort`. */
export function compareStrings(a: string, b: string): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** Compares two items by a string of each. For `sort`. */
export const compareBy =
  <Item>(keyOf: (item: Item) => string) =>
  (a: Item, b: Item): number =>
    compareStrings(keyOf(a), keyOf(b));
