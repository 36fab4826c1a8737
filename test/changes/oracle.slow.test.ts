import OpenApiDiff from 'openapi-diff';
import { describe, expect, test } from 'vitest';
import { compareConnectors } from '../../src/changes/compare.ts';
import type { Change, ChangeKind } from '../../src/changes/change-kinds.ts';
import { verdicts } from '../../src/changes/verdicts.ts';
import { readConnector, type Connector } from '../../src/connector/connector.ts';
import { nameOf, type Definition } from '../../src/connector/definition.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';
import { updates, type Edit } from './edits.ts';

/**
 * openapi-diff needs a tenth of a second for a small definition and half a minute for a large one:
 * it is asked about so many updates of each kind, each in a definition of another connector.
 */
const asked = { times: 8, characters: 30_000 };

/** What openapi-diff calls breaking and we only note, and why. Each has to happen. */
const notes: { kind: ChangeKind; reason: string }[] = [
  {
    kind: 'OptionalInputFieldAdded',
    reason:
      'a schema that names a field says its type, so it takes less than before; ' +
      'but flows do not send a field that was not there',
  },
  { kind: 'ResponseDeleted', reason: 'flows take nothing from the answer of a call that fails' },
  {
    kind: 'ErrorResponseChanged',
    reason: 'flows take nothing from the answer of a call that fails',
  },
  {
    kind: 'SuccessCodeChanged',
    reason:
      'the designer offers the outputs of the successful response, whatever its status; what is ' +
      'different in them is a change of its own',
  },
  {
    kind: 'FieldAttributeChanged',
    reason:
      'steps that take a limited text, or an object with named fields, take one with more in it',
  },
];

const connectorOf = (text: string): Connector => {
  const bytes = new TextEncoder().encode(text);
  return readConnector({
    path: 'Contoso',
    class: 'certified',
    files: [{ path: 'apiDefinition.swagger.json', kind: 'file', size: bytes.length, bytes }],
  });
};

/**
 * Where openapi-diff sees something break, as a path with dots; undefined where it cannot read a
 * definition (it does not know recursive ones).
 */
async function objections(before: string, after: string): Promise<string[] | undefined> {
  const spec = (content: string) =>
    ({ content, location: 'definition', format: 'swagger2' }) as const;
  try {
    const outcome = await OpenApiDiff.diffSpecs({
      sourceSpec: spec(before),
      destinationSpec: spec(after),
    });
    if (!outcome.breakingDifferencesFound) return [];
    return outcome.breakingDifferences.map(
      ({ code, sourceSpecEntityDetails: [was], destinationSpecEntityDetails: [now] }) =>
        (was ?? now)?.location ?? code,
    );
  } catch {
    return undefined;
  }
}

/**
 * The facts that are told at a location of openapi-diff's: of each operation there, itself, its
 * parameters, or one of its responses.
 */
function told(location: string, { operations }: Definition, changes: readonly Change[]): Change[] {
  const here = (at: string): boolean => location === at || location.startsWith(`${at}.`);
  return operations.flatMap((operation) => {
    const subject = `operation/${nameOf(operation)}`;
    const path = `paths.${operation.path}`;
    const at = `${path}.${operation.method}`;
    if (location === path || location === at) {
      return changes.filter(
        (change) =>
          change.subject === subject &&
          ['OperationDeleted', 'OperationPathTemplateChanged', 'OperationMethodChanged'].includes(
            change.kind,
          ),
      );
    }
    const below = (part: string): Change[] =>
      changes.filter((change) => `${change.subject}/`.startsWith(`${subject}/${part}/`));
    if (here(`${at}.parameters`)) return below('parameter');
    return operation.responses
      .filter(({ code }) => here(`${at}.responses.${code}`))
      .flatMap(({ code }) => below(`responses/${code}`));
  });
}

/** Definitions that are strict JSON. */
const definitions = Array.from(corpusFolders(1), (folder) => readConnector(folder).definition)
  .filter((definition) => definition !== undefined && definition.file.issues.length === 0)
  .map((definition) => JSON.stringify(definition?.raw))
  .filter(({ length }) => length > 2_000 && length < asked.characters);

/**
 * So many definitions with an update of a kind each, made in another place of each; and what
 * openapi-diff has against it.
 */
async function* cases(
  edits: (definition: Definition) => Edit[],
  first: number,
): AsyncIterable<{ before: string; after: string; locations: string[] }> {
  let found = 0;
  for (let step = 0; step < definitions.length && found < asked.times; step += 1) {
    const before = definitions[(first + step) % definitions.length] ?? '';
    const { definition } = connectorOf(before);
    const possible = definition ? edits(definition) : [];
    const edit = possible[Math.floor((possible.length * (found + 0.5)) / asked.times)];
    if (!definition || !edit) continue;
    edit();
    const after = JSON.stringify(definition.raw);
    const locations = await objections(before, after);
    if (locations === undefined || locations.length === 0) continue;
    found += 1;
    yield { before, after, locations };
  }
}

describe.skipIf(corpus === undefined)('what openapi-diff calls breaking is among our facts', () => {
  const noted = new Set<ChangeKind>();

  test.each(Object.entries(updates).map(([says, edits], index) => ({ says, edits, index })))(
    'where $says',
    async ({ edits, index }) => {
      let count = 0;
      for await (const { before, after, locations } of cases(edits, index * 11)) {
        const was = connectorOf(before);
        const changes = compareConnectors(was, connectorOf(after));
        if (!was.definition) continue;
        for (const location of locations) {
          count += 1;
          const facts = told(location, was.definition, changes).filter(
            ({ kind }) => verdicts[kind].size === 'major',
          );
          expect(facts, `${location} in ${before.slice(0, 200)}`).not.toHaveLength(0);
          if (facts.some(({ kind }) => verdicts[kind].severity !== 'note')) continue;
          const known = facts.filter((fact) => notes.some(({ kind }) => kind === fact.kind));
          expect(
            known,
            `only noted, ${location}: ${facts.map(({ kind, subject }) => `${kind} ${subject}`).join()}`,
          ).not.toHaveLength(0);
          for (const { kind } of known) noted.add(kind);
        }
      }
      expect(count).toBeGreaterThan(0);
    },
  );

  test('and what we only note of it is only what is listed here, with a reason', () => {
    expect(notes.map(({ kind }) => kind).filter((kind) => !noted.has(kind))).toEqual([]);
  });
});
