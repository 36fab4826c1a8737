/**
 * Longer names are not compared: nobody mistypes them, and the time grows with the square of the
 * length.
 */
const longest = 80;

/**
 * The name that was probably meant: the one with the fewest characters to change, where that is at
 * most a third of the longer one.
 */
export function closestMatch(name: string, known: readonly string[]): string | undefined {
  if (name.length > longest) return undefined;
  const asked = name.toLowerCase();
  let best: string | undefined;
  let fewest = Infinity;
  for (const one of known) {
    const most = Math.max(name.length, one.length) / 3;
    if (one.length > longest || Math.abs(name.length - one.length) > most) continue;
    const changes = distance(asked, one.toLowerCase());
    if (changes < fewest && changes <= most) [best, fewest] = [one, changes];
  }
  return best;
}

/**
 * How many characters must be added, removed or replaced to make one text of the other
 * (Levenshtein).
 */
function distance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      line.push(Math.min(replaced, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[to.length] ?? 0;
}
