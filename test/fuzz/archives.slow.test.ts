import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  analyzedFilesOf,
  readConnector,
  type ConnectorFolder,
} from '../../src/connector/connector.ts';
import { analyze } from '../../src/analyzers/analyze.ts';
import { validateConnector } from '../../src/validation/validate-connector.ts';
import { context } from '../../fixtures/context.ts';
import { contoso, definition } from '../support/cli.ts';
import { packed, pictures } from './archives.ts';
import { inRepository } from './disk.ts';
import { runs, within } from './runs.ts';

const names = [definition, 'apiProperties.json', 'readme.md', 'icon.png'];
const usual = new Map(names.map((name) => [name, readFileSync(join(contoso, name))]));
/** Some files of a connector replaced, others put beside them. */
const files = fc
  .dictionary(
    fc.constantFrom(
      ...names,
      'script.csx',
      'ConnectorPackage.zip',
      'package/ConnectorPackage.zip',
      'ICON.PNG',
      'x.tar.gz',
      'intro.md',
    ),
    packed,
    { minKeys: 1, maxKeys: 3 },
  )
  .map((some) => new Map([...usual, ...Object.entries(some)]));

describe('archives and pictures in place of files', () => {
  test('are measured and checked like any other bytes', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (some) => {
        const folder: ConnectorFolder = {
          path: 'Contoso',
          class: 'independent-publisher',
          files: [...some].map(([path, bytes]) => ({
            path,
            kind: 'file',
            size: bytes.length,
            bytes,
          })),
        };
        const after = readConnector({ ...folder, ...(await analyze(analyzedFilesOf(folder))) });
        const { findings } = within(() => validateConnector({ after }, { context }));
        for (const { location } of findings) expect(location.line).toBeGreaterThan(0);
      }),
      runs(120),
    );
  });

  test('that claim to be anything are pictures of a size, or are not read, and no more memory is taken than the limits allow', async () => {
    await fc.assert(
      fc.asyncProperty(pictures, async (bytes) => {
        const { iconAnalysis } = await analyze(
          analyzedFilesOf({
            class: 'certified',
            files: [{ path: 'icon.png', kind: 'file', size: bytes.length, bytes }],
          }),
        );
        expect((iconAnalysis?.picture === undefined) === (iconAnalysis?.unread !== undefined)).toBe(
          true,
        );
      }),
      runs(250),
    );
    // Of the whole process, tests and all; 40 million pixels of 16 bits are 320 MB.
    expect(process.resourceUsage().maxRSS).toBeLessThan(1_500_000);
  });

  test('are left packed, and are refused or passed over by the command line', () => {
    fc.assert(
      fc.property(files, (some) => {
        const entries = [...some].map(([path, bytes]) => ({
          names: ['certified-connectors', 'Contoso', ...path.split('/')].map((one) =>
            Buffer.from(one),
          ),
          bytes,
        }));
        inRepository(entries, (run) => void run(['check'], 'json'));
      }),
      runs(15),
    );
  });
});
