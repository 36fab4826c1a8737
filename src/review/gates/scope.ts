import type { Facts } from '../model/facts.ts';
import { listed, shortSha, someOf } from '../model/markdown.ts';
import { valueOr } from '../model/result.ts';
import { failed, passed, unjudged, type GateStatus } from '../model/gate.ts';
import { formatNumber } from '../../report/text.ts';
import { codeSpan } from '../../report/markdown.ts';

/** The comment names at most this many paths; a longer list hides the other actions. */
const maxNamedPaths = 5;

/** One connector and nothing else, to the right branch, under the right title. */
export function scope(facts: Facts): GateStatus {
  const { scope: changes, settings, displaySettings, snapshot } = facts;
  if (!settings.ok)
    return unjudged(`The settings of this repository could not be used: ${settings.reason}`);
  if (!snapshot.files.ok) return unjudged(snapshot.files.reason);
  const failure = failed(
    'author',
    'A pull request must change one connector, only in its folder, under its title.',
    [
      ...baseBranchActions(facts),
      ...misplacedPathActions(facts),
      ...folderActions(facts),
      ...titleActions(facts),
    ],
  );
  if (failure) return failure;
  if (!changes.complete.ok) return unjudged(changes.complete.reason);
  const [folder] = changes.folders;
  if (!folder) return passed('No connector changed, so there is nothing to check.');
  return passed(
    changes.proposal
      ? `A proposal with a readme in ${codeSpan(folder.path)}.`
      : `Changes one connector, ${codeSpan(folder.path)}, on ${codeSpan(displaySettings.base)}.`,
  );
}

function baseBranchActions({
  snapshot: { pull },
  displaySettings,
  scope: changes,
}: Facts): string[] {
  if (pull.base.ref === displaySettings.base || changes.folders.length === 0) return [];
  return [
    `**Change the base branch to ${codeSpan(displaySettings.base)}.** Connectors go into that ` +
      `branch, not into ${codeSpan(pull.base.ref)}. ` +
      'Click *Edit* next to the title of this page, then choose the base branch.',
  ];
}

/**
 * A link or submodule in the place of a connector changes no connector. Without this check, such a
 * pull request would pass as one that touches none.
 */
function misplacedPathActions({ scope: { misplaced }, displaySettings }: Facts): string[] {
  if (misplaced.length === 0) return [];
  const classFolders = Object.keys(displaySettings.folders).map(codeSpan);
  return [
    `**Remove ${someOf(misplaced.slice(0, maxNamedPaths + 1).map(codeSpan), maxNamedPaths)}.** ` +
      `Only folders of connectors may be in ${listed(classFolders)}: ` +
      'no files, links or submodules. No other folder may have a name that looks like these.',
  ];
}

function folderActions({
  snapshot,
  scope: { folders, outside, outsideCount },
  displaySettings,
}: Facts): string[] {
  const [first, ...others] = folders;
  if (!first) return [];
  const mergeCommit = valueOr(snapshot.commits, []).findLast(({ parents }) => parents.length > 1);
  const mergeHint = mergeCommit
    ? ` Commit ${shortSha(mergeCommit.sha)} merges another branch: if these changes came with ` +
      `it, undo that merge and merge only ${codeSpan(displaySettings.base)} into your branch.`
    : '';
  const actions: string[] = [];
  if (others.length > 0) {
    const isRenamed = valueOr(snapshot.files, []).some(
      ({ status, path, previousPath = path }) =>
        status === 'renamed' && path.split('/')[1] !== previousPath.split('/')[1],
    );
    let advice = mergeHint === '' ? ' Open a separate pull request for each.' : mergeHint;
    if (isRenamed)
      advice = ' The folder of a connector must keep its name: rename the folder back.';
    const paths = folders.map(({ path }) => codeSpan(path));
    actions.push(
      `**This pull request changes ${formatNumber(folders.length)} connectors; only one is ` +
        `allowed.** ${someOf(paths, maxNamedPaths)}.${advice}`,
    );
  }
  if (outsideCount > 0) {
    const paths = someOf(outside.slice(0, maxNamedPaths + 1).map(codeSpan), maxNamedPaths);
    const total =
      outsideCount > maxNamedPaths + 1 ? ` (${formatNumber(outsideCount)} files in total)` : '';
    const advice = others.length > 0 ? '' : mergeHint;
    actions.push(
      `**Remove the changes outside of ${codeSpan(first.path)}.** ${paths}${total}.${advice}`,
    );
  }
  return actions;
}

function titleActions({ snapshot: { pull }, scope: { folders, proposal } }: Facts): string[] {
  if (!folders.some((folder) => folder.class === 'independent-publisher') || proposal) return [];
  if (/^proposal - /i.test(pull.title))
    return [
      '**A proposal may contain only a readme.** Remove the other files, or change the title ' +
        'to `<Connector Name> (Independent Publisher)` if this pull request adds the connector.',
    ];
  if (/^\S.* \(Independent Publisher\)$/.test(pull.title.trim())) return [];
  return [
    '**Change the title to `<Connector Name> (Independent Publisher)`.** Reviewers and ' +
      'the release notes rely on it. The title of a proposal is `Proposal - <Connector Name>`.',
  ];
}
