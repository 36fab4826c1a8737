import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Language, Node, Parser, Tree } from '@vscode/tree-sitter-wasm';
import {
  maxScriptSize,
  type NamedSpan,
  type ScriptClass,
  type ScriptAnalysis,
  type ScriptUnread,
  type ScriptUsing,
  type Span,
} from '../connector/script.ts';

/** Node.js has it, but TypeScript declares it only for browsers. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number; maximum: number }) => object;
  RuntimeError: ErrorConstructor;
};

type TreeSitter = { Parser: typeof Parser; Language: typeof Language };

const library = '@vscode/tree-sitter-wasm';
const grammar = `${library}/wasm/tree-sitter-c-sharp.wasm`;

/**
 * Limits for one script: the steps that the parser reports, the time, and WebAssembly memory in pages
 * of 64 KiB. The largest accepted script, 304 KB, takes 3,426 steps and 80 ms, a megabyte of such
 * code 11,542 steps, 0.3 s and less than 100 MB; 20 KB of `a<a<a<…` would take 1.2 GB. Steps do not
 * depend on how busy the machine is, so a script has the same findings everywhere; the time is a
 * second bound, which only steps that take very long reach.
 */
const scriptLimits = { steps: 120_000, milliseconds: 30_000, pages: 2048 };
const initialPages = 512;

/** Creates a parser with its own WebAssembly memory, in about 40 ms. */
async function loadParser(): Promise<Parser> {
  // The library is loaded again each time: an instance that ran out of memory cannot be used again.
  const require = createRequire(import.meta.url);
  delete require.cache[require.resolve(library)];
  const treeSitter: TreeSitter = require(library);
  const options = {
    locateFile: (file: string, folder: string) => folder + file,
    printErr: () => undefined,
    wasmMemory: new WebAssembly.Memory({ initial: initialPages, maximum: scriptLimits.pages }),
  };
  await treeSitter.Parser.init(options);
  const parser = new treeSitter.Parser();
  parser.setLanguage(await treeSitter.Language.load(await readFile(require.resolve(grammar))));
  return parser;
}

let loading: Promise<Parser> | undefined;

/**
 * Parses a C# script. The first call loads the grammar. Never throws because of the content of the
 * script.
 */
export async function analyzeScript(text: string): Promise<ScriptAnalysis> {
  if (text.length > maxScriptSize) return unread('size');
  loading ??= loadParser();
  const parser = await loading;
  const started = performance.now();
  let steps = 0;
  const isTooMuch = (): boolean => {
    steps += 1;
    return steps > scriptLimits.steps || performance.now() - started > scriptLimits.milliseconds;
  };
  try {
    const tree = parser.parse(text, null, { progressCallback: isTooMuch });
    if (tree) {
      const analysis = readTree(tree, text);
      tree.delete();
      return analysis;
    }
    parser.reset();
  } catch (error) {
    // A RuntimeError means that the memory of this parser is used up.
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    loading = undefined;
  }
  return unread('cost');
}

const unread = (reason: ScriptUnread | undefined): ScriptAnalysis => ({
  unread: reason,
  errors: [],
  usings: [],
  classes: [],
  created: [],
  names: [],
  attributes: [],
  unsafe: [],
});

/** Errors after the first ones are usually their consequences. */
const maxErrors = 20;

/**
 * Walks over all nodes without recursion, because hostile code can be nested very deeply. Every
 * question to the cursor is a call of WebAssembly, so it asks only what it needs.
 */
function readTree(tree: Tree, text: string): ScriptAnalysis {
  const analysis = unread(undefined);
  const cursor = tree.walk();
  const hasErrors = tree.rootNode.hasError;
  let run: NamedSpan | undefined; // the dotted name that is being read
  let open = false; // whether the last token was a dot, so that the name continues
  let dotted = false; // whether a dot precedes the name, so that it continues an expression
  let role: 'created' | 'attributes' | 'names' = 'names';

  const end = (): void => {
    if (run && !dotted) analysis[role].push(run);
    if (run) role = 'names';
    run = undefined;
    dotted = false;
  };
  const leaf = (type: string): void => {
    if (type === 'identifier') {
      const start = cursor.startIndex;
      const name = text.slice(start, cursor.endIndex);
      if (run && open) {
        run.name += `.${name}`;
        run.end = cursor.endIndex;
      } else {
        const continued: boolean = open && !run;
        end();
        dotted = continued;
        run = { name, start, end: cursor.endIndex };
      }
      open = false;
    } else if (type === '.') {
      open = true;
    } else if (type !== 'comment') {
      end();
      open = false;
      role = type === 'new' ? 'created' : 'names';
      if (type === 'unsafe')
        analysis.unsafe.push({ start: cursor.startIndex, end: cursor.endIndex });
    }
  };
  /** Handles a node before its children. Returns whether to skip the children. */
  const enter = (type: string): boolean => {
    if (hasErrors && (type === 'ERROR' || cursor.nodeIsMissing)) {
      const span = { start: cursor.startIndex, end: cursor.endIndex };
      if (analysis.errors.length < maxErrors && !isGrammarMistake(text, span))
        analysis.errors.push(span);
    } else if (type === 'class_declaration') {
      analysis.classes.push(readClass(cursor.currentNode, text));
    } else if (type === 'using_directive') {
      analysis.usings.push(...readUsing(text, cursor.startIndex, cursor.endIndex));
      return true;
    } else if (type === 'attribute') {
      end();
      role = 'attributes';
    }
    return false;
  };

  let inError = 0; // how many levels below the outermost ERROR node
  for (;;) {
    const type = cursor.nodeType;
    const done: boolean = inError > 0 ? type === 'using_directive' : enter(type);
    if (!done && mayHaveChildren(type) && cursor.gotoFirstChild()) {
      if (inError > 0 || type === 'ERROR') inError += 1;
      continue;
    }
    if (!done) leaf(type);
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) {
        end();
        cursor.delete();
        return analysis;
      }
      if (inError > 0) inError -= 1;
    }
  }
}

/** Marks and operators are named by their characters, and have no children. */
const mayHaveChildren = (type: string): boolean => /^\w/.test(type);

/**
 * Whether the error is a mistake of the grammar: in some places it reads the start of an initializer
 * such as `{ [field.Key] = 1 }` as an attribute (in the accepted connector Zellis, script.csx, line
 * 129).
 */
const isGrammarMistake = (text: string, { start, end }: Span): boolean =>
  end - start < 200 && text.charAt(start - 1) === '[' && /^[\w.]+\.$/.test(text.slice(start, end));

function readClass(node: Node, text: string): ScriptClass {
  const nameOf = (declaration: Node): NamedSpan => {
    const { startIndex: start, endIndex } = declaration.childForFieldName('name') ?? declaration;
    const end = Math.min(endIndex, start + 200);
    return { name: text.slice(start, end), start, end };
  };
  const bases =
    node.namedChildren.find((child) => child?.type === 'base_list')?.namedChildren ?? [];
  const members = node.childForFieldName('body')?.namedChildren ?? [];
  return {
    ...nameOf(node),
    bases: bases.flatMap((base) =>
      base ? [text.slice(base.startIndex, Math.min(base.endIndex, base.startIndex + 200))] : [],
    ),
    methods: members.flatMap((member) =>
      member?.type === 'method_declaration'
        ? [
            {
              ...nameOf(member),
              modifiers: member.namedChildren.flatMap((child) =>
                child?.type === 'modifier' ? [child.text] : [],
              ),
            },
          ]
        : [],
    ),
  };
}

/** Parses `using A.B;`, `using static A.B;` and `using X = A.B;`, each also with `global`. */
function readUsing(text: string, start: number, end: number): Iterable<ScriptUsing> {
  const parts = /^(?:global\s+)?using\s+(static\s+)?(?:(@?\w+)\s*=\s*)?(?:global::)?([\w.]+)/.exec(
    text.slice(start, Math.min(end, start + 500)),
  );
  const name = parts?.[3];
  if (!parts || name === undefined) return [];
  const from = start + parts[0].length - name.length;
  return [
    {
      name,
      start: from,
      end: from + name.length,
      of: parts[1] !== undefined || parts[2] !== undefined ? 'type' : 'namespace',
    },
  ];
}
