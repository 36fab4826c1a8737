import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { change, contoso, definition, folder, run } from '../support/cli.ts';

/** A copy of the connector that breaks no rule, in a repository of its own. */
function copyOf(name: string, classFolder = 'certified-connectors'): string {
  const to = join(folder, name, classFolder, 'Contoso Invoices');
  cpSync(contoso, to, { recursive: true });
  return to;
}

describe('gatehouse page', () => {
  test('writes Markdown, HTML or JSON, of a folder or a definition', () => {
    const connector = copyOf('formats');
    const markdown = run(['page', connector]);
    expect(markdown).toMatchObject({ status: 0, err: '' });
    expect(markdown.out).toMatch(/^# Contoso Invoices\n/);
    expect(markdown.out).toContain('| Customer | `customer` | True | string |');

    const html = run(['page', connector, '--format', 'html']);
    expect(html.status).toBe(0);
    expect(html.out).toMatch(/^<!doctype html>/);
    expect(html.out).toContain('src="data:image/png;base64,');
    expect(html.out).not.toMatch(/<script|https?:\/\/(?!contoso\.com|learn\.microsoft\.com)/);

    const json = run(['page', join(connector, definition), '--format', 'json']);
    expect(json.status).toBe(0);
    const { version, title, blocks } = JSON.parse(json.out);
    expect({ version, title }).toEqual({ version: 1, title: 'Contoso Invoices' });
    expect(blocks[0]).toEqual({
      kind: 'heading',
      level: 1,
      text: 'Contoso Invoices',
      key: 'connector',
      anchor: 'contoso-invoices',
    });
  });

  test('writes to a file', () => {
    const connector = copyOf('file');
    const output = join(folder, 'page.md');
    expect(run(['page', connector, '--output', output])).toMatchObject({ status: 0, out: '' });
    expect(readFileSync(output, 'utf8')).toContain('## Actions');
  });

  test('uses the settings of the repository, and the class of the folder', () => {
    const connector = copyOf('settings', 'independent-publisher-connectors');
    const settings = join(connector, '../../.github');
    mkdirSync(settings, { recursive: true });
    writeFileSync(
      join(settings, 'gatehouse.yml'),
      'preset: microsoft\nreference:\n  connectors:\n' +
        '    independent-publisher-connectors/Contoso Invoices: { preview: true }\n',
    );
    const { out } = run(['page', 'Contoso Invoices'], join(connector, '..'));
    expect(out).toMatch(/^# Contoso Invoices \(Independent Publisher\) \(Preview\)\n/);
    expect(out).toContain('| API calls per connection | 100 | 60 seconds |');
  });

  test.each([
    ['a folder that does not exist', () => join(folder, 'nowhere'), 'does not exist'],
    [
      'a folder without a definition',
      () => {
        const path = join(folder, 'empty');
        mkdirSync(path, { recursive: true });
        return path;
      },
      'has no definition',
    ],
    [
      'a definition that is not an object',
      () => {
        const path = join(folder, 'list.json');
        writeFileSync(path, '[]');
        return path;
      },
      'is not a JSON object. Run "gatehouse check" to see what is wrong.',
    ],
  ])('of %s is one line and status 2', (_what, path, message) => {
    const { status, out, err } = run(['page', path()]);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('masks secrets', () => {
    const connector = copyOf('secrets');
    const secret = `ghp_${'A1b2C3d4E5f6G7h8I9j0'.repeat(2).slice(0, 36)}`;
    change(connector, 'Returns one invoice by its number.', `Returns one invoice. ${secret}`);
    for (const format of ['markdown', 'html', 'json'])
      expect(run(['page', connector, '--format', format]).out).not.toContain(secret.slice(6));
  });
});

test('gatehouse diff --page shows what readers will see differently', () => {
  const [before, after] = [copyOf('before'), copyOf('after')];
  expect(run(['diff', before, after, '--page'])).toMatchObject({
    status: 0,
    out: 'Readers of the reference page will see no difference.\n',
  });
  change(after, '"summary": "Get an invoice"', '"summary": "Read an invoice"');
  expect(run(['diff', before, after, '--page'])).toMatchObject({
    status: 0,
    out: '```diff\n@@ Read an invoice @@\n- Get an invoice\n+ Read an invoice\n```\n',
  });
});
