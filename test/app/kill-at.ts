const killed = new Error('killed');

/**
 * Kills a process before or after one of its calls, for tests of what the next one makes of that.
 * @param call counts from 1; with 0, nothing is killed
 */
export function killAt(call: number, moment: 'before' | 'after') {
  let calls = 0;
  return {
    /** The number of calls until now. */
    calls: () => calls,
    /** An object with the same methods, of which one call ends the process. */
    mortal: <T extends object>(target: T): T =>
      new Proxy(target, {
        get(_target, key) {
          const method: unknown = Reflect.get(target, key);
          if (typeof method !== 'function') return method;
          return async (...args: unknown[]): Promise<unknown> => {
            const isLast = (calls += 1) === call;
            if (isLast && moment === 'before') throw killed;
            const result: unknown = await Reflect.apply(method, target, args);
            if (isLast) throw killed;
            return result;
          };
        },
      }),
    /** Does something; if it is killed, something else. Throws what else goes wrong. */
    survive: async (attempt: () => Promise<void>, again: () => Promise<void>): Promise<void> => {
      const failure = await attempt().catch((error: unknown) => error);
      if (failure === killed) await again();
      else if (failure !== undefined) throw failure;
    },
  };
}
