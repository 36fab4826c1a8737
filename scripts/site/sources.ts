import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verdicts } from '../../src/changes/verdicts.ts';
import { rulesBehind, sourceOf } from '../../src/cli/explain-policy.ts';
import { policyByCode, type Policy } from '../../src/rules/policy-codes.ts';
import { rules } from '../../src/rules/registry.ts';
import { addressOf, docsSite, pageOf, repository } from '../../src/shared/project.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A page of the site, before it is HTML. */
export interface Source {
  /** Its address below the root of the site: '' for the first page, else `settings/`. */
  path: string;
  kind: 'document' | 'rule' | 'change' | 'policy';
  title: string;
  /** One sentence, for lists and search engines. */
  summary: string;
  markdown: string;
  /** The file in the repository that it is written in, from its root: links start there. */
  file: string;
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const pathOf = (address: string): string =>
  address === docsSite ? '' : `${address.slice(docsSite.length).replace(/\/$/, '')}/`;

/** The pages of `docs/`, the rules, the changes, the policy codes, the README and the changelog. */
export function sources(): Source[] {
  const described = new Map(
    [...rules, ...Object.entries(verdicts).map(([id, verdict]) => ({ id, ...verdict }))].map(
      ({ id, description }) => [id, description] as const,
    ),
  );
  const documents = ['docs', 'docs/rules', 'docs/changes'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );
  return [
    documentOf('README.md', ''),
    documentOf('CHANGELOG.md', 'changelog/'),
    ...documents.map((file): Source => {
      const summary = described.get(basename(file, '.md'));
      const document = documentOf(file, pathOf(addressOf(file.slice('docs/'.length))));
      if (summary === undefined) return document;
      return { ...document, summary, kind: dirname(file) === 'docs/rules' ? 'rule' : 'change' };
    }),
    ...Array.from(policyByCode, ([code, policy]) => policySource(code, policy)),
  ];
}

function documentOf(file: string, path: string): Source {
  const markdown = read(file);
  const [, title = ''] = /^# (.+)$/m.exec(markdown) ?? [];
  // The first paragraph of prose.
  const [, first = ''] = /\n\n(?!\W)([^]+?)\n\n/.exec(markdown) ?? [];
  const [summary = ''] = plain(first).split(/(?<=\.)\s/);
  return { path, kind: 'document', title: plain(title), summary, markdown, file };
}

/** Markdown of a paragraph as plain text. */
const plain = (markdown: string): string =>
  markdown
    .replaceAll(/\]\([^)]*\)/g, '')
    .replaceAll(/[[\]`]|\*\*/g, '')
    .replaceAll(/\s+/g, ' ');

function policySource(code: string, policy: Policy): Source {
  const behind = rulesBehind(code).map(
    ({ id, description }) => `- [${id}](${pageOf(id)}): ${description}`,
  );
  return {
    path: pathOf(pageOf(code)),
    kind: 'policy',
    title: code,
    summary: policy.message,
    file: 'src/rules/policy-codes.ts',
    markdown: `${[
      `# ${code}`,
      `> ${policy.message.replaceAll(/[*<_]/g, '\\$&')}`,
      `**Source.** ${sourceOf(policy)} ([all codes](../../docs/policies.md)).`,
      ...(policy.condition === undefined ? [] : [`**When.** ${policy.condition}`]),
      behind.length > 0
        ? `## Rules that find it\n\n${behind.join('\n')}`
        : `**No rule finds it.** ${policy.unchecked ?? ''}`,
    ].join('\n\n')}\n`,
  };
}

/**
 * Where a link of a page leads: to another page or a file of the site (from its root), or to an
 * address elsewhere.
 * @throws Error if it leads nowhere
 */
export function targetOf(href: string, from: Source): { path: string } | { address: string } {
  if (href.startsWith(docsSite)) {
    const [address = '', fragment] = href.split('#');
    return { path: `${pathOf(address)}${fragment === undefined ? '' : `#${fragment}`}` };
  }
  if (/^(?:https?:|mailto:)/.test(href)) return { address: href };
  const [name = '', fragment] = decodeURI(href).split('#');
  const end = fragment === undefined ? '' : `#${fragment}`;
  if (name === '') return { path: `${from.path}${end}` };
  const file = posix.join(posix.dirname(from.file), name).replace(/\/$/, '');
  if (!existsSync(join(root, file))) throw new Error(`${from.file}: there is no ${href}`);
  if (file === 'README.md') return { path: end };
  if (file === 'CHANGELOG.md') return { path: `changelog/${end}` };
  if (/^docs\/(?:(?:rules|changes)\/)?[^/]+\.md$/.test(file))
    return { path: `${pathOf(addressOf(file.slice('docs/'.length)))}${end}` };
  if (/^docs\/[^/]+\.(?:svg|png)$/.test(file)) return { path: `assets/${basename(file)}` };
  const kind = /\.\w+$/.test(file) ? 'blob' : 'tree';
  return { address: `https://github.com/${repository}/${kind}/main/${encodeURI(file)}${end}` };
}
