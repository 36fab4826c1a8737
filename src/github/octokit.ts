import { ProbotOctokit } from 'probot';
import { maxAttempts, retryPolicy, retry } from './retry-policy.ts';

const mayWait = (
  retryAfter: number,
  _options: unknown,
  _octokit: unknown,
  retryCount: number,
): boolean => retryAfter <= retryPolicy && retryCount < maxAttempts;

/**
 * Probot's client, which throttles and retries through Octokit's plugins, with our patience: short
 * waits are waited, long ones are an error that says for how long (see `waitFor`). What GitHub
 * answered is not retried where asking again could do it twice (see `Client.write`).
 */
export const Octokit = ProbotOctokit.defaults((options: Options) => ({
  ...options,
  // in place of Probot's, which waits for as long as it is told to
  throttle: { ...options.throttle, onRateLimit: mayWait, onSecondaryRateLimit: mayWait },
  retry: { ...retry, ...options.retry },
}));
type Options = NonNullable<ConstructorParameters<typeof ProbotOctokit>[0]>;
