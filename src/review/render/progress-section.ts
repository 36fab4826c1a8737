import { formatDay } from '../../release/describe-plan.ts';
import { forecastOf } from '../facts/forecast.ts';
import { trainOf } from '../facts/train.ts';
import type { Facts } from '../model/facts.ts';
import type { Gate, GateName } from '../model/gate.ts';
import { codeSpan, details, escapeMarkdown } from '../../report/markdown.ts';
import { count as countOf } from '../../report/text.ts';

interface Step {
  text: string;
  who: string;
  isDone: boolean;
}

/** Fewer merged pull requests than these say nothing about the next one. */
const minMergedPulls = 10;

const checks: readonly GateName[] = [
  'scope',
  'definition',
  'properties',
  'wording',
  'icon',
  'compatibility',
  'uniqueness',
  'attestations',
  'sign-in',
];

/**
 * What a pull request goes through until the connector is deployed, for its class: what is done, what
 * comes next, and who does it. '' if it changes no connector.
 */
export function progressSection(facts: Facts, gates: readonly Gate[]): string {
  const steps = stepsOf(facts, gates);
  if (steps.length === 0) return '';
  const next = steps.find(({ isDone }) => !isDone);
  const done = steps.filter(({ isDone }) => isDone).length;
  const items = steps.map(
    (step) =>
      `${step.isDone ? '✅' : '⬜'} ${step === next ? `**${step.text}**` : step.text} (${step.who})`,
  );
  return details(
    `Progress: ${done} of ${countOf(steps.length, 'step')} done`,
    [items.join('  \n'), durationSentence(facts)].filter((part) => part !== '').join('\n\n'),
  );
}

function stepsOf(facts: Facts, gates: readonly Gate[]): Step[] {
  const { scope, settings, commands, connectors, displaySettings } = facts;
  const [folder] = scope.folders;
  const [connector] = connectors;
  if (!settings.ok || !folder || scope.proposal || !connector?.validation.ok) return [];
  const { kind } = connector.validation.value;
  if (kind === 'deletion') return [];
  const isPassed = (...names: readonly GateName[]): boolean =>
    names.every((name) => gates.some((gate) => gate.name === name && gate.status === 'passed'));
  const isRequired = (gate: keyof typeof settings.value.gates): boolean =>
    settings.value.gates[gate][folder.class] === 'required';
  const records = commands.records.ok ? commands.records.value : null;
  const merged = { text: 'The pull request is merged', who: 'maintainer or owner', isDone: false };
  const steps: (Step | false)[] = [
    {
      text: 'The connector passes the checks',
      who: 'author',
      isDone: isPassed(...checks) && (isRequired('package') || isPassed('package')),
    },
    displaySettings.cla.required === true && {
      text: 'Everyone has signed the CLA',
      who: 'commit authors',
      isDone: isPassed('cla'),
    },
    isRequired('package') && {
      text: 'The files and the certification package pass the checks',
      who: 'author',
      isDone: isPassed('package'),
    },
    isRequired('publisher') &&
      kind === 'update' && {
        text: 'The publisher is confirmed',
        who: 'maintainer',
        isDone: isPassed('publisher'),
      },
    isRequired('identity') && {
      text: 'The identity of the publisher is verified',
      who: 'author, then maintainer',
      isDone: isPassed('identity'),
    },
    {
      text: 'The pull request is approved',
      who: kind === 'update' ? 'owner and reviewer' : 'reviewer',
      isDone: isPassed('owners', 'review', 'hold'),
    },
    isRequired('package') && {
      text: 'The certification has begun',
      who: 'maintainer',
      isDone: (records?.certification ?? null) !== null,
    },
    ...(trainOf(facts) && settings.value.deploy[folder.class] === 'before-merge'
      ? [...deploymentSteps(facts), merged]
      : [merged, ...deploymentSteps(facts)]),
  ];
  return steps.filter((step) => step !== false);
}

/** The deployment to the preview, its test, and the rings with the days that the forecast has. */
function deploymentSteps(facts: Facts): Step[] {
  const { displaySettings, allowed, snapshot } = facts;
  const ring = displaySettings.ring === '' ? '' : codeSpan(displaySettings.ring);
  const step = (text: string, who: string): Step => ({ text, who, isDone: false });
  const train = trainOf(facts);
  if (!train) {
    if (ring === '' || !allowed.changes) return [];
    return [step(`The connector is deployed to ${ring}`, 'maintainer')];
  }
  const forecast = forecastOf(facts);
  const today = train.calendar.dateAt(snapshot.now);
  return [
    ...(ring === ''
      ? []
      : [
          step(`The preview is deployed to ${ring}`, 'maintainer'),
          ...(train.calendar.settings.preview.evidence === 'none'
            ? []
            : [step('The preview is tested, and is ready', 'author')]),
        ]),
    ...train.calendar.settings.rings.map(({ name, regions }) => {
      const day = forecast?.stops.find((each) => each.ring.name === name)?.estimate?.date;
      return step(
        `Live in ${escapeMarkdown(regions.join(', '))}`,
        day === undefined ? 'train' : formatDay(day, today),
      );
    }),
  ];
}

/** How long earlier pull requests of the class took; '' if there were too few. */
function durationSentence({ snapshot: { mergeDays = [] } }: Facts): string {
  if (mergeDays.length < minMergedPulls) return '';
  const sorted = mergeDays.toSorted((a, b) => a - b);
  const daysAt = (share: number): string =>
    daysText(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return (
    `The last ${sorted.length} merged pull requests of this class took ${daysAt(0.5)} from opening ` +
    `to merge (median); 9 of 10 took at most ${daysAt(0.9)}.`
  );
}

const daysText = (days: number): string =>
  days < 1 ? 'less than a day' : countOf(Math.round(days), 'day');
