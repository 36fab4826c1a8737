import type { Facts } from '../facts.ts';
import { codeSpan, counted, listed, number, short, someOf } from '../text.ts';
import { knownOr } from '../known.ts';
import { failed, passed, unjudged, type Standing } from './gate.ts';

/** One connector and nothing else, to the right branch, under the right title. */
export function scope(facts: Facts): Standing {
  const { brings, settings, shownWith, snapshot } = facts;
  if (!settings.known)
    return unjudged(`The settings of this repository could not be used: ${settings.because}`);
  if (!snapshot.files.known) return unjudged(snapshot.files.because);
  const todo = [...onBase(facts), ...onPlaces(facts), ...onFolders(facts), ...onTitle(facts)];
  const wrong = failed('author', 'One connector, in its folder, with its title.', todo);
  if (wrong) return wrong;
  if (!brings.complete.known) return unjudged(brings.complete.because);
  const [folder] = brings.folders;
  if (!folder) return passed('No connector is touched: there is nothing to check.');
  return passed(
    brings.proposal
      ? `A proposal: a readme in ${codeSpan(folder.path)}.`
      : `One connector, ${codeSpan(folder.path)}, to ${codeSpan(shownWith.base)}.`,
  );
}

function onBase({ snapshot: { pull }, shownWith, brings }: Facts): string[] {
  if (pull.base.ref === shownWith.base || brings.folders.length === 0) return [];
  return [
    `**Change the base branch to ${codeSpan(shownWith.base)}.** Connectors go there, not ` +
      `to ${codeSpan(pull.base.ref)}: ` +
      '*Edit* beside the title of this page, then choose the base.',
  ];
}

/**
 * A link or submodule in the place of a connector is no change to any connector, and must not pass
 * as none.
 */
function onPlaces({ brings: { misplaced }, shownWith }: Facts): string[] {
  if (misplaced.length === 0) return [];
  const classFolders = Object.keys(shownWith.folders).map(codeSpan);
  return [
    `**Take out ${someOf(misplaced.slice(0, 6).map(codeSpan), 5)}.** In ` +
      `${listed(classFolders)} are folders of connectors and nothing else: ` +
      'no file, link or submodule. No other folder may look like these.',
  ];
}

function onFolders({
  snapshot,
  brings: { folders, outside, outsideCount },
  shownWith,
}: Facts): string[] {
  const [first, ...others] = folders;
  if (!first) return [];
  const merged = knownOr(snapshot.commits, []).findLast(({ parents }) => parents.length > 1);
  const fromMerge = merged
    ? ` Commit ${short(merged.sha)} merges another branch: ` +
      `if these came with it, take that merge back and merge ${codeSpan(shownWith.base)} ` +
      'into your branch, and nothing else.'
    : '';
  const todo: string[] = [];
  if (others.length > 0) {
    const named = someOf(
      folders.map(({ path }) => codeSpan(path)),
      5,
    );
    const renamed = knownOr(snapshot.files, []).some(
      ({ status, path, previousPath = path }) =>
        status === 'renamed' && path.split('/')[1] !== previousPath.split('/')[1],
    );
    let how = fromMerge;
    if (renamed)
      how = ' A folder keeps its name for as long as the connector lives: rename it back.';
    else if (fromMerge === '') how = ' Open a pull request for each.';
    todo.push(
      `**${counted(folders.length, 'connector')} are touched, one is possible.** ${named}.${how}`,
    );
  }
  if (outsideCount > 0) {
    todo.push(
      `**Take out what is outside of ${codeSpan(first.path)}.** ` +
        `${someOf(outside.slice(0, 6).map(codeSpan), 5)}${outsideCount > 6 ? ` (${number(outsideCount)} files in all)` : ''}.${others.length > 0 ? '' : fromMerge}`,
    );
  }
  return todo;
}

function onTitle({ snapshot: { pull }, brings: { folders, proposal } }: Facts): string[] {
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
