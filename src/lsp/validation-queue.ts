/** Runs a callback later. Tests pass a clock that they set themselves. */
export interface Clock {
  /**
   * @param delay in milliseconds
   * @returns a function that cancels it
   */
  after: (delay: number, callback: () => void) => () => void;
}

export const systemClock: Clock = {
  after(delay, callback) {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};

interface QueueOptions<Result> {
  clock: Clock;
  /** How long a folder must not change before it is validated, in milliseconds. */
  delay: number;
  /** Validates a folder as it is now; undefined if that was canceled. */
  validate: (folder: string) => Promise<Result | undefined>;
  /** Cancels the validation that runs. */
  cancel: () => void;
  deliver: (folder: string, result: Result) => void;
  fail: (folder: string, error: unknown) => void;
}

/**
 * Decides when folders are validated: one at a time, each a moment after its last change. A change
 * cancels the validation of its folder that has not ended.
 */
export class ValidationQueue<Result> {
  readonly #options: QueueOptions<Result>;
  /** Folders whose delay has not passed, with functions that cancel it. */
  readonly #delayed = new Map<string, () => void>();
  /** Folders that wait for their turn, first come, first served. */
  readonly #ready = new Set<string>();
  readonly #waiters = new Map<string, (() => void)[]>();
  #running: string | undefined;

  constructor(options: QueueOptions<Result>) {
    this.#options = options;
  }

  /** Something in the folder changed. */
  touch(folder: string): void {
    this.#forget(folder);
    this.#delayed.set(
      folder,
      this.#options.clock.after(this.#options.delay, () => this.#start(folder)),
    );
  }

  /** The folder is of no interest any more. */
  drop(folder: string): void {
    this.#forget(folder);
    if (this.#running !== folder) this.#release(folder);
  }

  /** Validates what waits in a folder without delay. Resolves when its last result is delivered. */
  settled(folder: string): Promise<void> {
    if (this.#delayed.has(folder)) this.#start(folder);
    else if (!this.#ready.has(folder) && this.#running !== folder) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.set(folder, [...(this.#waiters.get(folder) ?? []), resolve]);
    });
  }

  #forget(folder: string): void {
    this.#delayed.get(folder)?.();
    this.#delayed.delete(folder);
    this.#ready.delete(folder);
    if (this.#running === folder) this.#options.cancel();
  }

  #start(folder: string): void {
    this.#delayed.get(folder)?.();
    this.#delayed.delete(folder);
    this.#ready.add(folder);
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running !== undefined) return;
    for (const folder of this.#ready) {
      this.#ready.delete(folder);
      this.#running = folder;
      try {
        const result = await this.#options.validate(folder);
        const isStale = this.#delayed.has(folder) || this.#ready.has(folder);
        if (result !== undefined && !isStale) this.#options.deliver(folder, result);
      } catch (error) {
        this.#options.fail(folder, error);
      }
      this.#running = undefined;
      if (!this.#delayed.has(folder) && !this.#ready.has(folder)) this.#release(folder);
    }
  }

  #release(folder: string): void {
    const waiters = this.#waiters.get(folder) ?? [];
    this.#waiters.delete(folder);
    for (const resolve of waiters) resolve();
  }
}
