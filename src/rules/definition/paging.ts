import { nameOf } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, type Json } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';

const nextLinkNames = new Set<Json>(['nextLink', '@odata.nextLink']);

export const paging: Rule[] = [
  {
    id: 'InvalidNextLinkNameValue',
    severity: certificationSeverity,
    description:
      'The `nextLinkName` of an operation that answers in pages is `nextLink` or ' +
      '`@odata.nextLink`.',
    rationale:
      'The platform follows a link of one of these names only; ' +
      'under another name, users get the first page and believe that it is all.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const at = asObject(operation.raw['x-ms-pageable']);
        const name = at?.nextLinkName;
        if (at && name !== undefined && name !== null && !nextLinkNames.has(name)) {
          yield {
            at,
            key: 'nextLinkName',
            message:
              safe`The ${'nextLinkName'} of ${nameOf(operation)} is ` +
              safe`${typeof name === 'string' ? name : JSON.stringify(name)}. ` +
              safe`Let the service call the link ${'nextLink'} or ${'@odata.nextLink'}, and ` +
              safe`write that name here.`,
          };
        }
      }
    },
  },
];
