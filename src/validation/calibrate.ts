import { connectorClasses, type ConnectorClass } from '../connector/connector.ts';
import type {
  Calibration,
  ClassCalibration,
  Counts,
  RuleCalibration,
} from '../report/calibration.ts';
import type { ConnectorReport } from '../report/report.ts';
import { severities } from '../report/text.ts';
import type { Severity } from '../shared/finding.ts';
import { compareStrings } from '../shared/compare-strings.ts';

/** A period in which connectors arrived; of both dates, as ISO 8601 texts, `before` is exclusive. */
interface Period {
  name: string;
  from?: string;
  before?: string;
}

/** A connector with the date of its arrival, if that is known. */
export interface Arrived {
  report: ConnectorReport;
  date: string | undefined;
}

/**
 * Measures for each class and each period how many of the connectors that arrived in it have a
 * finding of each rule, by the severity of the worst. An accepted connector with an error is a false
 * alarm, or a defect that nobody has noticed.
 * @param since compares all connectors with those since this date; undefined for each year
 * @param severityOf the severity of a rule for a class
 */
export function calibrate(
  connectors: readonly Arrived[],
  rules: readonly { id: string }[],
  severityOf: (rule: string, connectorClass: ConnectorClass) => Severity | 'off',
  since: string | undefined,
  about: Pick<Calibration, 'tool' | 'source' | 'measured'>,
): Calibration {
  const dates = connectors.flatMap(({ date }) => date ?? []).sort(compareStrings);
  const periods = since === undefined ? yearsOf(dates) : periodsSince(since);
  const byClass = Map.groupBy(connectors, ({ report }) => report.class);
  return {
    ...about,
    connectors: connectors.length,
    undated: connectors.length - dates.length,
    newest: dates.at(-1),
    classes: connectorClasses.flatMap((connectorClass) => {
      const ofClass = byClass.get(connectorClass);
      return ofClass ? [measureClass(connectorClass, ofClass, rules, periods, severityOf)] : [];
    }),
  };
}

const all: Period = { name: 'all' };
const periodsSince = (since: string): Period[] => [all, { name: `since ${since}`, from: since }];

function yearsOf(dates: readonly string[]): Period[] {
  const years = new Set(dates.map((date) => date.slice(0, 4)));
  return [
    all,
    ...Array.from(years, (year) => ({
      name: year,
      from: year,
      before: String(Number(year) + 1),
    })),
  ];
}

const isIn = ({ from, before }: Period, date: string | undefined): boolean =>
  (from === undefined || (date !== undefined && date >= from)) &&
  (before === undefined || (date !== undefined && date < before));

function measureClass(
  connectorClass: ConnectorClass,
  connectors: readonly Arrived[],
  rules: readonly { id: string }[],
  periods: readonly Period[],
  severityOf: (rule: string, connectorClass: ConnectorClass) => Severity | 'off',
): ClassCalibration {
  const zero = (): Counts[] => periods.map(() => ({ error: 0, warning: 0, note: 0 }));
  const sums = new Map(rules.map(({ id }) => [id, zero()]));
  const any = zero();
  const sizes = periods.map(() => 0);
  for (const { report, date } of connectors) {
    const worst = worstByRule(report);
    const ofAll = worstOf(worst.values());
    for (const [index, period] of periods.entries()) {
      if (!isIn(period, date)) continue;
      sizes[index] = (sizes[index] ?? 0) + 1;
      add(any[index], ofAll);
      for (const [rule, severity] of worst) add(sums.get(rule)?.[index], severity);
    }
  }
  return {
    class: connectorClass,
    periods: periods.map(({ name }, index) => ({ name, connectors: sizes[index] ?? 0 })),
    any,
    rules: Array.from(sums, ([rule, counts]): RuleCalibration => ({
      rule,
      severity: severityOf(rule, connectorClass),
      counts,
    })),
  };
}

function add(counts: Counts | undefined, severity: Severity | undefined): void {
  if (counts && severity) counts[severity] += 1;
}

/** The severity of the worst finding of each rule. */
const worstByRule = ({ findings }: ConnectorReport): ReadonlyMap<string, Severity> =>
  new Map(
    Array.from(
      Map.groupBy(findings, ({ rule }) => rule),
      ([rule, ofRule]) => [rule, worstOf(ofRule.map(({ severity }) => severity)) ?? 'note'],
    ),
  );

function worstOf(found: Iterable<Severity>): Severity | undefined {
  const set = new Set(found);
  return severities.find((severity) => set.has(severity));
}
