import { formatDay, reasonText } from '../../release/describe-plan.ts';
import { dayFormat } from '../../release/render-ride.ts';
import { messageToMarkdown } from '../../report/markdown.ts';
import { safe } from '../../shared/finding.ts';
import { forecastOf, type Forecast } from '../facts/forecast.ts';
import type { Facts } from '../model/facts.ts';
import { listed } from '../model/markdown.ts';

/**
 * When an open pull request would be everywhere, why that is later than usual, and from when on a
 * freeze would stop it. '' if nothing is deployed. Changes only when the cutoff of a train passes.
 */
export function forecastSection(facts: Facts): string {
  const forecast = forecastOf(facts);
  if (!forecast) return '';
  const { calendar, departure, everywhereOn, delays, ahead } = forecast;
  const format = dayFormat(calendar, facts.snapshot.now);
  const time = (instant: string): string => `${format.time(instant)} ${calendar.zoneName}`;
  const day = (date: string): string => formatDay(date, format.today);
  const reasons = [...new Set(delays.map((delay) => reasonText(delay, format)))];
  return [
    `**If it is ${conditions(forecast)} by ${time(departure.cutoffAt)}:** everywhere on ${day(everywhereOn)}.`,
    ...(reasons.length > 0
      ? [`Later than usual, because ${messageToMarkdown(listed(reasons))}.`]
      : []),
    ...(ahead
      ? [
          messageToMarkdown(
            safe`The freeze ${ahead.freeze.reason} begins on ` +
              `${day(ahead.freeze.from)}: what is not ready by ${time(ahead.deadline)} is ` +
              `everywhere on ${day(ahead.everywhereOn)} at the earliest.`,
          ),
        ]
      : []),
  ].join(' ');
}

function conditions({ deploys, needsTest }: Forecast): string {
  const first = deploys === 'before-merge' ? 'approved' : 'merged';
  return needsTest ? `${first}, tested and ready` : first;
}
