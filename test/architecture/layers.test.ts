import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { parseSync, Visitor, type VisitorObject } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { layerOf, layers, layersTable, type Layer } from './layers.ts';

const src = join(import.meta.dirname, '../../src');
const layer: Readonly<Record<string, Layer>> = layers;
const names = Object.keys(layer);

interface Module {
  /** Below `src/`. */
  path: string;
  layer: string;
  /** Files of `src/` that it imports, types included. */
  files: string[];
  packages: string[];
  node: string[];
  /** What it takes from outside although its layer is pure, each with its offset. */
  impurities: string[];
}

/** Globals that read a clock, talk to the outside, wait, or run text as code. */
const impureGlobals = new Set([
  'Buffer',
  'Function',
  'console',
  'crypto',
  'eval',
  'fetch',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);

function impuritiesOf(program: ReturnType<typeof parseSync>['program']): string[] {
  const found: string[] = [];
  // Names of properties are no variables.
  const properties = new Set<number>();
  const visitor: VisitorObject = {
    MemberExpression(node) {
      if (!node.computed) properties.add(node.property.start);
      const { object, property } = node;
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
      if (object.name === 'Math' && property.name === 'random') found.push('Math.random');
      if (object.name === 'Date' && property.name === 'now') found.push('Date.now');
    },
    Property(node) {
      if (!node.computed && !node.shorthand) properties.add(node.key.start);
    },
    MethodDefinition(node) {
      properties.add(node.key.start);
    },
    PropertyDefinition(node) {
      properties.add(node.key.start);
    },
    TSPropertySignature(node) {
      properties.add(node.key.start);
    },
    TSMethodSignature(node) {
      properties.add(node.key.start);
    },
    NewExpression({ callee, arguments: given }) {
      if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0)
        found.push('new Date()');
    },
    Identifier({ name, start }) {
      if (impureGlobals.has(name) && !properties.has(start)) found.push(name);
    },
  };
  new Visitor(visitor).visit(program);
  return found;
}

function moduleAt(path: string): Module {
  const text = readFileSync(join(src, path), 'utf8');
  const { program, module, errors } = parseSync(path, text);
  expect(errors).toEqual([]);
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
      text.slice(start, end).replaceAll(/^['"]|['"]$/g, ''),
    ),
  ];
  const isRelative = (specifier: string): boolean => specifier.startsWith('.');
  const isNode = (specifier: string): boolean => specifier.startsWith('node:');
  const outside = specifiers.filter((specifier) => !isRelative(specifier) && !isNode(specifier));
  return {
    path,
    layer: layerOf(path) ?? '',
    files: specifiers.filter(isRelative).map((specifier) => join(dirname(path), specifier)),
    // `kysely/migration` is of the package `kysely`, `@octokit/core/types` of `@octokit/core`.
    packages: outside.map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    ),
    node: specifiers.filter(isNode),
    impurities: impuritiesOf(program),
  };
}

const modules = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .toSorted()
  .map(moduleAt);
const of = (name: string): Module[] => modules.filter((module) => module.layer === name);

describe('layers', () => {
  test('every file is in one', () => {
    expect(modules.filter(({ layer: name }) => name === '').map(({ path }) => path)).toEqual([]);
  });

  test.each(names)('%s imports only layers that come before it', (name) => {
    const below = new Set(names.slice(0, names.indexOf(name)));
    expect(layer[name]?.imports.filter((other) => !below.has(other))).toEqual([]);
  });

  test.each(modules)('$path imports only what its layer may', (module) => {
    const { imports, packages = [], node = [] } = layer[module.layer] ?? { imports: [] };
    const allowed = new Set([module.layer, ...imports]);
    expect(module.files.filter((file) => !allowed.has(layerOf(file) ?? file))).toEqual([]);
    expect(module.packages.filter((name) => !packages.includes(name))).toEqual([]);
    expect(module.node.filter((name) => !node.includes(name))).toEqual([]);
  });

  test.each(names)('%s uses everything that it may import', (name) => {
    const { imports, packages = [], node = [] } = layer[name] ?? { imports: [] };
    const files = new Set(of(name).flatMap((module) => module.files.map(layerOf)));
    const used = new Set(of(name).flatMap((module) => [...module.packages, ...module.node]));
    expect(imports.filter((other) => !files.has(other))).toEqual([]);
    expect([...packages, ...node].filter((other) => !used.has(other))).toEqual([]);
  });

  test.each(modules.filter((module) => layer[module.layer]?.pure))(
    '$path is pure',
    ({ impurities }) => {
      expect(impurities).toEqual([]);
    },
  );

  test('shared stays small', () => {
    expect(of('shared').length).toBeLessThanOrEqual(12);
  });

  test('CONTRIBUTING.md has the table of this file', () => {
    const text = readFileSync(join(src, '../CONTRIBUTING.md'), 'utf8');
    expect(text).toContain(layersTable());
  });
});

/** The folder or file directly below a folder of its layer that a path is in. */
const childOf = (folder: string, path: string): string =>
  path.slice(folder.length + 1).split('/')[0] ?? '';

/** A way back to where it began, along imports between what is directly below a folder. */
function cycleIn(folder: string): string[] | undefined {
  const inside = (path: string): boolean =>
    path.startsWith(`${folder}/`) &&
    (layerOf(path) ?? '').split('/').length <= folder.split('/').length;
  const edges = new Map<string, Set<string>>();
  for (const { path, files } of modules.filter((module) => inside(module.path))) {
    const from = childOf(folder, path);
    const to = edges.get(from) ?? new Set();
    for (const file of files.filter(inside))
      if (childOf(folder, file) !== from) to.add(childOf(folder, file));
    edges.set(from, to);
  }
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next, [...way, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}

const folders = [...new Set(modules.map(({ path }) => dirname(path)))].flatMap((path) =>
  path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/')),
);

test.each([...new Set(folders)])('nothing in %s imports in a circle', (folder) => {
  expect(cycleIn(folder)).toBeUndefined();
});
