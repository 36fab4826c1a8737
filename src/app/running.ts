/** A server that was started. */
export interface Running {
  /** Resolves when the first lines about what the App guards are in the log. Never rejects. */
  started: Promise<void>;
  /** Takes nothing new, waits for reviews or returns them to the queue, and closes everything. */
  stop(): Promise<void>;
}
