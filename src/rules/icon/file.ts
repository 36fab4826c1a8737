import { iconName, type Connector } from '../../connector/connector.ts';
import { safe, wholeFile } from '../../shared/finding.ts';
import { iconLimits, type IconAnalysis, type IconUnread } from '../../connector/icon.ts';
import type { RuleViolation, Rule, SeverityByClass } from '../rule.ts';

/**
 * Only certified connectors have an icon; for all others, a rule asks to remove it, so no other
 * rule checks it.
 */
export const ofCertified = (severity: 'error' | 'warning' | 'note'): SeverityByClass => ({
  certified: severity,
  'independent-publisher': 'off',
  custom: 'off',
});

/**
 * Runs a check on the icon's analysis. The measured values go into the fingerprint, so that a
 * changed icon yields a new finding.
 */
export function* measured(
  connector: Connector,
  check: (facts: IconAnalysis, path: string) => { message: string; detail: string } | undefined,
): Iterable<RuleViolation> {
  const { icon, iconAnalysis } = connector;
  const found = icon && iconAnalysis && check(iconAnalysis, icon.path);
  if (found) yield { location: wholeFile(icon.path), ...found };
}

const maxIconBytes = 1024 * 1024;
const iconSize = { min: 100, max: 230 } as const;
const sizes = `${iconSize.min} to ${iconSize.max} pixels`;
const size = ({ width = 0, height = 0 }: IconAnalysis): string => `${width} × ${height} pixels`;

const unreadableReasons: Record<Exclude<IconUnread, 'format'>, string> = {
  damaged: 'is truncated or corrupt: its pixels cannot be read. Export the picture as PNG again.',
  pixels:
    `has more than ${iconLimits.pixels / 1e6} million pixels and was not checked. Scale ` +
    `it to ${sizes}.`,
  cost: `takes too long to decompress and was not checked. Export it as PNG again, ${sizes}.`,
};

export const iconFile: Rule[] = [
  {
    id: 'IconMissing',
    source: 'certification',
    severity: ofCertified('note'),
    description:
      `A certified connector has an icon, \`${iconName}\`, in the repository or in the ` +
      'certification package.',
    rationale:
      'Users recognize the connector by its icon. The icon does not have to be in the ' +
      'repository, but then the package in Partner Center must contain it.',
    policies: ['5000.1.1.1'],
    *check({ icon, misplaced }) {
      if (!icon && !misplaced)
        yield {
          location: wholeFile(iconName),
          message:
            safe`The folder has no ${iconName}. Include it in the certification package ` +
            'that you submit in Partner Center, or add it here to have it checked.',
        };
    },
  },
  {
    id: 'IconNotAllowed',
    source: 'independent-publishers',
    severity: { certified: 'off', 'independent-publisher': 'error', custom: 'warning' },
    description: 'Independent publisher connectors and custom connectors have no icon.',
    rationale:
      'All independent publisher connectors share one icon, which shows that the owner of ' +
      'the service did not build them. A custom connector is a sample and gets its icon ' +
      'when it is installed.',
    attests: 'brand',
    *check({ icon }) {
      if (icon)
        yield {
          location: wholeFile(icon.path),
          message:
            safe`${icon.path} is an icon, but connectors of this class have none. Remove ` +
            'the file.',
        };
    },
  },
  {
    id: 'IconNameSpelling',
    source: 'certification',
    severity: ofCertified('warning'),
    description: `The icon is named \`${iconName}\` and is in the same folder as the definition.`,
    rationale: 'Deployment looks for this name, on a system where file names are case-sensitive.',
    policies: ['5000.2.1.3', 'connector-validate-pngiconimage'],
    *check({ icon }) {
      if (icon && icon.path !== iconName)
        yield {
          location: wholeFile(icon.path),
          message: safe`The icon is named ${icon.path}. Rename it to ${iconName}.`,
        };
    },
  },
  {
    id: 'IconUnreadable',
    severity: ofCertified('error'),
    description:
      'The icon can be read: it is a complete picture of at most ' +
      `${iconLimits.pixels / 1e6} million pixels (${iconLimits.interlacedPixels / 1e6} ` +
      `million if it is interlaced), at most ${iconLimits.side} pixels wide or high.`,
    rationale:
      'A picture that cannot be read cannot be shown. A picture with far more pixels than ' +
      'an icon needs is a way to attack image libraries.',
    policies: ['5000.2.1.3', 'connector-validate-pngiconimage'],
    check: (connector) =>
      measured(connector, ({ format, unread, ...facts }, path) => {
        if (unread === undefined || (unread === 'format' && format !== undefined)) return undefined;
        if (unread === 'format')
          return {
            message: safe`${path} is not a picture in a known format. Export the icon as PNG.`,
            detail: unread,
          };
        const claim = unread === 'pixels' ? `, ${size({ format, unread, ...facts })},` : '';
        return { message: `${safe`${path}`}${claim} ${unreadableReasons[unread]}`, detail: unread };
      }),
  },
  {
    id: 'IconNotPng',
    source: 'certification',
    severity: ofCertified('error'),
    description: 'The icon is a PNG in content, not only in name.',
    rationale:
      'The platform accepts only PNG. If the content does not match the file name, some ' +
      'programs show the picture and others do not. No other rule checks such a file.',
    policies: ['5000.2.1.3', 'connector-validate-iconimage', 'connector-validate-pngiconimage'],
    check: (connector) =>
      measured(connector, ({ format }, path) =>
        format === undefined || format === 'PNG'
          ? undefined
          : {
              message:
                safe`${path} contains a picture in the format ${format}. Save it as PNG; ` +
                'renaming the file does not convert it.',
              detail: format,
            },
      ),
  },
  {
    id: 'IconNotSquare',
    source: 'certification',
    severity: ofCertified('error'),
    description: 'The icon is square.',
    rationale: 'The icon is always shown in a square: any other shape is distorted or cropped.',
    policies: ['5000.2.1.4', 'connector-validate-iconsize'],
    check: (connector) =>
      measured(connector, (facts) =>
        facts.width === facts.height
          ? undefined
          : {
              message:
                `The icon is ${size(facts)}. Make its width and height equal; extend the ` +
                'background on the shorter side.',
              detail: size(facts),
            },
      ),
  },
  {
    id: 'IconSize',
    source: 'certification',
    severity: ofCertified('warning'),
    description: `The width and height of the icon are ${sizes}.`,
    rationale:
      'A smaller icon looks blurred. A larger one makes the list of connectors slower for ' +
      'everyone and is shown no larger.',
    policies: ['5000.2.1.4', 'connector-validate-iconsize'],
    check: (connector) =>
      measured(connector, (facts) => {
        const sides = [facts.width ?? iconSize.min, facts.height ?? iconSize.min];
        if (
          facts.unread === 'pixels' ||
          (Math.min(...sides) >= iconSize.min && Math.max(...sides) <= iconSize.max)
        )
          return undefined;
        return {
          message: `The icon is ${size(facts)}. Scale it to ${sizes}.`,
          detail: size(facts),
        };
      }),
  },
  {
    id: 'IconTooLarge',
    source: 'certification',
    severity: ofCertified('error'),
    policies: ['5000.2.1.2', 'connector-validate-iconimage'],
    description: 'The file of the icon is smaller than 1 MB.',
    rationale:
      'Certification rejects a larger file. Every user downloads the icon, and a picture of ' +
      'this size needs a few kilobytes.',
    *check({ icon }) {
      if (icon?.bytes && icon.size >= maxIconBytes)
        yield {
          location: wholeFile(icon.path),
          message:
            `${safe`${icon.path} has`} ${(icon.size / maxIconBytes).toFixed(2)} MB; the limit is ` +
            `1 MB. Scale the picture to ${sizes}, and save it as PNG without metadata.`,
        };
    },
  },
  {
    id: 'IconAnimated',
    severity: ofCertified('error'),
    description: 'The icon is not animated.',
    rationale:
      'An animated icon distracts in a list of hundreds of connectors. Programs without ' +
      'support for animation show only the first frame.',
    check: (connector) =>
      measured(connector, ({ frames }) =>
        frames > 1
          ? {
              message: `The icon is an animation with ${frames} frames. Save a single frame.`,
              detail: 'animation',
            }
          : undefined,
      ),
  },
];
