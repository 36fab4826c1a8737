import { pageDifference, type PageDifference } from '../../reference/page-difference.ts';
import { pageOf } from '../../reference/page-of.ts';
import type { ConnectorVersions } from '../../validation/validate-connector.ts';
import type { Settings } from '../../settings/defaults.ts';
import { maskFor } from '../../secrets/mask.ts';

/**
 * What readers of the connector's reference page will see differently. Undefined for a new or deleted
 * connector, if a version has no definition, and if nothing differs. Without the user guide, which is
 * a file of its own in the diff.
 */
export function pageChangesOf(
  { before, after }: ConnectorVersions,
  { reference }: Pick<Settings, 'reference'>,
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
