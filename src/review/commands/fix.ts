import { isSameName } from '../../cla/recipient.ts';
import { readConnector, type Connector } from '../../connector/connector.ts';
import { revealsSecret } from '../../secrets/mask.ts';
import { toPatch } from '../../report/patch.ts';
import { runsAs } from '../../shared/project.ts';
import { fixSafely, type FixedFolder } from '../../validation/fix.ts';
import {
  ruleContextAt,
  connectorFolderAt,
  type ReviewTools,
} from '../facts/validate-connectors.ts';
import { listFixes } from './describe-fixes.ts';
import { rejectionReason, rejectionOf } from '../facts/rejected-effect.ts';

import type { BaseFacts } from '../model/facts.ts';
import { ok } from '../model/result.ts';
import type { ConnectorAt, Pull, RepositoryName, Snapshot } from '../model/snapshot.ts';
import type { Command } from './command.ts';
import { count as countOf } from '../../report/text.ts';
import { codeSpan, details, messageToMarkdown } from '../../report/markdown.ts';

/** Characters. A longer patch is for the command line. */
const maxPatchLength = 50_000;

export const fix: Command = {
  name: 'fix',
  usage: '/fix',
  description: 'commits the automatic fixes of what the pull request changes to the branch',
  argumentKind: 'nothing',
  allowedRoles: ['author', 'maintainer'],
  boundToHead: true,
  changesPullRequest: true,
  run({ hasRole }, facts, _consents, tools) {
    const { pull, repository } = facts.snapshot;
    if (!facts.settings.ok)
      return {
        refused:
          'The settings of this repository could not be used: ' +
          messageToMarkdown(facts.settings.reason),
      };
    // The author of a pull request between two branches of this repository may have no right to
    // push to either.
    const mayWrite = isSameRepository(pull.head.repository, repository)
      ? hasRole('maintainer')
      : ok(true);
    if (!mayWrite.ok) return undefined;
    if (tools.fixesUnavailable !== undefined)
      return {
        refused: `${messageToMarkdown(tools.fixesUnavailable)} Run ${localFix(pull)} in your clone.`,
      };
    const fixed = fixedFiles(facts, tools);
    if (fixed === undefined) return undefined;
    const { files, fixes, withheld } = fixed;
    if (files.length === 0)
      return {
        reply: `There is nothing that Gatehouse can fix automatically.${withheldText(withheld)}`,
      };
    const rejection = rejectionOf(facts.snapshot);
    const refused = rejection?.effect === 'commit-files' ? rejection : undefined;
    if (pull.maintainerCanModify && pull.head.repository && mayWrite.value && !refused)
      return {
        fix: { files: files.map(({ path, text }) => ({ path, text })), list: listFixes(fixes) },
      };
    const local = `Or run ${localFix(pull)} in your clone.`;
    const obstacle = pushObstacle(pull.head, mayWrite.value, refused);
    const patch = files
      .map(({ path, before, text }) =>
        toPatch(path, before, text, { context: 2, maxChanged: 2_000 }),
      )
      .join('');
    if (
      patch.length > maxPatchLength ||
      files.some(({ before, text }) => /`{4,}|\0/.test(before + text)) ||
      revealsSecret(
        patch,
        files.map(({ before }) => before),
      )
    )
      return { reply: `${obstacle} ${local}${withheldText(withheld)}` };
    return {
      reply:
        `${obstacle} Or apply this patch with \`git apply\` at the root of ` +
        `${codeSpan(repository.repo)}:\n\n` +
        details(`Fixes in ${countOf(files.length, 'file')}`, `\`\`\`\`diff\n${patch}\`\`\`\``) +
        `\n\n${local}${withheldText(withheld)}`,
    };
  },
};

/** The command that does the same in a clone. */
const localFix = ({ base: { ref } }: Pick<Pull, 'base'>): string =>
  codeSpan(`${runsAs} check ${/^[\w./-]+$/.test(ref) ? `--base origin/${ref} ` : ''}--fix`);

/** Why Gatehouse cannot push the fixes to the head branch, and what to do about it. */
function pushObstacle(
  { ref, repository }: Pick<Pull['head'], 'ref' | 'repository'>,
  mayWrite: boolean,
  rejection: ReturnType<typeof rejectionOf>,
): string {
  if (!repository) return 'The fork was deleted.';
  if (!mayWrite)
    return (
      `${codeSpan(ref)} is a branch of this repository: ` +
      'Gatehouse pushes to it only for people with write access.'
    );
  if (rejection)
    return (
      `GitHub refused the commit: ${rejectionReason(rejection)}. ` +
      'Once that is resolved, write `/fix` again.'
    );
  return (
    `Gatehouse may not push to the branch ${codeSpan(ref)}: ` +
    'select *Allow edits by maintainers* on this page and write `/fix` again.'
  );
}

const isSameRepository = (a: RepositoryName | null, b: RepositoryName): boolean =>
  a !== null && isSameName(a.owner, b.owner) && isSameName(a.repo, b.repo);

/**
 * The files that change if every new finding is fixed, with their path in the repository. What was
 * there before stays: reviewers have to read every line that the commit changes. Undefined if a
 * connector could not be read.
 */
function fixedFiles(
  { snapshot, connectors, displaySettings }: BaseFacts,
  tools: ReviewTools,
):
  | {
      files: { path: string; before: string; text: string }[];
      /** How often each rule was fixed. */
      fixes: ReadonlyMap<string, number>;
      withheld: FixedFolder['withheld'];
    }
  | undefined {
  const changed: { path: string; before: string; text: string }[] = [];
  const withheld: FixedFolder['withheld'] = [];
  const fixes = new Map<string, number>();
  for (const at of snapshot.connectors) {
    if (
      !connectors.some(({ folder, validation }) => folder.path === at.path && validation.ok) ||
      !at.after.ok ||
      !at.before.ok
    )
      return undefined;
    if (!at.after.value) continue;
    const folder = connectorFolderAt(at.after.value, at, snapshot);
    const {
      folder: fixed,
      made,
      withheld: left,
    } = fixSafely(folder, {
      published: publishedAt(at, snapshot),
      onlyNew: true,
      overrides: displaySettings.rules,
      context: ruleContextAt(at, snapshot, displaySettings, tools),
    });
    withheld.push(...left);
    for (const { rule, places } of made) fixes.set(rule, (fixes.get(rule) ?? 0) + places);
    const before = new Map(readConnector(folder).texts.map(({ file, text }) => [file, text]));
    fixed.files.forEach((file, index) => {
      if (file === folder.files[index] || !file.bytes) return;
      changed.push({
        path: `${at.path}/${file.path}`,
        before: before.get(file.path) ?? '',
        text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes),
      });
    });
  }
  return { files: changed, fixes, withheld };
}

/** The version that flows use; null if there is none. Undefined if it could not be read. */
function publishedAt(at: ConnectorAt, snapshot: Snapshot): Connector | null | undefined {
  if (!at.before.ok) return undefined;
  const { value } = at.before;
  return value && readConnector(connectorFolderAt(value, at, snapshot));
}

/** Findings that `withheldText` lists. */
const maxWithheld = 10;

/** Why fixable findings are not fixed, as a list; empty if there are none. */
function withheldText(withheld: FixedFolder['withheld']): string {
  if (withheld.length === 0) return '';
  const lines = withheld
    .slice(0, maxWithheld)
    .map(
      ({ finding: { rule, location, message }, reason }) =>
        `- ${codeSpan(`${location.file}:${location.line}`)} ${codeSpan(rule)}: ` +
        `${messageToMarkdown(message)} Not fixed: ${reason}.`,
    );
  const more =
    withheld.length > maxWithheld ? `\n- … and ${withheld.length - maxWithheld} more` : '';
  return `\n\nLeft to you:\n\n${lines.join('\n')}${more}`;
}
