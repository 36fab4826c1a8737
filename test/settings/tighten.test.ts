import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connectorClasses } from '../../src/connector/connector.ts';
import { severityOf } from '../../src/rules/severity.ts';
import { rules } from '../../src/rules/registry.ts';
import { defaultSettings } from '../../src/settings/defaults.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { tighten } from '../../src/settings/tighten.ts';

const read = (text: string) => {
  const result = parseSettings(
    'gatehouse.yml',
    text,
    rules.map(({ id }) => id),
  );
  if ('mistake' in result) throw new Error(result.mistake.message);
  return result;
};
const order = ['off', 'note', 'warning', 'error'];

describe('the settings of a branch other than the default branch', () => {
  const lax = read(
    'base: lax\napprovals: 0\nscreenshots: 0\ncommitAuthorApproval: true\nlastPushApproval: false\ncla: { required: ' +
      'false, url: "https://evil.example" }\nattestations: []\nrules: { UrlNotValid: ' +
      'off }\nfolders: { docs: custom }\nring: production\n',
  ).settings;

  test('loosen nothing where the default branch sets nothing, because the defaults are what it asks for', () => {
    const floor = defaultSettings;
    expect(tighten(lax, floor, floor.base)).toEqual({
      ...floor,
      folders: { docs: 'custom', ...floor.folders },
      rules: { UrlNotValid: tighten(lax, floor, floor.base).rules.UrlNotValid },
    });
    const rule = rules.find(({ id }) => id === 'UrlNotValid');
    expect(rule && severityOf(rule, 'certified', tighten(lax, floor, floor.base).rules)).toBe(
      rule && severityOf(rule, 'certified'),
    );
  });

  test('hold where they are stricter', () => {
    const strict = read('approvals: 3\nscreenshots: 9\nrules: { UrlNotValid: error }\n').settings;
    const both = tighten(strict, read('approvals: 2\nlastPushApproval: false\n').settings, 'dev');
    expect([
      both.approvals,
      both.screenshots,
      both.lastPushApproval,
      both.rules.UrlNotValid,
    ]).toEqual([
      3,
      9,
      true,
      { certified: 'error', 'independent-publisher': 'error', custom: 'error' },
    ]);
  });

  test('make gates stricter only', () => {
    const own = read('gates: { identity: off, publisher: required }\n').settings;
    const both = tighten(own, read('gates: { identity: advisory }\n').settings, 'dev').gates;
    expect([both.identity.custom, both.publisher.certified, both.package]).toEqual([
      'advisory',
      'required',
      defaultSettings.gates.package,
    ]);
    expect(tighten(own, {}, 'dev').gates.identity.custom).toBe('off');
  });

  test('are those of the branch itself where it is the one that connectors go to, but for what the default branch sets', () => {
    const own = read(
      'approvals: 0\nring: second-ring\nwords: [kubectl]\nrules: { UrlNotValid: off }\ncla: { required: false }\n',
    ).settings;
    const { input } = read('approvals: 2\ncla: { url: "https://contoso.example/cla" }\n');
    expect(tighten(own, input, 'dev')).toEqual({
      ...own,
      approvals: 2,
      cla: { ...own.cla, url: 'https://contoso.example/cla' },
    });
  });

  test('never let pass what the default branch alone would not', () => {
    const severity = fc.constantFrom(
      'off' as const,
      'note' as const,
      'warning' as const,
      'error' as const,
    );
    const some = rules.slice(0, 6).map(({ id }) => id);
    const settings = fc.record({
      approvals: fc.nat(6),
      screenshots: fc.nat(9),
      commitAuthorApproval: fc.boolean(),
      lastPushApproval: fc.boolean(),
      required: fc.boolean(),
      rules: fc.dictionary(
        fc.constantFrom(...some),
        fc.oneof(severity, fc.dictionary(fc.constantFrom(...connectorClasses), severity)),
      ),
    });
    fc.assert(
      fc.property(settings, settings, (own, floor) => {
        const of = ({ required, ...rest }: typeof own) => ({
          ...defaultSettings,
          ...rest,
          cla: { ...defaultSettings.cla, required },
        });
        const both = tighten(of(own), of(floor), 'dev');
        expect(both.approvals).toBeGreaterThanOrEqual(floor.approvals);
        expect(both.screenshots).toBeGreaterThanOrEqual(floor.screenshots);
        expect(both.lastPushApproval || !floor.lastPushApproval).toBe(true);
        expect(both.commitAuthorApproval && !floor.commitAuthorApproval).toBe(false);
        expect(both.cla.required || !floor.required).toBe(true);
        for (const rule of rules) {
          for (const one of connectorClasses) {
            const [held, asked] = [
              severityOf(rule, one, both.rules),
              severityOf(rule, one, floor.rules),
            ];
            expect(order.indexOf(held)).toBeGreaterThanOrEqual(order.indexOf(asked));
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
