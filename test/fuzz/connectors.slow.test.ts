import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { casesOf, folderOf, updates, type Case } from '../../fixtures/cases.ts';
import { context } from '../../fixtures/context.ts';
import { readConnector, type ConnectorFolder } from '../../src/connector/connector.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { rules } from '../../src/rules/registry.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';
import { expectLaws } from './laws.ts';
import { damaged, damages, mutated, mutations } from './mutations.ts';
import { runs, within } from './runs.ts';

/** A folder with each text in it rewritten. */
const withFiles = (
  folder: ConnectorFolder,
  rewrite: (bytes: Uint8Array, path: string) => Uint8Array,
): ConnectorFolder => ({
  ...folder,
  files: folder.files.map((file) => {
    if (!file.bytes || file.path.endsWith('.png')) return file;
    const bytes = rewrite(file.bytes, file.path);
    return { ...file, bytes, size: bytes.length };
  }),
});

const isJson = (path: string): boolean => path.endsWith('.json');
const usual = { indent: '  ', end: '\n' };
const inLayout = (
  folder: ConnectorFolder,
  changes: readonly Parameters<typeof mutated>[1][number][],
  layout = usual,
): ConnectorFolder =>
  withFiles(folder, (bytes, path) => {
    const [text] =
      (isJson(path) ? mutated(new TextDecoder().decode(bytes), changes, [layout]) : undefined) ??
      [];
    return text === undefined ? bytes : new TextEncoder().encode(text);
  });

/** The connectors to begin with, by a name that a counterexample can be read by. */
function fuzz(folders: ReadonlyMap<string, () => ConnectorFolder>, few: number): void {
  const name = fc.constantFrom('Contoso Invoices', ...folders.keys()); // which needs no corpus
  const folderOfName = (of: string): ConnectorFolder => folders.get(of)?.() ?? folderOf({});

  test('whose JSON says something else', async () => {
    await fc.assert(
      fc.asyncProperty(name, mutations, async (of, changes) => {
        const folder = folderOfName(of);
        await expectLaws(folder, inLayout(folder, changes));
      }),
      runs(few),
    );
  });

  test('whose bytes are others', async () => {
    await fc.assert(
      fc.asyncProperty(name, damages, fc.boolean(), async (of, changes, both) => {
        const folder = folderOfName(of);
        await expectLaws(
          folder,
          withFiles(folder, (bytes, path) =>
            both || isJson(path) ? damaged(bytes, changes) : bytes,
          ),
        );
      }),
      runs(few / 2),
    );
  });

  test('whose JSON says something else, in other bytes', async () => {
    await fc.assert(
      fc.asyncProperty(name, mutations, damages, async (of, changes, others) => {
        const folder = folderOfName(of);
        await expectLaws(
          folder,
          withFiles(inLayout(folder, changes), (bytes, path) =>
            isJson(path) ? damaged(bytes, others) : bytes,
          ),
        );
      }),
      runs(few / 2),
    );
  });

  test('whose lines move have the same findings', () => {
    fc.assert(
      fc.property(name, mutations, (of, changes) => {
        const folder = folderOfName(of);
        const [one = [], other = []] = [usual, { indent: '\t', end: '\n\n' }].map((layout) => {
          const connector = readConnector(inLayout(folder, changes, layout));
          return connector.texts.every(({ issues }) => issues.length === 0)
            ? within(() => runRules(connector, rules, { context, fixes: false }))
            : [];
        });
        expect(other.map(({ rule, fingerprint }) => `${rule} ${fingerprint}`).sort()).toEqual(
          one.map(({ rule, fingerprint }) => `${rule} ${fingerprint}`).sort(),
        );
      }),
      runs(few),
    );
  });
}

/** What takes long is tried less. */
const isSmall = ({ files }: ConnectorFolder): boolean =>
  files.every(({ path, size }) => path.endsWith('.png') || size < 40_000);

const cases = new Map<string, Case>(
  rules.flatMap(({ id }) =>
    (['bad', 'good'] as const).flatMap((kind) =>
      casesOf(id, kind).map(([name, one]): [string, Case] => [`${id}/${name}`, one]),
    ),
  ),
);
for (const [kind, name, { after }] of updates()) cases.set(`${kind}/${name}`, after);

describe('of connectors of ours', () => {
  fuzz(
    new Map(
      [...cases]
        .map(([name, one]): [string, () => ConnectorFolder] => [name, () => folderOf(one)])
        .filter(([, folder]) => isSmall(folder())),
    ),
    160,
  );
});

describe.skipIf(corpus === undefined)('of real connectors', () => {
  fuzz(
    new Map([...corpusFolders(15)].filter(isSmall).map((folder) => [folder.path, () => folder])),
    40,
  );
});
