import {
  differenceCiede2000,
  modeLab65,
  modeLrgb,
  modeRgb,
  modeXyz65,
  parseHex,
  useMode,
} from 'culori/fn';
import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import {
  uniformBackgroundShare,
  type IconAnalysis,
  type IconPicture,
} from '../../connector/icon.ts';
import { asText } from '../../json/values.ts';
import type { RuleViolation, Rule } from '../rule.ts';
import { measured, ofCertified } from './file.ts';

for (const mode of [modeRgb, modeLrgb, modeXyz65, modeLab65]) useMode(mode);
const ciede2000 = differenceCiede2000();

/**
 * Two colors within this distance (CIEDE2000) count as the same. Measured
 * (docs/decisions/0012-icons.md): scaling, palettes, color profiles and JPEG of quality 50 or more
 * move a flat color by at most 1.3; people see a difference from about 2 on.
 */
const sameColor = 3;

/** How different two colors look (CIEDE2000); undefined if one of them is not a color. */
function difference(a: string, b: string): number | undefined {
  const [first, second] = [parseHex(a), parseHex(b)];
  return first && second && ciede2000(first, second);
}
const isSame = (a: string, b: string): boolean => (difference(a, b) ?? Infinity) <= sameColor;

/** Colors that are not allowed behind an icon, and what they are. */
const notAllowed = {
  '#ffffff': 'white',
  '#007ee5': 'the default color of new connectors',
};
/** The mark must cover less than this share of the width and of the height. */
const maxMark = 0.7;
/**
 * From this share of transparent pixels on, the icon counts as transparent; fewer are not visible.
 */
const minTransparent = 0.001;

const percent = (share: number): string => `${Number((share * 100).toFixed(1))}%`;

/** Runs a check on the picture, if it could be read. */
const shown = (
  connector: Connector,
  check: (
    picture: IconPicture,
    facts: IconAnalysis,
  ) => { message: string; detail: string } | undefined,
): Iterable<RuleViolation> =>
  measured(connector, (facts) => facts.picture && check(facts.picture, facts));

export const iconPicture: Rule[] = [
  {
    id: 'IconTransparent',
    source: 'certification',
    severity: ofCertified('warning'),
    description: 'The icon is opaque: its background is a color.',
    rationale:
      'On a dark page or on a card of another color, parts of a transparent icon are ' +
      'invisible.',
    policies: ['5000.2.1.5', 'connector-validate-backgroundwithbrandiconcolor'],
    check: (connector) =>
      shown(connector, ({ transparent }) =>
        transparent < minTransparent
          ? undefined
          : {
              message:
                `${percent(transparent)} of the icon is transparent. Put it on a ` +
                'background in the brand color, without an alpha channel.',
              detail: percent(transparent),
            },
      ),
  },
  {
    id: 'IconBackgroundNotUniform',
    source: 'certification',
    severity: ofCertified('warning'),
    description: 'The background of the icon is a single color.',
    rationale:
      'The designer paints the card around the icon in the brand color: a gradient, a ' +
      'photograph or a frame ends there in a visible edge.',
    policies: ['5000.2.1.5', 'connector-validate-backgroundwithbrandiconcolor'],
    check: (connector) =>
      shown(connector, ({ background, transparent }) =>
        !background || background.share >= uniformBackgroundShare || transparent >= minTransparent
          ? undefined
          : {
              message:
                `Only ${percent(background.share)} of the icon's edge has one color, ` +
                `${safe`${background.color}`}. Use a background of a single color.`,
              detail: percent(background.share),
            },
      ),
  },
  {
    id: 'IconBackgroundNotAllowed',
    source: 'certification',
    severity: ofCertified('error'),
    description: 'The background of the icon is neither white nor the default color, `#007ee5`.',
    rationale:
      'On white, the icon has no visible edge. With the default color, the connector ' +
      'looks unfinished.',
    policies: ['5000.2.1.5', 'connector-validate-backgroundwithbrandiconcolor'],
    check: (connector) =>
      shown(connector, ({ background, mark }) => {
        const [color, name] =
          Object.entries(notAllowed).find(
            ([candidate]) => background && mark && isSame(background.color, candidate),
          ) ?? [];
        if (!background || color === undefined) return undefined;
        // A brand color that is near one of these is the publisher's choice, not noise of the file.
        const brand = asText(connector.properties?.inner.iconBrandColor)?.toLowerCase();
        const isExact = background.color.toLowerCase() === color;
        if (
          brand !== undefined &&
          !(brand in notAllowed) &&
          !isExact &&
          isSame(background.color, brand)
        )
          return undefined;
        return {
          message:
            `${safe`The background of the icon is ${background.color}`}, ${name}. Use ` +
            `your brand color, the same as in ${safe`${'iconBrandColor'}`}.`,
          detail: background.color,
        };
      }),
  },
  {
    id: 'IconBackgroundNotBrandColor',
    source: 'certification',
    severity: ofCertified('warning'),
    description:
      'The background of the icon matches `iconBrandColor` in the properties, within a ' +
      `CIEDE2000 distance of ${sameColor}.`,
    rationale:
      'The designer paints the card around the icon in the brand color: if the colors ' +
      'differ, the icon appears in a box.',
    policies: ['5000.2.1.5', 'connector-validate-backgroundwithbrandiconcolor'],
    *check({ iconAnalysis, properties }) {
      const brand = asText(properties?.inner.iconBrandColor);
      const { background, mark } = iconAnalysis?.picture ?? {};
      if (!properties || brand === undefined || !background || !mark) return;
      const apart = difference(background.color, brand);
      if (apart === undefined || apart <= sameColor) return;
      const message =
        safe`The brand color is ${brand}, but the background of the icon is ` +
        `${safe`${background.color}`}: a distance of ${apart.toFixed(1)}, more than the ` +
        `maximum of ${sameColor}. Change one of them to match the other.`;
      yield { at: properties.inner, key: 'iconBrandColor', detail: background.color, message };
    },
  },
  {
    id: 'IconMarkTooLarge',
    source: 'certification',
    severity: ofCertified('warning'),
    description:
      `The mark on the background covers less than ${percent(maxMark)} of the icon's ` +
      'width and height.',
    rationale:
      'Other icons have space around the mark. A mark that reaches the edges looks ' +
      'cropped in a list.',
    policies: ['connector-validate-iconimage'],
    check: (connector) =>
      shown(connector, ({ mark }) => {
        if (!mark || Math.max(mark.width, mark.height) < maxMark) return undefined;
        const covered = `${percent(mark.width)} of the width and ${percent(mark.height)} of the height`;
        return {
          message:
            `The mark covers ${covered} of the icon. Keep it below ${percent(maxMark)} ` +
            'of both.',
          detail: covered,
        };
      }),
  },
  {
    id: 'IconEmpty',
    severity: ofCertified('error'),
    description: 'The icon shows a mark, not just a background.',
    rationale:
      'Users recognize the connector by its icon; a square of one color could belong to any ' +
      'connector.',
    check: (connector) =>
      shown(connector, ({ mark, background }) =>
        mark?.width === 0
          ? {
              message:
                safe`The icon is ${background?.color ?? ''} everywhere and shows nothing. ` +
                'Add the mark of the service.',
              detail: 'empty',
            }
          : undefined,
      ),
  },
  {
    id: 'IconCornersRounded',
    severity: ofCertified('warning'),
    description: 'The corners of the icon are not rounded.',
    rationale:
      'The platform rounds the corners itself where it needs to; with rounded corners in ' +
      'the picture, both curves are visible.',
    check: (connector) =>
      shown(connector, ({ corners }, { width = 0, height = 0 }) => {
        const radius = Math.round(corners * Math.min(width, height));
        return radius === 0
          ? undefined
          : {
              message:
                `The corners of the icon are rounded, with a radius of about ${radius} ` +
                'pixels. Fill them with the background color.',
              detail: 'corners',
            };
      }),
  },
];
