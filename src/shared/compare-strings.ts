/** Compares two strings by their UTF-16 units: the same order in every locale. For `sort`. */
export function compareStrings(a: string, b: string): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** A comparator for `sort` that orders items by a string of each. */
export const compareBy =
  <T>(keyOf: (item: T) => string) =>
  (a: T, b: T): number =>
    compareStrings(keyOf(a), keyOf(b));
