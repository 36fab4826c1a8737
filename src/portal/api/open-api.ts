import { addressOf } from '../../shared/project.ts';
import { problems } from '../problem.ts';
import type { Parameter } from './parameters.ts';
import type { Route } from './route.ts';
import { list, object, ref, text, type Schema } from './schema.ts';

const problemSchema = object(
  {
    type: { type: 'string', format: 'uri' },
    title: text(),
    status: { type: 'integer' },
    detail: text('What is wrong with this request.'),
    instance: text('The path of the request.'),
    code: { enum: Object.keys(problems) },
  },
  { invalid: list(object({ name: text(), reason: text() }), 'Parameters that are not valid.') },
);

const revalidation = {
  ETag: {
    description: 'Send it as `If-None-Match`: the answer is 304 as long as nothing has changed.',
    schema: { type: 'string' },
  },
} as const;
const nextPage = {
  Link: { description: 'The next page: `rel="next"`.', schema: { type: 'string' } },
} as const;

const problemResponse = (description: string): object => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});

/** The answers that every route may have. */
const commonResponses = {
  '304': { description: 'Nothing has changed since the answer with this ETag.' },
  '400': problemResponse('A parameter is not valid.'),
  '403': problemResponse('The server shows no repository to everyone.'),
  '404': problemResponse('There is no such thing, or it is not public.'),
  '429': problemResponse('Too many requests: 600 a minute are allowed. See `Retry-After`.'),
  '500': problemResponse('An error of the server.'),
};

/**
 * The description of the API, as OpenAPI 3.1: of the same routes that the server answers.
 * @param schemas to which the routes refer, by name
 */
export const openApiDocument = (
  routes: readonly Route[],
  schemas: Readonly<Record<string, Schema>>,
  version: string,
): object => ({
  openapi: '3.1.1',
  info: {
    title: 'Gatehouse',
    version,
    summary: 'The connectors of a repository and their way through the rings',
    description: `[How to use it](${addressOf('api.md')}). Everything can be read without signing in.`,
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'Catalog', description: 'Connectors and what they can do.' },
    { name: 'Trains', description: 'What is deployed where, and when.' },
    { name: 'Feeds', description: 'For programs that subscribe.' },
  ],
  paths: Object.fromEntries(routes.map((route) => [route.path, { get: operation(route) }])),
  components: { schemas: { Problem: problemSchema, ...schemas } },
  security: [],
});

const operation = (route: Route): object => ({
  operationId: route.operationId,
  tags: [route.tag],
  summary: route.summary,
  description: route.description,
  parameters: Object.entries(route.parameters).map(([name, parameter]) =>
    parameterObject(name, parameter, route.path),
  ),
  responses: {
    '200': {
      description: route.summary,
      headers: { ...revalidation, ...(Object.hasOwn(route.parameters, 'nextToken') && nextPage) },
      content: { [route.content.type]: { schema: route.content.schema } },
    },
    ...commonResponses,
  },
});

const parameterObject = (
  name: string,
  { schema, description, example, required = false }: Parameter,
  path: string,
): object => ({
  name,
  in: path.includes(`{${name}}`) ? 'path' : 'query',
  description,
  required,
  schema: schema.type === 'string' ? { minLength: 1, ...schema } : schema,
  ...(schema.type === 'array' && { style: 'form', explode: false }),
  example,
});
