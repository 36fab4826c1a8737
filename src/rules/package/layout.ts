import type { Connector } from '../../connector/connector.ts';
import {
  componentTypes,
  connectorFile,
  entryAt,
  jsonOf,
  lowerCasedPaths,
  type ConnectorPackage,
  type PackageEntry,
  type Solution,
} from '../../connector/package.ts';
import { isObject, type Json } from '../../json/values.ts';
import type { XmlProblem } from '../../connector/archive.ts';
import { safe } from '../../shared/finding.ts';
import type { Rule, RuleViolation } from '../rule.ts';
import { placeIn } from './archive.ts';

/** How a package looks, for people who build it. */
const expectedTree =
  safe`Expected: ${'ConnectorPackage.zip'} contains ${'intro.md'} and ${'package.zip'}, and ` +
  safe`${'package.zip'} contains ${'PkgAssets/Connector.zip'} and ${'PkgAssets/Flow.zip'}: ` +
  'the two solutions as they were exported.';

/** What to do about a solution that is not as it was exported. */
export const exportAgain = 'Export the solution again, and put the zip into the package as it is.';

/** At most this many names of files are quoted. */
const maxNames = 6;

function listOf(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  const rest = names.length > maxNames ? ` and ${names.length - maxNames} more` : '';
  return `${safe`${names.slice(0, maxNames)}`}${rest}`;
}

const pathsOf = (entries: readonly PackageEntry[]): string[] => entries.map(({ path }) => path);

/** The package, if all of it was read: what was not read may contain what seems to be missing. */
export const completePackage = ({ package: found }: Connector): ConnectorPackage | undefined =>
  found?.isComplete === true ? found : undefined;

/** Files at the root of the package, besides the zip. The second is for several ways to sign in. */
const outerFiles = new Set(['intro.md', 'customproperties.json']);

/** What the package contains at the place of the zip that it should contain. */
function noInnerZip({ file, entries }: ConnectorPackage): string {
  if (entries.length === 0) return safe`${file} is empty.`;
  const deeper = entries.find(({ archive, path }) => archive && path.includes('/'));
  if (deeper && /(?:^|\/)pkgassets\/[^/]*$/i.test(deeper.path))
    return (
      safe`${file} contains ${deeper.path} directly instead of in a separate zip. Put the ` +
      safe`folder ${'PkgAssets'} into ${'package.zip'}, and put that zip next to ${'intro.md'}.`
    );
  if (deeper) return safe`In ${file}, ${deeper.path} is in a folder instead of at the root.`;
  return (
    `${safe`${file}`} contains ${listOf(pathsOf(entries))}, but no zip at its root with ` +
    safe`${'PkgAssets/'}.`
  );
}

function* layoutViolations(found: ConnectorPackage): Iterable<RuleViolation> {
  const { file, entries, inner, innerEntries } = found;
  const location = placeIn(found, '');
  const [first] = inner;
  if (!first) {
    yield { location, detail: 'inner', message: `${noInnerZip(found)} ${expectedTree}` };
    return;
  }
  if (inner.length > 1)
    yield {
      location,
      detail: 'inner',
      message:
        `${safe`${file} contains`} ${inner.length} zips at its root, ` +
        `${listOf(pathsOf(inner))}, but one is expected. ${expectedTree}`,
    };
  const isMissing = !entryAt(entries, 'intro.md');
  const misnamed = isMissing
    ? entries.find(({ path }) => /^(?:intro|read[\W_]*me)[^/]*$/i.test(path))
    : undefined;
  if (isMissing)
    yield {
      location,
      detail: 'intro.md',
      message:
        safe`${file} has no ${'intro.md'} at its root, so certification has no content for the ` +
        'documentation page. ' +
        (misnamed
          ? safe`If ${misnamed.path} is that file, rename it to ${'intro.md'}.`
          : safe`Add it next to ${first.path}.`),
    };
  const unexpected = entries.filter(
    (entry) =>
      entry !== misnamed && !outerFiles.has(entry.path.toLowerCase()) && !inner.includes(entry),
  );
  if (unexpected.length > 0)
    yield {
      location,
      detail: 'unexpected',
      severity: 'warning',
      message:
        `${safe`${file} also contains`} ${listOf(pathsOf(unexpected))}. Remove it: only ` +
        safe`${'intro.md'} and ${first.path} belong at its root.`,
    };
  if (inner.length === 1 && !hasAssets(found))
    yield {
      location: placeIn(found, first.place),
      detail: 'PkgAssets',
      message:
        `${safe`${first.path} has no folder ${'PkgAssets'} at its root; it contains`} ` +
        `${listOf(pathsOf(innerEntries))}. ${expectedTree}`,
    };
}

/** Whether the zip in the package has the folder of the solutions. */
const hasAssets = ({ innerEntries }: ConnectorPackage): boolean =>
  innerEntries.some(({ path }) => path.startsWith('PkgAssets/'));

const kindNames = {
  connector: 'connector solution',
  flow: 'flow solution',
} as const;

function* solutionViolations(found: ConnectorPackage): Iterable<RuleViolation> {
  const [inner] = found.inner;
  if (!inner || !hasAssets(found)) return;
  const location = placeIn(found, inner.place);
  for (const kind of ['connector', 'flow'] as const) {
    const solutions = found.solutions.filter((solution) => solution.kind === kind);
    if (solutions.length === 1) continue;
    const has =
      solutions.length === 0
        ? `no ${kindNames[kind]}${whatInstead(found)}`
        : `${solutions.length} ${kindNames[kind]}s: ${listOf(solutions.map(({ path }) => path))}`;
    yield {
      location,
      detail: kind,
      message: `${safe`${'PkgAssets'} has`} ${has}. ${advice[kind]} ${expectedTree}`,
    };
  }
  const connectorSolution = found.solution('connector');
  const definitions = connectorSolution ? definitionsIn(connectorSolution) : [];
  if (connectorSolution && definitions.length > 1)
    yield {
      location: placeIn(found, connectorSolution.place),
      detail: 'definitions',
      message:
        `${safe`${connectorSolution.path} contains`} ${definitions.length} connectors: ` +
        `${listOf(definitions)}. Export a solution with only the connector that is to be ` +
        'certified.',
    };
  for (const { place, path } of found.solutions.filter(
    (solution) => solution.kind === 'other' && !hasPlugin(solution),
  ))
    yield {
      location: placeIn(found, place),
      detail: path,
      severity: 'warning',
      message:
        safe`${path} contains neither a connector nor a flow. Remove it, unless the connector ` +
        'needs it.',
    };
}

/** What `PkgAssets` contains in the place of a solution that is missing. */
function whatInstead({ solutions }: ConnectorPackage): string {
  const both = solutions.find((solution) => solution.kind === 'flow' && hasConnector(solution));
  return both && solutions.length === 1
    ? ` of its own: ${safe`${both.path}`} contains both the connector and the flow`
    : `: it contains ${listOf(solutions.map(({ path }) => path))}`;
}

/** Whether a solution contains a connector, besides what it is for. */
const hasConnector = (solution: Solution): boolean =>
  connectorFile(solution, 'openapidefinition.json') !== undefined;

/** Whether a solution contains an AI plugin of the connector, as certification allows. */
const hasPlugin = ({ entries }: Solution): boolean => {
  const { bytes } = entryAt(entries, 'customizations.xml') ?? {};
  return bytes !== undefined && new TextDecoder().decode(bytes).includes('aicopilot_aiplugin');
};

const advice = {
  connector: 'Export exactly one solution that contains the connector and no flow.',
  flow: 'Export exactly one solution that contains a flow with actions of the connector.',
} as const;

/** The files of every solution, and those of the connector in its solution. */
const solutionFiles = ['[Content_Types].xml', 'solution.xml', 'customizations.xml'];
const connectorFiles = [
  'openapidefinition.json',
  'connectionparameters.json',
  'policytemplateinstances.json',
  'iconblob.Png',
];

/** The definitions in a solution; there must be one. */
const definitionsIn = ({ entries }: Solution): string[] =>
  pathsOf(entries).filter((path) => /^Connector\/[^/]*_openapidefinition\.json$/i.test(path));

/** The files that a solution should have and does not: names, or patterns of names. */
function missingFiles(solution: Solution): string[] {
  const paths = lowerCasedPaths(solution.entries);
  const missing = solutionFiles.filter((name) => !paths.has(name.toLowerCase()));
  if (solution.kind === 'connector')
    missing.push(
      ...connectorFiles
        .filter((ending) => !connectorFile(solution, ending))
        .map((ending) => `Connector/…_${ending}`),
    );
  for (const { files } of solution.connectors)
    for (const path of files) if (!paths.has(path.toLowerCase())) missing.push(path);
  return [...new Set(missing)];
}

/** Whether bytes begin as those of a PNG picture do. */
const isPng = (bytes: Uint8Array | undefined): boolean =>
  bytes !== undefined && [0x89, 0x50, 0x4e, 0x47].every((byte, index) => bytes[index] === byte);

const problemNames: Record<XmlProblem, string> = {
  syntax: 'is not well-formed XML',
  doctype: 'has a document type declaration, which could make programs read other files',
  limit: 'has more elements than any solution',
};

export const layout: Rule[] = [
  {
    id: 'PackageLayoutIncorrect',
    source: 'policy-errors',
    severity: 'error',
    policies: ['5000.1.1.5', '5000.1.1.11', '5000.1.1.12'],
    description:
      'The package contains intro.md and one zip at its root, and that zip contains the folder ' +
      'PkgAssets.',
    rationale:
      'Certification looks for the solutions at fixed places. Files of the connector at the ' +
      'root, or one more folder around everything, are the usual reason for a rejection.',
    *check(connector) {
      const found = completePackage(connector);
      if (found) yield* layoutViolations(found);
    },
  },
  {
    id: 'PackageSolutionMissing',
    source: 'policy-errors',
    severity: 'error',
    policies: ['5000.1.1.6', '5000.1.1.8', '5000.1.1.13', '5000.1.1.16'],
    description: 'PkgAssets contains exactly one connector solution and one flow solution.',
    rationale:
      'The first is what is certified, and the second shows the reviewers that its actions work.',
    *check(connector) {
      const found = completePackage(connector);
      if (found) yield* solutionViolations(found);
    },
  },
  {
    id: 'PackageFileMissing',
    source: 'policy-errors',
    severity: 'error',
    policies: ['5000.1.1.1', '5000.1.1.3', '5000.1.1.10', '5000.1.1.16', '5000.1.1.17'],
    description:
      'Each solution contains its manifest and customizations, and the connector solution the ' +
      'definition, connection parameters, policies and icon of the connector.',
    rationale: 'A solution without these files cannot be imported.',
    *check(connector) {
      const found = completePackage(connector);
      if (!found) return;
      for (const solution of found.solutions) {
        const missing = solution.kind === 'other' ? [] : missingFiles(solution);
        if (missing.length === 0) continue;
        yield {
          location: placeIn(found, solution.place),
          message: `${safe`${solution.path} does not contain`} ${listOf(missing)}. ${exportAgain}`,
        };
      }
      const connectorSolution = found.solution('connector');
      const icon = connectorSolution && connectorFile(connectorSolution, 'iconblob.Png');
      if (icon && !isPng(icon.bytes))
        yield {
          location: placeIn(found, icon.place),
          severity: 'warning',
          message:
            safe`${icon.path} is not a PNG picture. Give the connector an icon in this format, ` +
            'and export the solution again.',
        };
    },
  },
  {
    id: 'PackageXmlNotValid',
    severity: 'error',
    policies: ['5000.1.1.16'],
    description: 'solution.xml and customizations.xml are well-formed and have no document type.',
    rationale:
      'They list what the solution contains. A document type can define entities that exhaust ' +
      'memory or read files of the machine, and no export writes one.',
    *check(connector) {
      const found = completePackage(connector);
      if (!found) return;
      for (const { place, path, xml } of found.solutions.flatMap(({ entries }) => entries)) {
        if (!xml || 'root' in xml) continue;
        yield {
          location: placeIn(found, place, { line: xml.line }),
          message: `${safe`${path}`} ${problemNames[xml.problem]}. ${exportAgain}`,
        };
      }
    },
  },
  {
    id: 'PackageJsonNotValid',
    severity: 'error',
    policies: ['5000.1.1.10'],
    description: 'The connection parameters, policies and flows in the package are strict JSON.',
    rationale: 'The platform cannot import a solution with a file that does not parse.',
    *check(connector) {
      const found = completePackage(connector);
      if (!found) return;
      for (const entry of jsonEntries(found)) {
        const file = jsonOf(entry);
        if (!file) continue;
        const { path, place } = entry;
        const [issue] = file.issues;
        if (issue)
          yield {
            location: placeIn(found, place, file.span(issue.start, issue.end)),
            message: `${safe`${path} is not strict JSON.`} ${issue.message}`,
          };
        else if (!isExpected(entry, file.value))
          yield {
            location: placeIn(found, place),
            message: safe`${path} does not contain a JSON object. ` + exportAgain,
          };
      }
    },
  },
  {
    id: 'PackageComponentMissing',
    severity: 'error',
    policies: ['5000.1.1.7', '5000.1.1.8', '5000.1.1.16'],
    description:
      'solution.xml lists the connector as a component of the connector solution, and the flow ' +
      'as a component of the flow solution.',
    rationale: 'The platform imports only the components that are listed.',
    *check(connector) {
      const found = completePackage(connector);
      if (!found) return;
      for (const [kind, type] of [
        ['connector', componentTypes.connector],
        ['flow', componentTypes.workflow],
      ] as const) {
        const solution = found.solution(kind);
        const manifest = solution && entryAt(solution.entries, 'solution.xml');
        if (!manifest || !solution?.rootComponents) continue;
        if (solution.rootComponents.some((component) => component.type === type)) continue;
        yield {
          location: placeIn(found, manifest.place),
          message:
            safe`${manifest.path} of ${solution.path} lists no ${'RootComponent'} of type ` +
            `${safe`${type}`}, which is a ${kind}. Add the ${kind} to the solution, and export ` +
            'it again.',
        };
      }
    },
  },
];

/** Whether a file has a value of the type that the platform reads; what is empty may be null. */
function isExpected({ path }: PackageEntry, value: Json | undefined): boolean {
  if (isObject(value)) return true;
  if (/^Workflows\//i.test(path)) return false;
  return (
    value === null || (Array.isArray(value) && !/_connectionparameter(?:s|sets)\.json$/i.test(path))
  );
}

/** The JSON files of the package that no other rule parses. */
const jsonEntries = (found: ConnectorPackage): PackageEntry[] => [
  ...(found
    .solution('connector')
    ?.entries.filter(
      ({ path }) => /^Connector\/.*\.json$/i.test(path) && !/_openapidefinition\.json$/i.test(path),
    ) ?? []),
  ...(found.solution('flow')?.flowFiles ?? []),
];
