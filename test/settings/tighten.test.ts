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
    'base: lax\nmode: full\nsince: 2999-12-31\nsuggestions: all\napprovals: 0\nscreenshots: 0\ncommitAuthorApproval: true\nlastPushApproval: false\ncla: { required: ' +
      'false, url: "https://evil.example" }\nattestations: []\nrules: { UrlNotValid: ' +
      'off }\nfolders: { docs: custom }\nring: production\n' +
      'deploy: { certified: before-merge }\npromise: { custom: 1 }\npreview: { evidence: none }\n',
  ).settings;

  test('loosen nothing where the default branch sets nothing, because the defaults are what it asks for', () => {
    const floor = defaultSettings;
    expect(tighten(lax, floor, floor.base)).toEqual({
      ...floor,
      cla: { ...floor.cla, required: false },
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
      base: 'dev',
      approvals: 2,
      cla: { ...own.cla, required: true, url: 'https://contoso.example/cla' },
    });
  });

  test('switch nothing on or off, also where the branch is the one that connectors go to', () => {
    const own = read('mode: full\nsince: 2026-12-01\n').settings;
    expect(tighten(own, {}, 'dev')).toMatchObject({ mode: 'observe', since: '' });
    const { input } = read('mode: comment\nsince: 2026-01-01\n');
    expect(tighten(own, input, 'dev')).toMatchObject({ mode: 'comment', since: '2026-01-01' });
  });

  test('may ask for a CLA of their own only where the default branch names none', () => {
    const own = read('cla: { url: "https://evil.example", name: Mine }\n').settings;
    for (const floor of [{}, defaultSettings, read('cla: { required: false }\n').input])
      expect(tighten(own, floor, 'dev').cla).toMatchObject({
        required: true,
        url: 'https://evil.example',
        name: 'Mine',
      });
    const { settings, input } = read('preset: microsoft\n');
    for (const floor of [settings, input])
      expect(tighten(own, floor, 'dev').cla).toEqual(settings.cla);
  });

  test('cannot leave the preset of the default branch', () => {
    const own = read('preset: none\nscreenshots: 0\nattestations: []\ngates: { identity: off }\n');
    const { settings, input } = read('preset: microsoft\n');
    const both = tighten(own.settings, input, 'dev');
    expect(both).toMatchObject({
      preset: 'microsoft',
      screenshots: 4,
      gates: settings.gates,
      cla: settings.cla,
      attestations: settings.attestations,
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
