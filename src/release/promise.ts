import type { Calendar } from './calendar.ts';
import type { CivilDate, Instant } from './civil-date.ts';

/** A promise about a version, measured against the day on which it is everywhere. */
export interface PromiseMeasure {
  /** Business days from the merge, or from the approval if the merge follows the deployment. */
  days: number;
  /** The last day on which the promise is kept. */
  by: CivilDate;
  /** Business days after `by` until the version is everywhere; 0 if the promise is kept. */
  late: number;
}

/**
 * Measures a promise. The holidays are those of the train; freezes do not move the promise, so that
 * the measure says what people experience.
 * @param since the merge or the approval
 * @param everywhereOn when the last ring has the version, or is expected to have it
 */
export function measurePromise(
  days: number,
  since: Instant,
  everywhereOn: CivilDate,
  calendar: Calendar,
): PromiseMeasure {
  const by = calendar.deploymentDayAfter(calendar.dateAt(since), days).date;
  let late = 0;
  for (let day = by; day < everywhereOn; late += 1) day = calendar.deploymentDayAfter(day).date;
  return { days, by, late };
}
