/**
 * Compiles every `*.schema.json` below src/ into `src/generated/<name>.ts`: a validator that needs
 * nothing at run time. Ajv leaves `require` calls for its helpers in what it writes; esbuild puts
 * the helpers themselves in their place.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  _,
  Ajv,
  KeywordCxt,
  type AnySchemaObject,
  type CodeKeywordDefinition,
  type Options,
} from 'ajv';
import { and, not } from 'ajv/dist/compile/codegen/index.js';
import { alwaysValidSchema } from 'ajv/dist/compile/util.js';
import additionalProperties from 'ajv/dist/vocabularies/applicator/additionalProperties.js';
import names from 'ajv/dist/compile/names.js';
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
 * `verbose` puts the schema that was broken into each error. References to small schemas are
 * replaced by these, larger ones become functions: otherwise the same checks are written out dozens
 * of times.
 */
const options: Options = {
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  allErrors: true,
  verbose: true,
  inlineRefs: 4,
  code: { source: true, esm: true, lines: true },
};
/**
 * Whether a value fits at all: a fourth of the code. Most files fit, and code that runs for a
 * second is hardly ever optimized.
 */
const yesOrNo: Options = { ...options, allErrors: false, verbose: false, messages: false };
/**
 * The dialects of JSON Schema that are compiled here: ours are draft 7, Swagger 2.0 itself is draft
 * 4.
 */
const dialects = {
  'http://json-schema.org/draft-07/schema#': Ajv,
  'http://json-schema.org/draft-04/schema#': AjvDraft04.default,
};
type Dialect = keyof typeof dialects;

const header = (path: string): string => `// @ts-nocheck
// Written by scripts/compile-schemas.ts from ${path}. Do not edit.

import type { SchemaError } from '../json/schema-errors.ts';

/** True if the value is valid; otherwise \`errors\` has all violations until the next call. */
export interface Validate {
  (value: unknown): boolean;
  errors?: SchemaError[] | null;
}

`;

const isSchema = (value: unknown): value is { $schema: Dialect } =>
  typeof value === 'object' &&
  value !== null &&
  '$schema' in value &&
  typeof value.$schema === 'string' &&
  Object.hasOwn(dialects, value.$schema);

/**
 * The keyword `properties`, in place of Ajv's own. That asks an object for each property that the
 * schema knows: sixty questions to an object that has four. This one looks once at each property
 * that the object has, and says there which are not allowed. Definitions take half the time.
 */
const properties: CodeKeywordDefinition = {
  keyword: 'properties',
  type: 'object',
  schemaType: 'object',
  trackErrors: true,
  code(cxt: KeywordCxt) {
    const { gen, schema, parentSchema, data, errsCount, it } = cxt;
    const known = Object.keys(schema);
    const held = known.filter((name) => !alwaysValidSchema(it, schema[name]));
    const closed = isClosed(parentSchema);
    if (held.length === 0 && !closed) return;
    const valid = gen.name('valid');
    gen.forIn('key', data, (key) => {
      gen.if(_`false`);
      for (const name of held) {
        gen.elseIf(_`${key} === ${name}`);
        cxt.subschema({ keyword: 'properties', schemaProp: name, dataProp: name }, valid);
        if (!it.allErrors) gen.if(not(valid), () => gen.break());
      }
      if (closed) {
        const others = known
          .filter((name) => !held.includes(name))
          .map((name) => _`${key} !== ${name}`);
        const patterns = Object.keys(parentSchema.patternProperties ?? {}).map(
          (pattern) => _`!${usePattern(cxt, pattern)}.test(${key})`,
        );
        gen.elseIf(and(_`true`, ...others, ...patterns));
        const unknown = new KeywordCxt(it, additionalProperties.default, 'additionalProperties');
        unknown.setParams({ additionalProperty: key });
        unknown.error();
        if (!it.allErrors) gen.break();
      }
      gen.endIf();
    });
    cxt.ok(_`${errsCount} === ${names.default.errors}`);
  },
};

/**
 * Whether objects have the properties that their schema names, and no others: `properties` looks
 * after both then.
 */
const isClosed = (schema: AnySchemaObject): boolean =>
  schema.additionalProperties === false && schema.properties !== undefined;

const additional: CodeKeywordDefinition = {
  ...additionalProperties.default,
  code(cxt) {
    if (!isClosed(cxt.parentSchema)) additionalProperties.default.code(cxt);
  },
};

/**
 * Ajv copies the list of errors whenever a part of the value has one more: a file made of errors
 * would take time that grows with the square of its size. Here they are put behind the others.
 */
function withoutCopies(code: string): string {
  const mended = code.replace(/vErrors\.concat\(([\w.]+\.errors)\)/g, 'append(vErrors, $1)');
  if (mended.includes('.concat('))
    throw new Error('Ajv copies lists in a way that is not known here.');
  return (
    'const append = (all, more) => { for (const one of more) all.push(one); return all; ' +
    `};\n${mended}`
  );
}

/**
 * Ajv looks for names of a pattern even where their values may be anything, if a reference says so:
 * that takes as long as all the rest.
 */
const withoutIdlePatterns = (key: string, value: unknown): unknown =>
  key === 'patternProperties' && typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([pattern, held]) => [pattern, isIdle(held) ? true : held]),
      )
    : value;

const isIdle = (held: unknown): boolean =>
  typeof held === 'object' &&
  held !== null &&
  '$ref' in held &&
  held.$ref === '#/definitions/extension';

/** What the code does to say where it is and what is wrong, taken out of it. */
function withoutWords(code: string): string {
  const plain = code
    .replace(
      /vErrors = vErrors === null \? [\w.]+\.errors : vErrors\.concat\([\w.]+\.errors\);\nerrors = vErrors\.length;/g,
      'errors++;',
    )
    .replace(/^validate\d+\.errors = .*;$/gm, '')
    .replace(/^const err\d+ = \{.*\};$/gm, '')
    .replace(/\berr\d+\b/g, '1')
    .replace(/, \{instancePath\b[^{}]*\}(?:=\{\})?/g, '');
  if (/instancePath|\.errors/.test(plain))
    throw new Error('Ajv says what is wrong in a way that is not known here.');
  return plain;
}

function codeOf(schema: { $schema: Dialect }, settings: Options): string {
  const ajv = new dialects[schema.$schema](settings);
  ajvFormats.default(ajv);
  ajv.addKeyword('defaultSnippets'); // for editors
  ajv.removeKeyword('properties').addKeyword(properties);
  ajv.removeKeyword('additionalProperties').addKeyword(additional);
  return standalone.default(ajv, ajv.compile(schema));
}

async function compile(path: string): Promise<string> {
  const schema: unknown = JSON.parse(await readFile(join(root, path), 'utf8'), withoutIdlePatterns);
  if (!isSchema(schema))
    throw new Error(`${path}: "$schema" must be one of ${Object.keys(dialects).join(', ')}.`);
  const quick = await bundle('quick', path, withoutWords(codeOf(schema, yesOrNo)));
  const telling = await bundle('telling', path, withoutCopies(codeOf(schema, options)));
  return `${header(path)}${quick}${telling}
/** Whether a value fits the schema: quicker, without a word about what is wrong. */
export const fits: (value: unknown) => boolean = quick.validate;

/** What is wrong with a value. */
export const tell: Validate = telling.validate;

export const validate: Validate = (value) => {
  validate.errors = null;
  if (fits(value)) return true;
  const said = tell(value);
  validate.errors = tell.errors;
  return said;
};
`;
}

async function bundle(globalName: string, path: string, code: string): Promise<string> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: root, sourcefile: path, loader: 'js' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName,
    platform: 'neutral',
    mainFields: ['main'],
    target: 'es2024',
    charset: 'utf8',
    legalComments: 'none',
    minify: true,
    logLevel: 'error',
  });
  const [output] = outputFiles;
  // What could not be bundled is listed as an import, or becomes a call that throws "Dynamic
  // require of …". A bare search for `require(` would stop at Ajv's helpers: they have a property
  // `code` with the text of such a call, which nothing runs.
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.map((one) => one.path),
  );
  if (!output || outside.length > 0 || output.text.includes('Dynamic require of')) {
    throw new Error(
      `${path}: what was compiled still asks for other modules: ` +
        `${outside.join(', ') || 'by a require call'}.`,
    );
  }
  return output.text;
}

/** Others may be reading the old file: it is replaced in one step, and only where it changed. */
async function replace(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return;
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}

const schemas = (await readdir(source, { recursive: true }))
  .filter((path) => path.endsWith(ending))
  .sort();
const written = new Map<string, string>();
await mkdir(target, { recursive: true });
for (const schema of schemas) {
  const name = `${basename(schema, ending)}.ts`;
  const path = relative(root, join(source, schema)).replaceAll('\\', '/');
  const other = written.get(name);
  if (other !== undefined)
    throw new Error(
      `${path} and ${other} would both be written to src/generated/${name}. Rename one.`,
    );
  await replace(join(target, name), await compile(path));
  written.set(name, path);
}
for (const file of await readdir(target)) {
  if (file.endsWith('.ts') && !written.has(file)) await rm(join(target, file));
}
