import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import {
  asList,
  asText,
  isObject,
  writtenValue,
  type Json,
  type JsonArray,
  type JsonObject,
} from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { connectorStandard } from '../policy-codes.ts';

const extension = 'x-ms-enum-values';

/** An entry of `x-ms-enum-values`: a value and its display name. */
interface Label {
  list: JsonArray;
  index: number;
  raw: JsonObject;
  /** The value as JSON, which distinguishes 1 from "1". */
  value: string | undefined;
}

/** Each `x-ms-enum-values` with the schema that contains it. */
function* labeled({ definition }: Connector): Iterable<{ schema: JsonObject; labels: Label[] }> {
  for (const { raw } of definition?.having(extension) ?? []) {
    const list = raw[extension];
    if (!Array.isArray(list)) continue;
    const labels = list.flatMap((entry, index) =>
      isObject(entry) ? [{ list, index, raw: entry, value: jsonOf(entry.value) }] : [],
    );
    yield { schema: raw, labels };
  }
}

const jsonOf = (value: Json | undefined): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);

export const enums: Rule[] = [
  {
    id: 'DuplicateEnumValuesInExtension',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: '`x-ms-enum-values` lists each value once.',
    rationale:
      'If a value has two names, the designer can show only one of them, and users cannot ' +
      'know which.',
    policies: connectorStandard,
    fixable: true,
    *check(connector): Iterable<RuleViolation> {
      for (const { labels } of labeled(connector)) {
        const first = new Map<string, Label>();
        for (const label of labels) {
          const { list, index, raw, value } = label;
          const earlier = value === undefined ? undefined : first.get(value);
          if (value === undefined) continue;
          if (!earlier) {
            first.set(value, label);
            continue;
          }
          const found = {
            at: raw,
            key: 'value',
            message:
              safe`The value ${value} already has the name ` +
              safe`${asText(earlier.raw.displayName) ?? ''}. Keep one name for each ` +
              'value.',
          };
          yield JSON.stringify(earlier.raw) === JSON.stringify(raw)
            ? { ...found, fix: [{ at: list, key: index, remove: true }] }
            : found;
        }
      }
    },
  },
  {
    id: 'InvalidEnumValuesExtensionValue',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'Each value in `x-ms-enum-values` is also in `enum`.',
    rationale: 'Users choose the value by its name, and the service rejects it.',
    policies: connectorStandard,
    fixable: true,
    *check(connector): Iterable<RuleViolation> {
      for (const { schema, labels } of labeled(connector)) {
        const values = asList(schema.enum);
        const allowed = new Set(values.map(jsonOf));
        const written = new Map(values.map((item) => [writtenValue(item), item]));
        for (const { raw, value } of labels) {
          if (allowed.has(value)) continue;
          const to = value === undefined ? undefined : written.get(writtenValue(raw.value ?? null));
          if (to !== undefined) {
            yield {
              at: raw,
              key: 'value',
              severity: 'warning',
              message:
                safe`The value ${value ?? ''} is ${JSON.stringify(to)} in ${'enum'}. Write it the ` +
                'same way, with or without quotation marks.',
              fix: [{ at: raw, key: 'value', to }],
            };
            continue;
          }
          const shown = asText(raw.displayName) ?? '';
          yield value === undefined
            ? {
                at: raw,
                message:
                  safe`The name ${shown} has no value. Add the ${'value'} from ${'enum'} ` +
                  'that it describes.',
              }
            : {
                at: raw,
                key: 'value',
                message:
                  safe`The value ${value}, shown as ${shown}, is not in ${'enum'}. Add it ` +
                  'there, or correct it here.',
              };
        }
      }
    },
  },
  {
    id: 'MissingEnumValuesDisplayName',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'Each value in `x-ms-enum-values` has a `displayName`.',
    rationale: 'Users see this name instead of the value.',
    policies: connectorStandard,
    *check(connector) {
      for (const { labels } of labeled(connector)) {
        for (const { raw, value } of labels) {
          const name = raw.displayName;
          if (typeof name === 'string' && name.trim() !== '') continue;
          yield {
            at: raw,
            ...(name !== undefined && { key: 'displayName' }),
            message: safe`The value ${value ?? ''} has no display name. Add a ${'displayName'}.`,
          };
        }
      }
    },
  },
];
