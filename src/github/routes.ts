import type { paths } from '@octokit/openapi-types';

/**
 * A route of GitHub's REST API that GitHub's OpenAPI description lists, for example
 * `GET /repos/{owner}/{repo}/pulls`.
 */
export type Route = {
  [Path in keyof paths]: `${MethodOf<Path>} ${Path}`;
}[keyof paths];

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type MethodOf<Path extends keyof paths> = {
  [Name in Method & keyof paths[Path]]: paths[Path][Name] extends { responses: object }
    ? Uppercase<Name>
    : never;
}[Method & keyof paths[Path]];

/**
 * The documented body of a successful response: the union of its status codes and media types.
 */
export type ResponseOf<R extends Route> = R extends `${infer Name} ${infer Path}`
  ? Path extends keyof paths
    ? Lowercase<Name> extends keyof paths[Path]
      ? SuccessOf<paths[Path][Lowercase<Name>]>
      : never
    : never
  : never;

type SuccessOf<Operation> = Operation extends { responses: infer Responses }
  ? ContentOf<Responses[keyof Responses & (200 | 201 | 202)]>
  : never;
type ContentOf<Response> = Response extends { content: infer Content }
  ? Content[keyof Content]
  : never;

/** The documented items of a list; `Key` is the property of the response that has the list. */
export type ItemOf<R extends Route, Key extends string = never> =
  | ElementOf<ResponseOf<R>>
  | (ResponseOf<R> extends { [Name in Key]?: infer List } ? ElementOf<List> : never);
type ElementOf<List> = List extends readonly (infer Item)[] ? Item : never;
