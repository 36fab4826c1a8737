import { isSchemaLike, isSchemeLike, methods } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { isObject, type Json } from '../../json/values.ts';

/** Whether a key can be that of a response. */
export const isResponseKey = (key: string): boolean => /^([1-5]\d\d|default|x-.*)$/s.test(key);

const infoKeys = new Set([
  'title',
  'description',
  'version',
  'contact',
  'license',
  'termsOfService',
]);

/**
 * What to do about a key that has no meaning where it is, if its name or its value tells where it
 * belongs: a bracket in the wrong place puts what follows it into another part.
 */
export function whereItBelongs(
  key: string,
  value: Json | undefined,
  isAtTop = false,
): string | undefined {
  const place = placeOf(key, value, isAtTop);
  return place === undefined
    ? undefined
    : `${safe`${key} belongs in`} ${place}. Move it there: a closing bracket may be in the wrong ` +
        'place above it.';
}

function placeOf(key: string, value: Json | undefined, isAtTop: boolean): string | undefined {
  if (key.startsWith('/')) return safe`${'paths'}`;
  if (isAtTop && infoKeys.has(key)) return safe`${'info'}`;
  if (!isObject(value)) return undefined;
  if (methods.some((method) => method === key))
    return 'responses' in value || 'operationId' in value ? 'a path' : undefined;
  if (/^[1-5]\d\d$/.test(key)) return safe`${'responses'}`;
  if (!isAtTop) return undefined;
  if (isSchemeLike(value)) return safe`${'securityDefinitions'}`;
  if (typeof value.name === 'string' && typeof value.in === 'string') return safe`${'parameters'}`;
  return isSchemaLike(value) ? safe`${'definitions'}` : undefined;
}
