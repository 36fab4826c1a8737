import { safe } from '../../shared/finding.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { connectorStandard } from '../policy-codes.ts';

/**
 * The supported formats by type, from `format` in the published schema of definitions.
 * microsoft/PowerPlatformConnectors#312 says that `number/int64` is not supported. 1% of the
 * independent publishers' connectors have others.
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
    source: 'swagger-validator',
    severity: 'warning',
    description: 'Each `format` is one that the platform supports for the type.',
    rationale:
      'The designer chooses the input field by the format, such as a date picker; for an ' +
      'unknown format, users get a plain text field.',
    policies: connectorStandard,
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      for (const { raw: at } of definition?.having('format') ?? []) {
        const { type, format } = at;
        const supported =
          typeof type === 'string' && Object.hasOwn(formatsOf, type) ? formatsOf[type] : undefined;
        if (
          typeof type !== 'string' ||
          typeof format !== 'string' ||
          !supported ||
          supported.includes(format)
        )
          continue;
        const found = { at, key: 'format' };
        const normalized = format.trim().toLowerCase();
        const todo =
          supported.length > 0 ? safe`Use one of ${supported}, or remove it.` : 'Remove it.';
        if (format.trim() === '')
          yield {
            ...found,
            message: safe`The ${'format'} is empty. Remove it.`,
            fix: [{ at, key: 'format', remove: true }],
          };
        else if (supported.includes(normalized))
          yield {
            ...found,
            message: safe`The format ${format} is misspelled. Write ${normalized}.`,
            fix: [{ at, key: 'format', to: normalized }],
          };
        else
          yield { ...found, message: `${safe`The type ${type} has no format ${format}.`} ${todo}` };
      }
    },
  },
  {
    id: 'InvalidStringBinaryProperty',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'In a request, a `string` with the format `binary` is the entire body or an ' +
      'entire form field.',
    rationale: 'JSON cannot contain raw bytes: the file arrives corrupted.',
    policies: connectorStandard,
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
            safe`${name ?? 'This value'} contains raw bytes inside a larger value. Use ` +
            safe`the format ${'byte'} (Base64), or send the file as the entire body or as ` +
            'a form field.',
        };
      }
    },
  },
];
