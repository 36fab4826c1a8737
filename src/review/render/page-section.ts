import type { Facts } from '../model/facts.ts';
import { foldedDifferences } from '../../reference/render-difference.ts';

/** Characters. The rest of the comment must fit too. */
const maxLength = 10_000;

/** What readers of the reference page will see differently, folded; '' if nothing. */
export const pageSection = ({ connectors }: Facts): string =>
  foldedDifferences(
    connectors.flatMap(({ validation }) =>
      validation.ok && validation.value.page ? [validation.value.page] : [],
    ),
    maxLength,
  );
