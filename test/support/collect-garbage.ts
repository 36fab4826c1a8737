import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Frees what nothing refers to, so that only what is held counts as memory that is in use. */
export const collectGarbage: () => void = runInNewContext('gc');
