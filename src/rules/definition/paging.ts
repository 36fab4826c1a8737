import { nameOf } from '../../connector/definition.ts';
import { say } from '../../connector/finding.ts';
import { asObject, type Json } from '../../connector/values.ts';
import { certification, type Rule } from '../rule.ts';

const nextLinkNames = new Set<Json>(['nextLink', '@odata.nextLink']);

export const paging: Rule[] = [
  {
    id: 'InvalidNextLinkNameValue',
    severity: certification,
    says:
      'The `nextLinkName` of an operation that answers in pages is `nextLink` or ' +
      '`@odata.nextLink`.',
    because:
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
              say`The ${'nextLinkName'} of ${nameOf(operation)} is ` +
              say`${typeof name === 'string' ? name : JSON.stringify(name)}. ` +
              say`Let the service call the link ${'nextLink'} or ${'@odata.nextLink'}, and ` +
              say`write that name here.`,
          };
        }
      }
    },
  },
];
