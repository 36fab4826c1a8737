import type { OpenPullRequests } from '../app/preview.ts';
import type { PullSummary } from '../app/pull-summary.ts';
import { alignColumns } from '../report/columns.ts';
import { count, visible } from '../report/text.ts';
import { maskFormattedSecrets } from '../secrets/mask.ts';
import { runsAs } from '../shared/project.ts';
import { truncate } from '../shared/text.ts';

/** Whose turn it is, in the order of the table: what a maintainer can do comes first. */
const groups: readonly { heading: string; has: (pull: PullSummary) => boolean }[] = [
  { heading: 'Waiting for a reviewer', has: isFor('reviewer') },
  { heading: 'Waiting for an owner of the connector', has: isFor('owner') },
  { heading: 'Waiting for the author', has: isFor('author') },
  { heading: 'Not judged yet', has: isFor('gatehouse') },
  { heading: 'Drafts', has: ({ isDraft }) => isDraft },
  {
    heading: 'No connector changes',
    has: ({ isDraft, connectors }) => !isDraft && connectors.length === 0,
  },
  { heading: 'Nothing left to do', has: isFor('nobody') },
];

function isFor(turn: PullSummary['waitingOn']): (pull: PullSummary) => boolean {
  return ({ isDraft, connectors, waitingOn }) =>
    !isDraft && connectors.length > 0 && waitingOn === turn;
}

/** Characters of a title. GitHub takes 256, and a table needs its width for the other columns. */
const maxTitleLength = 60;
/** More gates than these say nothing at a glance. */
const maxGates = 4;

/** The table of all open pull requests, by whose turn it is, for people. */
export function pullTable({ repository, pulls, unread }: OpenPullRequests): string {
  const rows = pulls.map(rowOf);
  const lines = new Map(
    alignColumns([header, ...rows], header.length)
      .slice(1)
      .map((line, index) => [pulls[index], line]),
  );
  const heading = alignColumns([header, ...rows], header.length)[0] ?? '';
  const sections = groups.flatMap((group) => {
    const members = pulls.filter(group.has);
    if (members.length === 0) return [];
    return [
      [
        `${group.heading} (${members.length})`,
        ...members.map((pull) => `  ${lines.get(pull) ?? ''}`),
      ].join('\n'),
    ];
  });
  const [example] = groups.flatMap(({ has }) => pulls.filter(has));
  const reasons = Map.groupBy(unread, ({ reason }) => reason);
  return [
    ...(pulls.length > 0 ? [`  ${heading}`, ...sections] : []),
    ...Array.from(
      reasons,
      ([reason, left]) =>
        `Not reviewed: ${left.map(({ number }) => `#${number}`).join(', ')} (${visible(reason)}).`,
    ),
    `${count(pulls.length + unread.length, 'open pull request')} in ${repository}. ` +
      'Nothing was written. Signatures of a CLA that are kept elsewhere are not known here.',
    ...(example
      ? [`What the App would say: ${runsAs} review ${repository}#${example.number} --show comment`]
      : []),
  ].join('\n\n');
}

const header = ['', 'to do', 'errors', 'CLA', 'title'];

const claTexts: Record<PullSummary['cla'], string> = {
  none: '–',
  signed: 'signed',
  missing: 'missing',
  unknown: 'unknown',
};

const rowOf = (pull: PullSummary): string[] => [
  `#${pull.number}`,
  todoOf(pull),
  pull.errors === 0 ? '–' : String(pull.errors),
  claTexts[pull.cla],
  visible(truncate(maskFormattedSecrets(pull.title), maxTitleLength)),
];

/** What the person whose turn it is has to do: "6 steps: definition, cla". */
function todoOf({ steps, unjudged, waitingOn, isDraft }: PullSummary): string {
  const turn = isDraft ? 'author' : waitingOn;
  const own = steps.filter(({ actor }) => actor === turn);
  const names = own.map(({ gate }) => gate);
  if (own.length > 0) {
    const total = own.reduce((sum, step) => sum + step.count, 0);
    return turn === 'reviewer' && names.length === 1 && names[0] === 'review'
      ? 'approve'
      : `${count(total, 'step')}: ${shortList(names)}`;
  }
  if (unjudged.length > 0) return `not judged: ${shortList(unjudged)}`;
  return waitingOn === 'reviewer' ? 'ready to merge' : '–';
}

const shortList = (names: readonly string[]): string =>
  names.length > maxGates
    ? `${names.slice(0, maxGates).join(', ')} and ${names.length - maxGates} more`
    : names.join(', ');
