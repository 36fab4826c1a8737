import type { Block, Inline } from './block.ts';
import { contentOf } from './text-content.ts';
import { choicesOf } from './value-notes.ts';
import type { ConnectionParameter, Properties } from '../connector/properties.ts';
import { asObject, asText, objectsIn, type Json, type JsonObject } from '../json/values.ts';

const sharing =
  'https://learn.microsoft.com/power-apps/maker/canvas-apps/connections-list' +
  '#security-and-types-of-authentication';

/** A way to sign in. */
interface Authentication {
  name: string;
  /** Of several. */
  id: string | undefined;
  description: string;
  isShareable: boolean;
  parameters: readonly ConnectionParameter[];
}

/** How people connect; nothing if the connector asks for nothing. */
export function connectionSection(properties: Properties | undefined): Block[] {
  if (!properties) return [];
  const kinds = authenticationsOf(properties);
  if (kinds.every(({ parameters }) => parameters.length === 0)) return [];
  return [
    {
      kind: 'heading',
      level: 2,
      text: 'Creating a connection',
      key: 'section/connection',
      anchor: '',
    },
    paragraph('The connector supports the following authentication types:'),
    {
      kind: 'table',
      head: ['Name', 'Description', 'Applicable', 'Sharing'],
      rows: kinds.map((kind, index) => [
        [{ kind: 'reference', text: kind.name, to: keyOf(index) }],
        contentOf(kind.description),
        ['All regions'],
        [kind.isShareable ? 'Shareable' : 'Not shareable'],
      ]),
    },
    ...kinds.flatMap(authenticationBlocks),
  ];
}

const keyOf = (index: number): string => `connection/${index + 1}`;

const paragraph = (...content: Inline[]): Block => ({ kind: 'paragraph', content });

function authenticationsOf({ inner, connectionParameters }: Properties): Authentication[] {
  const sets = objectsIn(asObject(inner.connectionParameterSets)?.values);
  const own = connectionParameters.filter(({ set }) => set === undefined);
  return [
    ...sets.map((set): Authentication => {
      const id = asText(set.name) ?? '';
      const labels = asObject(set.uiDefinition);
      return {
        name: asText(labels?.displayName) ?? id,
        id,
        description: asText(labels?.description) ?? '',
        isShareable: isTrue(asObject(set.metadata)?.allowSharing),
        parameters: connectionParameters.filter((parameter) => parameter.set === id),
      };
    }),
    ...(own.length === 0
      ? []
      : [
          {
            name: 'Default',
            id: undefined,
            description: 'Parameters for creating connection.',
            isShareable: false,
            parameters: own,
          },
        ]),
  ];
}

/** Many connectors write a boolean as a text. */
const isTrue = (value: Json | undefined): boolean =>
  value === true || asText(value)?.toLowerCase() === 'true';

function authenticationBlocks(kind: Authentication, index: number): Block[] {
  const { name, id, description, isShareable, parameters } = kind;
  const rows = parameters.filter(isEntered).map(parameterRow);
  const text = contentOf(description);
  return [
    { kind: 'heading', level: 3, text: name, key: keyOf(index), anchor: '' },
    ...(id === undefined || id === '' ? [] : [paragraph('Auth ID: ', { kind: 'code', text: id })]),
    paragraph('Applicable: All regions'),
    ...(text.length === 0 ? [] : [paragraph(...text)]),
    // Both sentences are those of the platform.
    isShareable
      ? paragraph(
          'This is shareable connection. If the power app is shared with another user, ' +
            'connection is shared as well. For more information, please see the ',
          { kind: 'link', text: 'Connectors overview for canvas apps', target: sharing },
          '.',
        )
      : paragraph(
          'This is not shareable connection. If the power app is shared with another user, ' +
            'another user will be prompted to create new connection explicitly.',
        ),
    ...(rows.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            head: ['Name', 'Type', 'Description', 'Required'],
            rows,
          },
        ]),
  ];
}

const constraintsOf = (raw: JsonObject): JsonObject =>
  asObject(asObject(raw.uiDefinition)?.constraints) ?? {};

/** Whether people enter a value: they sign in with OAuth, and never see what is hidden. */
const isEntered = ({ raw, usesOAuth }: ConnectionParameter): boolean =>
  !usesOAuth && !isTrue(constraintsOf(raw).hidden);

function parameterRow({ raw, name, type }: ConnectionParameter): Inline[][] {
  const labels = asObject(raw.uiDefinition);
  const constraints = constraintsOf(raw);
  const text = contentOf(asText(labels?.description) ?? asText(labels?.tooltip) ?? '');
  const choices = choicesOf(constraints.allowedValues ?? raw.allowedValues);
  return [
    [asText(labels?.displayName) ?? name],
    [type ?? ''],
    [
      ...text,
      ...(text.length > 0 && choices.length > 0 ? [{ kind: 'break' as const }] : []),
      ...choices,
    ],
    isTrue(constraints.required) ? ['True'] : [],
  ];
}
