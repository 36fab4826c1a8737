/** A server that was started. */
export interface Running {
  /** Takes nothing new, waits for reviews or returns them to the queue, and closes everything. */
  stop(): Promise<void>;
}
