/**
 * Compiles every `*.schema.json` below src/ into `src/generated/<name>.ts`: a validator that needs nothing at run time.
 * Ajv leaves `require` calls for its helpers in what it writes; esbuild puts the helpers themselves in their place.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _, Ajv, KeywordCxt, type AnySchemaObject, type CodeKeywordDefinition } from 'ajv';
import { and } from 'ajv/dist/compile/codegen/index.js';
import { alwaysValidSchema } from 'ajv/dist/compile/util.js';
import additionalProperties from 'ajv/dist/vocabularies/applicator/additionalProperties.js';
import { usePattern } from 'ajv/dist/vocabularies/code.js';
import AjvDraft04 from 'ajv-draft-04';
import ajvFormats from 'ajv-formats';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const source = join(root, 'src');
const target = join(source, 'generated');
const ending = '.schema.json';
/**
 * `verbose` puts the schema that was broken into each error. References to small schemas are replaced by these, larger ones
 * become functions: otherwise the same checks are written out dozens of times.
 */
const options = { strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true, verbose: true, inlineRefs: 4, code: { source: true, esm: true, lines: true } } as const;
/** The dialects of JSON Schema that are compiled here: ours are draft 7, Swagger 2.0 itself is draft 4. */
const dialects = {
  'http://json-schema.org/draft-07/schema#': () => new Ajv(options),
  'http://json-schema.org/draft-04/schema#': () => new AjvDraft04.default(options),
};
type Dialect = keyof typeof dialects;

const header = (path: string): string => `// @ts-nocheck
// Written by scripts/compile-schemas.ts from ${path}. Do not edit.

/** Where a value departs from the schema, as Ajv says it. */
export interface SchemaError {
  keyword: string;
  /** RFC 6901, into the value. */
  instancePath: string;
  /** RFC 6901 behind a "#", into the schema. */
  schemaPath: string;
  params: Readonly<Record<string, unknown>>;
  /** The schema that has the keyword. */
  parentSchema?: unknown;
  /** Set where the error is about a name of the object at \`instancePath\`. */
  propertyName?: string;
  message?: string;
}

/** True where the value fits the schema; else \`errors\` has all departures until the next call. */
export interface Validate {
  (value: unknown): boolean;
  errors?: SchemaError[] | null;
}

`;

const isSchema = (value: unknown): value is { $schema: Dialect } =>
  typeof value === 'object' && value !== null && '$schema' in value && typeof value.$schema === 'string' && Object.hasOwn(dialects, value.$schema);

/**
 * The keyword `properties`, in place of Ajv's own. That asks an object for each property that the schema knows: sixty questions
 * to an object that has four. This one looks once at each property that the object has, and says there which are not allowed.
 * Definitions take half the time.
 */
const properties: CodeKeywordDefinition = {
  keyword: 'properties',
  type: 'object',
  schemaType: 'object',
  code(cxt: KeywordCxt) {
    const { gen, schema, parentSchema, data, it } = cxt;
    const names = Object.keys(schema);
    const held = names.filter((name) => !alwaysValidSchema(it, schema[name]));
    const closed = isClosed(parentSchema);
    if (held.length === 0 && !closed) return;
    const valid = gen.name('valid');
    gen.forIn('key', data, (key) => {
      gen.if(_`false`);
      for (const name of held) {
        gen.elseIf(_`${key} === ${name}`);
        cxt.subschema({ keyword: 'properties', schemaProp: name, dataProp: name }, valid);
      }
      if (closed) {
        const others = names.filter((name) => !held.includes(name)).map((name) => _`${key} !== ${name}`);
        const patterns = Object.keys(parentSchema.patternProperties ?? {}).map((pattern) => _`!${usePattern(cxt, pattern)}.test(${key})`);
        gen.elseIf(and(_`true`, ...others, ...patterns));
        const unknown = new KeywordCxt(it, additionalProperties.default, 'additionalProperties');
        unknown.setParams({ additionalProperty: key });
        unknown.error();
      }
      gen.endIf();
    });
  },
};

/** Whether objects have the properties that their schema names, and no others: `properties` looks after both then. */
const isClosed = (schema: AnySchemaObject): boolean => schema.additionalProperties === false && schema.properties !== undefined;

const additional: CodeKeywordDefinition = {
  ...additionalProperties.default,
  code(cxt) {
    if (!isClosed(cxt.parentSchema)) additionalProperties.default.code(cxt);
  },
};

/**
 * Ajv copies the list of errors whenever a part of the value has one more: a file made of errors would take time that grows
 * with the square of its size. Here they are put behind the others.
 */
function withoutCopies(code: string): string {
  const mended = code.replace(/vErrors\.concat\(([\w.]+\.errors)\)/g, 'append(vErrors, $1)');
  if (mended.includes('.concat(')) throw new Error('Ajv copies lists in a way that is not known here.');
  return `const append = (all, more) => { for (const one of more) all.push(one); return all; };\n${mended}`;
}

async function compile(path: string): Promise<string> {
  const schema: unknown = JSON.parse(await readFile(join(root, path), 'utf8'));
  if (!isSchema(schema)) throw new Error(`${path}: "$schema" must be one of ${Object.keys(dialects).join(', ')}.`);
  const ajv = dialects[schema.$schema]();
  ajvFormats.default(ajv);
  ajv.removeKeyword('properties').addKeyword(properties);
  ajv.removeKeyword('additionalProperties').addKeyword(additional);
  const code = withoutCopies(standalone.default(ajv, ajv.compile(schema)));
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: root, sourcefile: path, loader: 'js' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName: 'compiled',
    platform: 'neutral',
    mainFields: ['main'],
    target: 'es2024',
    charset: 'utf8',
    legalComments: 'none',
    minify: true,
    logLevel: 'error',
  });
  const [output] = outputFiles;
  // What could not be bundled is listed as an import, or becomes a call that throws "Dynamic require of …". A bare search for
  // `require(` would stop at Ajv's helpers: they have a property `code` with the text of such a call, which nothing runs.
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map((one) => one.path));
  if (!output || outside.length > 0 || output.text.includes('Dynamic require of')) {
    throw new Error(`${path}: what was compiled still asks for other modules: ${outside.join(', ') || 'by a require call'}.`);
  }
  return `${header(path)}${output.text}\nexport const validate: Validate = compiled.validate;\n`;
}

/** Others may be reading the old file: it is replaced in one step, and only where it changed. */
async function replace(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return;
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}

const schemas = (await readdir(source, { recursive: true })).filter((path) => path.endsWith(ending)).sort();
const written = new Map<string, string>();
await mkdir(target, { recursive: true });
for (const schema of schemas) {
  const name = `${basename(schema, ending)}.ts`;
  const path = relative(root, join(source, schema)).replaceAll('\\', '/');
  const other = written.get(name);
  if (other !== undefined) throw new Error(`${path} and ${other} would both be written to src/generated/${name}. Rename one.`);
  await replace(join(target, name), await compile(path));
  written.set(name, path);
}
for (const file of await readdir(target)) {
  if (file.endsWith('.ts') && !written.has(file)) await rm(join(target, file));
}
