import { afterAll, beforeAll, expect, test } from 'vitest';
import { ticked } from '../../fixtures/pulls.ts';
import type { Files } from '../github/fake/git-objects.ts';
import type { Repository } from '../github/fake/repository.ts';
import {
  connectorFiles,
  waitUntilIdle,
  createTestApp,
  visibleState,
  startApp,
  type TestApp,
} from './test-app.ts';

let at: TestApp;
let fork: Repository;
beforeAll(async () => {
  at = await createTestApp();
  await startApp(at);
  fork = at.repository.fork(at.ada);
});
afterAll(() => at.close());

const contoso = 'certified-connectors/Contoso Invoices';
const gone = Object.fromEntries(Object.keys(connectorFiles({})).map((path) => [path, null]));

test.each<[string, Files, string]>([
  [
    'a link',
    { 'certified-connectors/Evil': { link: '../..' } },
    'Remove `certified-connectors/Evil`',
  ],
  [
    'a submodule',
    { 'certified-connectors/Evil': { submodule: '1'.repeat(40) } },
    'Remove `certified-connectors/Evil`',
  ],
  ['a file', { 'certified-connectors/notes.txt': 'x' }, 'Remove `certified-connectors/notes.txt`'],
  [
    'a link in the place of a class folder',
    { 'custom-connectors': { link: '..' } },
    'Remove `custom-connectors`',
  ],
  [
    'a folder that looks like a class folder',
    { 'certified\u2010connectors/Evil/apiDefinition.swagger.json': '{}' },
    'Remove `certified\u2010connectors/Evil',
  ],
  [
    'a link in the place of the connector itself',
    { ...gone, [contoso]: { link: 'Fabrikam' } },
    'Remove `certified-connectors/Contoso Invoices`',
  ],
  [
    'a folder that looks like one that is there',
    connectorFiles(
      { definition: { info: { title: 'Fabrikam Bills' } } },
      'certified-connectors/C\u043entoso Invoices',
    ),
    'U+043E',
  ],
])('%s does not pass, and the comment says what is wrong', async (kind, files, says) => {
  const branch = kind.replaceAll(' ', '-');
  fork.push(branch, { by: at.ada, files });
  const pull = at.repository.open({ by: at.ada, from: fork, branch, title: 'Evil', body: ticked });
  await waitUntilIdle(at);
  expect(visibleState(pull, at).check).toBe('failure');
  expect(visibleState(pull, at).comment).toContain(says);
});
