import { bareName, folderOf, isSameIcon } from '../../catalog/connector-index.ts';
import { isSamePublisher } from '../../catalog/publisher.ts';
import { categoryOf } from '../../rules/registry.ts';
import { isNewError } from '../../shared/finding.ts';
import type { Facts, ValidatedConnector } from '../model/facts.ts';
import type { ConnectorFolderName } from '../model/connector-folder-name.ts';
import type { ConnectorIdentity, OpenPull } from '../model/snapshot.ts';
import { errorAction } from './validation.ts';
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
  const errors: Record<string, number> = {};
  let conflicts = 0;
  let unread: string | undefined;
  for (const { folder, validation } of connectors) {
    if (!validation.ok) {
      unread ??= validation.reason;
      continue;
    }
    const { changedIdentity, icon, findings, publisher } = validation.value;
    const violations = findings.filter(
      (finding) => categoryOf(finding) === 'uniqueness' && isNewError(finding),
    );
    for (const finding of violations) {
      errors[finding.rule] = (errors[finding.rule] ?? 0) + 1;
      actions.push(errorAction(facts, folder.path, [finding]));
    }
    const found = actions.length;
    const sameIcon =
      catalog.ok && icon !== undefined && changedIdentity.includes('icon')
        ? catalog.value.find(
            (entry) =>
              entry.path !== folder.path &&
              entry.icon === icon &&
              !isSamePublisher(entry.publisher, publisher),
          )
        : undefined;
    if (sameIcon && !violations.some(({ rule }) => rule === 'IconNotUnique'))
      actions.push(
        `**Choose another icon.** ${codeSpan(sameIcon.path)} already has this one: ` +
          'use the icon of the service that this connector is for.',
      );
    if (openPulls.ok && changedIdentity.length > 0)
      actions.push(
        ...conflictsWith(
          openPulls.value.filter(({ number }) => number < pull.number),
          folder,
          validation.value,
        ),
      );
    conflicts += actions.length - found;
  }
  const failure = failed('author', 'The title, folder or icon is already in use.', actions, {
    ...(conflicts < actions.length && { errors }),
    ...(conflicts > 0 && { task: countOf(conflicts, 'duplicate') }),
  });
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

type Part = ValidatedConnector['changedIdentity'][number];
type Own = Pick<ValidatedConnector, 'changedIdentity' | 'title' | 'icon' | 'iconHash'>;

/** What a connector has in common with earlier pull requests, as actions: one for each of them. */
const conflictsWith = (
  earlier: readonly OpenPull[],
  folder: ConnectorFolderName,
  own: Own,
): string[] =>
  earlier.flatMap((pull) => {
    const part = pull.connectors
      ? sameAsReviewed(pull.connectors, folder, own)
      : sameAsUnreviewed(pull, folder.path, own);
    return part === undefined
      ? []
      : [
          `**Choose another ${nouns[part]}.** Pull request #${pull.number} is older and has a ` +
            `connector with the same ${nouns[part]}. If both are about the same service, talk to ` +
            'its author.',
        ];
  });

const nouns: Record<Part, string> = { title: 'title', folder: 'folder name', icon: 'icon' };

/** What is the same in a pull request, by what its review recorded. */
function sameAsReviewed(
  others: readonly ConnectorIdentity[],
  { path, class: connectorClass }: ConnectorFolderName,
  { changedIdentity, title, icon, iconHash }: Own,
): Part | undefined {
  const isSame: Record<Part, (other: ConnectorIdentity) => boolean> = {
    folder: (other) => other.isNew && isAlike(folderOf(other.path), folderOf(path)),
    title: (other) =>
      title !== undefined && other.title !== undefined && isAlike(other.title, title),
    icon: (other) =>
      (icon !== undefined && other.icon === icon) ||
      // Independent publishers share the icon that the platform gives them.
      (connectorClass === 'certified' &&
        iconHash !== undefined &&
        other.iconHash !== undefined &&
        isSameIcon(iconHash, other.iconHash)),
  };
  return changedIdentity.find((part) =>
    others.some((other) => {
      // Two updates of a connector may give it the same title. Samples are not published, so their
      // titles and icons only count for each other.
      const isComparable =
        part === 'folder' ||
        (other.path !== path && (other.class === 'custom') === (connectorClass === 'custom'));
      return isComparable && isSame[part](other);
    }),
  );
}

/** What is the same in a pull request that was never reviewed, by its title and its files. */
function sameAsUnreviewed(
  { title: pullTitle, folders, icons }: OpenPull,
  path: string,
  { changedIdentity, title, icon }: Own,
): Part | undefined {
  const isNew = changedIdentity.includes('folder');
  if (isNew && folders.some((folder) => isAlike(folderOf(folder), folderOf(path)))) return 'folder';
  if (folders.includes(path)) return undefined;
  if (
    changedIdentity.includes('title') &&
    title !== undefined &&
    /\(Independent Publisher\)\s*$/i.test(pullTitle) &&
    isAlike(pullTitle, title)
  )
    return 'title';
  return changedIdentity.includes('icon') && icon !== undefined && icons.includes(icon)
    ? 'icon'
    : undefined;
}

const isAlike = (a: string, b: string): boolean =>
  bareName(a) !== '' && bareName(a) === bareName(b);
