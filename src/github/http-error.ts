import { unavailable } from '../review/model/result.ts';
import type { Result } from '../review/model/snapshot.ts';
import { isObject, UnexpectedResponse, type ResponseObject } from './parse-response.ts';

type Headers = Readonly<Record<string, unknown>>;

/** What Octokit throws for a status of 300 and above. */
interface HttpError extends Error {
  status: number;
  response?: { headers: Headers; data: unknown };
}

export const hasStatus = (error: unknown): error is HttpError =>
  error instanceof Error && 'status' in error && typeof error.status === 'number';

/** Whether GitHub answered with an error. False for rate limits: those requests can be retried. */
export const isHttpError = (error: unknown): error is HttpError =>
  hasStatus(error) && retryAfterSeconds(error) === undefined;

/**
 * GraphQL reports errors with the status 200 and a list of errors. This error has the status that
 * the REST API would have used.
 */
export class GraphqlError extends Error implements HttpError {
  readonly status: number;
  readonly response: { headers: Headers; data: unknown };
  /** The part of the data that GitHub returned in spite of the errors. */
  readonly partialData: ResponseObject;

  constructor(errors: readonly ResponseObject[], headers: Headers, partialData: ResponseObject) {
    super(
      errors
        .map(({ message }) => (typeof message === 'string' ? message : 'no reason is given'))
        .join(' '),
    );
    const types = new Set<unknown>(errors.map(({ type }) => type));
    const isRateLimited =
      types.has('RATE_LIMITED') ||
      /\b(?:API|secondary) rate limit\b/i.test(this.message) ||
      headers['x-ratelimit-remaining'] === '0';
    if (isRateLimited) this.status = 429;
    else if (types.has('FORBIDDEN')) this.status = 403;
    else if (types.has('NOT_FOUND')) this.status = 404;
    else this.status = 422;
    this.response = { headers, data: partialData };
    this.partialData = partialData;
  }
}

/**
 * Converts the errors that Octokit and its plugins throw for a GraphQL response with errors, each
 * in another form. Undefined for any other error.
 */
export function toGraphqlError(error: unknown): GraphqlError | undefined {
  if (!(error instanceof Error)) return undefined;
  const response: unknown = 'response' in error ? error.response : undefined;
  let body = response;
  if (isObject(response) && 'status' in response)
    body = response.status === 200 ? response.data : undefined;
  if (!isObject(body) || !Array.isArray(body.errors)) return undefined;
  let headers: unknown;
  if ('headers' in error) headers = error.headers;
  else if (isObject(response)) headers = response.headers;
  const errors: readonly unknown[] = body.errors;
  return new GraphqlError(
    errors.filter((each): each is ResponseObject => isObject(each)),
    isObject(headers) ? headers : {},
    isObject(body.data) ? body.data : {},
  );
}

/** GitHub's message, without the link to its documentation that Octokit adds. */
export const rejectionText = ({ message }: Error): string =>
  message.replace(/ - https?:\/\/\S+$/, '');

/** How many seconds GitHub asks clients to wait. Undefined if the error is not a rate limit. */
export function retryAfterSeconds(error: unknown): number | undefined {
  if (!hasStatus(error) || (error.status !== 403 && error.status !== 429)) return undefined;
  const { headers = {} } = error.response ?? {};
  const after = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && after >= 0) return after;
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset))
    return Math.max(1, Math.ceil(reset - Date.now() / 1000));
  return error.status === 429 || /secondary rate limit/i.test(error.message) ? 60 : undefined;
}

/** The reason for a 404: GitHub also sends it for what exists, but may not be seen. */
export const notShown = 'GitHub does not show it to Gatehouse';
/** The reason for a 403. */
export const notAllowed = 'GitHub does not let Gatehouse see it';
const reasons = new Map([
  [403, notAllowed],
  [404, notShown],
  [410, 'GitHub says it is gone'],
  [414, 'its name is longer than GitHub accepts'],
  [422, 'GitHub rejects the request as invalid'],
  [451, 'GitHub may not show it for legal reasons'],
]);

/**
 * Why a value is unavailable. Undefined for errors that a later request may not have: an expired
 * token, a timeout, a failure of GitHub's.
 */
export function unavailableReason(error: unknown): string | undefined {
  if (error instanceof UnexpectedResponse) return error.message;
  if (!isHttpError(error)) return undefined;
  if (error instanceof GraphqlError) return `GitHub answers: ${error.message}`;
  const { status } = error;
  const isFinal = status >= 400 && status < 500 && status !== 401 && status !== 408;
  return reasons.get(status) ?? (isFinal ? `GitHub answers with the status ${status}` : undefined);
}

/** Turns an error that has an `unavailableReason` into an unavailable result. */
export async function orUnavailable<T>(read: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await read();
  } catch (error) {
    const reason = unavailableReason(error);
    if (reason !== undefined) return unavailable(reason);
    throw error;
  }
}
