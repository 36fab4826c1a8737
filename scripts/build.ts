/** Builds `dist/`: validators from schemas, then JavaScript from TypeScript, then what is published beside it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const run = (...command: [string, ...string[]]): void => {
  const [program, ...args] = command;
  execFileSync(program, args, { cwd: root, stdio: 'inherit' });
};

rmSync(join(root, 'dist'), { recursive: true, force: true });
run(process.execPath, 'scripts/compile-schemas.ts');
run(process.execPath, 'node_modules/typescript/bin/tsc', '-p', '.');
for (const schema of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
  if (schema.endsWith('.schema.json')) copyFileSync(join(root, 'src', schema), join(root, 'dist', schema));
}
chmodSync(join(root, 'dist/cli.js'), 0o755);
