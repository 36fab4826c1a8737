/** A JSON Schema (draft 2020-12), or a reference to a schema of the document. */
export type Schema = Readonly<Record<string, unknown>>;

type Properties = Readonly<Record<string, Schema>>;

/** An object. Fields may be added later, so that the schema does not exclude other ones. */
export const object = (required: Properties, optional: Properties = {}): Schema => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
});

export const list = (items: Schema, description?: string): Schema => ({
  type: 'array',
  items,
  ...(description !== undefined && { description }),
});

export const text = (description?: string): Schema => ({
  type: 'string',
  ...(description !== undefined && { description }),
});

export const count = (description: string): Schema => ({
  type: 'integer',
  minimum: 0,
  description,
});

export const flag = (description: string): Schema => ({ type: 'boolean', description });

export const oneOf = (choices: readonly string[], description?: string): Schema => ({
  enum: choices,
  ...(description !== undefined && { description }),
});

export const day = (description?: string): Schema => ({
  type: 'string',
  format: 'date',
  ...(description !== undefined && { description }),
});

export const instant = (description?: string): Schema => ({
  type: 'string',
  format: 'date-time',
  ...(description !== undefined && { description }),
});

/** An absolute address on the web. */
export const address = (description?: string): Schema => ({
  type: 'string',
  format: 'uri',
  ...(description !== undefined && { description }),
});

/** A schema of the document, by its name. */
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
