import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contoso, folder, run } from '../support/cli.ts';

const line = '/certified-connectors/Contoso\\ Invoices/';

/** A repository with one connector and these files. */
function repository(name: string, files: Record<string, string>): string {
  const root = join(folder, name);
  cpSync(contoso, join(root, 'certified-connectors/Contoso Invoices'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test('a file without faults', () => {
  const root = repository('good', { '.github/CODEOWNERS': `* @rita\n${line} @ada\n` });
  expect(run(['owners', root])).toEqual({
    status: 0,
    out: 'No findings. 1 connector, owned: 1 by a line of their own.\n',
    err: '',
  });
});

test('lines without effect, in each format', () => {
  const root = repository('bad', {
    CODEOWNERS: `${line} @ada\n${line} someone\n/nowhere/ @ada\n/docs/ @\n${line} @rita\n`,
  });
  const { status, out } = run(['owners', root]);
  expect(status).toBe(1);
  expect(out).toMatchInlineSnapshot(`
    "CODEOWNERS:1  warning  The owners of \`/certified-connectors/Contoso Invoices/\` are never asked, because later lines match the same files, such as line 5, and the last match wins. Put all owners into one line.
    CODEOWNERS:2  error  GitHub skips this line, which names \`someone\`, which is not an owner: owners are \`@login\`, \`@organization/team\` or email addresses.
    CODEOWNERS:3  warning  No file matches \`/nowhere/\`. Correct the path, or remove the line.
    CODEOWNERS:4  error  GitHub skips this line, which names \`@\`, which is not an owner: owners are \`@login\`, \`@organization/team\` or email addresses.

    4 findings. 1 connector, owned: 1 by a line of their own.
    "
  `);
  const { findings, file, connectors } = JSON.parse(run(['owners', root, '--format', 'json']).out);
  expect(file).toBe('CODEOWNERS');
  expect(connectors).toEqual({ total: 1, withOwnLine: 1, withoutOwner: 0 });
  expect(findings).toHaveLength(4);
  expect(findings[1]).toMatchObject({ kind: 'skipped-line', severity: 'error', line: 2 });
  expect(run(['owners', root, '--format', 'github']).out).toContain(
    '::error file=CODEOWNERS,line=2,title=skipped-line::GitHub skips this line, which names `someone`',
  );
  expect(run(['owners', root, '--format', 'compact']).out).toContain(
    'CODEOWNERS:3:1: warning: No file matches `/nowhere/`.',
  );
});

test('what the file says cannot act in a terminal or a workflow', () => {
  const root = repository('hostile', {
    CODEOWNERS: '/\u001b\u202ex/ @ada\n/a%0A::error::x/ @ada\n* @ada\n',
  });
  const { out } = run(['owners', root]);
  for (const hidden of ['\u001b', '\u202e']) expect(out).not.toContain(hidden);
  const github = run(['owners', root, '--format', 'github']).out.split('\n');
  expect(github.filter((each) => each.startsWith('::error'))).toEqual([]);
});

test('what cannot be checked ends with a line that says why', () => {
  const missing = run(['owners', repository('none', {})]);
  expect(missing.status).toBe(2);
  expect(missing.err).toContain('has no CODEOWNERS file');
  const linked = repository('link', {});
  symlinkSync('/etc/passwd', join(linked, 'CODEOWNERS'));
  expect(run(['owners', linked]).err).toContain(
    'CODEOWNERS could not be read: it is a symbolic link',
  );
});
