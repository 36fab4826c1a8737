import { describe, expect, test } from 'vitest';
import { formatCalibration } from '../../src/report/calibration.ts';
import { wholeFile, type Severity } from '../../src/shared/finding.ts';
import { calibrate, type Arrived } from '../../src/validation/calibrate.ts';

const arrived = (
  date: string | undefined,
  findings: [rule: string, severity: Severity][],
  ofClass: 'certified' | 'custom' = 'certified',
): Arrived => ({
  date,
  report: {
    path: 'certified-connectors/Contoso',
    class: ofClass,
    findings: findings.map(([rule, severity]) => ({
      rule,
      severity,
      message: 'It is wrong.',
      location: wholeFile(''),
      existing: false,
      fixable: false,
      fingerprint: '0',
    })),
  },
});

const connectors = [
  arrived('2023-12-31', [['A', 'error']]),
  arrived('2024-11-01', [
    ['A', 'note'],
    ['A', 'warning'],
    ['B', 'note'],
  ]),
  arrived('2025-02-03', []),
  arrived(undefined, [['B', 'note']]),
  arrived('2025-02-03', [['B', 'note']], 'custom'),
];
const measure = (since?: string) =>
  calibrate(connectors, [{ id: 'A' }, { id: 'B' }, { id: 'C' }], () => 'error', since, {
    tool: { name: 'gatehouse', version: '1.2.3' },
    source: 'a test',
    measured: '2026-01-01',
  });

describe('a calibration', () => {
  test('counts connectors by the severity of their worst finding, of all and since a month', () => {
    const { classes, undated, newest } = measure('2024-11');
    expect({ undated, newest }).toEqual({ undated: 1, newest: '2025-02-03' });
    expect(classes.map(({ class: ofClass, periods }) => [ofClass, periods])).toEqual([
      [
        'certified',
        [
          { name: 'all', connectors: 4 },
          { name: 'since 2024-11', connectors: 2 },
        ],
      ],
      [
        'custom',
        [
          { name: 'all', connectors: 1 },
          { name: 'since 2024-11', connectors: 1 },
        ],
      ],
    ]);
    expect(classes[0]?.any).toEqual([
      { error: 1, warning: 1, note: 1 },
      { error: 0, warning: 1, note: 0 },
    ]);
    expect(classes[0]?.rules[0]?.counts).toEqual([
      { error: 1, warning: 1, note: 0 },
      { error: 0, warning: 1, note: 0 },
    ]);
  });

  test('has a period for each year', () =>
    expect(measure().classes[0]?.periods).toEqual([
      { name: 'all', connectors: 4 },
      { name: '2023', connectors: 1 },
      { name: '2024', connectors: 1 },
      { name: '2025', connectors: 1 },
    ]));

  test('is a page with a table for each class', () => {
    const page = formatCalibration(measure('2024-11'), 'markdown', { color: false });
    expect(page).toContain('Measured on 2026-01-01 with gatehouse 1.2.3');
    expect(page).toContain(
      '5 connectors; dates of arrival from a test, the newest 2025-02-03, 1 connector without a date.',
    );
    expect(page).toContain('| rule | severity | all (4) | since 2024-11 (2) |');
    expect(page).toContain('| A | error | error 25.0%, warning 25.0% | warning 50.0% |');
    expect(page).toContain('1 other rule finds nothing.');
  });

  test('fits a terminal', () =>
    expect(formatCalibration(measure('2024-11'), 'pretty', { color: false })).toContain(
      'custom\nrule      severity  all (1)      since 2024-11 (1)\n' +
        'any rule            note 100.0%  note 100.0%\nB         error     note 100.0%  note 100.0%\n',
    ));
});
