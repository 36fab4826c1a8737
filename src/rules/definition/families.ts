import { nameOf, type Definition, type Operation } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { asObject, asText, type Json, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { connectorStandard } from '../policy-codes.ts';

const extension = 'x-ms-api-annotation';

const connectorStatus = (definition: Definition | undefined): string | undefined =>
  asText(asObject(asObject(definition?.raw.info)?.[extension])?.status);

/** An operation with an annotation, which makes it a revision in a family of operations. */
interface Member {
  operation: Operation;
  at: JsonObject;
  revision: Json | undefined;
  /** The operation's own status, or else that of the connector; the default is production. */
  status: string;
  deprecated: boolean;
}

function* members(definition: Definition | undefined): Iterable<Member> {
  const usual = connectorStatus(definition) ?? 'Production';
  for (const operation of definition?.operations ?? []) {
    const at = asObject(operation.raw[extension]);
    if (at)
      yield {
        operation,
        at,
        revision: at.revision ?? undefined,
        status: asText(at.status) ?? usual,
        deprecated: operation.raw.deprecated === true,
      };
  }
}

/**
 * The families with their operations, oldest revision first. An operation without a revision
 * counts as the oldest.
 */
const families = (
  definition: Definition | undefined,
): Iterable<readonly [string, readonly Member[]]> => (definition ? familiesIn(definition) : []);

const familiesIn = memoize((definition: Definition) => {
  const found = Map.groupBy(members(definition), ({ at }) => asText(at.family) ?? '');
  found.delete('');
  const age = ({ revision }: Member): number => (typeof revision === 'number' ? revision : 0);
  for (const family of found.values()) family.sort((a, b) => age(a) - age(b));
  return found;
});

/** A rule about the `replacement` of an annotation. */
const replacementRule = (
  rule: Omit<Rule, 'check' | 'severity'>,
  messageFor: (replacement: JsonObject, member: Member) => string | undefined,
): Rule => ({
  ...rule,
  severity: certificationSeverity,
  *check({ definition }) {
    for (const member of members(definition)) {
      const replacement = asObject(member.at.replacement);
      const message = replacement && messageFor(replacement, member);
      if (message !== undefined) yield { at: member.at, key: 'replacement', part: 'key', message };
    }
  },
});

export const apiFamilies: Rule[] = [
  replacementRule(
    {
      id: 'ApiAnnotationExtensionReplacementInfoForNonDeprecatedOperations',
      source: 'swagger-validator',
      description: 'Only a deprecated operation has a replacement.',
      rationale:
        'Makers are told to use the replacement instead; for an operation that is still ' +
        'current, this is wrong.',
      policies: connectorStandard,
    },
    (_, { operation, deprecated }) =>
      deprecated
        ? undefined
        : safe`${nameOf(operation)} has a replacement, but is not deprecated. Add ` +
          safe`${'"deprecated": true'}, or remove ${'replacement'}.`,
  ),
  replacementRule(
    {
      id: 'ApiAnnotationExtensionReplacementInfoMissingApiProperty',
      source: 'swagger-validator',
      description: 'A replacement names the connector that contains the new operation, in `api`.',
      rationale: 'Without it, makers do not know in which connector to find the new operation.',
      policies: connectorStandard,
    },
    (replacement, { operation }) =>
      replacement.api === undefined
        ? safe`The replacement of ${nameOf(operation)} has no ${'api'}. Add the name of the ` +
          'connector that contains the new operation.'
        : undefined,
  ),
  replacementRule(
    {
      id: 'ApiAnnotationExtensionReplacementInfoMissingOperationIdProperty',
      source: 'swagger-validator',
      description: 'A replacement names the new operation, in `operationId`.',
      rationale: 'Makers are told to use another operation, but not which one.',
      policies: connectorStandard,
    },
    (replacement, { operation }) =>
      replacement.operationId === undefined
        ? safe`The replacement of ${nameOf(operation)} has no ${'operationId'}. Add the ID ` +
          'of the new operation.'
        : undefined,
  ),
  {
    id: 'OperationRevisionEmpty',
    source: 'swagger-validator',
    severity: 'warning',
    description: 'Every operation of a family has a `revision`.',
    rationale: 'The designer offers the newest revision and needs the number to find it.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const [family, list] of families(definition)) {
        const first = list.find(({ revision }) => revision === undefined);
        if (first)
          yield {
            at: first.operation.raw,
            key: extension,
            part: 'key',
            message:
              safe`${nameOf(first.operation)} belongs to the family ${family}, but has no ` +
              safe`${'revision'}. Add it: ${1} for the first operation, and so on.`,
          };
      }
    },
  },
  {
    id: 'OperationFamilyHasManyEmptyRevisions',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'At most one operation of a family has no revision.',
    rationale: 'If two operations have no revision, the designer cannot tell which one is newer.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const [family, list] of families(definition)) {
        const [first, ...others] = list.filter(({ revision }) => revision === undefined);
        for (const { operation } of first ? others : []) {
          yield {
            at: operation.raw,
            key: extension,
            part: 'key',
            message:
              safe`In the family ${family}, ${nameOf(operation)} has no ${'revision'}, ` +
              safe`and neither has ${nameOf(first?.operation ?? operation)}. Add a ` +
              'revision to each.',
          };
        }
      }
    },
  },
  {
    id: 'OperationFamilyHasDuplicateRevisions',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'The revisions in a family are unique.',
    rationale:
      'The designer offers the newest revision; if two operations share it, either may be offered.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const [family, list] of families(definition)) {
        const seen = new Map<Json, Operation>();
        for (const { operation, at, revision } of list) {
          if (typeof revision !== 'number' && typeof revision !== 'string') continue;
          const earlier = seen.get(revision);
          if (earlier)
            yield {
              at,
              key: 'revision',
              message:
                safe`In the family ${family}, ${nameOf(operation)} has the revision ` +
                safe`${revision}, which ${nameOf(earlier)} already has. Give the newer ` +
                'operation the next number.',
            };
          else seen.set(revision, operation);
        }
      }
    },
  },
  {
    id: 'OperationFamilyHasManyActiveOperations',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'At most two operations of a family are active, that is, not deprecated.',
    rationale:
      'Makers find the same action several times in the list and have to guess which one ' +
      'is current.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const [family, list] of families(definition)) {
        const active = list.filter(({ deprecated }) => !deprecated);
        for (const { operation } of active.slice(0, -2)) {
          yield {
            at: operation.raw,
            key: extension,
            part: 'key',
            message:
              `${safe`The family ${family} has`} ${active.length} ` +
              safe`active operations, and ${nameOf(operation)} is not one of the two newest. ` +
              safe`Add ${'"deprecated": true'} to it.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationFamilyHasManyActiveProductionOperations',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'At most one active operation of a family is in production.',
    rationale:
      'Makers find two finished versions of the same action in the list and have to guess ' +
      'which one is current.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const [family, list] of families(definition)) {
        const active = list.filter(
          ({ deprecated, status }) => !deprecated && status === 'Production',
        );
        const newest = active.at(-1);
        for (const { operation, at } of newest ? active.slice(0, -1) : []) {
          yield {
            at,
            ...(at.status !== undefined && { key: 'status' }),
            message:
              safe`In the family ${family}, ${nameOf(operation)} is in production, and so ` +
              safe`is its newer revision ${nameOf(newest?.operation ?? operation)}. Add ` +
              safe`${'"deprecated": true'} to the older one.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationIdShouldEndWithRevision',
    source: 'swagger-validator',
    severity: 'warning',
    description:
      'From the second revision on, the ID of an operation ends with its revision: ' +
      '`GetInvoiceV2`.',
    rationale:
      'Flows and logs show only the ID; with the revision in it, readers see which ' +
      'version a flow uses.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const { operation, revision } of members(definition)) {
        if (
          typeof revision !== 'number' ||
          !Number.isInteger(revision) ||
          revision < 2 ||
          operation.id === undefined
        )
          continue;
        const suffix = `V${revision}`;
        if (!operation.id.toUpperCase().endsWith(suffix)) {
          yield {
            at: operation.raw,
            key: 'operationId',
            message:
              safe`${operation.id} is revision ${revision}, but its ID does not end with ` +
              safe`it. For a new operation, end the ID with ${suffix}; do not rename an ` +
              'operation that is in use.',
          };
        }
      }
    },
  },
  {
    id: 'OperationStatusAheadOfConnector',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'If the connector is in preview, none of its operations is in production.',
    rationale: 'Makers would rely on an operation although its connector may still change.',
    policies: connectorStandard,
    *check({ definition }) {
      if (connectorStatus(definition) !== 'Preview') return;
      for (const { operation, at, status } of members(definition)) {
        if (status === 'Production')
          yield {
            at,
            key: 'status',
            message:
              safe`${nameOf(operation)} is in ${status}, but the connector is in ` +
              safe`${'Preview'}. Set ${'Preview'} here too, or change the status of the ` +
              'connector.',
          };
      }
    },
  },
  {
    id: 'ProductionStatusOnBetaService',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'A connector to a beta service is not in production.',
    rationale: 'A beta service can change at any time and break the flows that makers have built.',
    policies: connectorStandard,
    *check({ definition }) {
      const annotation = asObject(asObject(definition?.raw.info)?.[extension]);
      if (!definition || annotation?.status !== 'Production') return;
      const beta = [
        ...(asText(definition.raw.host) ?? '').split('.'),
        ...(asText(definition.raw.basePath) ?? '').split('/'),
      ].find((part) => /^beta\d*$/i.test(part));
      if (beta !== undefined)
        yield {
          at: annotation,
          key: 'status',
          message:
            safe`The connector is in ${'Production'}, but its URL contains ${beta}. Set ` +
            safe`${'Preview'}, or use the released version of the service.`,
        };
    },
  },
];
