import type { Cursor } from '../../catalog/catalog-source.ts';
import type { Instant } from '../../release/civil-date.ts';
import type { Store } from '../../store/store.ts';
import { cursorOf, pageToken, type Sort } from '../page-token.ts';
import type { Problem } from '../problem.ts';
import type { ShownRepository } from '../repository-directory.ts';
import { invalidParameters, readParameters, type Parameters, type ValuesOf } from './parameters.ts';
import { flag, list, object, text, type Schema } from './schema.ts';

/** What a request is answered from. */
export interface Source {
  store: Store;
  /** The address of GitHub, without a slash at the end. */
  github: string;
  repository: ShownRepository;
  now: Instant;
}

/** What is sent: an object as JSON, a text and bytes as they are. */
export interface Content {
  body: object | string | Uint8Array<ArrayBuffer>;
  /** Of a list that has more pages. */
  nextToken?: string;
}

/** What the document says of a route. */
export interface RouteInfo {
  /** With the names of parameters in braces. */
  path: string;
  /** Names the operation in clients that are generated from the document. */
  operationId: string;
  tag: 'Trains' | 'Catalog' | 'Feeds';
  /** A sentence without a period. */
  summary: string;
  /** In Markdown. */
  description: string;
}

/** A request whose parameters are valid. */
export interface PreparedRequest {
  /** The name of the repository that it names. */
  repository: string | undefined;
  /** All values, for the entity tag. */
  values: object;
  /** @throws Problem */
  respond(source: Source): Promise<Content>;
}

/** A route of the API: what the server answers, and what the document says of it. */
export interface Route extends RouteInfo {
  parameters: Parameters;
  content: { type: string; schema: Schema };
  /** @throws Problem if a parameter is not valid */
  prepare(path: Readonly<Record<string, string>>, query: URLSearchParams): PreparedRequest;
}

interface RouteDefinition<P extends Parameters> extends RouteInfo, Pick<Route, 'content'> {
  parameters: P;
  /** @throws Problem */
  respond(source: Source, values: ValuesOf<P>): Promise<Content['body']>;
}

const repositoryParameter = {
  repository: {
    schema: { type: 'string', maxLength: 201, pattern: '^[\\w.\\-]+/[\\w.\\-]+$' },
    expected: 'the name of a repository such as contoso/connectors',
    description:
      'The repository on GitHub, as `owner/name`. Needed only if the server shows several.',
    example: 'contoso/connectors',
  },
} as const satisfies Parameters;

/** Reads the parameters of a route and those that all routes of its kind have. */
function read<P extends Parameters, Common extends Parameters>(
  parameters: P,
  common: Common,
  path: Readonly<Record<string, string>>,
  query: URLSearchParams,
): ValuesOf<P> & ValuesOf<Common>;
function read(
  parameters: Parameters,
  common: Parameters,
  path: Readonly<Record<string, string>>,
  query: URLSearchParams,
): unknown {
  return readParameters({ ...common, ...parameters }, path, query);
}

/** Defines a route about a repository. */
export const route = <const P extends Parameters>(definition: RouteDefinition<P>): Route => ({
  ...definition,
  parameters: { ...repositoryParameter, ...definition.parameters },
  prepare(path, query) {
    const values = read(definition.parameters, repositoryParameter, path, query);
    return {
      repository: values.repository,
      values,
      respond: async (source) => ({ body: await definition.respond(source, values) }),
    };
  },
});

/** A page of a list, and where it ends if there are more. */
export interface ListPage {
  items: readonly object[];
  next?: Cursor | undefined;
  /** What the answer says besides the list. */
  more?: object;
}

/** Where a page starts, and how many items it has. */
export interface PageRequest {
  after: Cursor | undefined;
  maxResults: number;
}

interface ListDefinition<P extends Parameters> extends RouteInfo {
  parameters: P;
  item: Schema;
  /** Schemas of what the answer may say besides the list. */
  more?: Readonly<Record<string, Schema>>;
  results: { default: number; maximum: number };
  sort(values: ValuesOf<P>): Sort;
  /**
   * @returns undefined if the list no longer has the place where the page starts
   * @throws Problem
   */
  list(source: Source, values: ValuesOf<P>, page: PageRequest): Promise<ListPage | undefined>;
}

/** Defines a route that lists items page by page. */
export function listRoute<const P extends Parameters>({
  item,
  more,
  results,
  ...definition
}: ListDefinition<P>): Route {
  const paging = {
    maxResults: {
      schema: { type: 'integer', minimum: 1, ...results },
      description: 'How many items a page has at most.',
      example: results.default,
    },
    nextToken: {
      schema: { type: 'string', maxLength: 2_000, pattern: '^[A-Za-z0-9_\\-]+$' },
      expected: 'the nextToken of the page before',
      description:
        'The `nextToken` of the page before. The other parameters must be the same as there.',
      example: 'eyJzb3J0Ij…',
    },
  } as const satisfies Parameters;
  return {
    ...definition,
    parameters: { ...repositoryParameter, ...definition.parameters, ...paging },
    content: { type: 'application/json', schema: listSchema(item, more) },
    prepare(path, query) {
      const common = { ...repositoryParameter, ...paging };
      const values = read(definition.parameters, common, path, query);
      const { nextToken, maxResults, repository, ...filters } = values;
      return {
        repository,
        values,
        async respond(source) {
          const sort = definition.sort(values);
          const scope = [definition.path, source.repository.name, filters];
          const after = nextToken === undefined ? undefined : cursorOf(nextToken, sort, scope);
          if (nextToken !== undefined && !after)
            throw invalidToken('The token is not of this list with these parameters.');
          const page = await definition.list(source, values, { after, maxResults });
          if (!page) throw invalidToken('The list has changed too much since the page before.');
          const next = page.next ? { nextToken: pageToken(sort.name, page.next, scope) } : {};
          return {
            body: { hasMore: page.next !== undefined, ...next, ...page.more, list: page.items },
            ...next,
          };
        },
      };
    },
  };
}

const invalidToken = (reason: string): Problem =>
  invalidParameters([{ name: 'nextToken', reason: `${reason} Start without a token.` }]);

/** The schema of a list. */
export const listSchema = (item: Schema, more: Readonly<Record<string, Schema>> = {}): Schema =>
  object(
    { hasMore: flag('Whether there are more pages.'), list: list(item) },
    { nextToken: text('The parameter `nextToken` of the next page, if there is one.'), ...more },
  );

/** The body of a list that is sent whole. */
export const wholeList = (items: readonly object[]): object => ({ hasMore: false, list: items });
