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
 * Up to this distance (CIEDE2000) two colors are one. Measured (docs/decisions/0012-icons.md):
 * scaling, palettes, color profiles and JPEG of quality 50 and more move a flat color by at most
 * 1.3; what people see side by side begins at about 2.
 */
const sameColor = 3;

/** How far apart two colors look; undefined where one of them is none. */
function difference(a: string, b: string): number | undefined {
  const [one, other] = [parseHex(a), parseHex(b)];
  return one && other && ciede2000(one, other);
}
const isSame = (a: string, b: string): boolean => (difference(a, b) ?? Infinity) <= sameColor;

/** Colors that are not allowed behind an icon, and why. */
const notAllowed = {
  '#ffffff': 'white',
  '#007ee5': 'the color of connectors that have none of their own',
};
/** The mark covers less than this share of width and height. */
const mostMark = 0.7;
/** Above this share of pixels one sees through the icon; a stray pixel is not seen. */
const leastTransparent = 0.001;

const percent = (share: number): string => `${Number((share * 100).toFixed(1))}%`;

/** The picture where it was read. */
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
    severity: ofCertified('warning'),
    description: 'The icon is opaque: its background is a color.',
    rationale:
      'On a dark page, or on a card of another color, parts of a transparent icon cannot be seen.',
    check: (connector) =>
      shown(connector, ({ transparent }) =>
        transparent < leastTransparent
          ? undefined
          : {
              message:
                `${percent(transparent)} of the icon is transparent. ` +
                'Put it on a background of the brand color, without an alpha channel.',
              detail: percent(transparent),
            },
      ),
  },
  {
    id: 'IconBackgroundNotUniform',
    severity: ofCertified('warning'),
    description: 'The background of the icon is one color.',
    rationale:
      'The designer paints the card around the icon in the brand color: ' +
      'a gradient, a photograph or a frame ends at an edge there.',
    check: (connector) =>
      shown(connector, ({ background, transparent }) =>
        !background || background.share >= uniformBackgroundShare || transparent >= leastTransparent
          ? undefined
          : {
              message:
                `Only ${percent(background.share)} of the edge of the icon has one color, ` +
                `${safe`${background.color}`}. Give it a background of a single color.`,
              detail: percent(background.share),
            },
      ),
  },
  {
    id: 'IconBackgroundNotAllowed',
    severity: ofCertified('error'),
    description: 'The background of the icon is neither white nor the default color, `#007ee5`.',
    rationale:
      'On white the icon has no edge, and with the default users take the connector for an ' +
      'unfinished one.',
    check: (connector) =>
      shown(connector, ({ background, mark }) => {
        const [color, name] =
          Object.entries(notAllowed).find(
            ([one]) => background && mark && isSame(background.color, one),
          ) ?? [];
        if (!background || color === undefined) return undefined;
        return {
          message:
            `${safe`The background of the icon is ${background.color}`}, ${name}. ` +
            `Take the color of your brand, the same as in ${safe`${'iconBrandColor'}`}.`,
          detail: background.color,
        };
      }),
  },
  {
    id: 'IconBackgroundNotBrandColor',
    severity: ofCertified('warning'),
    description:
      'The background of the icon has the color that the properties give as ' +
      `\`iconBrandColor\`, within a CIEDE2000 distance of ${sameColor}.`,
    rationale:
      'The designer paints the card around the icon in that color: ' +
      'where they differ, the icon stands in a box.',
    *check({ iconAnalysis, properties }) {
      const brand = asText(properties?.inner.iconBrandColor);
      const { background, mark } = iconAnalysis?.picture ?? {};
      if (!properties || brand === undefined || !background || !mark) return;
      const apart = difference(background.color, brand);
      if (apart === undefined || apart <= sameColor) return;
      const message =
        `${safe`The color is ${brand}, but the background of the icon is ${background.color}`}: ` +
        `a distance of ${apart.toFixed(1)}, where ${sameColor} is the most. ` +
        'Change one of them.';
      yield { at: properties.inner, key: 'iconBrandColor', detail: background.color, message };
    },
  },
  {
    id: 'IconMarkTooLarge',
    severity: ofCertified('warning'),
    description:
      `The mark on the background covers less than ${percent(mostMark)} of the width and ` +
      'of the height of the icon.',
    rationale:
      'Around the mark of other connectors there is room. ' +
      'One that goes to the edges looks cut off in a list.',
    check: (connector) =>
      shown(connector, ({ mark }) => {
        if (!mark || Math.max(mark.width, mark.height) < mostMark) return undefined;
        const covered = `${percent(mark.width)} of the width and ${percent(mark.height)} of the height`;
        return {
          message:
            `The mark covers ${covered} of the icon. ` +
            `Make it smaller than ${percent(mostMark)} of both.`,
          detail: covered,
        };
      }),
  },
  {
    id: 'IconEmpty',
    severity: ofCertified('error'),
    description: 'The icon shows something.',
    rationale: 'Users find the connector by its icon; a square of one color could be any.',
    check: (connector) =>
      shown(connector, ({ mark, background }) =>
        mark?.width === 0
          ? {
              message:
                `${safe`The icon is ${background?.color ?? ''} all over`}: ` +
                'nothing can be seen on it. Put the mark of the service on it.',
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
      'The platform rounds them itself where it wants them round; then both curves are seen.',
    check: (connector) =>
      shown(connector, ({ corners }, { width = 0, height = 0 }) => {
        const radius = Math.round(corners * Math.min(width, height));
        return radius === 0
          ? undefined
          : {
              message:
                `The corners of the icon are rounded, with a radius of about ${radius} pixels. ` +
                'Fill them with the background.',
              detail: 'corners',
            };
      }),
  },
];
