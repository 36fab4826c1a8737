import type { BaseFacts } from '../model/facts.ts';

/** Identifies the content of all connectors; undefined if one could not be read. */
export function connectorDigest({ connectors }: Pick<BaseFacts, 'connectors'>): string | undefined {
  const digests = connectors.map(({ folder, validation }) =>
    validation.ok ? `${folder.path} ${validation.value.digest}` : undefined,
  );
  return digests.every((digest) => digest !== undefined) ? digests.join('; ') : undefined;
}
