import { nameOf, type Definition, type Operation } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, asText, type Json, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';

const extension = 'x-ms-api-annotation';

const connectorStatus = (definition: Definition | undefined): string | undefined =>
  asText(asObject(asObject(definition?.raw.info)?.[extension])?.status);

/** An operation with an annotation: a version of what a family of operations does. */
interface Member {
  operation: Operation;
  at: JsonObject;
  revision: Json | undefined;
  /** Its own, else that of the connector; what has none is in production. */
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
 * The families with their operations, oldest revision first; one without a revision is the oldest.
 */
function families(definition: Definition | undefined): Map<string, Member[]> {
  const found = new Map<string, Member[]>();
  for (const member of members(definition)) {
    const family = asText(member.at.family);
    if (family === undefined || family === '') continue;
    const others = found.get(family);
    if (others) others.push(member);
    else found.set(family, [member]);
  }
  const age = ({ revision }: Member): number => (typeof revision === 'number' ? revision : 0);
  for (const family of found.values()) family.sort((a, b) => age(a) - age(b));
  return found;
}

/** A rule about the `replacement` of an annotation. */
const replacementRule = (
  rule: Omit<Rule, 'check' | 'severity'>,
  wrong: (replacement: JsonObject, member: Member) => string | undefined,
): Rule => ({
  ...rule,
  severity: certificationSeverity,
  *check({ definition }) {
    for (const member of members(definition)) {
      const replacement = asObject(member.at.replacement);
      const message = replacement && wrong(replacement, member);
      if (message !== undefined) yield { at: member.at, key: 'replacement', part: 'key', message };
    }
  },
});

export const apiFamilies: Rule[] = [
  replacementRule(
    {
      id: 'ApiAnnotationExtensionReplacementInfoForNonDeprecatedOperations',
      description: 'Only a deprecated operation names its replacement.',
      rationale:
        'Makers of flows are told to use the replacement instead; ' +
        'of an operation that is meant to be used they must not be.',
    },
    (_, { operation, deprecated }) =>
      deprecated
        ? undefined
        : safe`${nameOf(operation)} names a replacement, but is not deprecated. ` +
          safe`Add ${'"deprecated": true'}, or remove ${'replacement'}.`,
  ),
  replacementRule(
    {
      id: 'ApiAnnotationExtensionReplacementInfoMissingApiProperty',
      description: 'A replacement names the connector that has it: `api`.',
      rationale: 'Without it nobody can tell in which connector to look for the operation.',
    },
    (replacement, { operation }) =>
      replacement.api === undefined
        ? safe`The replacement of ${nameOf(operation)} has no ${'api'}. ` +
          safe`Add the name of the connector that has the new operation.`
        : undefined,
  ),
  replacementRule(
    {
      id: 'ApiAnnotationExtensionReplacementInfoMissingOperationIdProperty',
      description: 'A replacement names the operation: `operationId`.',
      rationale: 'Makers of flows are told to change to another operation and not to which.',
    },
    (replacement, { operation }) =>
      replacement.operationId === undefined
        ? safe`The replacement of ${nameOf(operation)} has no ${'operationId'}. ` +
          safe`Add the id of the new operation.`
        : undefined,
  ),
  {
    id: 'OperationRevisionEmpty',
    severity: 'warning',
    description: 'An operation of a family says which revision it is.',
    rationale: 'The designer offers the newest revision, and must know which that is.',
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
              safe`${'revision'}. Add it: ${1} for the first, and so on.`,
          };
      }
    },
  },
  {
    id: 'OperationFamilyHasManyEmptyRevisions',
    severity: certificationSeverity,
    description: 'At most one operation of a family has no revision.',
    rationale: 'Of two without, nobody can tell which is the newer.',
    *check({ definition }) {
      for (const [family, list] of families(definition)) {
        const [first, ...others] = list.filter(({ revision }) => revision === undefined);
        for (const { operation } of first ? others : []) {
          yield {
            at: operation.raw,
            key: extension,
            part: 'key',
            message:
              safe`In the family ${family}, ${nameOf(operation)} has no ${'revision'}, as ` +
              safe`${nameOf(first?.operation ?? operation)} has none. Add the revision to each.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationFamilyHasDuplicateRevisions',
    severity: certificationSeverity,
    description: 'No two operations of a family have the same revision.',
    rationale: 'The designer offers the newest revision; of two it takes either.',
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
                safe`${revision}, as ${nameOf(earlier)} has. Give the newer one the next number.`,
            };
          else seen.set(revision, operation);
        }
      }
    },
  },
  {
    id: 'OperationFamilyHasManyActiveOperations',
    severity: certificationSeverity,
    description: 'At most two operations of a family are active, that is, not deprecated.',
    rationale:
      'Makers of flows find one action several times in the list, and have to guess which ' +
      'is current.',
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
              (safe`active operations, and ${nameOf(operation)} is not one of the two newest. ` +
                safe`Add ${'"deprecated": true'} to it.`),
          };
        }
      }
    },
  },
  {
    id: 'OperationFamilyHasManyActiveProductionOperations',
    severity: certificationSeverity,
    description: 'One operation of a family is active and in production.',
    rationale:
      'Makers of flows find one action twice in the list, both times as finished, and have ' +
      'to guess which is current.',
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
              safe`In the family ${family}, ${nameOf(operation)} is in production, as its newer ` +
              safe`revision ${nameOf(newest?.operation ?? operation)} is. ` +
              safe`Add ${'"deprecated": true'} to the older.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationIdShouldEndWithRevision',
    severity: 'warning',
    description:
      'The id of an operation ends with its revision, from the second on: `GetInvoiceV2`.',
    rationale:
      'Flows and logs show the id only; whoever reads them sees at once which version a flow uses.',
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
              safe`${operation.id} is revision ${revision}, which its id does not say. ` +
              safe`In a new operation, end the id with ${suffix}; ` +
              safe`do not rename one that is in use.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationStatusAheadOfConnector',
    severity: certificationSeverity,
    description: 'In a connector in preview, no operation is in production.',
    rationale: 'Makers of flows would rely on an operation of something that may still change.',
    *check({ definition }) {
      if (connectorStatus(definition) !== 'Preview') return;
      for (const { operation, at, status } of members(definition)) {
        if (status === 'Production')
          yield {
            at,
            key: 'status',
            message:
              safe`${nameOf(operation)} is in ${status}, but the connector is in ${'Preview'}. ` +
              safe`Write ${'Preview'} here too, or change the status of the connector.`,
          };
      }
    },
  },
  {
    id: 'ProductionStatusOnBetaService',
    severity: certificationSeverity,
    description: 'A connector to a beta service is not in production.',
    rationale:
      'What makers of flows build on it breaks when the service changes, as a beta may at ' +
      'any time.',
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
            safe`The connector is in ${'Production'}, but its address has the part ${beta}. ` +
            safe`Write ${'Preview'}, or use the finished version of the service.`,
        };
    },
  },
];
