/** Longer than this, in seconds, nobody waits within a review: the review is tried again later. */
export const retryPolicy = 20;
export const maxAttempts = 2;
/** What GitHub has answered is not asked for again; where it did not answer, it is. */
export const retry = {
  doNotRetry: [400, 401, 403, 404, 405, 406, 409, 410, 414, 415, 422, 429, 431, 451],
  retries: maxAttempts,
};
