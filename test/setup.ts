import fc from 'fast-check';

/** Everybody tries the same, so that a failure is the change's own; `GATEHOUSE_SEED` tries something else. */
fc.configureGlobal({ seed: Number(process.env.GATEHOUSE_SEED ?? 20261122) });
