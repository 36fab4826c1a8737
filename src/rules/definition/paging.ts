import { nameOf } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, writtenValue, type Json } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { connectorStandard } from '../policy-codes.ts';

const nextLinkNames = new Set<Json>(['nextLink', '@odata.nextLink']);

export const paging: Rule[] = [
  {
    id: 'InvalidNextLinkNameValue',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'The `nextLinkName` of an operation with pages is `nextLink` or `@odata.nextLink`.',
    rationale:
      'The platform follows only a link with one of these names; otherwise users get only ' +
      'the first page and believe it is complete.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const at = asObject(operation.raw['x-ms-pageable']);
        const name = at?.nextLinkName;
        if (at && name !== undefined && name !== null && !nextLinkNames.has(name)) {
          yield {
            at,
            key: 'nextLinkName',
            message:
              safe`The ${'nextLinkName'} of ${nameOf(operation)} is ${writtenValue(name)}. Rename ` +
              safe`the link to ${'nextLink'} or ${'@odata.nextLink'} in the response of the ` +
              'service, and use that name here.',
          };
        }
      }
    },
  },
];
