import { Worker } from 'node:worker_threads';
import type { EditorReport, ValidationRequest, ValidationResponse } from './thread-messages.ts';

/** As much as the largest connector that the limits allow needs, twice: before and after. */
const heapLimits = { maxOldGenerationSizeMb: 2048 };

type Request = Omit<ValidationRequest, 'id' | 'fix'>;

/**
 * Validates connectors in a thread, so that the server answers while a large connector is validated.
 * If the thread ends, for example because its memory is used up, the next request starts another.
 */
export class ValidationClient {
  readonly #program: URL;
  readonly #canceled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #pending = new Map<
    number,
    { resolve: (response: ValidationResponse) => void; reject: (error: Error) => void }
  >();
  #thread: Worker | undefined;
  #lastId = 0;
  #lastValidation = 0;

  /** @param program the program of the thread: validation-thread.ts */
  constructor(program: URL) {
    this.#program = program;
  }

  /**
   * @returns undefined if `cancel` was called meanwhile
   * @throws Error if the validation failed or the thread ended
   */
  async validate(request: Request): Promise<EditorReport | undefined> {
    this.#lastValidation = this.#lastId + 1;
    const response = await this.#send(request);
    return 'report' in response ? response.report : undefined;
  }

  /**
   * @param path the path of an open document
   * @returns its text once everything is fixed; undefined if it stays the same
   * @throws Error if the validation failed or the thread ended
   */
  async fixedText(request: Request, path: string): Promise<string | undefined> {
    const response = await this.#send({ ...request, fix: path });
    return 'fixedText' in response ? response.fixedText : undefined;
  }

  /** Cancels the latest validation. */
  cancel(): void {
    Atomics.store(this.#canceled, 0, this.#lastValidation);
  }

  async #send(request: Request & { fix?: string }): Promise<ValidationResponse> {
    const id = (this.#lastId += 1);
    const { promise, resolve, reject } = Promise.withResolvers<ValidationResponse>();
    this.#pending.set(id, { resolve, reject });
    this.#thread ??= this.#start();
    this.#thread.postMessage({ ...request, id } satisfies ValidationRequest);
    const response = await promise;
    if ('error' in response) throw new Error(response.error);
    return response;
  }

  #start(): Worker {
    const thread = new Worker(this.#program, {
      workerData: this.#canceled,
      resourceLimits: heapLimits,
    });
    const end = (error: Error): void => {
      if (this.#thread === thread) this.#thread = undefined;
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    };
    thread.on('message', (response: ValidationResponse) => {
      this.#pending.get(response.id)?.resolve(response);
      this.#pending.delete(response.id);
    });
    thread.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
    thread.on('exit', (status) => end(new Error(`The validation ended with status ${status}.`)));
    thread.unref();
    return thread;
  }
}
