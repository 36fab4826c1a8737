/**
 * The index of the last number that is not above `value`: the line of an offset among the starts of
 * lines. 0 if there is none.
 * @param sorted in ascending order
 */
export function lastAtMost(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
