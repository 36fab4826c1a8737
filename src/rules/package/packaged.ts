import { classify } from '../../changes/classify.ts';
import { compareConnectors } from '../../changes/compare.ts';
import type { Change } from '../../changes/change-kinds.ts';
import type { Connector } from '../../connector/connector.ts';
import { connectorFile, jsonOf } from '../../connector/package.ts';
import { packagedConnectorOf } from '../../connector/packaged-connector.ts';
import { isObject } from '../../json/values.ts';
import { safe } from '../../shared/finding.ts';
import { splitMessage } from '../../shared/message-parts.ts';
import type { Rule, RuleViolation } from '../rule.ts';
import { placeIn } from './archive.ts';
import { completePackage } from './layout.ts';

/** Of the definition in a solution, in UTF-16 units. Dataverse refused longer ones in 2024. */
const maxDefinitionLength = 500_000;

/** What the package has its own copy of, and how messages call it. */
const aspects = {
  title: 'The title in the package differs',
  definition: 'The definition in the package differs',
  connectionParameters: 'The connection parameters in the package differ',
  policies: 'The policies in the package differ',
  script: 'The script in the package differs',
  icon: 'The icon in the package differs',
} as const;
type Aspect = keyof typeof aspects;

/** What a difference is about; undefined if it is none, or if a package does not contain it. */
function aspectOf(change: Change, hasSameScript: boolean): Aspect | undefined {
  const { kind, subject } = change;
  if (kind === 'UpdateUnreadable' || kind === 'PreviousVersionUnreadable') return undefined;
  if (subject === 'info/title' && 'before' in change)
    return withoutSuffix(change.before) === withoutSuffix(change.after) ? undefined : 'title';
  if (kind === 'ScriptChanged') return hasSameScript ? undefined : 'script';
  if (subject === 'icon.png') return 'icon';
  if (kind === 'DocumentationChanged') return undefined;
  if (!subject.startsWith('properties/')) return 'definition';
  const [, part] = subject.split('/');
  if (part === 'policyTemplateInstances') return 'policies';
  return part?.startsWith('connectionParameter') === true ? 'connectionParameters' : undefined;
}

/** The suffix names the class of the connector in the repository, not the connector. */
const withoutSuffix = (title: unknown): string =>
  String(title).replace(/ \(independent publisher\)$/i, '');

/** At most this many differences are described; the others are counted. */
const maxDescribed = 5;

function* differences(connector: Connector): Iterable<RuleViolation> {
  const packaged = packagedConnectorOf(connector);
  const found = connector.package;
  if (!packaged || !found || !connector.definition) return;
  // A definition that cannot be read has findings of its own.
  if (!packaged.connector.definition) return;
  const changes = compareConnectors(connector, packaged.connector);
  const hasSameScript = scriptLines(connector) === scriptLines(packaged.connector);
  const messages = classify(changes, packaged.connector, connector).map(({ message }) => message);
  for (const [aspect, differs] of Object.entries(aspects)) {
    const described = changes.flatMap((change, index) =>
      aspectOf(change, hasSameScript) === aspect && (aspect !== 'icon' || connector.icon)
        ? [
            aspect === 'script'
              ? scriptClause(connector, packaged.connector)
              : clauseOf(messages[index] ?? ''),
          ]
        : [],
    );
    if (described.length === 0) continue;
    const rest = described.length - maxDescribed;
    yield {
      location: placeIn(found, packaged.definition.place),
      detail: aspect,
      message:
        `${differs} from the folder, so the connector that is certified is not the connector ` +
        'that is reviewed. From the folder to the package: ' +
        `${described.slice(0, maxDescribed).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}. ` +
        'Package the connector again, or update the folder.',
    };
  }
}

/** The script without what programs change when they store it: line ends, blanks at the ends. */
const scriptLines = ({ script }: Connector): string | undefined =>
  script?.text.replaceAll('\r\n', '\n').trim();

function scriptClause(folder: Connector, packaged: Connector): string {
  if (!folder.script) return 'the package has a script, and the folder has none';
  if (!packaged.script) return 'the folder has a script, and the package has none';
  return 'the script changes';
}

/** What changed, without what it means for flows and what to do. */
const clauseOf = (message: string): string =>
  splitMessage(message, /[.:]\s|\.$/)[0].replace(/^The /, 'the ');

export const packaged: Rule[] = [
  {
    id: 'PackageDiffersFromFolder',
    severity: 'warning',
    description:
      'The package contains the definition, connection parameters, policies, script and icon ' +
      'of the folder.',
    rationale:
      'Reviewers read the folder, but the platform certifies and deploys the package: users get ' +
      'what is in it.',
    check: differences,
  },
  {
    id: 'PackageConnectionParametersEmpty',
    severity: 'warning',
    policies: ['5000.1.1.17'],
    description: 'The connection parameters in the package are not empty.',
    rationale:
      'Since September 2026, certification requires a parameter even without authentication. ' +
      'Earlier packages were accepted without parameters.',
    *check(connector) {
      const found = completePackage(connector);
      const solution = found?.solution('connector');
      const entry = solution && connectorFile(solution, 'connectionparameters.json');
      const properties = packagedConnectorOf(connector)?.connector.properties;
      const file = entry && jsonOf(entry);
      if (!found || !file || !properties || properties.connectionParameters.length > 0) return;
      const { value, issues } = file;
      const isEmpty = value === null || (isObject(value) && Object.keys(value).length === 0);
      if (!isEmpty || issues.length > 0) return;
      yield {
        location: placeIn(found, entry.place),
        message:
          safe`${entry.path} has no connection parameters, and certification no longer accepts ` +
          'an empty file. If the connector has no authentication, add a string parameter ' +
          safe`that users do not see: ${'"hidden": "true"'} and ${'"required": "false"'} in the ` +
          safe`${'constraints'} of its ${'uiDefinition'}.`,
      };
    },
  },
  {
    id: 'PackageDefinitionTooLong',
    severity: 'warning',
    policies: ['5000.1.1.10'],
    description: 'The definition in the package has at most 500,000 characters.',
    rationale:
      'Dataverse, which imports the solution, has rejected longer definitions, although the ' +
      'platform accepts files of up to 1 MB.',
    *check(connector) {
      const found = completePackage(connector);
      const { definition, connector: inside } = packagedConnectorOf(connector) ?? {};
      const length = inside?.definitionFile?.text.length ?? 0;
      if (!found || !definition || length <= maxDefinitionLength) return;
      yield {
        location: placeIn(found, definition.place),
        message:
          `${safe`${definition.path}`} has ${length} characters, and a solution may be rejected ` +
          `if its definition has more than ${maxDefinitionLength}. Remove operations and schemas ` +
          'that users do not need, and white space.',
      };
    },
  },
];
