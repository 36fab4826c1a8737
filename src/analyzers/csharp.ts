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

/** Node.js has it; the compiler's libraries have it only for browsers. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number; maximum: number }) => object;
  RuntimeError: ErrorConstructor;
};

type TreeSitter = { Parser: typeof Parser; Language: typeof Language };

const library = '@vscode/tree-sitter-wasm';
const grammar = `${library}/wasm/tree-sitter-c-sharp.wasm`;

/**
 * What one script may cost, in time and in pages of 64 KiB. The largest accepted one, 160 KB, takes
 * 80 ms, and a megabyte of such code 0.6 s and less than 100 MB; 20 KB of `a<a<a<…` would take 1.2
 * GB.
 */
const most = { milliseconds: 3000, pages: 2048 };
const firstPages = 512;

/** A parser of its own WebAssembly memory. Loading takes about 40 ms. */
async function loadParser(): Promise<Parser> {
  // a new one: an old one keeps what it has loaded, and its memory
  const require = createRequire(import.meta.url);
  delete require.cache[require.resolve(library)]; // one that ran out of memory cannot be used again
  const { Parser: NewParser, Language: AnyLanguage }: TreeSitter = require(library);
  const options = {
    locateFile: (file: string, folder: string) => folder + file,
    printErr: () => undefined,
    wasmMemory: new WebAssembly.Memory({ initial: firstPages, maximum: most.pages }),
  };
  await NewParser.init(options);
  const parser = new NewParser();
  parser.setLanguage(await AnyLanguage.load(await readFile(require.resolve(grammar))));
  return parser;
}

let loading: Promise<Parser> | undefined;

/**
 * Reads a script with a C# grammar, which is loaded by the first. Never throws for what is in the
 * text.
 */
export async function analyzeScript(text: string): Promise<ScriptAnalysis> {
  if (text.length > maxScriptSize) return unread('size');
  loading ??= loadParser();
  const parser = await loading;
  const started = performance.now();
  try {
    const tree = parser.parse(text, null, {
      progressCallback: () => performance.now() - started > most.milliseconds,
    });
    if (tree) {
      const facts = readTree(tree, text);
      tree.delete();
      return facts;
    }
    parser.reset();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error; // else out of memory
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

/** Errors after these are seldom anything but consequences of them. */
const mostErrors = 20;

/** One walk over all nodes, without recursion: hostile code is nested as deep as it is long. */
function readTree(tree: Tree, text: string): ScriptAnalysis {
  const facts = unread(undefined);
  const cursor = tree.walk();
  let run: NamedSpan | undefined; // the dotted name that is being read
  let open = false; // whether the name goes on: a dot was the last
  let dotted = false; // whether a dot stands before it, so that it is the end of another expression
  let role: 'created' | 'attributes' | 'names' = 'names';

  const end = (): void => {
    if (run && !dotted) facts[role].push(run);
    if (run) role = 'names';
    run = undefined;
    dotted = false;
  };
  const leaf = (type: string): void => {
    const start = cursor.startIndex;
    if (type === 'identifier') {
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
      if (type === 'unsafe') facts.unsafe.push({ start, end: cursor.endIndex });
    }
  };
  /** What a node is for; true where there is nothing more to see in it. */
  const enter = (type: string): boolean => {
    if (type === 'ERROR' || cursor.nodeIsMissing) {
      const span = { start: cursor.startIndex, end: cursor.endIndex };
      if (facts.errors.length < mostErrors && !isGrammarsOwn(text, span)) facts.errors.push(span);
    } else if (type === 'class_declaration') {
      facts.classes.push(readClass(cursor.currentNode, text));
    } else if (type === 'using_directive') {
      facts.usings.push(...readUsing(text, cursor.startIndex, cursor.endIndex));
      return true;
    } else if (type === 'attribute') {
      end();
      role = 'attributes';
    }
    return false;
  };

  let inError = 0; // how many levels below the outermost error
  for (;;) {
    const type = cursor.nodeType;
    const done: boolean = inError > 0 ? type === 'using_directive' : enter(type);
    if (!done && cursor.gotoFirstChild()) {
      if (inError > 0 || type === 'ERROR') inError += 1;
      continue;
    }
    if (!done) leaf(type);
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) {
        end();
        cursor.delete();
        return facts;
      }
      if (inError > 0) inError -= 1;
    }
  }
}

/**
 * The grammar takes the beginning of an initializer such as `{ [field.Key] = 1 }` for that of an
 * attribute, in some places (accepted: Zellis, script.csx, line 129).
 */
const isGrammarsOwn = (text: string, { start, end }: Span): boolean =>
  end - start < 200 && text.charAt(start - 1) === '[' && /^[\w.]+\.$/.test(text.slice(start, end));

function readClass(node: Node, text: string): ScriptClass {
  const named = (of: Node): NamedSpan => {
    const { startIndex: start, endIndex } = of.childForFieldName('name') ?? of;
    const last = Math.min(endIndex, start + 200);
    return { name: text.slice(start, last), start, end: last };
  };
  const bases =
    node.namedChildren.find((child) => child?.type === 'base_list')?.namedChildren ?? [];
  const members = node.childForFieldName('body')?.namedChildren ?? [];
  return {
    ...named(node),
    bases: bases.flatMap((base) =>
      base ? [text.slice(base.startIndex, Math.min(base.endIndex, base.startIndex + 200))] : [],
    ),
    methods: members.flatMap((member) =>
      member?.type === 'method_declaration'
        ? [
            {
              ...named(member),
              modifiers: member.namedChildren.flatMap((child) =>
                child?.type === 'modifier' ? [child.text] : [],
              ),
            },
          ]
        : [],
    ),
  };
}

/** `using A.B;`, `using static A.B;` and `using X = A.B;`, each of them also `global`. */
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
