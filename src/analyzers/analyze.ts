import type { AnalyzedFiles, Analysis } from '../connector/connector.ts';
import type { Speller } from '../rules/speller.ts';
import { analyzeArchive } from './archive.ts';
import { analyzeScript } from './csharp.ts';
import { analyzeIcon } from './icon.ts';
import { loadSpeller as loadFrom } from './spell-checker.ts';

/**
 * Analyzes a connector's script, icon and certification package. Takes milliseconds; the first of
 * each takes longer, because it loads a library. Never throws because of the content of the files.
 */
export async function analyze({ script, icon, packageFile }: AnalyzedFiles): Promise<Analysis> {
  return {
    ...(script && { scriptAnalysis: await analyzeScript(script.text) }),
    ...(icon?.bytes && { iconAnalysis: await analyzeIcon(icon.bytes) }),
    ...(packageFile?.bytes && { packageArchive: await analyzeArchive(packageFile.bytes) }),
  };
}

export { drawIcon, analyzeIcon } from './icon.ts';

/** Loads the spell checker with the dictionary that the build compiles. */
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
