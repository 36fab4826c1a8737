import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as analyzers from '../src/analyzers/analyze.ts';
import { OpenConnectors } from '../src/lsp/open-connectors.ts';
import type { EditorFinding } from '../src/lsp/thread-messages.ts';
import { splitMessage } from '../src/shared/message-parts.ts';

const connector = fileURLToPath(
  new URL('../fixtures/connectors/certified-connectors/Contoso Invoices', import.meta.url),
);

/** Mistakes of each kind that an editor marks, in a connector without any. */
const mistakes: readonly [find: string, replace: string][] = [
  ['"operationId": "GetInvoice"', '"operationId": "ListInvoices"'],
  ['"summary": "Get an invoice"', '"summary": "Get an invoice."'],
  ['"description": "Returns one invoice by its number."', '"description": "Returns one invioce."'],
];

const size = { character: 8.43, line: 20, margin: 16, gutter: 44, columns: 112 };
const colors = { error: '#f47067', warning: '#f0c674', note: '#6cb6ff' };
const text = { key: '#6cb6ff', value: '#8ddb8c', other: '#adbac7', number: '#9198a1' };

const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(' ', '\u00a0');

const span = (color: string, value: string): string =>
  `<tspan fill="${color}">${escaped(value)}</tspan>`;

const colored = (line: string): string =>
  line
    .split(/("[^"]*":?)/)
    .filter((part) => part !== '')
    .map((part) => {
      if (!part.startsWith('"')) return span(text.other, part);
      return span(part.endsWith(':') ? text.key : text.value, part);
    })
    .join('');

/** A wavy line below some characters. */
function squiggle({ range: { start, end }, severity }: EditorFinding, y: number): string {
  const from = size.margin + size.gutter + start.character * size.character;
  const waves = Math.max(1, Math.round(((end.character - start.character) * size.character) / 6));
  const path = `M${from.toFixed(1)} ${y + 4} ${'q1.5 -3 3 0 t3 0 '.repeat(waves)}`;
  return `<path d="${path}" fill="none" stroke="${colors[severity]}" stroke-width="1.2"/>`;
}

/** The SVG of an editor that shows a connector with mistakes, with what the language server says. */
export async function editorPicture(): Promise<string> {
  const path = join(connector, 'apiDefinition.swagger.json');
  const shown = mistakes.reduce(
    (before, [find, replace]) => before.replace(find, replace),
    readFileSync(path, 'utf8'),
  );
  const report = await new OpenConnectors(analyzers).validate(
    {
      id: 0,
      directory: connector,
      workspaceFolder: undefined,
      documents: [{ path, text: shown, length: shown.length }],
      assumedClass: 'certified',
      base: undefined,
      changed: 'nothing',
    },
    () => undefined,
  );
  const findings = report.files.find((file) => file.path === path)?.findings ?? [];
  const lines = shown.split('\n');
  const numbers = findings.map(({ range }) => range.start.line);
  const [first, last] = [Math.min(...numbers) - 2, Math.max(...numbers) + 2];
  const rows = lines.slice(first, last + 1).map((line, index) => {
    const inLine = findings.filter(({ range }) => range.start.line === first + index);
    const y = size.margin + (index + 0.75) * size.line;
    const number = span(text.number, String(first + index + 1).padStart(3));
    // As much of the first message as there is space for, behind the line.
    const [finding] = inLine;
    const space = size.columns - line.length - 3;
    const [sentence] = finding ? splitMessage(finding.message, /(?<=\.) /) : [''];
    const said = sentence.length > space ? `${sentence.slice(0, space - 1)}…` : sentence;
    const message = finding ? span(colors[finding.severity], `   ${said}`) : '';
    return (
      `<text x="${size.margin}" y="${y}">${number}</text>` +
      `<text x="${size.margin + size.gutter}" y="${y}">${colored(line)}${message}</text>` +
      inLine.map((each) => squiggle(each, y)).join('')
    );
  });
  const width = Math.ceil(2 * size.margin + size.gutter + size.columns * size.character);
  const height = rows.length * size.line + 2 * size.margin;
  const title =
    'An editor that marks a repeated operation ID, an unwanted period and a misspelled word';
  const box = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" aria-label="${title}">
<rect width="${width}" height="${height}" rx="8" fill="#22272e"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
${rows.join('\n')}
</g>
</svg>
`;
}
