import type { Connector, Measured } from './connector/connector.ts';
import type { Speller } from './connector/speller.ts';
import { parseScript } from './instruments/csharp.ts';
import { measureIcon } from './instruments/icon.ts';
import { loadSpeller as loadFrom } from './instruments/speller.ts';

/**
 * What the instruments tell of a connector's script and icon. Takes milliseconds, more for the
 * first of each, which loads a library. Never throws for what is in the files.
 */
export async function measure({ script, icon }: Connector): Promise<Measured> {
  return {
    ...(script && { scriptFacts: await parseScript(script.text) }),
    ...(icon?.bytes && { iconFacts: await measureIcon(icon.bytes) }),
  };
}

export { drawIcon, measureIcon } from './instruments/icon.ts';

/** The speller of the dictionary that is built with the program. */
export const loadSpeller = (): Promise<Speller> =>
  loadFrom(new URL('./generated/dictionary.bin', import.meta.url));
