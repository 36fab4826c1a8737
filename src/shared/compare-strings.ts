/** Compares strings by their UTF-16 units, for `sort`: the same order whatever the locale. */
export function compareStrings(a: string, b: string): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}
