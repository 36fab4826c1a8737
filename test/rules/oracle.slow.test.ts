import SwaggerParser from '@apidevtools/swagger-parser';
import { describe, expect, test } from 'vitest';
import {
  definitionName,
  readConnector,
  type ConnectorFolder,
} from '../../src/connector/connector.ts';
import {
  isContainer,
  isObject,
  objectEntries,
  type Json,
  type JsonContainer,
  type JsonObject,
} from '../../src/json/values.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { rules } from '../../src/rules/registry.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';

/**
 * Every how many connectors are looked at with mistakes put into them, and how many of each kind.
 */
const mistaken = { every: 20, times: 6 };

/**
 * What swagger-parser refuses and we let through, and why we do. The slow run finds nothing of the
 * kind.
 */
const exceptions: { says: RegExp; reason: string }[] = [];

type Document = Exclude<Parameters<typeof SwaggerParser.validate>[1], string>;
const isDocument = (value: unknown): value is Document => isObject(value);

/**
 * What swagger-parser has against a definition; undefined where that is nothing. It reads nothing
 * outside of the document.
 */
async function verdict(definition: JsonObject): Promise<string | undefined> {
  const copy: unknown = structuredClone(definition); // it writes into what it is given
  if (!isDocument(copy)) return 'no document';
  try {
    await SwaggerParser.validate(copy, { resolve: { external: false } });
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return exceptions.some(({ says }) => says.test(message)) ? undefined : message;
  }
}

/** The errors and warnings about a definition that stands in a folder in place of its own. */
function findings(folder: ConnectorFolder, definition: JsonObject): Set<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(definition));
  const files = folder.files.map((file) =>
    file.path === definitionName ? { ...file, bytes, size: bytes.length } : file,
  );
  const found = runRules(readConnector({ ...folder, files }), rules).filter(
    ({ severity, location }) => severity !== 'note' && location.file === definitionName,
  );
  return new Set(
    found.map(({ rule, location, message }) => `${rule} at ${location.pointer}: ${message}`),
  );
}

/** The definitions that are strict JSON. */
function* definitions(
  every: number,
): Iterable<{ folder: ConnectorFolder; definition: JsonObject }> {
  for (const folder of corpusFolders(every)) {
    const { definition } = readConnector(folder);
    if (definition?.file.issues.length === 0) yield { folder, definition: definition.raw };
  }
}

/** Numbers from 0 to 1 that look like chance and are the same each time (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Spot {
  at: JsonContainer;
  key: string;
}

function* spots(at: JsonContainer): Iterable<Spot> {
  for (const [key, below] of Object.entries(at)) {
    yield { at, key };
    if (isContainer(below)) yield* spots(below);
  }
}

const put = ({ at, key }: Spot, value: Json): void => {
  if (Array.isArray(at)) at[Number(key)] = value;
  else at[key] = value;
};

const take = ({ at, key }: Spot): Json | undefined => {
  if (Array.isArray(at)) return at.splice(Number(key), 1)[0];
  const value = at[key];
  Reflect.deleteProperty(at, key);
  return value;
};

type Mistake = (definition: JsonObject, pick: <T>(list: readonly T[]) => T | undefined) => void;

const mistakes: Record<string, Mistake> = {
  'a value is missing': (definition, pick) => {
    const spot = pick([...spots(definition)]);
    if (spot) take(spot);
  },
  'a value is of another type': (definition, pick) => {
    const spot = pick([...spots(definition)]);
    const value = pick([null, 5, 'text', true, [], {}]);
    if (spot && value !== undefined) put(spot, value);
  },
  'a key is misspelled': (definition, pick) => {
    const spot = pick([...spots(definition)].filter(({ at }) => isObject(at)));
    const value = spot && take(spot);
    if (spot && value !== undefined) put({ ...spot, key: `${spot.key}s` }, value);
  },
  'two operations have one id': (definition, pick) => {
    const operations = [...objectEntries(definition.paths)].flatMap(([, item]) =>
      [...objectEntries(item)].map(([, one]) => one),
    );
    const [one, other] = [pick(operations), pick(operations)];
    if (one?.operationId !== undefined && other?.operationId !== undefined)
      other.operationId = one.operationId;
  },
  'a reference leads nowhere': (definition, pick) => {
    const spot = pick([...spots(definition)].filter(({ key }) => key === '$ref'));
    if (spot) put(spot, '#/definitions/Nowhere');
  },
};

describe.skipIf(corpus === undefined)('what swagger-parser refuses, we report', () => {
  test('in connectors as they were accepted', async () => {
    const missed: string[] = [];
    for (const { folder, definition } of definitions(1)) {
      const says = await verdict(definition);
      if (says !== undefined && findings(folder, definition).size === 0)
        missed.push(`${folder.path}: ${says}`);
    }
    expect(missed).toEqual([]);
  });

  test.each(Object.entries(mistakes))('where %s', async (_, mistake) => {
    const missed: string[] = [];
    let refused = 0;
    for (const { folder, definition } of definitions(mistaken.every)) {
      if ((await verdict(definition)) !== undefined) continue;
      const before = findings(folder, definition);
      const next = chance(before.size + JSON.stringify(definition).length);
      for (let time = 0; time < mistaken.times; time += 1) {
        const wrong = structuredClone(definition);
        mistake(wrong, (list) => list[Math.floor(next() * list.length)]);
        const says = await verdict(wrong);
        if (says === undefined) continue;
        refused += 1;
        if (findings(folder, wrong).difference(before).size === 0)
          missed.push(`${folder.path}: ${says}`);
      }
    }
    expect(missed).toEqual([]);
    expect(refused).toBeGreaterThan(0);
  });
});
