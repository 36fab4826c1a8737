import { describe, expect, test } from 'vitest';
import { contextOf, folderOf, preparePackage, type Case } from '../../fixtures/cases.ts';
import {
  connectorZip,
  flowFile,
  flowZip,
  packagedDefinition,
  type PackageCase,
} from '../../fixtures/packages.ts';
import { analyze } from '../../src/analyzers/analyze.ts';
import {
  analyzedFilesOf,
  readConnector,
  type Connector,
  type ConnectorFolder,
} from '../../src/connector/connector.ts';
import type { Finding } from '../../src/shared/finding.ts';
import { fixFolder } from '../../src/validation/fix.ts';
import { validateConnector } from '../../src/validation/validate-connector.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';

/** What is found in "Contoso Invoices" with a package, by the rules and by the comparison. */
async function findingsOf(one: Case): Promise<Finding[]> {
  await preparePackage(one);
  const after = readConnector(folderOf(one));
  return validateConnector({ after }, { context: contextOf(one) }).findings;
}

const inPackage = (differences: PackageCase): Promise<Finding[]> =>
  findingsOf({ package: differences });

const briefly = ({ rule, severity, location: { file, entry } }: Finding): string =>
  `${severity} ${rule} ${file}${entry ? ` → ${entry.path}:${entry.line}:${entry.column}` : ''}`;

const read = async (folder: ConnectorFolder): Promise<Connector> =>
  readConnector({ ...folder, ...(await analyze(analyzedFilesOf(folder))) });

const parameters = `${connectorZip} → Connector/contoso_invoices_connectionparameters.json`;
const policies = `${connectorZip} → Connector/contoso_invoices_policytemplateinstances.json`;

test('a package with what the folder has has no findings', async () => {
  expect(await inPackage({})).toEqual([]);
});

test('a third solution is allowed if it has a plugin, and else a warning', async () => {
  const third = (customizations: string): PackageCase => ({
    files: { 'package.zip → PkgAssets/Third.zip → customizations.xml': customizations },
  });
  expect(await inPackage(third('<a><aicopilot_aiplugins/></a>'))).toEqual([]);
  expect((await inPackage(third('<a/>'))).map(briefly)).toEqual([
    'warning PackageSolutionMissing ConnectorPackage.zip → package.zip → PkgAssets/Third.zip:1:1',
  ]);
});

describe('the layout of a package', () => {
  test.each<[string, PackageCase, string, string]>([
    [
      'files of the connector at the root',
      { renames: { [`${connectorZip} → `]: '', [`${flowZip} → `]: 'Flow/' } },
      'PackageLayoutIncorrect',
      'no zip at its root with `PkgAssets/`',
    ],
    [
      'one more folder',
      { renames: { 'package.zip': 'Contoso/package.zip' } },
      'PackageLayoutIncorrect',
      '`Contoso/package.zip` is in a folder',
    ],
    [
      'PkgAssets at the root',
      { renames: { 'package.zip → ': '' } },
      'PackageLayoutIncorrect',
      '`PkgAssets/Connector.zip`',
    ],
    [
      'two packages',
      { files: { 'package2.zip → a.json': '{}' } },
      'PackageLayoutIncorrect',
      '2 zips at its root',
    ],
    [
      'another readme in place of intro.md',
      { renames: { 'intro.md': 'README.md' } },
      'PackageLayoutIncorrect',
      'no `intro.md`',
    ],
    [
      'no connector solution',
      { files: { [connectorZip]: null } },
      'PackageSolutionMissing',
      'no connector solution',
    ],
    [
      'no flow solution',
      { files: { [flowZip]: null } },
      'PackageSolutionMissing',
      'no flow solution',
    ],
    [
      'no solutions',
      { files: { [flowZip]: null, [connectorZip]: null, 'package.zip → PkgAssets/a.txt': '' } },
      'PackageSolutionMissing',
      'it contains nothing',
    ],
    [
      'unpacked solutions',
      { renames: { [`${flowZip} → `]: 'package.zip → PkgAssets/Flow/' } },
      'PackageSolutionMissing',
      'no flow solution',
    ],
    [
      'PkgAssets one level too high',
      { renames: { 'package.zip → PkgAssets/': 'PkgAssets/' } },
      'PackageLayoutIncorrect',
      'Put the folder `PkgAssets` into `package.zip`',
    ],
    [
      'the connector in the flow solution alone',
      {
        renames: {
          [`${connectorZip} → Connector/`]: `${flowZip} → Connector/`,
          [connectorZip]: 'package.zip → PkgAssets/a',
        },
      },
      'PackageSolutionMissing',
      '`PkgAssets/Flow.zip` contains both the connector and the flow',
    ],
    [
      'two connectors in a solution',
      { files: { [`${connectorZip} → Connector/x_openapidefinition.json`]: '{}' } },
      'PackageSolutionMissing',
      '2 connectors',
    ],
    [
      'two connector solutions',
      { files: { 'package.zip → PkgAssets/Old.zip → Connector/x_openapidefinition.json': '{}' } },
      'PackageSolutionMissing',
      '2 connector solutions',
    ],
    [
      'a solution without its manifest',
      { files: { [`${flowZip} → solution.xml`]: null } },
      'PackageFileMissing',
      '`solution.xml`',
    ],
    [
      'a connector without its definition',
      { files: { [packagedDefinition]: null } },
      'PackageFileMissing',
      '_openapidefinition.json',
    ],
    [
      'a connector without the script that the customizations name',
      {
        edits: [
          {
            file: `${connectorZip} → customizations.xml`,
            find: '<iconblob>',
            replace:
              '<customcodeblobcontent>/Connector/contoso_invoices_customcodeblobcontent.csx</customcodeblobcontent><iconblob>',
          },
        ],
      },
      'PackageFileMissing',
      'customcodeblobcontent.csx',
    ],
    [
      'a flow that is not an object',
      { files: { [flowFile]: '[]' } },
      'PackageJsonNotValid',
      'does not contain a JSON object',
    ],
    [
      'no Workflows folder',
      { files: { [flowFile]: null } },
      'PackageFlowsDiffer',
      '`Workflows/Invoices-3F2504E0',
    ],
    [
      'a flow that is not listed',
      { files: { [`${flowZip} → Workflows/Orders.json`]: '{}' } },
      'PackageFlowsDiffer',
      '`Workflows/Orders.json`',
    ],
  ])('with %s is an error that says what is there', async (_, differences, rule, says) => {
    const findings = (await inPackage(differences)).filter((finding) => finding.rule === rule);
    expect(findings.map(({ severity }) => severity)).toContain('error');
    expect(findings.map(({ message }) => message).join('\n')).toContain(says);
    expect(findings.every(({ location }) => location.file === 'ConnectorPackage.zip')).toBe(true);
  });

  test('is judged from the outside in: one cause, one finding', async () => {
    for (const differences of [
      { renames: { 'package.zip': 'Contoso/package.zip' } },
      { renames: { 'package.zip → PkgAssets/': 'package.zip → Assets/' } },
      { files: { [flowZip]: null } },
      { cut: 10 },
      { edits: [{ file: parameters, find: '"securestring"', replace: '"securestring' }] },
      { files: { [parameters]: null } },
      { files: { [parameters]: '[]' } },
      { files: { [`${connectorZip} → Connector/contoso_invoices_iconblob.Png`]: 'GIF89a' } },
      { renames: { 'intro.md': 'README.md' } },
    ] satisfies PackageCase[])
      expect(await inPackage(differences)).toHaveLength(1);
  });

  test('shows the tree that is expected', async () => {
    const [finding] = await inPackage({
      renames: { 'package.zip → PkgAssets/': 'package.zip → ' },
    });
    expect(finding?.message).toMatch(/Expected: `ConnectorPackage.zip` .*`PkgAssets\/Flow.zip`/);
  });
});

describe('the definition in a package', () => {
  test('is held to the ordinary rules, at its place in the package', async () => {
    const findings = await inPackage({
      edits: [
        {
          file: packagedDefinition,
          find: '"x-ms-connector-metadata"',
          replace: '"x-connector-metadata"',
        },
      ],
    });
    const missing = findings.find(({ severity }) => severity === 'error');
    expect(missing?.message).toContain('x-ms-connector-metadata');
    expect(missing).toMatchObject({
      location: { file: 'ConnectorPackage.zip', pointer: '', line: 1, column: 1 },
      fixable: false,
    });
    expect(missing?.location.entry?.path).toBe(packagedDefinition);
  });

  test('is what its policies name the operations of', async () => {
    const policy = {
      templateId: 'setheader',
      parameters: { 'x-ms-apimTemplate-operationName': ['Gone'] },
    };
    const findings = await inPackage({ files: { [policies]: JSON.stringify([policy]) } });
    const found = findings.find(({ rule }) => rule === 'PolicyOperationNotFound');
    expect(found?.location.entry?.path).toBe(policies);
  });

  test('has no finding that the folder has already', async () => {
    const definition = { info: { title: 'Contoso Invoices API' } };
    const findings = await findingsOf({ definition, package: {} });
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ location }) => location.file.endsWith('.zip'))).toEqual([]);
  });

  test('that is not JSON is located where it is not', async () => {
    const findings = await inPackage({
      edits: [{ file: packagedDefinition, find: '"swagger": "2.0",', replace: '"swagger": "2.0"' }],
    });
    expect(findings.map(briefly)).toEqual([
      `error JsonMissingComma ConnectorPackage.zip → ${packagedDefinition}:3:3`,
    ]);
  });

  test('is read if the folder holds nothing else', async () => {
    const findings = await findingsOf({
      files: {
        'apiDefinition.swagger.json': null,
        'apiProperties.json': null,
        'readme.md': null,
      },
      package: {
        edits: [
          {
            file: packagedDefinition,
            find: '"title": "Contoso Invoices"',
            replace: '"title": "An API"',
          },
        ],
      },
    });
    expect(findings.map(briefly)).toContain(
      `error ValueContainsRestrictedWords ConnectorPackage.zip → ${packagedDefinition}:4:14`,
    );
    expect(findings.map(({ rule }) => rule)).not.toContain('PackageDiffersFromFolder');
  });
});

describe('the connection parameters in a package', () => {
  test('are held to the ordinary rules, at their lines', async () => {
    const findings = await inPackage({
      edits: [{ file: parameters, find: '"type": "securestring"', replace: '"type": "secure"' }],
    });
    const places = findings.flatMap(({ location }) => location.entry ?? []);
    expect(places).toContainEqual({
      path: parameters,
      pointer: '/api_key/type',
      line: 3,
      column: 13,
    });
  });

  test('and policies in one more file keep their lines', async () => {
    const findings = await inPackage({
      edits: [
        {
          file: policies,
          find: '"templateId": "routerequesttoendpoint"',
          replace: '"templateId": 1',
        },
      ],
    });
    expect(
      findings.flatMap(({ location }) => (location.entry?.path === policies ? location.entry : [])),
    ).toContainEqual({ path: policies, pointer: '/0/templateId', line: 3, column: 19 });
  });

  test.each(['{}', 'null', '\ufeff{ }\r\n'])(
    'that are %j are a warning with the way out',
    async (text) => {
      const findings = await findingsOf({ package: { files: { [parameters]: text } } });
      const empty = findings.find(({ rule }) => rule === 'PackageConnectionParametersEmpty');
      expect(empty).toMatchObject({
        severity: 'warning',
        location: { entry: { path: parameters } },
      });
      expect(empty?.message).toContain('"hidden": "true"');
    },
  );

  test('that are no JSON are an error, and not empty too', async () => {
    const rules = (await inPackage({ files: { [parameters]: '{' } })).map(({ rule }) => rule);
    expect(rules).toContain('PackageJsonNotValid');
    expect(rules).not.toContain('PackageConnectionParametersEmpty');
  });

  test('cannot pretend to be other properties', async () => {
    const findings = await inPackage({ files: { [parameters]: '{}}, "x": {' } });
    expect(findings.map(({ rule }) => rule)).toContain('PackageJsonNotValid');
  });
});

describe('what differs between the folder and its package', () => {
  const differing = async (one: Case): Promise<string[]> =>
    (await findingsOf(one))
      .filter(({ rule }) => rule === 'PackageDiffersFromFolder')
      .map(({ severity, message }) => `${severity}: ${message}`);

  test.each<[string, Case, string]>([
    [
      'the title',
      {
        package: {
          edits: [
            {
              file: packagedDefinition,
              find: '"title": "Contoso Invoices"',
              replace: '"title": "Contoso Bills"',
            },
          ],
        },
      },
      'the title changes from `Contoso Invoices` to `Contoso Bills`',
    ],
    [
      'an operation',
      {
        package: {
          edits: [
            {
              file: packagedDefinition,
              find: '"operationId": "ListInvoices"',
              replace: '"operationId": "ListBills"',
            },
          ],
        },
      },
      '`ListBills`',
    ],
    [
      'a connection parameter',
      { package: { edits: [{ file: parameters, find: '"api_key"', replace: '"token_key"' }] } },
      '`api_key`',
    ],
    ['the policies', { package: { files: { [policies]: 'null' } } }, 'routerequesttoendpoint'],
    [
      'the script',
      {
        package: {
          files: {
            [`${connectorZip} → Connector/contoso_invoices_customcodeblobcontent.csx`]:
              'class A {}',
          },
        },
      },
      'script',
    ],
  ])('is one warning about %s, in the words of a comparison', async (_, one, says) => {
    const found = await differing(one);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^warning: /);
    expect(found[0]).toContain(says);
  });

  test('is counted if it is much', async () => {
    const definition = {
      definitions: null,
      paths: {
        '/bills': {
          get: {
            operationId: 'ListBills',
            summary: 'List bills',
            description: 'Returns bills.',
            responses: { 200: { description: 'Bills.' } },
          },
        },
      },
    };
    const found = await differing({
      package: {
        files: {
          [packagedDefinition]: JSON.stringify({
            swagger: '2.0',
            info: { title: 'Contoso Invoices' },
            ...definition,
          }),
        },
      },
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/; and \d+ more\. Package/);
    expect(found[0]?.length).toBeLessThan(2500);
  });

  test('is not white space, the order of keys, a byte-order mark or an empty list of policies', async () => {
    const found = await findingsOf({
      properties: { properties: { policyTemplateInstances: null } },
      package: {
        files: { [policies]: '[]' },
        edits: [
          {
            file: packagedDefinition,
            find: '"title": "Contoso Invoices"',
            replace: '"title": "Contoso Invoices (Independent Publisher)"',
          },
          { file: packagedDefinition, find: '"swagger": "2.0",', replace: '"swagger" :"2.0" ,' },
          { file: parameters, find: '"type": "securestring",', replace: '' },
          {
            file: parameters,
            find: '"uiDefinition"',
            replace: '"type": "securestring", "uiDefinition"',
          },
        ],
      },
    });
    expect(found.filter(({ location }) => location.file.endsWith('.zip'))).toEqual([]);
  });
});

describe('the flow in a package', () => {
  const flowWith = (find: string, replace: string): PackageCase => ({
    edits: [{ file: flowFile, find, replace }],
  });

  test('is located at the operation that the definition does not have', async () => {
    const findings = await inPackage(flowWith('"ListInvoices"', '"DeleteInvoices"'));
    expect(findings.map(briefly)).toEqual([
      `error PackageFlowOperationUnknown ConnectorPackage.zip → ${flowFile}:30:34`,
    ]);
    expect(findings[0]?.location.entry?.pointer).toBe(
      '/properties/definition/actions/Check/actions/List/inputs/host/operationId',
    );
  });

  test('with another connector says which', async () => {
    const [finding] = await inPackage(flowWith('"contoso_invoices"', '"shared_office365"'));
    expect(finding?.rule).toBe('PackageFlowConnectorMissing');
    expect(finding?.message).toContain('`shared_office365`');
  });

  test('may refer to a connector only by the name of its API', async () => {
    const name = 'shared_contoso-5finvoices-5f018bcb64ab8eca17';
    expect(
      await inPackage({
        edits: [
          { file: flowFile, find: '"shared_contoso-5finvoices",', replace: `"${name}"` },
          { file: flowFile, find: '"logicalName": "contoso_invoices"', replace: '' },
        ],
      }),
    ).toEqual([]);
  });

  test('that is no object has no actions, and nothing throws', async () => {
    for (const text of [
      '[]',
      'null',
      '1',
      '{"properties":[]}',
      '{"properties":{"connectionReferences":{"a":1},"definition":{"actions":[{"host":1}]}}}',
    ])
      await expect(inPackage({ files: { [flowFile]: text } })).resolves.toBeDefined();
  });
});

describe('secrets in a package', () => {
  const token = ['ghp', '_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('');
  test('are found in flows, at their lines, and never shown', async () => {
    const findings = await inPackage({
      edits: [
        { file: flowFile, find: '"parameters": {}', replace: `"parameters": {"a": "${token}"}` },
      ],
    });
    expect(findings.map(briefly)).toEqual([
      `error SecretFound ConnectorPackage.zip → ${flowFile}:32:38`,
    ]);
    expect(JSON.stringify(findings)).not.toContain(token);
  });

  test('are found in names, and never shown', async () => {
    const findings = await inPackage({ files: { [`${flowZip} → ${token}.json`]: '{}' } });
    expect(findings.map(({ rule }) => rule)).toContain('SecretFound');
    expect(JSON.stringify(findings)).not.toContain(token);
  });

  test('are not shown by findings about the layout', async () => {
    const findings = await inPackage({ renames: { 'package.zip': `${token}/package.zip` } });
    expect(findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(findings)).not.toContain(token);
  });
});

describe('a folder with a package', () => {
  test('of another class is not opened', async () => {
    const one: Case = { class: 'certified', package: { cut: 40 } };
    await preparePackage(one);
    const folder = folderOf(one);
    expect(await analyze(analyzedFilesOf(folder))).not.toHaveProperty('packageArchive');
    expect(readConnector(folder).package).toBeUndefined();
  });

  test('with two zips says which is too many', async () => {
    const findings = await findingsOf({
      package: { name: 'ConnectorPackage.zip' },
      files: { 'Alt.zip': 'x' },
    });
    expect(findings.map(briefly)).toEqual(['error PackageNotSingle Alt.zip']);
    expect(findings[0]?.message).toContain('only one zip');
  });

  test('is fixed without writing the package', async () => {
    const one: Case = {
      definition: { info: { title: 'Contoso Invoices ' } },
      package: {
        edits: [
          { file: packagedDefinition, find: '"swagger": "2.0",', replace: '"swagger": "2.0",,' },
        ],
      },
    };
    await preparePackage(one);
    const folder = folderOf(one);
    const fixed = fixFolder(folder, { context: contextOf(one) });
    const zip = ({ files }: ConnectorFolder): unknown =>
      files.find(({ path }) => path === 'ConnectorPackage.zip');
    expect(zip(fixed)).toBe(zip(folder));
  });

  test('has findings that existed before the update', async () => {
    const older: PackageCase = { files: { [flowZip]: null } };
    const one: Case = { package: older };
    await preparePackage(one);
    const before = readConnector(folderOf(one));
    const after = readConnector(folderOf(one));
    const { findings } = validateConnector({ before, after }, { context: contextOf(one) });
    expect(findings.map(({ existing }) => existing)).toEqual([true]);
  });
});

test.skipIf(corpus === undefined)('the packages of real connectors have no errors', async () => {
  const errors: string[] = [];
  let packages = 0;
  for (const folder of corpusFolders()) {
    if (folder.class !== 'independent-publisher') continue;
    if (!folder.files.some(({ path }) => path.endsWith('.zip'))) continue;
    packages += 1;
    const { findings } = validateConnector({ after: await read(folder) });
    for (const finding of findings)
      if (finding.location.file.endsWith('.zip') && finding.severity === 'error')
        errors.push(`${folder.path}: ${briefly(finding)}: ${finding.message}`);
  }
  expect(errors).toEqual([]);
  expect(packages).toBeGreaterThan(10);
});
