import { safe } from '../../shared/finding.ts';
import { lazyRegExp } from '../../shared/lazy-regexp.ts';
import { isAscii, lettersAndDigits } from '../../shared/text.ts';
import { asText } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';

const independentColor = '#da3b01';
/** White, and the color that connectors without one get. */
const notAllowed = ['#ffffff', '#007ee5'];
const anyName = lazyRegExp('^[\\p{L}\\p{M}\\p{N}\\s.,;:&+#!@\'’"()[\\]/|_–-]*$', 'u');
/** Letters, digits and what company names have beside them. */
const isCompanyName = (value: string): boolean =>
  (/^[\w\s.,;:&+#!@'"()[\]/|-]*$/.test(value) && /[A-Za-z0-9]/.test(value)) ||
  (!isAscii(value) && anyName().test(value) && lettersAndDigits(value) !== '');
const isColor = (value: string): boolean => /^#[0-9a-f]{6}$/i.test(value);

/** A color with its number sign, and with two digits a channel where it has one. */
function expandColor(color: string): string {
  const short = /^#?([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color);
  if (short) {
    const digits = short.slice(1).map((digit) => digit + digit);
    return `#${digits.join('')}`;
  }
  return color.startsWith('#') ? color : `#${color}`;
}

export const brand: Rule[] = [
  {
    id: 'IconBrandColorMissing',
    severity: certificationSeverity,
    description: 'The properties give the color behind the icon, `iconBrandColor`.',
    rationale: 'The designer paints the action cards with it.',
    attests: 'brand',
    *check({ properties }) {
      if (properties && properties.inner.iconBrandColor === undefined) {
        const { at } = properties;
        yield {
          at,
          message: safe`There is no ${'iconBrandColor'}. Add the color as ${'#rrggbb'}.`,
        };
      }
    },
  },
  {
    id: 'IconBrandColorNotValid',
    severity: certificationSeverity,
    description: '`iconBrandColor` is a color such as `#1a2b3c`.',
    rationale: 'The designer cannot paint with anything else.',
    fixable: true,
    attests: 'brand',
    *check({ properties }) {
      const value = properties?.inner.iconBrandColor;
      if (!properties || value === undefined || (typeof value === 'string' && isColor(value)))
        return;
      const found = {
        at: properties.inner,
        key: 'iconBrandColor',
        message:
          safe`${JSON.stringify(value)} is no color. ` +
          safe`Write a number sign and six hexadecimal digits, such as ${'#1a2b3c'}.`,
      };
      const to = expandColor(typeof value === 'string' ? value.trim() : '');
      yield isColor(to)
        ? { ...found, fix: [{ at: properties.inner, key: 'iconBrandColor', to }] }
        : found;
    },
  },
  {
    id: 'IconBrandColorNotAllowed',
    severity: { certified: 'error', 'independent-publisher': 'off', custom: 'warning' },
    description:
      `The color is the publisher's own: ` +
      `neither white nor the default, ${notAllowed.join(' nor ')}.`,
    rationale:
      'On white the icon has no edge, and with the default users take the connector for an ' +
      'unfinished one.',
    attests: 'brand',
    *check({ properties }) {
      const value = asText(properties?.inner.iconBrandColor);
      if (properties && value !== undefined && notAllowed.includes(value.toLowerCase())) {
        yield {
          at: properties.inner,
          key: 'iconBrandColor',
          message: safe`The color ${value} is not allowed. Take the color of your brand.`,
        };
      }
    },
  },
  {
    id: 'IconBrandColorNotIndependent',
    severity: { certified: 'off', 'independent-publisher': 'error', custom: 'off' },
    description: `The color of an independent publisher's connector is ${independentColor}.`,
    rationale: 'Users tell by it that the connector is not made by the owner of the service.',
    fixable: true,
    attests: 'brand',
    *check({ properties }) {
      const value = asText(properties?.inner.iconBrandColor);
      if (properties && value !== undefined && value.toLowerCase() !== independentColor) {
        yield {
          at: properties.inner,
          key: 'iconBrandColor',
          message:
            safe`The color is ${value}. Independent publishers' connectors all have ` +
            safe`${independentColor}.`,
          fix: [{ at: properties.inner, key: 'iconBrandColor', to: independentColor }],
        };
      }
    },
  },
  {
    id: 'PublisherMissing',
    severity: { certified: 'error', 'independent-publisher': 'error', custom: 'note' },
    description: 'The properties name the `publisher` and the `stackOwner`.',
    rationale: 'Users must know who made the connector and whose service it calls.',
    *check({ properties }) {
      if (!properties) return;
      const { at } = properties;
      for (const key of ['publisher', 'stackOwner']) {
        const value = properties.inner[key];
        if (value === undefined || (typeof value === 'string' && value.trim() === '')) {
          yield {
            at,
            ...(value !== undefined && { key }),
            detail: key,
            message:
              `${safe`There is no ${key}.`} Name ` +
              `${key === 'publisher' ? 'who publishes the connector' : 'the company whose service it calls'}.`,
          };
        }
      }
    },
  },
  {
    id: 'PublisherNotValid',
    severity: certificationSeverity,
    description:
      '`publisher` and `stackOwner` are names: ' +
      'letters, digits and the punctuation that company names have.',
    rationale:
      'They are shown beside the connector and on its page, where markup and symbols come ' +
      'out as they are.',
    *check({ properties }) {
      for (const key of ['publisher', 'stackOwner']) {
        const value = asText(properties?.inner[key]);
        if (!properties || value === undefined || value.trim() === '' || isCompanyName(value))
          continue;
        yield {
          at: properties.inner,
          key,
          message:
            safe`The ${key} is ${value}. Write the name with letters, digits and plain ` +
            safe`punctuation only.`,
        };
      }
    },
  },
  {
    id: 'PublisherNotStackOwner',
    severity: { certified: 'note', 'independent-publisher': 'off', custom: 'off' },
    description:
      'The `publisher` of a certified connector is the `stackOwner`, the company whose ' +
      'service it calls.',
    rationale:
      'A verified publisher owns the service. ' +
      'Two spellings of one company look like two companies.',
    *check({ properties }) {
      const publisher = asText(properties?.inner.publisher);
      const owner = asText(properties?.inner.stackOwner);
      if (!properties || !publisher?.trim() || !owner?.trim() || publisher.trim() === owner.trim())
        return;
      yield {
        at: properties.inner,
        key: 'publisher',
        message:
          safe`The publisher is ${publisher}, the stack owner ${owner}. ` +
          safe`Write the same name twice, or say in the pull request why they differ.`,
      };
    },
  },
];
