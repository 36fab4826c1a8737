/**
 * A regular expression that is compiled at its first use. Compiling one with Unicode properties
 * takes milliseconds; together they took a third of a short run (decision 17).
 */
export function lazyRegExp(source: string, flags: string): () => RegExp {
  let compiled: RegExp | undefined;
  return () => (compiled ??= new RegExp(source, flags));
}
