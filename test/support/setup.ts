import fc from 'fast-check';
import nock from 'nock';

/** `vitest.config.ts` chooses them, and `test/support/global-setup.ts` prints them. */
fc.configureGlobal({
  seed: Number(process.env.GATEHOUSE_SEED),
  numRuns: 100 * Number(process.env.GATEHOUSE_RUNS),
});

/**
 * A request of this process to any other machine fails the test that sends it. Tests run their own
 * servers on the loopback interface. nock cannot see what child processes send. It holds a request
 * back until its body is complete: a test that sends a body in parts calls `nock.restore()`.
 */
const isLoopback = (host: string): boolean =>
  /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)(?::\d+)?$/.test(host);
nock.disableNetConnect();
nock.enableNetConnect(isLoopback);
