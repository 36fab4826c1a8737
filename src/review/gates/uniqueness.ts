import { bareName, folderOf } from '../../catalog/connector-index.ts';
import { categoryOf } from '../../rules/registry.ts';
import type { Facts } from '../model/facts.ts';
import type { OpenPull } from '../model/snapshot.ts';
import { boldMessage } from '../model/markdown.ts';
import { placeOf } from './validation.ts';
import { failed, passed, unjudged, type GateStatus } from '../model/gate.ts';
import { count as countOf } from '../../report/text.ts';
import { codeSpan } from '../../report/markdown.ts';

/**
 * No other connector, and no pull request that was opened earlier, has the title, the folder or the
 * icon. The rules say what is alike; of an update only what it changes is asked about.
 */
export function uniqueness(facts: Facts): GateStatus {
  const { snapshot, connectors, scope } = facts;
  const { catalog, openPulls, pull } = snapshot;
  if (!snapshot.files.ok) return unjudged(snapshot.files.reason);
  if (scope.folders.length === 0) return passed('No connector is touched.');
  const todo: string[] = [];
  let unread: string | undefined;
  for (const { folder, examined } of connectors) {
    if (!examined.ok) {
      unread ??= examined.reason;
      continue;
    }
    const { kind, title, icon, findings } = examined.value;
    const alike = findings.filter(
      (finding) =>
        categoryOf(finding) === 'uniqueness' && finding.severity === 'error' && !finding.existing,
    );
    todo.push(
      ...alike.map((finding) =>
        boldMessage(finding.message, placeOf(snapshot, folder.path, finding)),
      ),
    );
    if (kind !== 'new') continue;
    const iconOf =
      catalog.ok && icon !== undefined
        ? catalog.value.find((other) => other.path !== folder.path && other.icon === icon)
        : undefined;
    if (iconOf && !alike.some(({ rule }) => rule === 'IconNotUnique'))
      todo.push(
        `**Another connector has this icon.** It is the one of ${codeSpan(iconOf.path)}: ` +
          'use the icon of the service that this connector is for.',
      );
    if (openPulls.ok)
      todo.push(
        ...openPulls.value
          .filter(({ number }) => number < pull.number)
          .flatMap((earlier) => claimed(earlier, folder.path, title, icon)),
      );
  }
  const wrong = failed('author', 'Something of it is there already.', todo);
  if (wrong) return wrong;
  if (unread !== undefined) return unjudged(unread);
  if (!catalog.ok) return unjudged(`The other connectors could not be listed: ${catalog.reason}`);
  if (!openPulls.ok)
    return unjudged(`The other pull requests could not be listed: ${openPulls.reason}`);
  // Somebody who opens thousands shall not keep everybody else's connectors out.
  if (snapshot.unread?.openPulls)
    return passed(
      'No other connector has its title, folder or icon, and no earlier one of the ' +
        `${countOf(openPulls.value.length, 'pull request')} that were read. ` +
        'There are more, older ones, than Gatehouse reads.',
    );
  return passed('No other connector and no earlier pull request has its title, folder or icon.');
}

/** What an earlier pull request has of a new connector. */
function claimed(
  { number, title: called, folders, icons }: OpenPull,
  path: string,
  title: string | undefined,
  icon: string | undefined,
): string[] {
  const first = 'It was there first: talk to its author, or choose another.';
  if (folders.some((folder) => isAlike(folderOf(folder), folderOf(path))))
    return [`**Pull request #${number} brings a connector of this folder's name.** ${first}`];
  if (
    title !== undefined &&
    /\(Independent Publisher\)\s*$/i.test(called) &&
    isAlike(called, title)
  )
    return [`**Pull request #${number} brings a connector called ${codeSpan(title)}.** ${first}`];
  return icon !== undefined && icons.includes(icon)
    ? [`**Pull request #${number} brings a connector with this icon.** ${first}`]
    : [];
}

const isAlike = (a: string, b: string): boolean =>
  bareName(a) !== '' && bareName(a) === bareName(b);
