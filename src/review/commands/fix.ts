import { createTwoFilesPatch } from 'diff';
import { readConnector } from '../../connector/connector.ts';
import { revealsSecret } from '../../secrets/mask.ts';
import { fixFolder } from '../../validation/fix.ts';
import {
  ruleContextAt,
  connectorFolderAt,
  type ReviewTools,
} from '../facts/validate-connectors.ts';
import { rejectionReason, rejectionOf } from '../facts/rejected-effect.ts';

import type { BaseFacts } from '../model/facts.ts';
import { ok } from '../model/result.ts';
import type { Pull, RepositoryName } from '../model/snapshot.ts';
import type { Command } from './command.ts';
import { count as countOf } from '../../report/text.ts';
import { codeSpan, messageToMarkdown } from '../../report/markdown.ts';

/** A longer patch is for the command line. */
const mostPatch = 50_000;

export const fix: Command = {
  name: 'fix',
  usage: '/fix',
  description: 'commits every fix that is certain to the branch',
  argumentKind: 'nothing',
  allowedRoles: ['author', 'maintainer'],
  boundToHead: true,
  run({ hasRole }, facts, _so, tools) {
    const { pull, repository } = facts.snapshot;
    if (!facts.settings.ok)
      return {
        refused:
          'The settings of the repository could not be used: ' +
          messageToMarkdown(facts.settings.reason),
      };
    // Whoever opened a pull request between two branches of the repository need not have the right
    // to push to either.
    const writes = isSameRepository(pull.head.repository, repository)
      ? hasRole('maintainer')
      : ok(true);
    if (!writes.ok) return undefined;
    if (tools.fixesUnavailable !== undefined)
      return {
        refused: `${messageToMarkdown(tools.fixesUnavailable)} Run \`gatehouse check --fix\` in your copy.`,
      };
    const files = fixedFiles(facts, tools);
    if (files === undefined) return undefined;
    if (files.length === 0)
      return { reply: 'There is nothing that can be fixed without a person.' };
    const rejection = rejectionOf(facts.snapshot);
    const refused = rejection?.effect === 'commit-files' ? rejection : undefined;
    if (pull.maintainerCanModify && pull.head.repository && writes.value && !refused)
      return { fix: files.map(({ path, text }) => ({ path, text })) };
    const local = 'Or run `gatehouse check --fix` in your copy.';
    const obstacle = pushObstacle(pull.head, writes.value, refused);
    const patch = files
      .map(
        ({ path, before, text }) =>
          createTwoFilesPatch(`a/${path}`, `b/${path}`, before, text, undefined, undefined, {
            context: 2,
            maxEditLength: 2_000,
          }) ?? '',
      )
      .join('');
    if (
      patch.length > mostPatch ||
      files.some(({ before, text }) => /`{4,}|\0/.test(before + text)) ||
      revealsSecret(
        patch,
        files.map(({ before }) => before),
      )
    )
      return { reply: `${obstacle} ${local}` };
    return {
      reply:
        `${obstacle} Or apply this patch (\`git apply\`) at the root of ` +
        `${codeSpan(repository.repo)}:\n\n<details><summary>Fixes in ` +
        `${countOf(files.length, 'file')}</summary>\n\n\`\`\`\`diff\n${patch}\`\`\`\`\n\n</details>\n\n${local}`,
    };
  },
};

/** Why the fixes cannot be pushed to the head's branch, and what can be done about it. */
function pushObstacle(
  { ref, repository }: Pick<Pull['head'], 'ref' | 'repository'>,
  mayWrite: boolean,
  rejection: ReturnType<typeof rejectionOf>,
): string {
  if (!repository) return 'The fork is gone.';
  if (!mayWrite)
    return (
      `${codeSpan(ref)} is a branch of this repository: ` +
      'Gatehouse pushes to it only for people with write access.'
    );
  if (rejection)
    return (
      `GitHub refused the commit: ${rejectionReason(rejection)}. ` +
      'When that is mended, write `/fix` again.'
    );
  return (
    `Gatehouse may not push to the branch ${codeSpan(ref)}: ` +
    'tick *Allow edits by maintainers* on this page and write `/fix` again.'
  );
}

const isSameRepository = (one: RepositoryName | null, other: RepositoryName): boolean =>
  one !== null &&
  `${one.owner}/${one.repo}`.toLowerCase() === `${other.owner}/${other.repo}`.toLowerCase();

/**
 * The files that differ after every fix, by their path in the repository; undefined where a
 * connector could not be read.
 */
function fixedFiles(
  { snapshot, connectors, displaySettings }: BaseFacts,
  tools: ReviewTools,
): { path: string; before: string; text: string }[] | undefined {
  const changed: { path: string; before: string; text: string }[] = [];
  for (const at of snapshot.connectors) {
    if (
      !connectors.some(({ folder, examined }) => folder.path === at.path && examined.ok) ||
      !at.after.ok
    )
      return undefined;
    if (!at.after.value) continue;
    const folder = connectorFolderAt(at.after.value, at, snapshot);
    const fixed = fixFolder(folder, {
      overrides: displaySettings.rules,
      context: ruleContextAt(at, snapshot, displaySettings, tools),
    });
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
  return changed;
}
