import { iconName, type Connector } from '../../connector/connector.ts';
import { safe, wholeFile } from '../../shared/finding.ts';
import { iconLimits, type IconAnalysis, type IconUnread } from '../../connector/icon.ts';
import type { RuleViolation, Rule, SeverityByClass } from '../rule.ts';

/**
 * Only certified connectors have an icon: the others are asked to take it out, whatever it is like.
 */
export const ofCertified = (severity: 'error' | 'warning' | 'note'): SeverityByClass => ({
  certified: severity,
  'independent-publisher': 'off',
  custom: 'off',
});

/**
 * The icon where something was measured of it, each finding with what that was: another icon is
 * another finding.
 */
export function* measured(
  connector: Connector,
  check: (facts: IconAnalysis, path: string) => { message: string; detail: string } | undefined,
): Iterable<RuleViolation> {
  const { icon, iconAnalysis } = connector;
  const found = icon && iconAnalysis && check(iconAnalysis, icon.path);
  if (found) yield { location: wholeFile(icon.path), ...found };
}

const iconSize = { least: 100, most: 230 } as const;
const sizes = `${iconSize.least} to ${iconSize.most} pixels`;
const size = ({ width = 0, height = 0 }: IconAnalysis): string => `${width} × ${height} pixels`;

const unreadBecause: Record<Exclude<IconUnread, 'format'>, string> = {
  damaged: 'is cut off or broken: its pixels cannot be read. Export the picture anew as PNG.',
  pixels:
    `has more pixels than are read, ${iconLimits.pixels / 1e6} million, and was not ` +
    `checked. Scale it to ${sizes}.`,
  cost:
    'takes longer to unpack than any picture of its size, and was not checked. ' +
    `Export it anew as PNG of ${sizes}.`,
};

export const iconFile: Rule[] = [
  {
    id: 'IconMissing',
    severity: ofCertified('note'),
    description:
      `A certified connector has an icon, \`${iconName}\`, here or in the package that is ` +
      'handed in for certification.',
    rationale:
      'Users find the connector by its icon. ' +
      'It is no mistake to keep it out of the repository, but then it must come with the ' +
      'package in Partner Center.',
    *check({ icon, misplaced }) {
      if (!icon && !misplaced)
        yield {
          location: wholeFile(iconName),
          message:
            safe`The folder has no ${iconName}. ` +
            safe`Put it into the package that you hand in for certification in Partner Center, ` +
            safe`or add it here to have it checked.`,
        };
    },
  },
  {
    id: 'IconNotAllowed',
    severity: { certified: 'off', 'independent-publisher': 'error', custom: 'warning' },
    description: 'Connectors of independent publishers and custom connectors come without an icon.',
    rationale:
      'The connectors of independent publishers all have the same icon, which shows that ' +
      'the owner of the service did not make them; ' +
      'a custom connector is a sample, and gets an icon where it is installed.',
    attests: 'brand',
    *check({ icon }) {
      if (icon)
        yield {
          location: wholeFile(icon.path),
          message: safe`${icon.path} is an icon, and this connector is to have none. Remove the file.`,
        };
    },
  },
  {
    id: 'IconNameSpelling',
    severity: ofCertified('warning'),
    description: `The icon is called \`${iconName}\` and stands beside the definition.`,
    rationale: 'Deployment looks for that name, and runs where capitals in file names matter.',
    *check({ icon }) {
      if (icon && icon.path !== iconName)
        yield {
          location: wholeFile(icon.path),
          message: safe`The icon is called ${icon.path}. Rename it to ${iconName}.`,
        };
    },
  },
  {
    id: 'IconUnreadable',
    severity: ofCertified('error'),
    description:
      `The icon can be read: it is a whole picture of at most ${iconLimits.pixels / 1e6} ` +
      `million pixels, or ${iconLimits.interlacedPixels / 1e6} million where it is ` +
      `interlaced, with at most ${iconLimits.side} in a row.`,
    rationale:
      'What cannot be read cannot be shown. ' +
      'A picture of far more pixels than an icon has is how the programs are attacked that ' +
      'read it.',
    check: (connector) =>
      measured(connector, ({ format, unread, ...facts }, path) => {
        if (unread === undefined || (unread === 'format' && format !== undefined)) return undefined;
        if (unread === 'format')
          return {
            message: safe`${path} is no picture of any known format. Export the icon as PNG.`,
            detail: unread,
          };
        const claim = unread === 'pixels' ? `, ${size({ format, unread, ...facts })},` : '';
        return { message: `${safe`${path}`}${claim} ${unreadBecause[unread]}`, detail: unread };
      }),
  },
  {
    id: 'IconNotPng',
    severity: ofCertified('error'),
    description: 'The icon is a PNG, by its content and not only by its name.',
    rationale:
      'The platform takes PNG only. A file that is something else than its name says is ' +
      'shown by some programs and by others not. Nothing more is checked of it.',
    check: (connector) =>
      measured(connector, ({ format }, path) =>
        format === undefined || format === 'PNG'
          ? undefined
          : {
              message:
                safe`${path} contains a picture in the format ${format}. Save it as PNG; ` +
                safe`another name for the file does not do that.`,
              detail: format,
            },
      ),
  },
  {
    id: 'IconNotSquare',
    severity: ofCertified('error'),
    description: 'The icon is square.',
    rationale: 'It is shown in a square everywhere: another shape is distorted or cut off.',
    check: (connector) =>
      measured(connector, (facts) =>
        facts.width === facts.height
          ? undefined
          : {
              message:
                `The icon is ${size(facts)}. ` +
                'Give it the same width and height, with more of the background where it is ' +
                'short.',
              detail: size(facts),
            },
      ),
  },
  {
    id: 'IconSize',
    severity: ofCertified('warning'),
    description: `The icon has ${sizes} in width and height.`,
    rationale:
      'A smaller one is blurred where it is shown; ' +
      'a larger one is loaded by everybody who opens the list of connectors, and shown no ' +
      'larger.',
    check: (connector) =>
      measured(connector, (facts) => {
        const sides = [facts.width ?? iconSize.least, facts.height ?? iconSize.least];
        if (
          facts.unread === 'pixels' ||
          (Math.min(...sides) >= iconSize.least && Math.max(...sides) <= iconSize.most)
        )
          return undefined;
        return {
          message: `The icon is ${size(facts)}. Scale it to ${sizes}.`,
          detail: size(facts),
        };
      }),
  },
  {
    id: 'IconAnimated',
    severity: ofCertified('error'),
    description: 'The icon does not move.',
    rationale:
      'It stands beside a hundred others. ' +
      'Where animations are not known, only the first picture is shown.',
    check: (connector) =>
      measured(connector, ({ frames }) =>
        frames > 1
          ? {
              message: `The icon is an animation of ${frames} pictures. Save one of them.`,
              detail: 'animation',
            }
          : undefined,
      ),
  },
];
