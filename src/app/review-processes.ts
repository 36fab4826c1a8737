import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { LRUCache } from 'lru-cache';
import { readFacts } from '../catalog/read-facts.ts';
import { readConnector } from '../connector/connector.ts';
import type { Effect } from '../review/model/effects.ts';
import { formatRepositoryName } from '../review/model/repository-name.ts';
import type { Snapshot } from '../review/model/snapshot.ts';
import type { AppEnvironment } from './env.ts';
import type { Evaluation } from './evaluate.ts';
import {
  mayRequestFixes,
  evaluationAttempts,
  type EvaluationInput,
  type EvaluationPurpose,
} from './evaluation-input.ts';

import type { FactsInput, ReadConnectorFacts } from './read-connector-facts.ts';

/** Limits for the evaluation of pull requests. */
export interface Limits {
  /** How many pull requests are evaluated at the same time. */
  processes: number;
  /** How long one attempt to evaluate a pull request may take. */
  seconds: number;
  /** The maximum heap of a process. */
  megabytes: number;
}

/**
 * A message to a process: of a pull request the content of one file each, then everything else; of a
 * connector to be indexed everything at once.
 */
export type ProcessRequest =
  | { blob: string; content: string }
  | EvaluationInput
  | { connector: FactsInput };
/** A message from a process: that it is ready, then the result of each request. */
export type ProcessResponse =
  | { ready: true }
  | { effects: readonly Effect[] }
  | { evaluation: Evaluation }
  | { connector: ReadConnectorFacts }
  | { error: unknown };
type Result = Exclude<ProcessResponse, { ready: true }>;

type OnExceeded = (pull: string, excess: string) => void;

/**
 * For how long an attempt that exceeded a limit is not repeated, whatever happens on the pull
 * request: ten minutes.
 */
const exceededCache = { max: 500, ttl: 600_000 };

/**
 * Child processes that evaluate pull requests. They start when they are needed, and stay. A process
 * that exceeds a limit is killed and replaced, and its pull request is evaluated without its most
 * expensive parts. So no pull request can block or end the App. They are not threads, because a
 * thread that runs out of memory can end the whole process. Their environment is empty, so they
 * have none of the App's secrets.
 */
export class ReviewProcesses {
  readonly #limits: Limits;
  readonly #program: URL;
  readonly #onExceeded: OnExceeded;
  readonly #all = new Set<ReviewProcess>();
  readonly #idle: ReviewProcess[] = [];
  readonly #queue: (() => void)[] = [];
  #busy = 0;
  /** The next attempt for a state of a pull request, and how the one before exceeded a limit. */
  readonly #exceeded = new LRUCache<string, { attempt: number; excess: string }>(exceededCache);

  /** @param onExceeded is called with each pull request that exceeded a limit, and how */
  constructor(limits: Limits, program: URL, onExceeded: OnExceeded) {
    this.#limits = limits;
    this.#program = program;
    this.#onExceeded = onExceeded;
  }

  /** The effects that bring a pull request from its current to its desired state. */
  async effects(snapshot: Snapshot): Promise<readonly Effect[]> {
    const result = await this.#evaluate(snapshot, 'effects');
    if (!('effects' in result)) throw new Error('A review process did not return effects.');
    return result.effects;
  }

  /** The effects, and everything that leads to them; or a preview (see `EvaluationPurpose`). */
  async evaluation(
    snapshot: Snapshot,
    purpose: Exclude<EvaluationPurpose, 'effects'> = 'evaluation',
  ): Promise<Evaluation> {
    const result = await this.#evaluate(snapshot, purpose);
    if (!('evaluation' in result))
      throw new Error('A review process did not return an evaluation.');
    return result.evaluation;
  }

  /**
   * What the catalog keeps of a connector. If reading it exceeds a limit, that is its problem, and
   * nothing else is known of it.
   */
  async connectorFacts(input: FactsInput): Promise<ReadConnectorFacts> {
    try {
      const result = await this.#inProcess((child) =>
        child.run([{ connector: input }], this.#limits.seconds),
      );
      if (!('connector' in result)) throw new Error('A review process did not return a connector.');
      return result.connector;
    } catch (error) {
      if (!(error instanceof LimitExceededError)) throw error;
      this.#onExceeded(input.folder.path, error.message);
      const unread = readConnector({ ...input.folder, files: [] });
      const facts = readFacts(unread, input.blobs, input.digest);
      return {
        facts: { ...facts, problem: `Reading the connector ${error.message}.` },
        files: new Map(),
      };
    }
  }

  /**
   * Ends all processes. A review that waits for one never gets a result: its job was returned to the
   * queue.
   */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#all, (child) => child.end()));
  }

  async #evaluate(snapshot: Snapshot, purpose: EvaluationPurpose): Promise<Result> {
    const { repository, pull, at } = snapshot;
    const name = `${formatRepositoryName(repository)}#${pull.number}`;
    const key = `${name} ${at.kind === 'head' ? pull.head.sha : at.sha} ${pull.base.sha}`;
    for (;;) {
      const { attempt, excess } = this.#exceeded.get(key) ?? { attempt: 0, excess: '' };
      const input = evaluationAttempts[attempt]?.(snapshot, excess);
      if (!input) throw new Error(`The evaluation ${excess}, whatever it leaves out.`);
      try {
        return await this.#inProcess((child) =>
          child.run(requestsOf({ ...input, purpose }), this.#limits.seconds),
        );
      } catch (error) {
        if (!(error instanceof LimitExceededError)) throw error;
        this.#onExceeded(name, error.message);
        this.#exceeded.set(key, {
          attempt: attempt === 0 && !mayRequestFixes(snapshot) ? 2 : attempt + 1,
          excess: error.message,
        });
      }
    }
  }

  async #inProcess<T>(use: (child: ReviewProcess) => Promise<T>): Promise<T> {
    if (this.#busy < this.#limits.processes) this.#busy += 1;
    else await new Promise<void>((start) => this.#queue.push(start));
    const child = this.#idle.pop() ?? this.#start();
    try {
      return await use(child);
    } finally {
      if (this.#all.has(child)) this.#idle.push(child);
      const next = this.#queue.shift();
      if (next) next();
      else this.#busy -= 1;
    }
  }

  #start(): ReviewProcess {
    const onExit = (): void => {
      this.#all.delete(child);
      if (this.#idle.includes(child)) this.#idle.splice(this.#idle.indexOf(child), 1);
    };
    const child = new ReviewProcess(this.#program, this.#limits.megabytes, onExit);
    this.#all.add(child);
    return child;
  }
}

/**
 * Creates the processes with the limits of the environment. Their program is the one in `dist/`,
 * also if this file runs as TypeScript: compiling it at each start would take a second.
 */
export const startReviewProcesses = (
  {
    reviewProcesses,
    reviewSeconds,
    reviewMegabytes,
  }: Pick<AppEnvironment, 'reviewProcesses' | 'reviewSeconds' | 'reviewMegabytes'>,
  onExceeded: OnExceeded,
): ReviewProcesses =>
  new ReviewProcesses(
    { processes: reviewProcesses, seconds: reviewSeconds, megabytes: reviewMegabytes },
    new URL(
      import.meta.url.endsWith('.ts') ? '../../dist/review-process.js' : 'review-process.js',
      import.meta.url,
    ),
    onExceeded,
  );

/** The messages about a pull request. */
function* requestsOf({ snapshot, ...options }: EvaluationInput): Iterable<ProcessRequest> {
  for (const [blob, content] of Object.entries(snapshot.contents)) yield { blob, content };
  yield { ...options, snapshot: { ...snapshot, contents: {} } };
}

/** A limit was exceeded. The message says how: "took longer than 30 seconds". */
class LimitExceededError extends Error {}

class ReviewProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #onExit: () => void;
  #pending: PromiseWithResolvers<Result> | undefined;

  constructor(program: URL, megabytes: number, onExit: () => void) {
    this.#onExit = onExit;
    this.#child = fork(program, {
      execArgv: [`--max-old-space-size=${megabytes}`],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#exited = once(this.#child, 'close').catch(() => undefined);
    this.#child.on('message', (message: ProcessResponse) => {
      if ('ready' in message) this.#ready.resolve();
      else if ('error' in message) this.#pending?.reject(message.error);
      else this.#pending?.resolve(message);
    });
    this.#child.on('error', (error) => this.#fail(error));
    this.#child.on('exit', (status, signal) => {
      const outOfMemory = signal === 'SIGABRT' || signal === 'SIGKILL' || status === 134;
      this.#fail(
        outOfMemory
          ? new LimitExceededError(`took more memory than ${megabytes} MB`)
          : new Error(`A review process ended with ${signal ?? `status ${status}`}.`),
      );
    });
    // `run` awaits the promise, and fails with its error.
    this.#ready.promise.catch(() => undefined);
  }

  /**
   * Sends messages, and waits for the result of the last one.
   * @throws LimitExceededError, after which the process has ended; and errors of the process
   */
  async run(requests: Iterable<ProcessRequest>, seconds: number): Promise<Result> {
    await this.#ready.promise;
    const { promise } = (this.#pending = Promise.withResolvers());
    promise.catch(() => undefined); // it may fail while the files are being sent
    // One message after another, so that this process can handle requests in between.
    for (const request of requests) await this.#send(request);
    const timer = setTimeout(() => {
      this.#fail(
        new LimitExceededError(
          `took longer than ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`,
        ),
      );
      this.#child.kill('SIGKILL');
    }, seconds * 1000);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process. A pending evaluation never gets a result. */
  async end(): Promise<void> {
    this.#pending = undefined;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Resolves even if the message cannot be sent: then the exit of the process is the error. */
  #send(request: ProcessRequest): Promise<void> {
    return new Promise((resolve) => {
      if (this.#child.connected) this.#child.send(request, () => resolve());
      else resolve();
    });
  }

  #fail(error: unknown): void {
    this.#onExit();
    this.#ready.reject(error);
    this.#pending?.reject(error);
    this.#pending = undefined;
  }
}
