import type { XmlElement, XmlFile, XmlProblem } from '../connector/archive.ts';

/** Levels and elements of a file. The largest solution of the corpus has 300 elements. */
const limits = { depth: 100, elements: 50_000 };

interface OpenElement extends XmlElement {
  children: XmlElement[];
}

/** Ends the parsing at the first problem. */
class Refusal extends Error {
  readonly problem: XmlProblem;

  constructor(problem: XmlProblem) {
    super(problem);
    this.problem = problem;
  }
}

const refuse = (problem: XmlProblem): never => {
  throw new Refusal(problem);
};

/**
 * Parses XML in UTF-8. A document type is refused, so that no entity is ever expanded. The first
 * call loads a library. Never throws because of the bytes.
 */
export async function parseXml(bytes: Uint8Array): Promise<XmlFile> {
  // A bundle of a CommonJS package has only a default export.
  const { default: saxes } = await import('saxes');
  const parser = new saxes.SaxesParser({ xmlns: false, position: true });
  const open: OpenElement[] = [];
  const roots: XmlElement[] = [];
  let elements = 0;
  parser.on('error', () => refuse('syntax'));
  parser.on('doctype', () => refuse('doctype'));
  parser.on('opentag', ({ name, attributes }) => {
    elements += 1;
    if (open.length >= limits.depth || elements > limits.elements) refuse('limit');
    open.push({ name, attributes: { ...attributes }, children: [], text: '', line: parser.line });
  });
  const addText = (text: string): void => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (!element) return;
    element.text = element.text.trim();
    (open.at(-1)?.children ?? roots).push(element);
  });
  try {
    parser.write(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).close();
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.problem, line: parser.line };
    if (error instanceof TypeError) return { problem: 'syntax', line: 1 }; // not UTF-8
    throw error;
  }
  const [root] = roots;
  return root ? { root } : { problem: 'syntax', line: parser.line };
}
