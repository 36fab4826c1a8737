import type { XmlElement, XmlFile, XmlProblem } from '../connector/archive.ts';

/** Levels and elements of a file. The largest solution of the corpus has 300 elements. */
const limits = { depth: 100, elements: 50_000 };

interface OpenElement extends XmlElement {
  children: XmlElement[];
}

/**
 * Parses XML in UTF-8. A document type is refused, so that no entity is ever expanded. The first
 * call loads a library. Never throws because of the bytes.
 */
export async function parseXml(bytes: Uint8Array): Promise<XmlFile> {
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: OpenElement[] = [];
  const result: { root?: XmlElement; refused?: { problem: XmlProblem; line: number } } = {};
  const refuse = (problem: XmlProblem): void => {
    result.refused ??= { problem, line: parser.line };
  };
  parser.on('error', () => refuse('syntax'));
  parser.on('doctype', () => refuse('doctype'));
  let elements = 0;
  parser.on('opentag', ({ name, attributes }) => {
    elements += 1;
    if (open.length >= limits.depth || elements > limits.elements) refuse('limit');
    if (result.refused) return;
    open.push({ name, attributes: { ...attributes }, children: [], text: '', line: parser.line });
  });
  const addText = (text: string): void => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = result.refused ? undefined : open.pop();
    if (!element) return;
    element.text = element.text.trim();
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else result.root = element;
  });
  const text = decode(bytes);
  if (text === undefined) return { problem: 'syntax', line: 1 };
  // In parts, so that nothing is parsed after a problem.
  for (let at = 0; at < text.length && !result.refused; at += partSize)
    parser.write(text.slice(at, at + partSize));
  if (!result.refused) parser.close();
  if (!result.refused && result.root) return { root: result.root };
  return result.refused ?? { problem: 'syntax', line: 1 };
}

const partSize = 65_536;

/** Without a byte-order mark; undefined if the bytes are not UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
