import { safe } from '../../shared/finding.ts';
import { lazyRegExp } from '../../shared/lazy-regexp.ts';
import { isAscii, lettersAndDigits } from '../../shared/text.ts';
import { keyIgnoringCase, ownAsMeant, propertyNames } from '../../connector/properties.ts';
import { asText } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';

const independentColor = '#da3b01';
/** The color of connectors without their own. */
const defaultColor = '#007ee5';
const notAllowed: Readonly<Record<string, string>> = {
  '#ffffff': 'white, on which the icon has no visible edge',
  [defaultColor]: 'the default color of new connectors',
};
const anyName = lazyRegExp('^[\\p{L}\\p{M}\\p{N}\\s.,;:&+#!@\'’"()[\\]/|_–-]*$', 'u');
/** Whether a value consists of letters, digits and the punctuation that occurs in company names. */
const isCompanyName = (value: string): boolean =>
  (/^[\w\s.,;:&+#!@'"()[\]/|-]*$/.test(value) && /[A-Za-z0-9]/.test(value)) ||
  (!isAscii(value) && anyName().test(value) && lettersAndDigits(value) !== '');
const isColor = (value: string): boolean => /^#[0-9a-f]{6}$/i.test(value);

/** Completes a color: adds the number sign, and doubles the digits of the three-digit form. */
function expandColor(color: string): string {
  const short = /^#?([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color);
  if (short) {
    const digits = short.slice(1).map((digit) => digit + digit);
    return `#${digits.join('')}`;
  }
  return color.startsWith('#') ? color : `#${color}`;
}

/**
 * Of the connectors accepted since November 2024, 2 of 62 by independent publishers and 11 of 64
 * certified connectors have no `stackOwner`.
 */
const stackOwnerSeverity = 'warning';

export const brand: Rule[] = [
  {
    id: 'IconBrandColorMissing',
    source: 'certification',
    severity: certificationSeverity,
    description: 'The properties define the background color of the icon, `iconBrandColor`.',
    rationale: "The designer uses it as the background of the connector's cards.",
    policies: ['5000.2.1.1', 'connector-validate-brandcolor'],
    attests: 'brand',
    *check({ properties }) {
      if (
        properties?.hasInner === true &&
        ownAsMeant(properties.inner, 'iconBrandColor', propertyNames) === undefined
      ) {
        const { at } = properties;
        yield {
          at,
          message:
            safe`The properties have no ${'iconBrandColor'}. Add the brand color as ` +
            safe`${'#rrggbb'}.`,
        };
      }
    },
  },
  {
    id: 'IconBrandColorNotValid',
    source: 'certification',
    severity: certificationSeverity,
    description: '`iconBrandColor` is a hexadecimal color such as `#1a2b3c`.',
    rationale: 'The designer cannot show any other notation.',
    policies: ['5000.2.1.1', 'connector-validate-hexadecimalbrandcolor'],
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
          safe`${JSON.stringify(value)} is not a valid color. Write a number sign and six ` +
          safe`hexadecimal digits, such as ${'#1a2b3c'}.`,
      };
      const to = expandColor(typeof value === 'string' ? value.trim() : '');
      yield isColor(to)
        ? { ...found, fix: [{ at: properties.inner, key: 'iconBrandColor', to }] }
        : found;
    },
  },
  {
    id: 'IconBrandColorNotAllowed',
    source: 'certification',
    severity: { certified: 'error', 'independent-publisher': 'off', custom: 'warning' },
    description:
      "The color is the publisher's own: neither white nor the default, " +
      `${Object.keys(notAllowed).join(' nor ')}.`,
    rationale:
      'On white, the icon has no visible edge. With the default color, the connector ' +
      'looks unfinished.',
    policies: ['5000.2.1.1', 'connector-validate-brandcolor'],
    attests: 'brand',
    *check({ properties }) {
      const value = asText(properties?.inner.iconBrandColor);
      if (properties && value !== undefined && Object.hasOwn(notAllowed, value.toLowerCase())) {
        yield {
          at: properties.inner,
          key: 'iconBrandColor',
          message:
            `${safe`${value} is`} ${notAllowed[value.toLowerCase()] ?? ''}. Use the ` +
            `color of your brand.`,
        };
      }
    },
  },
  {
    id: 'IconBrandColorNotIndependent',
    source: 'independent-publishers',
    severity: { certified: 'off', 'independent-publisher': 'error', custom: 'off' },
    description: `The color of an independent publisher connector is ${independentColor}.`,
    rationale:
      'This color tells users that the connector was not built by the owner of the service.',
    fixable: true,
    attests: 'brand',
    *check({ properties }) {
      const value = asText(properties?.inner.iconBrandColor);
      if (properties && value !== undefined && value.toLowerCase() !== independentColor) {
        yield {
          at: properties.inner,
          key: 'iconBrandColor',
          // Two of the 62 connectors accepted since November 2024 have the default color.
          ...(value.toLowerCase() === defaultColor && { severity: 'warning' }),
          message:
            safe`The color is ${value}. Use ${independentColor}, the color of all ` +
            'independent publisher connectors.',
          fix: [{ at: properties.inner, key: 'iconBrandColor', to: independentColor }],
        };
      }
    },
  },
  {
    id: 'PublisherMissing',
    source: 'certification',
    severity: { certified: 'error', 'independent-publisher': 'error', custom: 'note' },
    description: 'The properties define the `publisher` and the `stackOwner`.',
    rationale: 'Users need to know who built the connector and whose service it calls.',
    *check({ properties }) {
      if (properties?.hasInner !== true) return;
      const { at, inner } = properties;
      for (const key of ['publisher', 'stackOwner']) {
        const value = ownAsMeant(inner, key, propertyNames);
        if (value === undefined || (typeof value === 'string' && value.trim() === '')) {
          yield {
            at,
            ...(value !== undefined && { key: keyIgnoringCase(inner, key) }),
            detail: key,
            ...(key === 'stackOwner' && { severity: stackOwnerSeverity }),
            message:
              `${safe`The properties have no ${key}.`} Add the name of ` +
              `${key === 'publisher' ? 'its publisher' : 'the company whose service it calls'}.`,
          };
        }
      }
    },
  },
  {
    id: 'PublisherNotValid',
    severity: certificationSeverity,
    description:
      '`publisher` and `stackOwner` are names that consist of letters, digits and ' +
      'common punctuation.',
    rationale:
      'They are shown next to the connector and on its documentation page as plain text, ' +
      'including any markup or symbols.',
    *check({ properties }) {
      for (const key of ['publisher', 'stackOwner']) {
        const value = asText(properties?.inner[key]);
        if (!properties || value === undefined || value.trim() === '' || isCompanyName(value))
          continue;
        yield {
          at: properties.inner,
          key,
          message:
            safe`The ${key} is ${value}. Use only letters, digits and common punctuation ` +
            'in the name.',
        };
      }
    },
  },
  {
    id: 'PublisherNotStackOwner',
    severity: { certified: 'note', 'independent-publisher': 'off', custom: 'off' },
    description:
      'The `publisher` of a certified connector is also its `stackOwner`, the company ' +
      'whose service it calls.',
    rationale:
      'A verified publisher owns the service. Two spellings of one company look like two ' +
      'companies.',
    *check({ properties }) {
      const publisher = asText(properties?.inner.publisher);
      const owner = asText(properties?.inner.stackOwner);
      if (!properties || !publisher?.trim() || !owner?.trim() || publisher.trim() === owner.trim())
        return;
      yield {
        at: properties.inner,
        key: 'publisher',
        message:
          safe`The publisher is ${publisher}, but the stack owner is ${owner}. Use the ` +
          'same name for both, or explain in the pull request why they differ.',
      };
    },
  },
];
