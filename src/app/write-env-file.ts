import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Sets variables in a file of variables, and keeps its other lines. Only its owner may read a new
 * file, because it contains secrets.
 */
export function writeEnvFile(path: string, variables: Readonly<Record<string, string>>): void {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
  const remaining = linesWithout(lines, new Set(Object.keys(variables)));
  const added = Object.entries(variables).map(
    // Double quotes: the key has several lines, which the file format writes as \n.
    ([name, value]) => `${name}="${value.trim().replaceAll('\n', '\\n')}"`,
  );
  writeFileSync(path, `${[...remaining, ...added].filter((line) => line !== '').join('\n')}\n`, {
    mode: 0o600,
  });
}

/** The lines that set none of the variables. A value in double quotes may have several lines. */
function linesWithout(lines: readonly string[], names: ReadonlySet<string>): string[] {
  const remaining: string[] = [];
  let isInside = false;
  for (const line of lines) {
    if (isInside) {
      isInside = !line.includes('"');
      continue;
    }
    const [, name = '', value = ''] = /^\s*(?:export\s+)?(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (!names.has(name)) remaining.push(line);
    else isInside = value.startsWith('"') && !value.slice(1).includes('"');
  }
  return remaining;
}
