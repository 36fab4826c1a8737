import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import { certificationSeverity, type Rule, type RuleContext, type RuleViolation } from '../rule.ts';
import { mistakesIn, type FlaggedText } from './flagged-words.ts';
import { misspellings, type Misspelling } from './misspellings.ts';

const messageOf = ({ written, suggestions }: Misspelling): string => {
  const [first = '', ...others] = suggestions.map((suggestion) => safe`${suggestion}`);
  return (
    `${safe`${written} is misspelled.`} ` +
    (others.length === 0
      ? `Write ${first}.`
      : `Did you mean ${[first, ...others.slice(0, -1)].join(', ')} or ${others.at(-1) ?? ''}?`)
  );
};

/** The misspellings that are to be reported, as findings. */
function* findings(
  connector: Connector,
  context: RuleContext,
  isReported: (misspelling: Misspelling, text: FlaggedText) => boolean,
  message: (misspelling: Misspelling) => string,
): Iterable<RuleViolation> {
  for (const [text, all] of misspellings(connector)(context))
    yield* mistakesIn(connector, text, all, (misspelling) =>
      isReported(misspelling, text) ? message(misspelling) : undefined,
    );
}

const isProminent = ({ text }: FlaggedText): boolean => text?.prominent === true;

export const spelling: Rule[] = [
  {
    id: 'LabelMisspelled',
    severity: certificationSeverity,
    description:
      'The description of the connector, summaries and other labels have no misspelled words.',
    rationale:
      'Users see these labels in the list of connectors and in the designer. A misspelled ' +
      'label looks careless, and searches do not find it.',
    policies: ['5000.2.3.2'],
    fixable: true,
    check: (connector, context) =>
      findings(
        connector,
        context,
        ({ certainty }, text) => certainty !== 'possible' && isProminent(text),
        messageOf,
      ),
  },
  {
    id: 'TextMisspelled',
    severity: 'warning',
    description:
      'Descriptions, titles of fields, instructions for agents and the readme have no ' +
      'misspelled words.',
    rationale:
      'They become the documentation of the connector and are translated from English; ' +
      'misspelled words are not translated.',
    policies: ['5000.2.3.2'],
    fixable: true,
    check: (connector, context) =>
      findings(
        connector,
        context,
        ({ certainty }, text) => certainty !== 'possible' && !isProminent(text),
        messageOf,
      ),
  },
  {
    id: 'PossibleMisspelling',
    severity: 'note',
    description:
      'Words in labels and descriptions are in the dictionary or part of a name in ' +
      'the connector.',
    rationale:
      'The word may be a misspelling that the dictionary cannot confirm. You can list the ' +
      "terms of your field in the repository's settings.",
    policies: ['5000.2.3.2'],
    *check(connector, context) {
      const reported = new Set<string>();
      const doubtful = findings(
        connector,
        context,
        ({ certainty }) => certainty === 'possible',
        ({ written, suggestions, isAmbiguous }) =>
          safe`${written} is not in the dictionary. ` +
          (isAmbiguous
            ? safe`Correct it if it is misspelled, or add it to ${'words'} in the settings.`
            : safe`Did you mean ${suggestions[0] ?? ''}?`),
      );
      for (const violation of doubtful) {
        if (reported.has(violation.detail ?? '')) continue;
        reported.add(violation.detail ?? '');
        yield violation;
      }
    },
  },
];
