import type { Connector, Analysis } from '../connector/connector.ts';
import type { Speller } from '../rules/speller.ts';
import { analyzeScript } from './csharp.ts';
import { analyzeIcon } from './icon.ts';
import { loadSpeller as loadFrom } from './spell-checker.ts';

/**
 * What the instruments tell of a connector's script and icon. Takes milliseconds, more for the
 * first of each, which loads a library. Never throws for what is in the files.
 */
export async function analyze({ script, icon }: Connector): Promise<Analysis> {
  return {
    ...(script && { scriptAnalysis: await analyzeScript(script.text) }),
    ...(icon?.bytes && { iconAnalysis: await analyzeIcon(icon.bytes) }),
  };
}

export { drawIcon, analyzeIcon } from './icon.ts';

/** The speller of the dictionary that is built with the program. */
export const loadSpeller = (): Promise<Speller> =>
  loadFrom(
    new URL(
      // In dist/ everything is bundled into one folder.
      import.meta.url.endsWith('.ts')
        ? '../generated/dictionary.bin'
        : './generated/dictionary.bin',
      import.meta.url,
    ),
  );
