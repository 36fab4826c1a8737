/**
 * A picture of a terminal as SVG, from text with the escape codes for bold, dim and the eight
 * colors.
 */
const colors: Record<number, string> = {
  31: '#f47067',
  32: '#8ddb8c',
  33: '#f0c674',
  34: '#6cb6ff',
  35: '#dcbdfb',
  36: '#76e3ea',
  90: '#9198a1',
};
const escape = '\u001b[';
/** Kept when a line is split along it. */
const escapes = new RegExp(`(${escape.replace('[', '\\[')}[\\d;]*m)`, 'g');
const plain = '#adbac7';
/** Like all colors here, it has a contrast of at least 4.5 to the background (WCAG 2.2, 1.4.3). */
const dimmed = '#9198a1';
const background = '#22272e';
const size = { character: 8.43, line: 19, margin: 16 };

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(' ', '\u00a0');

interface Style {
  color: string;
  bold: boolean;
  dim: boolean;
}

function restyled(style: Style, codes: string): Style {
  return codes
    .split(';')
    .map(Number)
    .reduce<Style>((now, code) => {
      if (code === 0) return { color: plain, bold: false, dim: false };
      if (code === 1) return { ...now, bold: true };
      if (code === 2) return { ...now, dim: true };
      if (code === 22) return { ...now, bold: false, dim: false };
      if (code === 39) return { ...now, color: plain };
      return { ...now, color: colors[code] ?? now.color };
    }, style);
}

/**
 * The SVG of a terminal that shows `text`. People who do not see it get `title` and the text itself.
 */
export function picture(text: string, title: string): string {
  const lines = text.trimEnd().split('\n');
  const columns = Math.max(...lines.map((line) => line.replaceAll(escapes, '').length));
  const width = Math.ceil(columns * size.character + 2 * size.margin);
  const height = lines.length * size.line + 2 * size.margin;
  let style: Style = { color: plain, bold: false, dim: false };
  const rows = lines.map((line, index) => {
    let spans = '';
    for (const part of line.split(escapes)) {
      const codes = part.startsWith(escape) ? part.slice(2, -1) : undefined;
      if (codes !== undefined) style = restyled(style, codes === '' ? '0' : codes);
      else if (part !== '') {
        const weight = style.bold ? ' font-weight="bold"' : '';
        const color = style.dim ? dimmed : style.color;
        spans += `<tspan fill="${color}"${weight}>${escaped(part)}</tspan>`;
      }
    }
    return (
      `<text x="${size.margin}" ` +
      `y="${size.margin + (index + 0.75) * size.line}">${spans}</text>`
    );
  });
  const box = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const labels = 'aria-labelledby="title" aria-describedby="text"';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" ${labels}>
<title id="title">${escaped(title)}</title>
<desc id="text">${escaped(text.replaceAll(escapes, '')).replaceAll('\u00a0', ' ')}</desc>
<rect width="${width}" height="${height}" rx="8" fill="${background}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
${rows.join('\n')}
</g>
</svg>
`;
}
