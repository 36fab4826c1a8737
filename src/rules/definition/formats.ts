import { safe } from '../../shared/finding.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';

/**
 * The formats that the platform knows, by type: the list `format` of the published schema of
 * definitions. That `number/int64` is not among them is said in
 * microsoft/PowerPlatformConnectors#312. 1% of the independent publishers' connectors have others.
 */
const formatsOf: Record<string, readonly string[]> = {
  string: [
    'byte',
    'binary',
    'date',
    'date-time',
    'date-no-tz',
    'password',
    'email',
    'html',
    'uri',
    'uuid',
  ],
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
  boolean: [],
  array: [],
  object: [],
};

export const formats: Rule[] = [
  {
    id: 'UnrecognizedTypeFormat',
    severity: 'warning',
    description: 'A `format` is one that the platform knows for the type.',
    rationale:
      'The designer chooses the field by it, such as one for a date; ' +
      'an unknown format gives a plain field.',
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      for (const { raw: at } of definition?.having('format') ?? []) {
        const { type, format } = at;
        const known =
          typeof type === 'string' && Object.hasOwn(formatsOf, type) ? formatsOf[type] : undefined;
        if (
          typeof type !== 'string' ||
          typeof format !== 'string' ||
          !known ||
          known.includes(format)
        )
          continue;
        const found = { at, key: 'format' };
        const meant = format.trim().toLowerCase();
        const todo = known.length > 0 ? safe`Use one of ${known}, or none.` : 'Remove it.';
        if (format.trim() === '')
          yield {
            ...found,
            message: safe`The ${'format'} is empty. Remove it.`,
            fix: [{ at, key: 'format', remove: true }],
          };
        else if (known.includes(meant))
          yield {
            ...found,
            message: safe`The format ${format} is written ${meant}. Correct it.`,
            fix: [{ at, key: 'format', to: meant }],
          };
        else
          yield { ...found, message: `${safe`The type ${type} has no format ${format}.`} ${todo}` };
      }
    },
  },
  {
    id: 'InvalidStringBinaryProperty',
    severity: certificationSeverity,
    description:
      'In a request, a `string` of the format `binary` is the whole body or a whole form ' +
      'field.',
    rationale: 'Raw bytes cannot stand inside JSON: the file arrives broken.',
    *check({ definition }) {
      for (const { raw, name, parent, root } of definition?.having('format') ?? []) {
        if (
          raw.format !== 'binary' ||
          raw.type !== 'string' ||
          parent === undefined ||
          !root.use.input
        )
          continue;
        yield {
          at: raw,
          key: 'format',
          message:
            safe`${name ?? 'This value'} is raw bytes inside a larger value. ` +
            safe`Use the format ${'byte'}, which is Base64, or send the file as the whole body ` +
            safe`or as a form field.`,
        };
      }
    },
  },
];
