import type { Connector } from '../../connector/connector.ts';
import { whole } from '../../connector/finding.ts';
import { clip } from '../../connector/letters.ts';
import { limits } from '../../connector/limits.ts';
import type { LapseKind } from '../../connector/scan.ts';
import type { Found, Rule } from '../rule.ts';

const strictBecause =
  'The platform, its command line tool and most editors read strict JSON. ' +
  'One reader forgives the mistake, the next refuses the whole connector.';

/** A lapse from strict JSON is found while reading; here each kind gets its name and its reason. */
const lapse = (kind: LapseKind, rule: Omit<Rule, 'check' | 'severity'>): Rule => ({
  ...rule,
  severity: 'error',
  *check(connector): Iterable<Found> {
    for (const file of connector.texts) {
      for (const { start, end, says, edits } of file.lapses.filter((one) => one.kind === kind)) {
        const place = file.span(start, end);
        yield {
          place,
          message: says,
          detail: clip(file.line(place.line).trim(), 200),
          ...(edits && { fix: { edits } }),
        };
      }
    }
  },
});

const isOver = function* (connector: Connector): Iterable<Found> {
  for (const { file, lapses } of connector.texts) {
    if (lapses.length > 0) continue;
    if (file === connector.definitionFile?.file && connector.definition === undefined)
      yield notAnObject(connector, file);
    if (file === connector.propertiesFile?.file && connector.properties === undefined)
      yield notAnObject(connector, file);
  }
};

const notAnObject = (connector: Connector, file: string): Found => {
  const text = connector.texts.find((one) => one.file === file);
  return {
    place: text ? text.span(0, 1) : whole(file),
    message: 'The file must contain one JSON object. Put everything between { and }.',
  };
};

export const reading: Rule[] = [
  lapse('syntax', {
    id: 'JsonSyntaxError',
    says: 'The definition and the properties are strict JSON.',
    because:
      'A file that cannot be parsed cannot be imported. ' +
      'Findings after the first are read from what the text probably means, so mend this ' +
      'one first.',
    fixable: true,
  }),
  lapse('trailing-comma', {
    id: 'JsonTrailingComma',
    says: 'No comma stands before a closing bracket.',
    because: strictBecause,
    fixable: true,
  }),
  lapse('missing-comma', {
    id: 'JsonMissingComma',
    says: 'A comma stands between two values.',
    because: strictBecause,
    fixable: true,
  }),
  lapse('comment', {
    id: 'JsonComment',
    says: 'JSON has no comments.',
    because: `${strictBecause} What a comment says belongs into a description or the readme.`,
    fixable: true,
  }),
  lapse('control-character', {
    id: 'JsonControlCharacter',
    says: 'Tabs, line breaks and other control characters in strings are escaped.',
    because: strictBecause,
    fixable: true,
  }),
  lapse('text-after-end', {
    id: 'JsonTextAfterEnd',
    says: 'Nothing follows the end of the JSON value.',
    because:
      'What follows is not part of the connector: ' +
      'operations that stand there do not exist for anybody who uses it.',
    fixable: true,
  }),
  lapse('duplicate-key', {
    id: 'JsonDuplicateKey',
    says: 'An object has each name once.',
    because:
      'Of two values under one name most readers keep the last and drop the first without ' +
      'a word, some do the reverse.',
    fixable: true,
  }),
  lapse('encoding', {
    id: 'FileEncodingNotUtf8',
    says: 'Text files are UTF-8.',
    because: 'Letters such as ø, é or ß reach the user as question marks or as two wrong letters.',
    fixable: true,
  }),
  lapse('byte-order-mark', {
    id: 'FileByteOrderMark',
    says: 'JSON files begin without a byte-order mark.',
    because:
      'JSON forbids it (RFC 8259, section 8.1), and parsers that take that seriously stop ' +
      'at the first character.',
    fixable: true,
  }),
  lapse('depth', {
    id: 'JsonTooDeep',
    says: `JSON values are nested at most ${limits.depth} deep.`,
    because:
      'A file that is nested deeper is not read at all. No connector needs it; ' +
      'it is how a parser is attacked.',
  }),
  {
    id: 'JsonRootNotObject',
    severity: 'error',
    says: 'The definition and the properties file each contain one JSON object.',
    because: 'Every name that the platform looks for stands in that object.',
    check: isOver,
  },
];
