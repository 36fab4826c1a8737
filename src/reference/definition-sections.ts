import type { Block } from './block.ts';
import { outputRows } from './field-rows.ts';
import { fieldsTable, outputHead } from './operation-sections.ts';
import { hasProperties, isArray, isDynamic } from './schema-shape.ts';
import { contentOf } from './text-content.ts';
import { basicTypeKey, definitionKey, type UsedTypes } from './used-types.ts';
import { notesOf } from './value-notes.ts';
import type { Definition } from '../connector/definition.ts';
import { asObject, asText, own, type JsonObject } from '../json/values.ts';

/**
 * The definitions that outputs refer to, directly or through others, in the order of the file; then
 * the basic types. Adds to `types` what definitions refer to.
 */
export function definitionSections(definition: Definition, types: UsedTypes): Block[] {
  const definitions = definition.section('definitions') ?? {};
  const sections = new Map<string, Block[]>();
  // The set grows while it is read: a section may refer to further definitions.
  for (const name of types.definitions) {
    const raw = asObject(own(definitions, name));
    if (raw) sections.set(name, definitionSection(definition, types, name, raw));
  }
  const shown = Object.keys(definitions).flatMap((name) => sections.get(name) ?? []);
  const basic = [...types.basic].flatMap(basicTypeSection);
  return shown.length + basic.length === 0
    ? []
    : [
        {
          kind: 'heading',
          level: 2,
          text: 'Definitions',
          key: 'section/definitions',
          anchor: '',
        },
        ...shown,
        ...basic,
      ];
}

function definitionSection(
  definition: Definition,
  types: UsedTypes,
  name: string,
  raw: JsonObject,
): Block[] {
  const target = definition.follow(raw) ?? {};
  const description = contentOf(asText(target.description) ?? '');
  return [
    { kind: 'heading', level: 3, text: name, key: definitionKey(name), anchor: '' },
    ...(description.length === 0 ? [] : [{ kind: 'paragraph' as const, content: description }]),
    ...contentOfDefinition(definition, types, raw, target),
  ];
}

function contentOfDefinition(
  definition: Definition,
  types: UsedTypes,
  raw: JsonObject,
  target: JsonObject,
): Block[] {
  if (isDynamic(target))
    return [{ kind: 'paragraph', content: ['The fields of this type are dynamic.'] }];
  if (!isArray(target) && hasProperties(definition, target))
    return fieldsTable(outputHead, outputRows(definition, types, target));
  const type = types.returnTypeOf(raw.$ref === undefined ? target : raw);
  if (type.length === 0) return [];
  const notes = notesOf(target);
  return [
    {
      kind: 'paragraph',
      content: ['This is the type ', ...type, notes.length === 0 ? '.' : '. ', ...notes],
    },
  ];
}

const basicTypeSection = (name: string): Block[] => [
  { kind: 'heading', level: 3, text: name, key: basicTypeKey(name), anchor: '' },
  {
    kind: 'paragraph',
    content: [
      name === 'object' ? "This is the type 'object'." : `This is the basic data type '${name}'.`,
    ],
  },
];
