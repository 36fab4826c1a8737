import { createTwoFilesPatch } from 'diff';
import { readConnector } from '../../connector/connector.ts';
import { showsSecret } from '../../connector/mask.ts';
import { fixFolder } from '../../rules/fix.ts';
import { contextFor, folderAt, type Tools } from '../examine.ts';
import { reasonOf, refusalOf } from '../refusal.ts';
import { codeSpan, counted, messageInMarkdown } from '../text.ts';
import type { GivenFacts } from '../facts.ts';
import { known } from '../known.ts';
import type { Pull, RepositoryName } from '../snapshot.ts';
import type { Command } from './command.ts';

/** A longer patch is for the command line. */
const mostPatch = 50_000;

export const fix: Command = {
  name: 'fix',
  usage: '/fix',
  does: 'commits every fix that is certain to the branch',
  takes: 'nothing',
  who: ['author', 'maintainer'],
  ofHead: true,
  carryOut({ has }, facts, _so, tools) {
    const { pull, repository } = facts.snapshot;
    if (!facts.settings.known)
      return {
        refused:
          'The settings of the repository could not be used: ' +
          messageInMarkdown(facts.settings.because),
      };
    // Whoever opened a pull request between two branches of the repository need not have the right
    // to push to either.
    const writes = isSameRepository(pull.head.repository, repository)
      ? has('maintainer')
      : known(true);
    if (!writes.known) return undefined;
    if (tools.unfixed !== undefined)
      return {
        refused: `${messageInMarkdown(tools.unfixed)} Run \`gatehouse check --fix\` in your copy.`,
      };
    const files = fixedFiles(facts, tools);
    if (files === undefined) return undefined;
    if (files.length === 0)
      return { words: 'There is nothing that can be fixed without a person.' };
    const refusal = refusalOf(facts.snapshot);
    const refused = refusal?.step === 'commit-files' ? refusal : undefined;
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
      showsSecret(
        patch,
        files.map(({ before }) => before),
      )
    )
      return { words: `${obstacle} ${local}` };
    return {
      words:
        `${obstacle} Or apply this patch (\`git apply\`) at the root of ` +
        `${codeSpan(repository.name)}:\n\n<details><summary>Fixes in ` +
        `${counted(files.length, 'file')}</summary>\n\n\`\`\`\`diff\n${patch}\`\`\`\`\n\n</details>\n\n${local}`,
    };
  },
};

/** Why the fixes cannot be pushed to the head's branch, and what can be done about it. */
function pushObstacle(
  { ref, repository }: Pick<Pull['head'], 'ref' | 'repository'>,
  mayWrite: boolean,
  refusal: ReturnType<typeof refusalOf>,
): string {
  if (!repository) return 'The fork is gone.';
  if (!mayWrite)
    return (
      `${codeSpan(ref)} is a branch of this repository: ` +
      'Gatehouse pushes to it only for people with write access.'
    );
  if (refusal)
    return (
      `GitHub refused the commit: ${reasonOf(refusal)}. ` +
      'When that is mended, write `/fix` again.'
    );
  return (
    `Gatehouse may not push to the branch ${codeSpan(ref)}: ` +
    'tick *Allow edits by maintainers* on this page and write `/fix` again.'
  );
}

const isSameRepository = (one: RepositoryName | null, other: RepositoryName): boolean =>
  one !== null &&
  `${one.owner}/${one.name}`.toLowerCase() === `${other.owner}/${other.name}`.toLowerCase();

/**
 * The files that differ after every fix, by their path in the repository; undefined where a
 * connector could not be read.
 */
function fixedFiles(
  { snapshot, connectors, shownWith }: GivenFacts,
  tools: Tools,
): { path: string; before: string; text: string }[] | undefined {
  const changed: { path: string; before: string; text: string }[] = [];
  for (const at of snapshot.connectors) {
    if (
      !connectors.some(({ folder, examined }) => folder.path === at.path && examined.known) ||
      !at.after.known
    )
      return undefined;
    if (!at.after.value) continue;
    const folder = folderAt(at.after.value, at, snapshot);
    const fixed = fixFolder(folder, {
      overrides: shownWith.rules,
      context: contextFor(at, snapshot, shownWith, tools),
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
