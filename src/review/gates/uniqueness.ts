import { bareName, folderOf } from '../../catalog/connector-index.ts';
import { categoryOf } from '../../rules/registry.ts';
import { isNewError } from '../../shared/finding.ts';
import type { Facts } from '../model/facts.ts';
import type { OpenPull } from '../model/snapshot.ts';
import { boldMessage } from '../model/markdown.ts';
import { placeOf } from './validation.ts';
import { failed, passed, unjudged, type GateStatus } from '../model/gate.ts';
import { count as countOf } from '../../report/text.ts';
import { codeSpan } from '../../report/markdown.ts';

/**
 * No other connector and no pull request that was opened earlier has the same title, folder or
 * icon. The rules define what counts as the same; for an update only what it changes matters.
 */
export function uniqueness(facts: Facts): GateStatus {
  const { snapshot, connectors, scope } = facts;
  const { catalog, openPulls, pull } = snapshot;
  if (!snapshot.files.ok) return unjudged(snapshot.files.reason);
  if (scope.folders.length === 0) return passed('No connector changed.');
  const actions: string[] = [];
  let unread: string | undefined;
  for (const { folder, validation } of connectors) {
    if (!validation.ok) {
      unread ??= validation.reason;
      continue;
    }
    const { kind, title, icon, findings } = validation.value;
    const violations = findings.filter(
      (finding) => categoryOf(finding) === 'uniqueness' && isNewError(finding),
    );
    actions.push(
      ...violations.map((finding) =>
        boldMessage(finding.message, placeOf(snapshot, folder.path, finding)),
      ),
    );
    if (kind !== 'new') continue;
    const sameIcon =
      catalog.ok && icon !== undefined
        ? catalog.value.find((entry) => entry.path !== folder.path && entry.icon === icon)
        : undefined;
    if (sameIcon && !violations.some(({ rule }) => rule === 'IconNotUnique'))
      actions.push(
        `**Choose another icon.** ${codeSpan(sameIcon.path)} already has this one: ` +
          'use the icon of the service that this connector is for.',
      );
    if (openPulls.ok)
      actions.push(
        ...openPulls.value
          .filter(({ number }) => number < pull.number)
          .flatMap((earlier) => conflictsWith(earlier, folder.path, title, icon)),
      );
  }
  const failure = failed('author', 'The title, folder or icon is already in use.', actions);
  if (failure) return failure;
  if (unread !== undefined) return unjudged(unread);
  if (!catalog.ok) return unjudged(`The other connectors could not be listed: ${catalog.reason}`);
  if (!openPulls.ok)
    return unjudged(`The other pull requests could not be listed: ${openPulls.reason}`);
  const result =
    'No other connector and no earlier pull request has the same title, folder or icon.';
  // Passes all the same: someone who opens thousands of pull requests must not block everyone else.
  return passed(
    snapshot.unread?.openPulls
      ? `${result} Gatehouse compared ${countOf(openPulls.value.length, 'pull request')}; ` +
          'more are open than it reads.'
      : result,
  );
}

/** What a new connector has in common with an earlier pull request, as actions. */
function conflictsWith(
  { number, title: pullTitle, folders, icons }: OpenPull,
  path: string,
  title: string | undefined,
  icon: string | undefined,
): string[] {
  const conflict = (what: string): string[] => [
    `**Choose another ${what}.** Pull request #${number} is older and adds a connector with the ` +
      `same ${what}. If both are about the same service, talk to its author.`,
  ];
  if (folders.some((folder) => isAlike(folderOf(folder), folderOf(path))))
    return conflict('folder name');
  if (
    title !== undefined &&
    /\(Independent Publisher\)\s*$/i.test(pullTitle) &&
    isAlike(pullTitle, title)
  )
    return conflict('title');
  return icon !== undefined && icons.includes(icon) ? conflict('icon') : [];
}

const isAlike = (a: string, b: string): boolean =>
  bareName(a) !== '' && bareName(a) === bareName(b);
