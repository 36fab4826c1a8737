import type { Facts } from '../model/facts.ts';
import { renderDifference } from '../../reference/render-difference.ts';
import { count as countOf } from '../../report/text.ts';
import { details } from '../../report/markdown.ts';

/** Characters. The rest of the comment must fit too. */
const maxLength = 10_000;

/** What readers of the reference page will see differently, folded; '' if nothing. */
export function pageSection({ connectors }: Facts): string {
  const differences = connectors.flatMap(({ validation }) =>
    validation.ok && validation.value.page ? [validation.value.page] : [],
  );
  const sections = differences.flatMap((difference) => difference.sections);
  if (sections.length === 0) return '';
  const omitted = differences.reduce((sum, difference) => sum + difference.omitted, 0);
  const total = countOf(sections.length + omitted, 'section');
  return details(
    `What readers of the reference page will see differently (${total})`,
    renderDifference({ sections, omitted }, maxLength),
  );
}
