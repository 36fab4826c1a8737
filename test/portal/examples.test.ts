import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { problems } from '../../src/portal/problem.ts';
import { connector, index } from './catalog-scene.ts';
import { PortalScene } from './portal-scene.ts';

const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
const examples = Array.from(page.matchAll(/^```sh\n(curl [^]*?)^```$/gm), ([, text]) => text ?? '');
const hasCurl = ((): boolean => {
  try {
    return execFileSync('curl', ['--version']).length > 0;
  } catch {
    return false;
  }
})();

test.runIf(hasCurl)('the examples of the documentation run as they are written', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const folder = 'certified-connectors/Contoso Invoices';
  await index(scene, [connector(folder)]);
  const RIDE = await scene.ride({ folder });
  scene.pass();
  const cwd = mkdtempSync(join(tmpdir(), 'gatehouse-examples-'));
  try {
    for (const example of examples) {
      scene.statuses.length = 0;
      const { stderr } = await promisify(execFile)('sh', ['-euc', example], {
        cwd,
        env: { PATH: process.env.PATH, GATEHOUSE: scene.address, RIDE },
      });
      expect([example, stderr]).toEqual([example, '']);
      const requests = example.match(/^curl /gm) ?? [];
      const expected = example.includes('--etag-compare') ? [200, 304] : requests.map(() => 200);
      expect([example, scene.statuses]).toEqual([example, expected]);
    }
    expect(JSON.parse(readFileSync(join(cwd, 'index.json'), 'utf8'))).toMatchObject({
      connectors: [{ folder }],
    });
  } finally {
    rmSync(cwd, { recursive: true });
  }
});

test('every curl line of the documentation is an example that is run', () => {
  expect(examples.join('').match(/^curl /gm)?.length).toBe(page.match(/^curl /gm)?.length);
  expect(examples.length).toBeGreaterThan(8);
});

test('the example of an error is what the server sends', async () => {
  const [, example = ''] = /^```json\n([^]*?)^```$/m.exec(page) ?? [];
  const scene = await PortalScene.open();
  expect((await scene.get('/api/v1/connectors?maxResult=5')).json).toEqual(JSON.parse(example));
  for (const code of Object.keys(problems)) expect(page).toContain(`### Problem ${code}\n`);
});
