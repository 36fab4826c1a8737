import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { LRUCache } from 'lru-cache';
import type { Evaluation } from './evaluate.ts';
import type { Effect } from '../review/model/effects.ts';
import type { Snapshot } from '../review/model/snapshot.ts';
import { mayRequestFixes, evaluationAttempts, type EvaluationInput } from './evaluation-input.ts';

/** What considering a pull request may take. */
export interface Limits {
  /** How many are considered at once. */
  processes: number;
  /** Of one way to consider one pull request. */
  seconds: number;
  /** Of a process's heap. */
  megabytes: number;
}

/** What a process is told: the bytes of each file, then all else. */
export type ProcessRequest =
  | { blob: string; content: string }
  | (EvaluationInput & { whole: boolean });
/** What it answers: that it is ready, then what came of each question. */
export type ProcessResponse =
  | { ready: true }
  | { effects: readonly Effect[] }
  | { considered: Evaluation }
  | { error: unknown };
type Answer = Exclude<ProcessResponse, { ready: true }>;

/**
 * What went over a limit is not tried again for so long, whatever happens on the pull request: ten
 * minutes.
 */
const remembered = { max: 500, ttl: 600_000 };
/**
 * Processes that consider pull requests. One that goes over a limit is killed, and another takes
 * its place; its pull request is considered without what may have cost so much. They start when
 * they are needed, and stay. Nothing in a pull request keeps this process from answering, or ends
 * it: a thread that runs out of memory can take its whole process along. They get nothing of the
 * environment, and with it none of the App's secrets.
 */
export class ReviewProcesses {
  readonly #limits: Limits;
  readonly #program: URL;
  readonly #report: (pull: string, excess: string) => void;
  readonly #all = new Set<ReviewProcess>();
  readonly #idle: ReviewProcess[] = [];
  readonly #queue: (() => void)[] = [];
  #busy = 0;
  /**
   * By what was considered: the way that was not tried yet, and how the one before it went over a
   * limit.
   */
  readonly #exceeded = new LRUCache<string, { way: number; excess: string }>(remembered);

  /** @param report is told of each pull request that went over a limit, and how */
  constructor(limits: Limits, program: URL, report: (pull: string, excess: string) => void) {
    this.#limits = limits;
    this.#program = program;
    this.#report = report;
  }

  /** The steps from how a pull request stands to how it should look. */
  async effects(snapshot: Snapshot): Promise<readonly Effect[]> {
    const answer = await this.#consider(snapshot, false);
    if (!('effects' in answer))
      throw new Error('A process was asked for the effects and answered something else.');
    return answer.effects;
  }

  /** The same, with all that leads to them. */
  async whole(snapshot: Snapshot): Promise<Evaluation> {
    const answer = await this.#consider(snapshot, true);
    if (!('considered' in answer))
      throw new Error('A process was asked for everything and answered something else.');
    return answer.considered;
  }

  /**
   * Ends all processes. A review that waits for one gets no answer: its job has been handed back.
   */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#all, (one) => one.end()));
  }

  async #consider(snapshot: Snapshot, whole: boolean): Promise<Answer> {
    const { repository, pull, at } = snapshot;
    const name = `${repository.owner}/${repository.repo}#${pull.number}`;
    const key = `${name} ${at.kind === 'head' ? pull.head.sha : at.sha} ${pull.base.sha}`;
    for (;;) {
      const { way, excess } = this.#exceeded.get(key) ?? { way: 0, excess: '' };
      const considerable = evaluationAttempts[way]?.(snapshot, excess);
      if (!considerable) throw new Error(`Considering it ${excess}, whatever is left out of it.`);
      try {
        return await this.#inProcess((one) => one.ask(considerable, whole, this.#limits.seconds));
      } catch (error) {
        if (!(error instanceof Exceeded)) throw error;
        this.#report(name, error.message);
        this.#exceeded.set(key, {
          way: way === 0 && !mayRequestFixes(snapshot) ? 2 : way + 1,
          excess: error.message,
        });
      }
    }
  }

  async #inProcess<T>(use: (one: ReviewProcess) => Promise<T>): Promise<T> {
    if (this.#busy < this.#limits.processes) this.#busy += 1;
    else await new Promise<void>((start) => this.#queue.push(start));
    const one = this.#idle.pop() ?? this.#start();
    try {
      return await use(one);
    } finally {
      if (this.#all.has(one)) this.#idle.push(one);
      const next = this.#queue.shift();
      if (next) next();
      else this.#busy -= 1;
    }
  }

  #start(): ReviewProcess {
    const gone = (): void => {
      this.#all.delete(one);
      if (this.#idle.includes(one)) this.#idle.splice(this.#idle.indexOf(one), 1);
    };
    const one = new ReviewProcess(this.#program, this.#limits.megabytes, gone);
    this.#all.add(one);
    return one;
  }
}

/** A limit was passed; the message says how. */
class Exceeded extends Error {}

class ReviewProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #gone: () => void;
  #asked: PromiseWithResolvers<Answer> | undefined;

  constructor(program: URL, megabytes: number, gone: () => void) {
    this.#gone = gone;
    this.#child = fork(program, {
      execArgv: [`--max-old-space-size=${megabytes}`],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#exited = once(this.#child, 'close').catch(() => undefined);
    this.#child.on('message', (message: ProcessResponse) => {
      if ('ready' in message) this.#ready.resolve();
      else if ('error' in message) this.#asked?.reject(message.error);
      else this.#asked?.resolve(message);
    });
    this.#child.on('error', (error) => this.#fail(error));
    this.#child.on('exit', (status, signal) => {
      const outOfMemory = signal === 'SIGABRT' || signal === 'SIGKILL' || status === 134;
      this.#fail(
        outOfMemory
          ? new Exceeded(`took more memory than ${megabytes} MB`)
          : new Error(
              `A process that considers pull requests ended with ${signal ?? `status ${status}`}.`,
            ),
      );
    });
    this.#ready.promise.catch(() => undefined); // whoever asks hears of it
  }

  /** @throws Exceeded, after which the process is gone; and what considering throws */
  async ask(
    { snapshot, ...how }: EvaluationInput,
    whole: boolean,
    seconds: number,
  ): Promise<Answer> {
    await this.#ready.promise;
    const asked = (this.#asked = Promise.withResolvers());
    const { promise } = asked;
    promise.catch(() => undefined); // it may fail while the files are on their way
    // One after the other: to write all files at once would take this process as long as many
    // requests.
    for (const [blob, content] of Object.entries(snapshot.contents))
      await this.#tell({ blob, content });
    await this.#tell({ ...how, snapshot: { ...snapshot, contents: {} }, whole });
    const timer = setTimeout(() => {
      this.#fail(
        new Exceeded(`took longer than ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`),
      );
      this.#child.kill('SIGKILL');
    }, seconds * 1000);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whoever waits for an answer waits on. */
  async end(): Promise<void> {
    this.#asked = undefined;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** What cannot be told any more fails by the end of the process. */
  #tell(asked: ProcessRequest): Promise<void> {
    return new Promise((told) => {
      if (this.#child.connected) this.#child.send(asked, () => told());
      else told();
    });
  }

  #fail(error: unknown): void {
    this.#gone();
    this.#ready.reject(error);
    this.#asked?.reject(error);
    this.#asked = undefined;
  }
}
