import { expect, test } from 'vitest';
import { maxScriptSize } from '../../src/connector/script.ts';
import { analyzeScript } from '../../src/analyzers/csharp.ts';

const good = `using System.Net.Http;
public class Script : ScriptBase
{
    public override async Task<HttpResponseMessage> ExecuteAsync()
    {
        return await this.Context.SendAsync(this.Context.Request, this.CancellationToken);
    }
}
`;

test('a script is read: its usings, its class, its base and its methods, each where it stands', async () => {
  const facts = await analyzeScript(good);
  expect(facts).toMatchObject({
    unread: undefined,
    errors: [],
    usings: [{ name: 'System.Net.Http', of: 'namespace' }],
    classes: [
      {
        name: 'Script',
        bases: ['ScriptBase'],
        methods: [{ name: 'ExecuteAsync', modifiers: ['public', 'override', 'async'] }],
      },
    ],
  });
  const { start, end } = facts.classes[0] ?? { start: 0, end: 0 };
  expect(good.slice(start, end)).toBe('Script');
});

test('offsets count UTF-16 units, whatever stands before', async () => {
  const text = `// 😀 ÄÖÜ\n${good}`;
  const { usings } = await analyzeScript(text);
  expect(usings.map(({ start, end }) => text.slice(start, end))).toEqual(['System.Net.Http']);
});

test('what is in strings and comments is not code', async () => {
  const { names, created, errors } = await analyzeScript(
    'var a = "new HttpClient(); File.ReadAllText"; // new Process()\n/* Process.Start */',
  );
  expect([created, errors, names.map(({ name }) => name)]).toEqual([[], [], ['a']]);
});

test('a name is dotted as it is written, over lines and comments too', async () => {
  const { names, created } = await analyzeScript(
    'var a = System.IO /* here */ .\n File.ReadAllText("x"); ' +
      'var b = new System.Net.Http.HttpClient(); var c = f().File.Name;',
  );
  expect(names.map(({ name }) => name)).toContain('System.IO.File.ReadAllText');
  expect(created.map(({ name }) => name)).toEqual(['System.Net.Http.HttpClient']);
  expect(names.map(({ name }) => name)).not.toContain('File.Name');
});

test.each([
  'a<',
  '(',
  '{',
  ';',
  'F<T,',
  '$"{',
  'a.b().',
  'class A:B{int c(){',
  '[A.',
  '\ud800',
  '#if A\n',
])('a hostile script of %j is read or given up, and the next one is read', async (part) => {
  const facts = await analyzeScript(part.repeat(300_000 / part.length));
  expect([undefined, 'cost']).toContain(facts.unread);
  expect((await analyzeScript(good)).classes).toHaveLength(1);
});

test('a script that is too large is not parsed', async () => {
  expect((await analyzeScript('x'.repeat(maxScriptSize + 1))).unread).toBe('size');
});
