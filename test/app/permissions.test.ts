import { expect, test } from 'vitest';
import { connector, manifest, openPull, quiet, start } from './harness.ts';
import { scenes } from './scenes.ts';

const newScene = scenes();

// The fake GitHub refuses a request whose permission the App lacks, so no test of the App passes
// if `app.yml` asks for too little. This one fails if it asks for too much.
test('a merged update and suggestions for another need every permission of `app.yml`', async () => {
  const at = await newScene();
  const { ada, eve, rita, repository, github } = at;
  repository.owner.teams.set('invoices', new Set([ada]));
  repository.push('dev', {
    by: rita,
    files: { CODEOWNERS: '/certified-connectors/ @contoso/invoices\n' },
  });
  await start(at);
  const pull = openPull(at, ada);
  pull.comment(ada, '/agree');
  pull.review(rita, 'APPROVE');
  pull.comment(rita, '/merge');
  await quiet(at);
  expect(pull.mergedAt).toBeDefined();
  expect(repository.deployments).toHaveLength(1);
  const listInvoices = { get: { summary: 'list invoices.' } };
  const fixable = openPull(
    at,
    eve,
    connector({ definition: { paths: { '/invoices': listInvoices } } }),
  );
  await quiet(at);
  expect(fixable.reviews).toMatchObject([{ user: at.app.account, state: 'COMMENTED' }]);

  // GitHub sends merge groups only to an App that may read merge queues; no request needs it.
  const { merge_queues: _, ...requested } = manifest.default_permissions;
  const permissions = Object.entries(requested).map(([name, level]) => `${name}:${level}`);
  expect(permissions.filter((permission) => !github.permissionsUsed.has(permission))).toEqual([]);
});
