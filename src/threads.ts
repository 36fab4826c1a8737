import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import type { Considered } from './consider.ts';
import type { Effect } from './review/effects.ts';
import type { Snapshot } from './review/snapshot.ts';
import { mayAskForFixes, waysToConsider, type Considerable } from './review/withheld.ts';

/** What considering a pull request may take. */
export interface Limits {
  /** How many are considered at once. */
  threads: number;
  /** Of one way to consider one pull request. */
  seconds: number;
  /** Of a thread's heap. */
  megabytes: number;
}

/** What a thread is told: the bytes of each file, then all else. */
export type Asked = { blob: string; content: string } | (Considerable & { whole: boolean });
/** What it answers: that it is ready, then what came of each question. */
export type Answered = { ready: true } | { effects: readonly Effect[] } | { considered: Considered } | { error: unknown };

/** What went over a limit is not tried again for so long, whatever happens on the pull request: ten minutes. */
const remembered = { max: 500, ttl: 600_000 };
/** Megabytes of a thread's young generation: three times a semi-space of 16. */
const young = 48;

/**
 * Threads that consider pull requests. One that goes over a limit is ended, and another takes its place; its pull request is considered without what may have cost so
 * much. They start when they are needed, and stay. Nothing in a pull request keeps this thread from answering.
 */
export class Threads {
  readonly #limits: Limits;
  readonly #program: URL;
  readonly #report: (pull: string, excess: string) => void;
  readonly #all = new Set<Thread>();
  readonly #idle: Thread[] = [];
  readonly #queue: (() => void)[] = [];
  #busy = 0;
  /** By what was considered: the way that was not tried yet, and how the one before it went over a limit. */
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
    if (!('effects' in answer)) throw new Error('A thread was asked for the effects and answered something else.');
    return answer.effects;
  }

  /** The same, with all that leads to them. */
  async whole(snapshot: Snapshot): Promise<Considered> {
    const answer = await this.#consider(snapshot, true);
    if (!('considered' in answer)) throw new Error('A thread was asked for everything and answered something else.');
    return answer.considered;
  }

  /** Ends all threads. A review that waits for one gets no answer: its job has been handed back. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#all, (thread) => thread.end()));
  }

  async #consider(snapshot: Snapshot, whole: boolean): Promise<Exclude<Answered, { ready: true }>> {
    const { repository, pull, at } = snapshot;
    const name = `${repository.owner}/${repository.name}#${pull.number}`;
    const key = `${name} ${at.is === 'head' ? pull.head.sha : at.sha} ${pull.base.sha}`;
    for (;;) {
      const { way, excess } = this.#exceeded.get(key) ?? { way: 0, excess: '' };
      const considerable = waysToConsider[way]?.(snapshot, excess);
      if (!considerable) throw new Error(`Considering it ${excess}, whatever is left out of it.`);
      try {
        return await this.#inThread((thread) => thread.ask(considerable, whole, this.#limits.seconds));
      } catch (error) {
        if (!(error instanceof Exceeded)) throw error;
        this.#report(name, error.message);
        this.#exceeded.set(key, { way: way === 0 && !mayAskForFixes(snapshot) ? 2 : way + 1, excess: error.message });
      }
    }
  }

  async #inThread<T>(use: (thread: Thread) => Promise<T>): Promise<T> {
    if (this.#busy < this.#limits.threads) this.#busy += 1;
    else await new Promise<void>((start) => this.#queue.push(start));
    const thread = this.#idle.pop() ?? this.#start();
    try {
      return await use(thread);
    } finally {
      if (this.#all.has(thread)) this.#idle.push(thread);
      const next = this.#queue.shift();
      if (next) next();
      else this.#busy -= 1;
    }
  }

  #start(): Thread {
    const gone = (): void => {
      this.#all.delete(thread);
      if (this.#idle.includes(thread)) this.#idle.splice(this.#idle.indexOf(thread), 1);
    };
    const thread = new Thread(this.#program, this.#limits.megabytes, gone);
    this.#all.add(thread);
    return thread;
  }
}

/** A limit was passed; the message says how. */
class Exceeded extends Error {}

class Thread {
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<void>();
  readonly #gone: () => void;
  #asked: PromiseWithResolvers<Exclude<Answered, { ready: true }>> | undefined;

  constructor(program: URL, megabytes: number, gone: () => void) {
    this.#gone = gone;
    this.#worker = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: young } });
    this.#worker.on('message', (message: Answered) => {
      if ('ready' in message) this.#ready.resolve();
      else if ('error' in message) this.#asked?.reject(message.error);
      else this.#asked?.resolve(message);
    });
    this.#worker.on('error', (error: unknown) => this.#fail(isOutOfMemory(error) ? new Exceeded(`took more memory than ${megabytes} MB`) : error));
    this.#worker.on('exit', (status) => this.#fail(new Error(`A thread that considers pull requests ended with status ${status}.`)));
    this.#ready.promise.catch(() => undefined); // whoever asks hears of it
  }

  /** @throws Exceeded, after which the thread is gone; and what considering throws */
  async ask({ snapshot, ...how }: Considerable, whole: boolean, seconds: number): Promise<Exclude<Answered, { ready: true }>> {
    await this.#ready.promise;
    const asked = (this.#asked = Promise.withResolvers());
    // One after the other: to copy all files at once would take this thread as long as many requests.
    for (const [blob, content] of Object.entries(snapshot.contents)) {
      this.#worker.postMessage({ blob, content } satisfies Asked);
      await setImmediate();
    }
    this.#worker.postMessage({ ...how, snapshot: { ...snapshot, contents: {} }, whole } satisfies Asked);
    const timer = setTimeout(() => {
      this.#fail(new Exceeded(`took longer than ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`));
      void this.#worker.terminate();
    }, seconds * 1000);
    try {
      return await asked.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whoever waits for an answer waits on. */
  async end(): Promise<void> {
    this.#asked = undefined;
    await this.#worker.terminate();
  }

  #fail(error: unknown): void {
    this.#gone();
    this.#ready.reject(error);
    this.#asked?.reject(error);
    this.#asked = undefined;
  }
}

const isOutOfMemory = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
