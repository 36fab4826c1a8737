import type { Connector } from '../connector/connector.ts';
import { maskFor } from '../secrets/mask.ts';
import type { ReferenceSettings } from '../settings/reference-settings.ts';
import { pageDifference, type PageDifference } from './page-difference.ts';
import { pageOf } from './page-of.ts';

/**
 * What readers of the connector's reference page will see differently. Undefined for a new or deleted
 * connector, if a version has no definition, and if nothing differs. Without the user guide, which is
 * a file of its own in the diff.
 */
export function pageChangesOf(
  { before, after }: { before?: Connector | undefined; after?: Connector | undefined },
  reference: ReferenceSettings,
): PageDifference | undefined {
  if (!before?.definition || !after?.definition) return undefined;
  const options = { settings: reference, guide: false };
  const { sections, omitted } = pageDifference(pageOf(before, options), pageOf(after, options));
  if (sections.length === 0) return undefined;
  // What is a secret in one version may be quoted by the other.
  const mask = maskFor(before, after);
  return {
    sections: sections.map((section) => ({
      ...section,
      title: mask(section.title),
      lines: section.lines.map((line) => ({ ...line, text: mask(line.text) })),
    })),
    omitted,
  };
}
