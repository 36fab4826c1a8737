import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { connectorClasses } from '../../src/connector/connector.ts';
import { isObject } from '../../src/json/values.ts';
import { defaultSettings, type Settings } from '../../src/settings/defaults.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { presetOf, presets } from '../../src/settings/presets.ts';
import schema from '../../src/settings/settings.schema.json' with { type: 'json' };

const file = '.github/gatehouse.yml';
const ruleIds = ['OperationIdRequired', 'HostNameNotValid', 'UrlNotValid'];
const read = (text: string | Uint8Array) => parseSettings(file, text, ruleIds);

/** The settings, or the mistake with its line and column. */
const outcome = (text: string | Uint8Array): Settings | string => {
  const result = read(text);
  return 'settings' in result
    ? result.settings
    : `${result.mistake.line}:${result.mistake.column} ${result.mistake.message}`;
};

describe('what can be set', () => {
  test.each([
    ['nothing at all', ''],
    ['comments only', '# later\n'],
    ['an empty document', '---\n...\n'],
    ['null', '~'],
  ])('a file with %s leaves every default', (_what, text) => {
    expect(outcome(text)).toEqual(defaultSettings);
  });

  test('a repository names its own folders of connectors, and they replace the usual ones', () => {
    expect(outcome('folders:\n  connectors: certified\n  samples: custom\n')).toEqual({
      ...defaultSettings,
      folders: { connectors: 'certified', samples: 'custom' },
    });
  });

  test('a rule gets one severity for all, or one for some classes', () => {
    expect(
      outcome('rules:\n  OperationIdRequired: off\n  HostNameNotValid:\n    custom: note\n'),
    ).toEqual({
      ...defaultSettings,
      rules: { OperationIdRequired: 'off', HostNameNotValid: { custom: 'note' } },
    });
  });

  test('words are added to the dictionary', () => {
    expect(outcome('words: [kubectl, Contoso]')).toEqual({
      ...defaultSettings,
      words: ['kubectl', 'Contoso'],
    });
  });

  test('`off` stays a word in a file that says it is YAML 1.1, where it would be the opposite of true', () => {
    expect(outcome('%YAML 1.1\n---\nrules: { OperationIdRequired: off }')).toMatchObject({
      rules: { OperationIdRequired: 'off' },
    });
  });

  test('a label or a part of `cla` that is set leaves the defaults of the others', () => {
    expect(
      outcome(
        'labels:\n  new: "connector: new"\n  breaking: ""\ncla:\n  url: https://contoso.example/cla\n',
      ),
    ).toEqual({
      ...defaultSettings,
      labels: { ...defaultSettings.labels, new: 'connector: new', breaking: '' },
      cla: { ...defaultSettings.cla, required: true, url: 'https://contoso.example/cla' },
    });
  });

  test('an alias is replaced by its value', () => {
    expect(
      outcome('rules:\n  OperationIdRequired: &mild { custom: note }\n  UrlNotValid: *mild\n'),
    ).toMatchObject({ rules: { UrlNotValid: { custom: 'note' } } });
  });

  test('a byte-order mark is ignored', () => {
    expect(outcome(new TextEncoder().encode('\ufeffrules: { UrlNotValid: note }'))).toMatchObject({
      rules: { UrlNotValid: 'note' },
    });
  });
});

describe('the preset', () => {
  const microsoft = outcome('preset: microsoft');

  test('of the model repository is one line, and everything else in the file overrides it', () => {
    expect(microsoft).toEqual({ ...defaultSettings, ...presets.microsoft, preset: 'microsoft' });
    const text =
      'preset: microsoft\nring: ""\nlabels: { new: "" }\ncla: { version: "2.0" }\n' +
      'gates: { identity: off, publisher: { certified: required } }\n';
    expect(outcome(text)).toEqual({
      ...defaultSettings,
      ...presets.microsoft,
      preset: 'microsoft',
      ring: '',
      labels: { ...presets.microsoft.labels, new: '' },
      cla: { ...presets.microsoft.cla, version: '2.0' },
      gates: {
        ...presets.microsoft.gates,
        identity: { certified: 'off', 'independent-publisher': 'off', custom: 'off' },
        publisher: { certified: 'required', 'independent-publisher': 'required', custom: 'off' },
      },
    });
  });

  test('does not switch Gatehouse on', () => {
    expect(microsoft).toMatchObject({ mode: 'observe', since: '' });
  });

  test('applies to the model repository itself, unless its settings say otherwise', () => {
    const settingsOf = (text: string, repository: string) => {
      const result = parseSettings(file, text, ruleIds, presetOf(repository));
      return 'settings' in result ? result.settings : result.mistake.message;
    };
    expect(settingsOf('', 'Microsoft/PowerPlatformConnectors')).toEqual(microsoft);
    expect(settingsOf('preset: none', 'microsoft/PowerPlatformConnectors')).toEqual({
      ...defaultSettings,
      preset: 'none',
    });
    expect(settingsOf('', 'contoso/PowerPlatformConnectors')).toEqual(defaultSettings);
  });

  test('speaks for Microsoft, and the defaults do not', () => {
    const words = /microsoft|power platform|certificationteam|partner/i;
    expect(JSON.stringify(microsoft)).toMatch(words);
    expect(JSON.stringify(defaultSettings)).not.toMatch(words);
  });
});

describe('a CLA', () => {
  test('is asked for as soon as its text is known', () => {
    expect(outcome('cla: { url: https://contoso.example/cla }')).toMatchObject({
      cla: { required: true },
    });
    expect(outcome('cla: { required: false, version: "2.0" }')).toMatchObject({
      cla: { required: false },
    });
  });

  test.each(['cla: { required: true }', 'cla:\n  assistants: [a@b.example]'])(
    'without a text is a mistake: %s',
    (text) => {
      expect(outcome(text)).toBe(
        '1:1 Nothing says what people are to agree to. Add `url:` with the address of the text ' +
          'to `cla`, or `required: false` if nobody has to.',
      );
    },
  );
});

test('a mistake elsewhere leaves the mode that the file plainly sets', () => {
  const modeIn = (text: string) => {
    const result = read(text);
    return 'mistake' in result ? result.mode : 'no mistake';
  };
  expect(modeIn('mode: full\nlabels: { nwe: x }\n')).toBe('full');
  expect(modeIn('mode: full\nrules: { Quite: off }\n')).toBe('full');
  expect(modeIn('mode: fulll\n')).toBeUndefined();
  expect(modeIn('mode: full\nlabels: [\n')).toBeUndefined();
});

const severities = '`off`, `note`, `warning`, `error`';
const classes = '`certified`, `independent-publisher`, `custom`';

test('modes of gates are set for all classes or for some', () => {
  const result = read('gates: { identity: off, publisher: { certified: required } }\n');
  const gates = 'settings' in result ? result.settings.gates : undefined;
  expect([gates?.identity, gates?.publisher, gates?.package]).toEqual([
    { certified: 'off', 'independent-publisher': 'off', custom: 'off' },
    { certified: 'required', 'independent-publisher': 'off', custom: 'off' },
    defaultSettings.gates.package,
  ]);
});

describe('a mistake has its line, its column and what to do', () => {
  test.each([
    [
      'a setting that does not exist',
      'rule:\n  UrlNotValid: off',
      '1:1 `rule` is not a setting. Did you mean `rules`? The settings are ' +
        '`preset`, `mode`, `since`, `suggestions`, `folders`, `rules`, `words`, `platform`, `baseline`, `base`, `approvals`, `commitAuthorApproval`, `lastPushApproval`, ' +
        '`screenshots`, `ring`, `train`, `preview`, `deploy`, `promise`, `gates`, `certificationAccount`, `labels`, `cla`, `attestations`, `reference`.',
    ],
    [
      'a rule that does not exist',
      'rules:\n  UrlNotValid: off\n  OperationIdRequierd: off',
      '3:3 The rule `OperationIdRequierd` does not exist. Did you mean `OperationIdRequired`?',
    ],
    [
      'a rule like no other',
      'rules: { Quite: off }',
      '1:10 The rule `Quite` does not exist. Remove it. All rules are in docs/rules.',
    ],
    [
      'a rule by the name of what every object has',
      'rules: { __proto__: off }',
      '1:10 The rule `__proto__` does not exist. Remove it. All rules are in docs/rules.',
    ],
    [
      'a mode that does not exist',
      'mode: observ',
      '1:7 `observ` is not a valid value of `mode`. Did you mean `observe`? ' +
        'Use one of `observe`, `comment`, `full`.',
    ],
    [
      'a day that does not exist',
      'since: 1.12.2026',
      '1:8 `1.12.2026` is not a valid value of `since`. A date such as 2026-12-01: Gatehouse does ' +
        'nothing on pull requests that were opened before and not pushed since, unless someone ' +
        'writes one of its commands there. Empty: all pull requests.',
    ],
    [
      'a severity that does not exist',
      'rules:\n  UrlNotValid: eror',
      `2:16 \`eror\` is not a valid value of \`rules.UrlNotValid\`. Did you mean \`error\`? ` +
        `Use one of ${severities}, or set one of these values for some of ` +
        `${classes} below it.`,
    ],
    [
      'a severity that does not exist, for a class',
      'rules: { UrlNotValid: { custom: true } }',
      `1:33 \`true\` is not a valid value of \`rules.UrlNotValid.custom\`. Use one of ${severities}.`,
    ],
    [
      'a class that does not exist',
      'rules:\n  UrlNotValid:\n    certifed: off',
      `3:5 \`certifed\` is not a setting of \`rules.UrlNotValid\`. Did you mean \`certified\`? The settings are ${classes}.`,
    ],
    [
      'a list of severities',
      'rules:\n  UrlNotValid: [off]',
      `2:16 \`rules.UrlNotValid\` must be a single value. ` +
        `Use one of ${severities}, or set one of these values for some of ` +
        `${classes} below it.`,
    ],
    [
      'a rule without a severity',
      'rules:\n  UrlNotValid:\n',
      `2:3 \`rules.UrlNotValid\` has no value. ` +
        `Use one of ${severities}, or set one of these values for some of ` +
        `${classes} below it.`,
    ],
    [
      'a rule without a severity for any class',
      'rules: { UrlNotValid: {} }',
      '1:23 `rules.UrlNotValid` is empty. Add at least one entry, or remove it.',
    ],
    [
      'a folder of no class there is',
      'folders:\n  connectors: verified',
      `2:15 \`verified\` is not a valid value of \`folders.connectors\`. ` +
        `Did you mean \`certified\`? Use one of ${classes}.`,
    ],
    [
      'a baseline outside of the repository',
      'baseline: ../debt.json',
      '1:11 `../debt.json` is not a valid value of `baseline`. ' +
        'The baseline: the path of the file with existing errors, which do not fail a check, ' +
        'relative to the root of the repository, with slashes. ' +
        'gatehouse impact --write-baseline writes it.',
    ],
    [
      'a folder that is not at the top',
      'folders:\n  a/b: custom',
      '2:3 `a/b` is not a valid name in `folders`. ' +
        'Use the name of a top-level folder of the repository, without slashes.',
    ],
    [
      'a setting with nothing below it',
      '\nrules:\n',
      '2:1 `rules` is empty. Write its entries below it, indented, with `name: value` on each ' +
        'line, or remove it.',
    ],
    [
      'a list of settings',
      '- rules',
      '1:1 The settings must be a map, with `name: value` on each line.',
    ],
    [
      'a colon without a space',
      'rules:\n  UrlNotValid:off',
      '2:3 `rules` must be a map, not a single value or a list. ' +
        'Write its entries below it, indented, with `name: value` on each line. ' +
        'A colon needs a space after it.',
    ],
    [
      'a duplicate name',
      'rules:\n  UrlNotValid: off\n  UrlNotValid: error',
      '3:3 Duplicate key `UrlNotValid`. Keep one of the two.',
    ],
    [
      'a tab',
      'rules:\n\tUrlNotValid: off',
      '2:1 YAML does not allow tabs for indentation. Use spaces.',
    ],
    [
      'a line that is indented too far',
      'rules:\n  UrlNotValid: off\n   HostNameNotValid: off',
      '2:16 This line has an extra colon, or the next line is indented too far. Entries of one ' +
        'map start in the same column.',
    ],
    [
      'a list as a name',
      '? [a]\n: 1',
      '1:3 This is not a valid name. Write a plain word, or put it in quotation marks.',
    ],
    [
      'a bracket that is not closed',
      'rules: {UrlNotValid: off',
      '1:25 This is not valid YAML: `Flow map in block collection must be sufficiently indented and end with a }`.',
    ],
    [
      'a tag',
      'rules: !!set {}',
      '1:8 This is not valid YAML: `Unresolved tag: tag:yaml.org,2002:set`.',
    ],
    [
      'a second document',
      'rules: { UrlNotValid: off }\n---\nrules: {}',
      '2:1 A second YAML document starts here. Remove the `---`.',
    ],
    [
      'an alias of nothing',
      'rules: *mild',
      '1:8 The alias `*mild` has no anchor `&mild` above it. ' +
        'If you mean the text itself, put it in quotation marks.',
    ],
    [
      'a value that is part of itself',
      'rules: &all { UrlNotValid: *all }',
      `1:15 \`UrlNotValid\` is not a setting of \`rules.UrlNotValid\`. The settings are ${classes}.`,
    ],
  ])('%s', (_what, text, message) => {
    expect(outcome(text)).toBe(message);
  });

  test('bytes that are not UTF-8', () => {
    expect(outcome(Uint8Array.of(0x23, 0xe4))).toBe(
      '1:1 The byte 0xe4 is not valid UTF-8: the file was saved in a different encoding. Save it as UTF-8.',
    );
  });

  test('of several mistakes, the first in the file is reported', () => {
    expect(outcome('rules:\n  UrlNotValid: bad\nfolders: 3\nmore: 1\n')).toMatch(/^2:16 /);
    expect(outcome('more: 1\nrules:\n  UrlNotValid: bad\nfolders: 3\n')).toMatch(/^1:1 `more`/);
  });
});

describe('a hostile file', () => {
  const lines = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join('\n');
  test.each([
    ['too large', '#'.repeat(256 * 1024 + 1), /larger than 256 KB/],
    ['lists in lists', '['.repeat(200_000), /nested too deep/],
    ['maps in maps', '{a: '.repeat(50_000), /nested too deep/],
    ['names of names', '? '.repeat(100_000), /nested too deep/],
    ['many names', lines(30_000, (index) => `a${index}:`), /^1:1 There are more than 2000 entries/],
    [
      'many wrong values',
      `rules:\n${lines(20_000, (index) => ` a${index}: x`)}`,
      /^2:2 There are more than 2000 entries/,
    ],
    [
      'many wrong values, as many as may be',
      `rules:\n${lines(2000, (index) => ` a${index}: { ${lines(9, (at) => `b${at}: x,`).replaceAll('\n', ' ')} }`)}`,
      /^2:8 `b0` is not a setting/,
    ],
    ['many aliases', `- &a x\n${lines(40_000, () => '- *a')}`, /more than 100 aliases/],
    [
      'aliases of aliases',
      lines(
        9,
        (index) =>
          `a${index}: &a${index} [${Array(9)
            .fill(index === 0 ? 'x' : `*a${index - 1}`)
            .join()}]`,
      ),
      /aliases in this file cannot be resolved/,
    ],
  ])('with %s is refused', (_what, text, message) => {
    expect(outcome(text)).toMatch(message);
  });

  /** Random parts of YAML. */
  const nearlyYaml = fc
    .array(
      fc.constantFrom(
        'rules',
        'folders',
        'UrlNotValid',
        'off',
        'certified',
        ':',
        ': ',
        '\n',
        '\n  ',
        '\n    ',
        '- ',
        '? ',
        '&a ',
        '*a',
        '!!x ',
        '[',
        ']',
        '{',
        '}',
        ',',
        '"',
        "'",
        '|',
        '>',
        '#',
        '%',
        '---',
        '...',
        '~',
        '\t',
        '\r',
        '\\',
        '<<',
        '__proto__',
        '\ufeff',
        '\0',
        '\ud800',
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(''));
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 100 }),
    nearlyYaml,
  );

  test('of any bytes is read or refused, with a mistake located within the file', () => {
    let refused = 0;
    fc.assert(
      fc.property(anything, (bytes) => {
        const result = read(bytes);
        if ('settings' in result) return;
        refused += 1;
        const { line, column, message } = result.mistake;
        const text = typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes);
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(Math.max(1, text.trimEnd().split('\n').length));
        expect(column).toBeGreaterThanOrEqual(1);
        expect(message).not.toMatch(/[\n\r]/);
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});

test('settings that are written as YAML are read back unchanged', () => {
  const severity = fc.constantFrom<'off' | 'note' | 'warning' | 'error'>(
    'off',
    'note',
    'warning',
    'error',
  );
  const byClass = fc
    .record(
      { certified: severity, 'independent-publisher': severity, custom: severity },
      { requiredKeys: [] },
    )
    .filter((map) => Object.keys(map).length > 0);
  const folder = fc
    .string({ minLength: 1, maxLength: 20 })
    .filter((name) => /^(?!\.{1,2}$)[^/\\]+$/.test(name) && name !== '__proto__');
  const settings = fc.record({
    folders: fc.dictionary(folder, fc.constantFrom(...connectorClasses), {
      minKeys: 1,
      maxKeys: 5,
      noNullPrototype: true,
    }),
    rules: fc.dictionary(fc.constantFrom(...ruleIds), fc.oneof(severity, byClass), {
      noNullPrototype: true,
    }),
    words: fc.array(fc.stringMatching(/^[A-Za-z]+$/), { maxLength: 5 }),
  });
  fc.assert(
    fc.property(settings, (input) => {
      expect(outcome(stringify(input))).toEqual({ ...defaultSettings, ...input });
    }),
    { numRuns: 300 },
  );
});

describe('the train', () => {
  const train = (text: string) => outcome(`train:\n${text}`);

  test.each([
    ['zone: Mars/Olympus', '2:3 `Mars/Olympus` is not a time zone.'],
    ['holidays: [2026-02-29]', '2:14 The calendar has no day `2026-02-29`.'],
    ['departs: { at: "24:00" }', '2:18 `24:00` is not a valid value'],
    ['departs: { notice: 1d }', '2:22 `1d` is not a valid value'],
    [
      'freezes: [{ from: 2026-12-24, to: 2026-12-20, reason: Year end }]',
      '2:33 The freeze ends on `2026-12-20`, before it begins on `2026-12-24`.',
    ],
    ['freezes: [{ from: 2026-12-24, to: 2026-12-26 }]', '2:13 '],
    [
      'rings: [{ name: a, regions: [A] }, { name: a, regions: [B] }]',
      '2:40 The ring `a` is listed twice.',
    ],
    [
      'rings: [{ name: a, regions: [A] }]\n  freezes: [{ from: 2026-12-24, to: 2026-12-26, reason: R, scope: { ring: b } }]',
      '3:69 The train has no ring `b`.',
    ],
  ])('with %s is refused at its place', (text, message) => {
    expect(train(`  ${text}`)).toMatch(message);
  });

  test.each([
    [
      'preview: { answerWithin: 2 days }',
      '1:26 `2 days` is not a valid value of `preview.answerWithin`.',
    ],
    ['preview: { answerWithin: 0 }', '1:26 '],
    ['preview: { evidence: mandatory }', '1:22 `mandatory` is not a valid value'],
    [
      'promise: { certified: true }',
      '1:23 `promise.certified` must be of type `integer or string`.',
    ],
    [
      'promise: { certfied: 15 business days }',
      '1:12 `certfied` is not a setting of `promise`. Did you mean',
    ],
    ['deploy: { custom: before }', '1:19 `before` is not a valid value of `deploy.custom`.'],
    [
      'train:\n  late: 0 business days',
      '2:9 `0 business days` is not a valid value of `train.late`.',
    ],
    ['train:\n  secondVersion: { minor: replace }', '2:27 `replace` is not a valid value'],
  ])('beside it, %s is refused at its place', (text, message) => {
    expect(outcome(text)).toContain(message);
  });

  test('durations are numbers, or numbers of business days', () => {
    const text = (days: (count: number) => string) =>
      [
        `preview: { answerWithin: ${days(2)} }`,
        `promise: { certified: ${days(15)}, custom: ${days(1)} }`,
        `train: { late: ${days(1)}, soak: ${days(0)} }`,
      ].join('\n');
    const inWords = outcome(text((days) => `${days} business day${days === 1 ? '' : 's'}`));
    expect(inWords).toEqual(outcome(text(String)));
    expect(inWords).toMatchObject({
      promise: { certified: 15, custom: 1 },
      train: { late: 1, soak: 0, preview: { answerWithin: 2, evidence: 'optional' } },
    });
  });

  test('everything that a train needs can be set, as the model repository does', () => {
    const text = `ring: first-ring
preview: { answerWithin: 2 business days, evidence: required }
train:
  zone: America/Los_Angeles
  departs: { weekday: friday, at: '09:00', notice: 24h, onHoliday: shift }
  holidays: us-federal
  stranding: { new: avoid, major: avoid, minor: allow }
  rings:
    - { name: testing,      regions: [Testing] }
    - { name: us-preview,   regions: [US preview] }
    - { name: asia,         regions: [Asia except Japan and India] }
    - { name: europe,       regions: [Europe except UK] }
    - { name: br-ca-jp-in,  regions: [Brazil, Canada, Japan, India] }
    - { name: au-uk-us,     regions: [Australia, United Kingdom, United States] }
  soak: 0
  late: 1 business day
deploy: { independent-publisher: before-merge }
promise: { certified: 15 business days, independent-publisher: 15 business days }
`;
    const { train: withTrain, deploy, promise } = presets.microsoft;
    expect(outcome(text)).toMatchObject({ train: withTrain, deploy, promise });
  });

  test('keeps the defaults of what a file leaves out, also those of the preset', () => {
    const text =
      'preset: microsoft\ntrain: { departs: { weekday: monday }, soak: 1 }\n' +
      'preview: { evidence: none }\npromise: { certified: 5 }\n';
    expect(outcome(text)).toMatchObject({
      train: {
        ...presets.microsoft.train,
        soak: 1,
        preview: { answerWithin: 2, evidence: 'none' },
        departs: { weekday: 'monday', at: '09:00', notice: '24h', onHoliday: 'shift' },
      },
      promise: { certified: 5, 'independent-publisher': 15 },
    });
  });
});

describe('the reference pages', () => {
  const reference = (lines: string): unknown => outcome(`reference:\n${lines}\n`);

  test('are those of the preset, except for what the file sets of a class', () => {
    const product = { service: 'Fabrikam', class: 'Free', regions: 'Everywhere' };
    const text =
      'preset: microsoft\nreference:\n  order: platform\n  availability:\n    certified:\n' +
      '      - { service: Fabrikam, class: Free, regions: Everywhere }\n';
    expect(outcome(text)).toMatchObject({
      reference: {
        order: 'platform',
        availability: {
          certified: [product],
          'independent-publisher':
            presets.microsoft.reference?.availability['independent-publisher'],
        },
        limits: presets.microsoft.reference?.limits,
      },
    });
  });

  test('can differ for a connector', () => {
    expect(
      reference(
        '  connectors:\n    certified-connectors/Contoso Invoices:\n      preview: true\n' +
          '      general: [{ name: Size of an attachment, value: 5 MB }]',
      ),
    ).toMatchObject({
      reference: {
        order: 'reader',
        connectors: {
          'certified-connectors/Contoso Invoices': {
            preview: true,
            general: [{ name: 'Size of an attachment', value: '5 MB' }],
          },
        },
      },
    });
  });

  test.each([
    ['order: name', '2:10 `name` is not a valid value of `reference.order`.'],
    ['limits: { certified: [{ name: Calls, calls: 0, period: 60 seconds }] }', '2:'],
    ['availability: { certified: [{ service: Logic Apps }] }', '2:'],
  ])('with %s are refused at their place', (text, message) => {
    expect(reference(`  ${text}`)).toMatch(message);
  });
});

describe('the published schema', () => {
  test('has the same defaults as the code', () => {
    const defaults = (properties: Record<string, object>) =>
      Object.fromEntries(
        Object.entries(properties).flatMap(([name, property]) =>
          'default' in property ? [[name, property.default]] : [],
        ),
      );
    const { preview, ...properties } = schema.properties;
    const { gates, labels, cla, train, deploy, reference } = properties;
    expect({
      ...defaults(properties),
      deploy: defaults(deploy.properties),
      gates: defaults(gates.properties),
      labels: defaults(labels.properties),
      cla: defaults(cla.properties),
      train: {
        ...defaults(train.properties),
        departs: defaults(train.properties.departs.properties),
        stranding: defaults(train.properties.stranding.properties),
        secondVersion: defaults(train.properties.secondVersion.properties),
        preview: defaults(preview.properties),
      },
      reference: defaults(reference.properties),
    }).toEqual(defaultSettings);
  });

  test('says what the preset sets', () => {
    const said = (value: string | number | undefined): boolean =>
      JSON.stringify(schema).includes(`Preset microsoft: ${value ?? ''}.`);
    const { base, screenshots, ring, certificationAccount, labels, cla } = presets.microsoft;
    const values = [base, screenshots, ring, certificationAccount, cla?.name, cla?.url];
    const names = Object.values(labels ?? {}).map((name) => (name === '' ? 'none' : name));
    expect([...values, ...names].filter((value) => !said(value))).toEqual([]);
  });

  test('has a title and a description for every setting', () => {
    const silent: string[] = [];
    const visit = (value: unknown, path: string, isSchema: boolean): void => {
      if (!isObject(value)) return;
      if (isSchema && !('title' in value && 'description' in value)) silent.push(path);
      for (const [key, below] of Object.entries(value))
        visit(
          below,
          `${path}/${key}`,
          path.endsWith('/properties') || path.endsWith('/definitions'),
        );
    };
    visit(schema, '', true);
    expect(silent).toEqual([]);
  });
});
