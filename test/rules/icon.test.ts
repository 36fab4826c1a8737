import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { folderOf } from '../../fixtures/cases.ts';
import { readConnector, type FileEntry } from '../../src/connector/connector.ts';
import { isIconName } from '../../src/connector/icon.ts';
import { analyzeIcon } from '../../src/analyzers/icon.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { iconFile } from '../../src/rules/icon/file.ts';
import { iconPicture } from '../../src/rules/icon/picture.ts';
import { rules } from '../../src/rules/registry.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';

const iconRules = [...iconFile, ...iconPicture];
const svg = (color: string): Buffer =>
  Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="230" height="230"><rect width="230" ' +
      `height="230" fill="${color}"/><circle cx="115" cy="115" r="60" fill="#888"/></svg>`,
  );

/** What the icon rules say of "Contoso Invoices" with another icon and another brand color. */
async function said(bytes: Buffer, brandColor = '#1f5f8b'): Promise<string[]> {
  const { files } = folderOf({ properties: { properties: { iconBrandColor: brandColor } } });
  const icon: FileEntry = { path: 'icon.png', kind: 'file', size: bytes.length, bytes };
  const connector = readConnector({
    path: 'Contoso',
    class: 'certified',
    files: [...files.filter(({ path }) => path !== icon.path), icon],
    iconAnalysis: await analyzeIcon(bytes),
  });
  return runRules(connector, iconRules).map(({ rule, message }) => `${rule}: ${message}`);
}

describe('the brand color', () => {
  const levels = [0, 0x55, 0xaa, 0xff];
  const colors = levels.flatMap((red) =>
    levels.flatMap((green) =>
      levels.map(
        (blue) =>
          `#${[red, green, blue].map((level) => level.toString(16).padStart(2, '0')).join('')}`,
      ),
    ),
  );

  test('is that of the icon still after JPEG and a palette, whatever the color', async () => {
    for (const color of colors) {
      const jpeg = await sharp(svg(color)).flatten().jpeg({ quality: 60 }).toBuffer();
      const found = (
        await said(await sharp(jpeg).png({ palette: true, colours: 64 }).toBuffer(), color)
      ).filter((one) => one.startsWith('IconBackgroundNotBrandColor'));
      expect(found, color).toEqual([]);
    }
  });
  test.each([
    ['#1f5f8b', '#2b6b8b'],
    ['#da3b01', '#d83b3b'],
    ['#0071ce', '#2074b5'],
    ['#dddddd', '#cccccc'],
  ])('%s is not %s', async (color, other) => {
    const found = await said(await sharp(svg(other)).png().toBuffer(), color);
    expect(found).toEqual([
      expect.stringContaining(
        `The brand color is \`${color}\`, but the background of the icon is \`${other}\``,
      ),
    ]);
  });
  test('is compared with no icon where it is none', async () => {
    expect(await said(await sharp(svg('#1f5f8b')).png().toBuffer(), 'blue')).toEqual([]);
  });
});

test('a message says what was measured', async () => {
  const wide = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="300"><rect width="512" ' +
      'height="300" fill="#1f5f8b"/><rect x="64" y="120" width="384" height="60" ' +
      'fill="#fff"/></svg>',
  );
  expect(await said(await sharp(wide).png().toBuffer())).toEqual([
    'IconNotSquare: The icon is 512 × 300 pixels. Make its width and height equal; ' +
      'extend the background on the shorter side.',
    'IconSize: The icon is 512 × 300 pixels. Scale it to 100 to 230 pixels.',
    'IconMarkTooLarge: The mark covers 75% of the width and 20% of the height of the icon. Keep it below 70% of both.',
  ]);
});

test('an icon that nobody has measured is not judged', () => {
  const { files } = folderOf({});
  expect(runRules(readConnector({ path: 'Contoso', class: 'certified', files }), rules)).toEqual(
    [],
  );
});

test.each([
  ['icon.png', true],
  ['Icon.PNG', true],
  ['images/icon.svg', true],
  ['Contoso_logo-230x230.jpg', true],
  ['appIcon.ico', true],
  ['readme.md', false],
  ['icon.md', false],
  ['screenshot.png', false],
  ['iconic.png', false],
  ['icon/screenshot.png', false],
])('%s is meant as an icon: %s', (path, meant) => {
  expect(isIconName(path)).toBe(meant);
});

test.skipIf(corpus === undefined)(
  'what is found of accepted icons is seen to be so, and is an error only of a white background or where no icon is to be',
  async () => {
    const found: string[] = [];
    let count = 0;
    for (const folder of corpusFolders()) {
      const { icon } = readConnector(folder);
      if (!icon?.bytes) continue;
      count += 1;
      const findings = runRules(
        readConnector({ ...folder, iconAnalysis: await analyzeIcon(icon.bytes) }),
        iconRules,
      );
      found.push(
        ...findings.map(
          ({ rule, severity }) =>
            `${folder.path.split('/')[1] ?? ''}: ${rule}${severity === 'error' ? ', an error' : ''}`,
        ),
      );
    }
    expect(count).toBe(22);
    expect(found).toEqual([
      'GravitySMS: IconBackgroundNotUniform', // a gradient
      'HVI Vehicle Inspection: IconMarkTooLarge', // 72.2% of the width
      'Kanbanize: IconSize', // 471 × 471
      'Kanbanize: IconTransparent', // nothing behind the mark
      'PDFCrowd: IconBackgroundNotBrandColor', // 36.1 apart
      'PDFCrowd: IconSize', // 256 × 256
      'PDFCrowd: IconTransparent', // its corners
      'PDFCrowd: IconMarkTooLarge', // 92.2% of the width
      'RecordedFutureV2: IconBackgroundNotBrandColor', // 3.2 apart
      'SOCRadar: IconBackgroundNotBrandColor', // 82.4 apart
      'SOCRadar: IconBackgroundNotAllowed, an error', // white
      'SOCRadar: IconMarkTooLarge', // 80% of the width
      'Snowflake v2: IconNameSpelling', // in a folder of its own
      'Snowflake v2: IconBackgroundNotAllowed, an error', // white
      'Snowflake v2: IconMarkTooLarge', // 94.4% of the width
      'Taktikal Core: IconSize', // 400 × 400
      'Taktikal Core: IconMarkTooLarge', // 84.8% of the width
      'MotherDuck: IconNotAllowed',
      'SAP-ODATA-Demo: IconNotAllowed',
      'Snowflake: IconNotAllowed',
      'PDF Tools by Tachytelic: IconNotAllowed, an error',
    ]);
  },
);
