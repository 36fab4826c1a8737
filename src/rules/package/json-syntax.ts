import type { Connector } from '../../connector/connector.ts';
import { wholeFile } from '../../shared/finding.ts';
import { truncate } from '../../shared/text.ts';
import { limits } from '../../shared/limits.ts';
import type { SyntaxIssueKind } from '../../json/recovering-parser.ts';
import type { RuleViolation, Rule } from '../rule.ts';

const strictBecause =
  'The platform, its command line tool and most editors read strict JSON. ' +
  'One reader forgives the mistake, the next refuses the whole connector.';

/** A lapse from strict JSON is found while reading; here each kind gets its name and its reason. */
const lapse = (kind: SyntaxIssueKind, rule: Omit<Rule, 'check' | 'severity'>): Rule => ({
  ...rule,
  severity: 'error',
  *check(connector): Iterable<RuleViolation> {
    for (const file of connector.texts) {
      for (const { start, end, message, edits } of file.issues.filter((one) => one.kind === kind)) {
        const location = file.span(start, end);
        yield {
          location,
          message,
          detail: truncate(file.line(location.line).trim(), 200),
          ...(edits && { fix: { edits } }),
        };
      }
    }
  },
});

const isOver = function* (connector: Connector): Iterable<RuleViolation> {
  for (const { file, issues } of connector.texts) {
    if (issues.length > 0) continue;
    if (file === connector.definitionFile?.file && connector.definition === undefined)
      yield notAnObject(connector, file);
    if (file === connector.propertiesFile?.file && connector.properties === undefined)
      yield notAnObject(connector, file);
  }
};

const notAnObject = (connector: Connector, file: string): RuleViolation => {
  const text = connector.texts.find((one) => one.file === file);
  return {
    location: text ? text.span(0, 1) : wholeFile(file),
    message: 'The file must contain one JSON object. Put everything between { and }.',
  };
};

export const reading: Rule[] = [
  lapse('syntax', {
    id: 'JsonSyntaxError',
    description: 'The definition and the properties are strict JSON.',
    rationale:
      'A file that cannot be parsed cannot be imported. ' +
      'Findings after the first are read from what the text probably means, so mend this ' +
      'one first.',
    fixable: true,
  }),
  lapse('trailing-comma', {
    id: 'JsonTrailingComma',
    description: 'No comma stands before a closing bracket.',
    rationale: strictBecause,
    fixable: true,
  }),
  lapse('missing-comma', {
    id: 'JsonMissingComma',
    description: 'A comma stands between two values.',
    rationale: strictBecause,
    fixable: true,
  }),
  lapse('comment', {
    id: 'JsonComment',
    description: 'JSON has no comments.',
    rationale: `${strictBecause} What a comment says belongs into a description or the readme.`,
    fixable: true,
  }),
  lapse('control-character', {
    id: 'JsonControlCharacter',
    description: 'Tabs, line breaks and other control characters in strings are escaped.',
    rationale: strictBecause,
    fixable: true,
  }),
  lapse('text-after-end', {
    id: 'JsonTextAfterEnd',
    description: 'Nothing follows the end of the JSON value.',
    rationale:
      'What follows is not part of the connector: ' +
      'operations that stand there do not exist for anybody who uses it.',
    fixable: true,
  }),
  lapse('duplicate-key', {
    id: 'JsonDuplicateKey',
    description: 'An object has each name once.',
    rationale:
      'Of two values under one name most readers keep the last and drop the first without ' +
      'a word, some do the reverse.',
    fixable: true,
  }),
  lapse('encoding', {
    id: 'FileEncodingNotUtf8',
    description: 'Text files are UTF-8.',
    rationale:
      'Letters such as ø, é or ß reach the user as question marks or as two wrong letters.',
    fixable: true,
  }),
  lapse('byte-order-mark', {
    id: 'FileByteOrderMark',
    description: 'JSON files begin without a byte-order mark.',
    rationale:
      'JSON forbids it (RFC 8259, section 8.1), and parsers that take that seriously stop ' +
      'at the first character.',
    fixable: true,
  }),
  lapse('depth', {
    id: 'JsonTooDeep',
    description: `JSON values are nested at most ${limits.depth} deep.`,
    rationale:
      'A file that is nested deeper is not read at all. No connector needs it; ' +
      'it is how a parser is attacked.',
  }),
  {
    id: 'JsonRootNotObject',
    severity: 'error',
    description: 'The definition and the properties file each contain one JSON object.',
    rationale: 'Every name that the platform looks for stands in that object.',
    check: isOver,
  },
];
