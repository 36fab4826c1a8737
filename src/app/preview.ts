import type { Client } from '../github/client.ts';
import { retryAfterSeconds } from '../github/http-error.ts';
import { translateErrors } from '../github/import-signatures.ts';
import { openPullRequestsOf } from '../github/list-pull-requests.ts';
import { UnexpectedResponse } from '../github/parse-response.ts';
import { PullRequestNotFound } from '../github/request-pull.ts';
import { createReadOnlyClient } from '../github/token-client.ts';
import { parseRepositoryName } from '../review/model/repository-name.ts';
import type { Account } from '../review/model/snapshot.ts';
import { UserError } from '../shared/user-error.ts';
import type { PullKey } from '../store/pull-key.ts';
import { emptyHistory } from './empty-history.ts';
import { readEnvironment } from './env.ts';
import type { EvaluationPurpose } from './evaluation-input.ts';
import { summarizePull, type PullSummary } from './pull-summary.ts';
import { readSnapshot } from './review-pull-request.ts';
import { startReviewProcesses, type ReviewProcesses } from './review-processes.ts';
import type { ReviewStep } from './review-steps.ts';
import { purposeOf, showStep } from './show-step.ts';
import type { Evaluation } from './evaluate.ts';

/** Where and as whom to read. */
export interface PreviewAccess {
  token: string;
  /** Of the REST API. */
  apiUrl: string;
  version: string;
  env: NodeJS.ProcessEnv;
}

/** All open pull requests of a repository. Plain data: `--format json` prints it. */
export interface OpenPullRequests {
  repository: string;
  /** When they were read, ISO 8601. */
  readAt: string;
  pulls: readonly PullSummary[];
  /** Pull requests that were not reviewed, and why. */
  unread: readonly { number: number; reason: string }[];
}

/**
 * The account that Gatehouse would write as. Nobody has its number, so that no comment, check run or
 * suggestion counts as its own.
 */
const nobody: Account = { id: -1, login: 'gatehouse[bot]', type: 'bot' };
const tokenHint = 'The token must be allowed to read the repository.';
/** Pull requests that are read at the same time. Each makes about fifteen requests. */
const concurrency = 2;
/** If GitHub asks to wait longer, the rest is left unread. */
const maxWaitSeconds = 65;
const maxAttempts = 3;

/**
 * What the App would say about a pull request that it sees for the first time. Only reads: the client
 * refuses any other request.
 * @throws UserError if GitHub does not show the pull request
 */
export const previewPullRequest = (
  pull: PullKey,
  step: ReviewStep,
  access: PreviewAccess,
): Promise<string> =>
  translateErrors(
    () =>
      withProcesses(access, async (processes) => {
        const client = createReadOnlyClient(access.token, access.apiUrl);
        return showStep(await evaluate(pull, purposeOf(step), client, processes, access), step);
      }),
    tokenHint,
  );

/**
 * What the App would say about all open pull requests of a repository, the most recently updated
 * first. Only reads.
 * @param limit how many it reviews at most
 * @param onProgress is called with how many are done
 * @param name the repository, `owner/name`
 * @throws UserError if GitHub does not list the pull requests
 */
export const previewOpenPullRequests = (
  name: string,
  limit: number,
  access: PreviewAccess,
  onProgress: (done: number, total: number) => void,
): Promise<OpenPullRequests> =>
  translateErrors(
    () =>
      withProcesses(access, async (processes) => {
        const client = createReadOnlyClient(access.token, access.apiUrl);
        const readAt = new Date().toISOString();
        const numbers = await openNumbers(client, name);
        const chosen = numbers.slice(0, limit);
        const pulls: PullSummary[] = [];
        const unread = numbers
          .slice(limit)
          .map((number) => ({ number, reason: `only ${limit} were to be reviewed` }));
        let [done, stopped] = [0, ''];
        const waiting = [...chosen];
        const review = async (number: number, attempt = 1): Promise<void> => {
          try {
            const pull = { repository: name, number };
            pulls.push(summarizePull(await evaluate(pull, 'preview', client, processes, access)));
          } catch (error) {
            const seconds = retryAfterSeconds(error);
            if (seconds !== undefined && seconds <= maxWaitSeconds && attempt < maxAttempts) {
              await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
              return review(number, attempt + 1);
            }
            if (seconds !== undefined) {
              stopped = rateLimitReason(seconds);
              unread.push({ number, reason: stopped });
            } else if (
              error instanceof PullRequestNotFound ||
              error instanceof UnexpectedResponse
            ) {
              unread.push({ number, reason: error.message });
            } else throw error;
          }
        };
        const work = async (): Promise<void> => {
          for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
            if (stopped === '') await review(number);
            else unread.push({ number, reason: stopped });
            onProgress((done += 1), chosen.length);
          }
        };
        await Promise.all(Array.from({ length: concurrency }, work));
        const order = new Map(numbers.map((number, index) => [number, index]));
        const byOrder = (a: { number: number }, b: { number: number }): number =>
          (order.get(a.number) ?? 0) - (order.get(b.number) ?? 0);
        return {
          repository: name,
          readAt,
          pulls: pulls.toSorted(byOrder),
          unread: unread.toSorted(byOrder),
        };
      }),
    tokenHint,
  );

const rateLimitReason = (seconds: number): string =>
  "GitHub's rate limit for this token is used up until " +
  `${new Date(Date.now() + seconds * 1000).toISOString().slice(11, 16)} UTC`;

async function openNumbers(client: Client, name: string): Promise<number[]> {
  const repository = parseRepositoryName(name);
  if (!repository) throw new UserError(`${name} is not the name of a repository.`);
  const numbers = new Set<number>();
  for await (const page of openPullRequestsOf(client, repository, 'newest')) {
    if (!page.ok)
      throw new UserError(
        `The pull requests of ${name} could not be listed: ${page.reason}. ${tokenHint}`,
      );
    for (const { number } of page.value) numbers.add(number);
  }
  return [...numbers];
}

async function withProcesses<T>(
  { env }: PreviewAccess,
  use: (processes: ReviewProcesses) => Promise<T>,
): Promise<T> {
  const processes = startReviewProcesses(readEnvironment(env), (pull, excess) =>
    console.error(`${pull}: the review ${excess}, and continues without its most expensive parts.`),
  );
  try {
    return await use(processes);
  } finally {
    await processes.close();
  }
}

async function evaluate(
  pull: PullKey,
  purpose: Exclude<EvaluationPurpose, 'effects'>,
  client: Client,
  processes: ReviewProcesses,
  { version }: PreviewAccess,
): Promise<Evaluation> {
  const snapshot = await readSnapshot(pull, {
    client,
    bot: nobody,
    store: emptyHistory,
    version,
    startedAt: new Date(),
    waitForReplication: false,
  });
  return processes.evaluation(snapshot, purpose);
}
