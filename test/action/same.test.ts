import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowZip, packageBytes } from '../../fixtures/packages.ts';
import { reviewOnce } from '../../src/app/review-once.ts';
import type { Finding } from '../../src/shared/finding.ts';
import type { Facts } from '../../src/review/model/facts.ts';
import { createTestApp } from '../app/test-app.ts';
import { run } from '../support/cli.ts';
import { filesFrom } from '../github/fake/repository-on-disk.ts';
import { contoso, definition, Origin } from './checkout.ts';
import { Runner } from './runner.ts';

const fabrikam = 'independent-publisher-connectors/Fabrikam Tickets';
let runner: Runner;
beforeAll(() => void (runner = new Runner()));
afterAll(() => runner.remove());

/** What is said of one connector, without the order in which it is said. */
type Said = Record<string, { verdict: string | undefined; findings: string[] }>;
const one = (
  {
    rule,
    severity,
    message,
    existing,
    fingerprint,
  }: Pick<Finding, 'rule' | 'severity' | 'message' | 'existing' | 'fingerprint'>,
  at: { file: string; line: number; column: number },
): string =>
  `${at.file}:${at.line}:${at.column} ${severity} ${rule} ${fingerprint}${existing ? ' existing' : ''} ${message}`;
const fromReport = (json: string): Said => {
  const {
    connectors,
  }: {
    connectors: {
      path: string;
      verdict?: string;
      findings: (Finding & { file: string; line: number; column: number })[];
    }[];
  } = JSON.parse(json);
  return Object.fromEntries(
    connectors.map(({ path, verdict, findings }) => [
      path,
      { verdict, findings: findings.map((finding) => one(finding, finding)).sort() },
    ]),
  );
};

test('the same pull request gives the same findings and fingerprints through the command line, the Action and the App', async () => {
  const origin = new Origin(runner.folder);
  const before = filesFrom(origin.path);
  const made = 'certified-connectors/Contoso Payments';
  const head = origin.change('all', () => {
    origin.replace(
      `${contoso}/${definition}`,
      '"operationId": "GetInvoice"',
      '"operationId": "ListInvoices"',
    );
    origin.replace(`${fabrikam}/${definition}`, '"version": "', '"x-made-up": 1, "version": "');
    const text = (name: string): string => readFileSync(join(origin.path, fabrikam, name), 'utf8');
    const copied = { definition: text(definition), properties: text('apiProperties.json') };
    writeFileSync(
      join(origin.path, fabrikam, 'ConnectorPackage.zip'),
      packageBytes({ files: { [flowZip]: null } }, copied),
    );
    cpSync(join(origin.path, contoso), join(origin.path, made), { recursive: true });
    origin.replace(`${made}/${definition}`, '"Returns one invoice', '"Returns one invioce');
    origin.replace(
      `${made}/${definition}`,
      '"title": "Contoso Invoices"',
      '"title": "Contoso Payments"',
    );
    for (const name of ['readme.md', 'icon.png']) rmSync(join(origin.path, made, name));
  });
  const workspace = origin.checkout(head, 0);
  const after = filesFrom(workspace);

  const printed = run(['check', '--base', 'origin/dev', '--format', 'json'], workspace).out;
  const step = await runner.run({
    workspace,
    event: 'push',
    payload: { before: origin.base, after: head },
  });

  const at = await createTestApp(undefined, before);
  const fork = at.repository.fork(at.ada);
  fork.push('all', {
    by: at.ada,
    files: Object.fromEntries(
      Object.entries(after).filter(([path, content]) => !isDeepStrictEqual(content, before[path])),
    ),
  });
  const { number } = at.repository.open({ by: at.ada, from: fork, branch: 'all', title: 'All' });
  const shown = await reviewOnce(
    { repository: 'contoso/connectors', number },
    'facts',
    at.env,
    '0.1.0',
  );
  await at.close();
  const { connectors }: Pick<Facts, 'connectors'> = JSON.parse(shown);
  const fromApp: Said = Object.fromEntries(
    connectors.map(({ folder, validation }) => {
      if (!validation.ok) throw new Error(validation.reason);
      const { changes, findings } = validation.value;
      return [
        folder.path,
        {
          verdict: changes?.size,
          findings: [...(changes?.findings ?? []), ...findings]
            .map((finding) => one(finding, finding.location))
            .sort(),
        },
      ];
    }),
  );

  const fromCommandLine = fromReport(printed);
  expect(Object.keys(fromCommandLine).sort()).toEqual([contoso, made, fabrikam].sort());
  expect(fromCommandLine[fabrikam]?.findings.join('\n')).toContain('PackageSolutionMissing');
  expect(Object.values(fromCommandLine).flatMap(({ findings }) => findings).length).toBeGreaterThan(
    8,
  );
  expect(fromReport(readFileSync(step.outputs.report ?? '', 'utf8'))).toEqual(fromCommandLine);
  expect(fromApp).toEqual(fromCommandLine);
});
