import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isContainer } from '../../src/json/values.ts';
import { toJson } from '../../src/report/json.ts';
import { parseLimits, parseReport } from '../../src/report/parse-report.ts';
import { connectorWith, reportOf } from './reports.ts';

const rules = new Set(['SwaggerWrong', 'OperationIdNotUnique']);
const read = (text: string): ReturnType<typeof parseReport> =>
  parseReport(new TextEncoder().encode(text), rules);
const report = reportOf(
  {
    ...connectorWith([
      { subject: 'operation/GetInvoice', existing: true },
      { at: ['paths'], rule: 'OperationIdNotUnique', severity: 'warning' },
      {
        severity: 'warning',
        policies: ['5000.2.1.4', 'connector-validate-iconsize'],
        failsCertification: true,
      },
    ]),
    verdict: 'minor',
  },
  connectorWith([], { path: 'custom-connectors/発票 [x]' }),
);
const json = Array.from(toJson(report)).join('');

describe('a report in JSON that somebody hands over', () => {
  it('is the report that was written, without what JSON leaves out', () => {
    const told = report.connectors.map((connector) => ({
      ...connector,
      findings: connector.findings.map(({ snippet: _excerpt, fix: _fix, ...finding }) => finding),
    }));
    expect(read(json)).toEqual({ report: { ...report, connectors: told } });
  });

  it('keeps nothing that is not known of, and counts for itself', () => {
    const more: { summary: object; connectors: object[] } = JSON.parse(json);
    const result = read(
      JSON.stringify({
        ...more,
        summary: { errors: -5 },
        extra: 1,
        connectors: more.connectors.map((one) => ({ ...one, changelog: '# x', excerpt: [] })),
      }),
    );
    expect(result).toEqual(read(json));
  });

  it('is read or refused with a reason, whatever stands in place of any of its values', () => {
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]): void => {
      paths.push(path);
      if (isContainer(value))
        for (const key of Object.keys(value)) walk(Reflect.get(value, key), [...path, key]);
    };
    walk(JSON.parse(json), []);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const root: unknown = { whole: JSON.parse(json) };
        const steps = ['whole', ...path];
        const parent = steps
          .slice(0, -1)
          .reduce<unknown>(
            (at, step) => (isContainer(at) ? Reflect.get(at, step) : undefined),
            root,
          );
        if (isContainer(parent)) Reflect.set(parent, steps.at(-1) ?? '', value);
        const result = read(JSON.stringify(isContainer(root) ? Reflect.get(root, 'whole') : null));
        expect('wrong' in result ? result.wrong : 'read').toMatch(/^(?:read$|.+ is not .+\.$)/);
      }),
      { numRuns: 2000 },
    );
  });

  it('of too many bytes, or in another encoding, is not looked at', () => {
    expect(parseReport(new Uint8Array(parseLimits.bytes + 1), rules)).toMatchObject({
      wrong: expect.stringContaining('bytes'),
    });
    expect(parseReport(Uint8Array.of(0xff, 0xfe), rules)).toEqual({
      wrong: 'It is not JSON in UTF-8.',
    });
  });
});
