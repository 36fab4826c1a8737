import type { Answer } from './operations/call.ts';

/**
 * What goes wrong with a request, and when. Everything here happens on command; nothing waits for a
 * clock.
 */
export interface Disturbance {
  /** How often it happens, from the next fitting request on. Once, where nothing is said. */
  times?: number;
  /** Only for requests that this says yes to, by their method and path. */
  when?: (request: { method: string; path: string }) => boolean;
  /**
   * Happens before the request is carried out: push to a branch here, or wait until the test goes
   * on.
   */
  before?: () => void | Promise<void>;
  /** Answers instead of carrying it out; `cut` ends the connection without a word. */
  answer?: Answer | 'cut';
  /**
   * Carries it out, and then answers with this instead: GitHub has done it, and who asked does not
   * know.
   */
  butAnswer?: Answer | 'cut';
}

const message = (text: string): { message: string; documentation_url: string } => ({
  message: text,
  documentation_url: 'https://docs.github.com/rest',
});

/** GraphQL refuses a query or mutation: with the status 200, as GitHub does. */
export const refusedByGraphql = (reason: string): Answer => ({
  status: 200,
  body: {
    data: null,
    errors: [{ type: 'FORBIDDEN', message: reason, path: [], locations: [] }],
  },
});

const secondary = message(
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
);

/** Too many requests; come back after so many seconds. */
export const tooManyRequests = (retryAfter: number): Answer => ({
  status: 429,
  body: secondary,
  headers: { 'retry-after': String(retryAfter) },
});
/** The secondary limit, which is about how fast somebody asks. */
export const secondaryLimit = (retryAfter?: number): Answer => ({
  status: 403,
  body: secondary,
  ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
});
/** The hourly limit is used up; it begins anew in so many seconds. */
export const exhausted = (seconds: number): Answer => ({
  status: 403,
  body: message('API rate limit exceeded for installation.'),
  headers: {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + seconds),
  },
});
export const badGateway: Answer = { status: 502, body: message('Server Error') };
/** What does not exist yet, or is not for your eyes. */
export const missing: Answer = { status: 404, body: message('Not Found') };
export const forbidden: Answer = {
  status: 403,
  body: message('Resource not accessible by integration'),
};
