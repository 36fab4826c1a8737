import type { Facts } from '../model/facts.ts';
import { listed, shortSha, someOf } from '../model/markdown.ts';
import { valueOr } from '../model/result.ts';
import { failed, passed, unjudged, type GateStatus } from '../model/gate.ts';
import { count as countOf, formatNumber } from '../../report/text.ts';
import { codeSpan } from '../../report/markdown.ts';

/** One connector and nothing else, to the right branch, under the right title. */
export function scope(facts: Facts): GateStatus {
  const { scope: brings, settings, displaySettings, snapshot } = facts;
  if (!settings.ok)
    return unjudged(`The settings of this repository could not be used: ${settings.reason}`);
  if (!snapshot.files.ok) return unjudged(snapshot.files.reason);
  const todo = [...onBase(facts), ...onPlaces(facts), ...onFolders(facts), ...onTitle(facts)];
  const wrong = failed('author', 'One connector, in its folder, with its title.', todo);
  if (wrong) return wrong;
  if (!brings.complete.ok) return unjudged(brings.complete.reason);
  const [folder] = brings.folders;
  if (!folder) return passed('No connector is touched: there is nothing to check.');
  return passed(
    brings.proposal
      ? `A proposal: a readme in ${codeSpan(folder.path)}.`
      : `One connector, ${codeSpan(folder.path)}, to ${codeSpan(displaySettings.base)}.`,
  );
}

function onBase({ snapshot: { pull }, displaySettings, scope: brings }: Facts): string[] {
  if (pull.base.ref === displaySettings.base || brings.folders.length === 0) return [];
  return [
    `**Change the base branch to ${codeSpan(displaySettings.base)}.** Connectors go there, not ` +
      `to ${codeSpan(pull.base.ref)}: ` +
      '*Edit* beside the title of this page, then choose the base.',
  ];
}

/**
 * A link or submodule in the place of a connector is no change to any connector, and must not pass
 * as none.
 */
function onPlaces({ scope: { misplaced }, displaySettings }: Facts): string[] {
  if (misplaced.length === 0) return [];
  const classFolders = Object.keys(displaySettings.folders).map(codeSpan);
  return [
    `**Take out ${someOf(misplaced.slice(0, 6).map(codeSpan), 5)}.** In ` +
      `${listed(classFolders)} are folders of connectors and nothing else: ` +
      'no file, link or submodule. No other folder may look like these.',
  ];
}

function onFolders({
  snapshot,
  scope: { folders, outside, outsideCount },
  displaySettings,
}: Facts): string[] {
  const [first, ...others] = folders;
  if (!first) return [];
  const merged = valueOr(snapshot.commits, []).findLast(({ parents }) => parents.length > 1);
  const fromMerge = merged
    ? ` Commit ${shortSha(merged.sha)} merges another branch: ` +
      `if these came with it, take that merge back and merge ${codeSpan(displaySettings.base)} ` +
      'into your branch, and nothing else.'
    : '';
  const todo: string[] = [];
  if (others.length > 0) {
    const named = someOf(
      folders.map(({ path }) => codeSpan(path)),
      5,
    );
    const renamed = valueOr(snapshot.files, []).some(
      ({ status, path, previousPath = path }) =>
        status === 'renamed' && path.split('/')[1] !== previousPath.split('/')[1],
    );
    let how = fromMerge;
    if (renamed)
      how = ' A folder keeps its name for as long as the connector lives: rename it back.';
    else if (fromMerge === '') how = ' Open a pull request for each.';
    todo.push(
      `**${countOf(folders.length, 'connector')} are touched, one is possible.** ${named}.${how}`,
    );
  }
  if (outsideCount > 0) {
    todo.push(
      `**Take out what is outside of ${codeSpan(first.path)}.** ` +
        `${someOf(outside.slice(0, 6).map(codeSpan), 5)}${outsideCount > 6 ? ` (${formatNumber(outsideCount)} files in all)` : ''}.${others.length > 0 ? '' : fromMerge}`,
    );
  }
  return todo;
}

function onTitle({ snapshot: { pull }, scope: { folders, proposal } }: Facts): string[] {
  if (!folders.some((folder) => folder.class === 'independent-publisher') || proposal) return [];
  if (/^proposal - /i.test(pull.title))
    return [
      '**A proposal brings a readme and nothing else.** Take out the other files, or call ' +
        'the pull request `<Connector Name> (Independent Publisher)` if it brings the ' +
        'connector.',
    ];
  if (/^\S.* \(Independent Publisher\)$/.test(pull.title.trim())) return [];
  return [
    '**Change the title to `<Connector Name> (Independent Publisher)`.** Reviewers and ' +
      'the release notes go by it. A proposal is called `Proposal - <Connector Name>`.',
  ];
}
