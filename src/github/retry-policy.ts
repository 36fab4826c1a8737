/**
 * A rate limit of at most this many seconds is waited for. If it is longer, the job fails and is
 * scheduled again: a sleeping job would block its worker.
 */
export const maxWaitSeconds = 20;
export const maxRetries = 2;
/** Options for Octokit's retry plugin: only failures of GitHub or the network are retried. */
export const retryOptions = {
  doNotRetry: [400, 401, 403, 404, 405, 406, 409, 410, 414, 415, 422, 429, 431, 451],
  retries: maxRetries,
};
