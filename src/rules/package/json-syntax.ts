import type { Connector } from '../../connector/connector.ts';
import { wholeFile } from '../../shared/finding.ts';
import { truncate } from '../../shared/text.ts';
import { limits } from '../../shared/limits.ts';
import type { SyntaxIssueKind } from '../../json/recovering-parser.ts';
import type { RuleViolation, Rule } from '../rule.ts';
import { properJson } from '../policy-codes.ts';

const strictRationale =
  'The platform, its command line tool and most editors read strict JSON. One parser ' +
  'tolerates the mistake; the next one rejects the whole connector.';

/**
 * A rule for one kind of syntax issue. The parser finds the issues; the rule adds the name and the
 * rationale.
 */
const syntaxRule = (
  kind: SyntaxIssueKind,
  rule: Omit<Rule, 'check' | 'severity'> & Partial<Pick<Rule, 'severity'>>,
  severityInReadme?: 'warning',
): Rule => ({
  severity: 'error',
  ...rule,
  *check(connector): Iterable<RuleViolation> {
    for (const file of connector.texts) {
      for (const { start, end, message, edits } of file.issues.filter(
        (issue) => issue.kind === kind,
      )) {
        const location = file.span(start, end);
        yield {
          location,
          message,
          detail: truncate(file.line(location.line).trim(), 200),
          // A fix would delete what a person wrote.
          ...(edits && kind !== 'comment' && { fix: { edits } }),
          ...(file === connector.readme && severityInReadme && { severity: severityInReadme }),
        };
      }
    }
  },
});

const violationsOfRoot = function* (connector: Connector): Iterable<RuleViolation> {
  for (const { file, issues } of connector.texts) {
    if (issues.length > 0) continue;
    if (file === connector.definitionFile?.file && connector.definition === undefined)
      yield notAnObject(connector, file);
    if (file === connector.propertiesFile?.file && connector.properties === undefined)
      yield notAnObject(connector, file);
  }
};

const notAnObject = (connector: Connector, file: string): RuleViolation => {
  const text = connector.texts.find((candidate) => candidate.file === file);
  return {
    location: text ? text.span(0, 1) : wholeFile(file),
    message: 'The file must contain one JSON object. Wrap the contents in { and }.',
  };
};

export const reading: Rule[] = [
  syntaxRule('syntax', {
    id: 'JsonSyntaxError',
    description: 'The definition and the properties are strict JSON.',
    rationale:
      'A file that does not parse cannot be imported. Later findings are based on a guess ' +
      'at what the text means, so fix this one first.',
    policies: properJson,
    fixable: true,
  }),
  syntaxRule('trailing-comma', {
    id: 'JsonTrailingComma',
    description: 'No comma precedes a closing bracket.',
    rationale: strictRationale,
    policies: properJson,
    fixable: true,
  }),
  syntaxRule('missing-comma', {
    id: 'JsonMissingComma',
    description: 'A comma separates two values.',
    rationale: strictRationale,
    policies: properJson,
    fixable: true,
  }),
  syntaxRule('comment', {
    id: 'JsonComment',
    description: 'JSON files contain no comments.',
    rationale: `${strictRationale} Move the text of a comment to a description or to the readme.`,
    policies: properJson,
  }),
  syntaxRule('control-character', {
    id: 'JsonControlCharacter',
    description: 'Tabs, line breaks and other control characters in strings are escaped.',
    rationale: strictRationale,
    policies: properJson,
    fixable: true,
  }),
  syntaxRule('text-after-end', {
    id: 'JsonTextAfterEnd',
    description: 'Nothing follows the end of the JSON value.',
    rationale:
      'Text after the end is not part of the connector: users never see operations that ' +
      'are defined there.',
    policies: properJson,
    fixable: true,
  }),
  syntaxRule('duplicate-key', {
    id: 'JsonDuplicateKey',
    description: 'The keys of an object are unique.',
    rationale:
      'If a key is repeated, most parsers silently keep the last value and drop the ' +
      'first; some do the reverse.',
    policies: properJson,
    fixable: true,
  }),
  syntaxRule(
    'encoding',
    {
      id: 'FileEncodingNotUtf8',
      description: 'Text files are UTF-8.',
      rationale:
        'In other encodings, letters such as ø, é or ß reach users as question marks or as ' +
        'two wrong letters.',
      policies: properJson,
      fixable: true,
    },
    'warning',
  ),
  syntaxRule('byte-order-mark', {
    // 3% of the connectors accepted since 2024 have such a file.
    id: 'FileByteOrderMark',
    severity: 'warning',
    description: 'JSON files start without a byte order mark.',
    rationale:
      'JSON forbids it (RFC 8259, section 8.1), and strict parsers stop at the first ' +
      'character.',
    // The checks for proper JSON are not known to refuse it.
    policies: ['5000.2.6.2'],
    fixable: true,
  }),
  syntaxRule('depth', {
    id: 'JsonTooDeep',
    description: `JSON values are nested at most ${limits.depth} levels deep.`,
    rationale:
      'A file that is nested deeper is not read at all. No connector needs it; deep ' +
      'nesting is a way to attack parsers.',
  }),
  {
    id: 'JsonRootNotObject',
    severity: 'error',
    description: 'The definition file and the properties file each contain one JSON object.',
    rationale: 'The platform looks for every property in that object.',
    policies: properJson,
    check: violationsOfRoot,
  },
];
