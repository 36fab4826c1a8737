/** Texts of operations, parameters, fields and responses, for people and for language models. */
export const textKeywords: ReadonlySet<string> = new Set([
  'title',
  'summary',
  'description',
  'example',
  'examples',
  'externalDocs',
  'tags',
  'x-example',
  'x-ms-description',
  'x-ms-description-for-model',
  'x-ms-enum',
  'x-ms-keywords',
  'x-ms-name-for-model',
  'x-ms-summary',
]);
