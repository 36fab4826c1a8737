import { ProbotOctokit } from 'probot';
import { maxRetries, maxWaitSeconds, retryOptions } from './retry-policy.ts';

const shouldRetry = (
  retryAfter: number,
  _options: unknown,
  _octokit: unknown,
  retryCount: number,
): boolean => retryAfter <= maxWaitSeconds && retryCount < maxRetries;

type Options = NonNullable<ConstructorParameters<typeof ProbotOctokit>[0]>;

/**
 * Probot's Octokit with our retry policy. Long rate limits throw an error that has the time to wait
 * (`retryAfterSeconds`). Errors that GitHub answered with are not retried, because a repetition
 * could do the work twice (see `Client.write`).
 */
export const Octokit = ProbotOctokit.defaults((options: Options) => ({
  ...options,
  // Replaces Probot's handlers, which wait for as long as GitHub asks.
  throttle: { ...options.throttle, onRateLimit: shouldRetry, onSecondaryRateLimit: shouldRetry },
  retry: { ...retryOptions, ...options.retry },
}));
