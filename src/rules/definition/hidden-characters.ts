import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import { hasPlainEnds, trimInvisible } from '../../shared/text.ts';
import { asList, asObject, objectEntries, type JsonObject } from '../../json/values.ts';
import { openApiStandard } from '../policy-codes.ts';
import type { Rule, RuleViolation } from '../rule.ts';

/** A name or a value that other parts, or the service, must match exactly. */
interface ExactText {
  at: JsonObject;
  key: string;
  part?: 'key';
  /** What it is, as the start of a sentence. */
  what: string;
  text: string;
  /** Whether nothing refers to it, so that a fix can trim it. */
  isFree?: boolean;
}

/**
 * What may start or end with an invisible character. Not the names of headers, hosts, paths and media
 * types: rules of their own check those.
 */
function* exactTexts({ definition, properties }: Connector): Iterable<ExactText> {
  const free: [JsonObject | undefined, string, string][] = [
    [asObject(definition?.raw.info), 'version', 'The version'],
    [properties?.inner, 'publisher', 'The publisher'],
    [properties?.inner, 'stackOwner', 'The stack owner'],
  ];
  for (const [at, key, what] of free) {
    const text = at?.[key];
    if (at && typeof text === 'string') yield { at, key, what, text, isFree: true };
  }
  for (const { raw: at, name: text, in: location } of definition?.parameters ?? [])
    if (text !== undefined && location !== 'header' && !hasPlainEnds(text))
      yield { at, key: 'name', what: 'The name of the parameter', text };
  for (const [, at] of objectEntries(definition?.section('securityDefinitions')))
    if (at.in === 'query' && typeof at.name === 'string')
      yield { at, key: 'name', what: 'The name of the API key', text: at.name };
  for (const { raw } of definition?.having('properties') ?? []) {
    const at = asObject(raw.properties);
    for (const text in at)
      if (!hasPlainEnds(text))
        yield { at, key: text, part: 'key', what: 'The name of the field', text };
  }
  for (const { raw: at } of definition?.having('enum') ?? []) {
    const text = asList(at.enum).find(
      (value) => typeof value === 'string' && trimInvisible(value) !== value,
    );
    if (typeof text === 'string' && at.in !== 'header')
      yield { at, key: 'enum', what: safe`The value of ${'enum'}`, text };
  }
}

export const hiddenCharacters: Rule[] = [
  {
    // Of the accepted connectors, three certified ones have such fields, and one of an independent
    // publisher has such parameters.
    id: 'NameSurroundedBySpaces',
    severity: 'warning',
    policies: openApiStandard,
    description:
      'Names of parameters and fields, values of `enum`, the version and the publisher do not ' +
      'start or end with a space or another invisible character.',
    rationale:
      'Nobody sees the character, but the platform sends it, and the service knows no such name.',
    fixable: true,
    *check(connector): Iterable<RuleViolation> {
      for (const { what, text, isFree, ...place } of exactTexts(connector)) {
        // PublisherNotValid reports other characters there.
        const bare = isFree ? text.trim() : trimInvisible(text);
        if (bare === text || bare === '') continue;
        yield {
          ...place,
          detail: text,
          message:
            `${what}, ` +
            safe`${text}, starts or ends with a space or another invisible ` +
            safe`character. Write ${bare}` +
            (isFree ? '.' : ', unless the service expects the character.'),
          ...(isFree && { fix: [{ at: place.at, key: place.key, to: bare }] }),
        };
      }
    },
  },
];
