/** What a folder of `src/` is for, and what its files may import. */
export interface Layer {
  /** For the table in CONTRIBUTING.md, in Markdown. */
  purpose: string;
  /** Layers below. The files of a layer may import one another. */
  imports: readonly string[];
  /** npm packages. */
  packages?: readonly string[];
  /** Modules of Node.js. */
  node?: readonly string[];
  /** The same output for the same input: no clock, no I/O, no global state of the process. */
  pure?: true;
}

/**
 * Lowest first: a layer imports only from layers above it in this list. A file belongs to the layer
 * with the longest matching prefix.
 */
export const layers = {
  shared: {
    purpose: 'Small helpers without a domain, at most 12 files',
    imports: [],
    // `node:crypto` hashes fingerprints (decision 17).
    node: ['node:crypto'],
    pure: true,
  },
  json: {
    purpose: 'Lossless JSON: text, values, locations, edits, recovery from syntax errors',
    imports: ['shared'],
    pure: true,
  },
  generated: {
    purpose: 'Validators and the dictionary, written by the build',
    imports: ['json'],
    pure: true,
  },
  connector: {
    purpose: 'The connector model: bytes in, typed objects out that know where they were written',
    imports: ['json', 'shared'],
    pure: true,
  },
  secrets: {
    purpose: 'Finds secrets, and masks them in everything that is shown',
    imports: ['connector', 'json', 'shared'],
    pure: true,
  },
  ownership: {
    purpose: 'Who owns which files by `CODEOWNERS`: read, checked and edited',
    imports: ['shared'],
    pure: true,
  },
  catalog: {
    purpose: 'All connectors of a repository: an entry each, and the index over them',
    imports: ['secrets', 'connector', 'json', 'shared'],
    pure: true,
  },
  changes: {
    purpose: 'What differs between two versions (change kinds), and what that means (verdicts)',
    imports: ['catalog', 'secrets', 'connector', 'json', 'shared'],
    pure: true,
  },
  rules: {
    purpose: 'What a connector must be; the folder of a rule is its category',
    imports: ['changes', 'catalog', 'secrets', 'connector', 'json', 'generated', 'shared'],
    packages: ['culori'],
    pure: true,
  },
  report: {
    purpose: 'Findings to text, for people and programs; computes nothing',
    imports: ['secrets', 'connector', 'json', 'shared'],
    packages: ['diff', 'sarif', 'string-width', 'wrap-ansi'],
    pure: true,
  },
  settings: {
    purpose: 'The settings of a guarded repository: schema, defaults, parser, located errors',
    imports: ['rules', 'connector', 'json', 'generated', 'shared'],
    packages: ['yaml'],
    pure: true,
  },
  validation: {
    purpose: 'Validates a connector: the only place that runs rules and compares; fixes, baseline',
    imports: ['report', 'changes', 'rules', 'catalog', 'secrets', 'connector', 'json', 'shared'],
    pure: true,
  },
  release: {
    purpose: 'From merged to live everywhere: calendar, plan, and the fold of what happened',
    imports: ['settings', 'report', 'connector', 'shared'],
    packages: ['@18f/us-federal-holidays', 'ical-generator', 'temporal-polyfill'],
    // Hashes the folders of connectors.
    node: ['node:crypto'],
    pure: true,
  },
  reference: {
    purpose: 'The reference page of a connector, and the JSON Schemas of its operations',
    imports: ['settings', 'report', 'secrets', 'connector', 'json', 'shared'],
    packages: ['diff', 'mdast-util-from-markdown', 'micromark-extension-gfm'],
    pure: true,
  },
  notices: {
    purpose: 'Who is told what about a ride, when, and once',
    imports: ['release', 'settings', 'report', 'shared'],
    pure: true,
  },
  'review/model': {
    purpose: 'The data of a review: snapshot, facts, gates, effects',
    imports: ['reference', 'release', 'settings', 'report', 'changes', 'connector', 'shared'],
    pure: true,
  },
  cla: {
    purpose: 'The contributor license agreement: who must agree, who has, signatures as CSV',
    imports: ['review/model', 'settings', 'json', 'shared'],
    packages: ['papaparse'],
    pure: true,
  },
  'review/facts': {
    purpose: 'What follows from a snapshot, one file per question',
    imports: [
      'ownership',
      'cla',
      'review/model',
      'release',
      'validation',
      'reference',
      'settings',
      'report',
      'changes',
      'rules',
      'catalog',
      'secrets',
      'connector',
      'json',
      'shared',
    ],
    pure: true,
  },
  'review/commands': {
    purpose: 'Comments to commands: the parser, and one file per command',
    imports: [
      'review/facts',
      'cla',
      'review/model',
      'release',
      'validation',
      'settings',
      'report',
      'changes',
      'secrets',
      'connector',
      'ownership',
      'shared',
    ],
    packages: ['mdast-util-from-markdown'],
    pure: true,
  },
  'review/gates': {
    purpose: 'What a pull request must pass, one file per gate',
    imports: [
      'review/commands',
      'review/facts',
      'cla',
      'review/model',
      'release',
      'settings',
      'report',
      'changes',
      'rules',
      'catalog',
      'shared',
    ],
    pure: true,
  },
  'review/render': {
    purpose: 'The comment, the check run, the labels: a decision in words',
    imports: [
      'review/commands',
      'review/facts',
      'review/model',
      'reference',
      'release',
      'reference',
      'settings',
      'report',
      'connector',
      'shared',
    ],
    pure: true,
  },
  review: {
    purpose:
      'The four stages of a review: `derive-facts.ts` → `apply-commands.ts` → `decide.ts` → `plan.ts`',
    imports: [
      'review/render',
      'review/gates',
      'review/commands',
      'review/facts',
      'cla',
      'review/model',
      'release',
      'settings',
      'report',
      'rules',
      'secrets',
      'json',
      'shared',
    ],
    pure: true,
  },
  analyzers: {
    purpose: 'Outside libraries that look into files: a C# grammar, images, archives, a dictionary',
    imports: ['rules', 'connector', 'shared'],
    packages: ['@vscode/tree-sitter-wasm', 'saxes', 'sharp', 'yauzl'],
    node: ['node:crypto', 'node:fs/promises', 'node:module', 'node:os'],
  },
  workspace: {
    purpose: 'This disk, git and threads: finds connectors, reads folders, validates a checkout',
    imports: [
      'analyzers',
      'release',
      'validation',
      'settings',
      'report',
      'changes',
      'rules',
      'catalog',
      'connector',
      'ownership',
      'shared',
    ],
    node: [
      'node:child_process',
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:path',
      'node:util',
      'node:v8',
      'node:worker_threads',
    ],
  },
  lsp: {
    purpose: 'The language server: a connector as it is in an editor, checked while a person types',
    imports: [
      'workspace',
      'analyzers',
      'validation',
      'settings',
      'report',
      'rules',
      'catalog',
      'connector',
      'json',
      'shared',
    ],
    packages: [
      'diff',
      'vscode-json-languageservice',
      'vscode-languageserver',
      'vscode-languageserver-textdocument',
    ],
    node: ['node:path', 'node:stream', 'node:url', 'node:worker_threads'],
  },
  github: {
    purpose: 'The only layer that knows Octokit: reads pull requests, applies effects',
    imports: [
      'review',
      'review/render',
      'review/commands',
      'review/facts',
      'cla',
      'review/model',
      'release',
      'settings',
      'catalog',
      'secrets',
      'connector',
      'ownership',
      'shared',
    ],
    packages: [
      '@octokit/core',
      '@octokit/openapi-types',
      '@octokit/plugin-retry',
      'lru-cache',
      'probot',
    ],
  },
  store: {
    purpose: 'The only layer that knows SQL and the job queue',
    imports: [
      'cla',
      'review/model',
      'notices',
      'release',
      'settings',
      'catalog',
      'connector',
      'shared',
    ],
    packages: ['@electric-sql/pglite', 'kysely', 'pg', 'pg-boss'],
    node: ['node:fs', 'node:path', 'node:sqlite', 'node:timers/promises'],
  },
  portal: {
    purpose: 'What everyone may read: the public API and feeds. No SQL, no requests to GitHub',
    imports: [
      'store',
      'reference',
      'release',
      'settings',
      'report',
      'catalog',
      'connector',
      'shared',
    ],
    packages: ['@hono/node-server', 'hono', 'lru-cache'],
    node: ['node:crypto', 'node:http', 'node:net'],
  },
  senders: {
    purpose: 'Sends notices to people and programs outside GitHub: mail, signed webhooks',
    imports: ['shared'],
    packages: ['nodemailer'],
    node: ['node:crypto', 'node:dns/promises', 'node:https', 'node:net'],
  },
  app: {
    purpose: 'The GitHub App: server, webhooks, jobs; `review-pull-request.ts` is the whole flow',
    imports: [
      'portal',
      'senders',
      'store',
      'github',
      'analyzers',
      'review',
      'review/facts',
      'cla',
      'review/model',
      'notices',
      'release',
      'settings',
      'report',
      'catalog',
      'connector',
      'json',
      'ownership',
      'shared',
    ],
    packages: ['@probot/get-private-key', 'lru-cache', 'pino', 'probot', 'prom-client', 'yaml'],
    node: [
      'node:child_process',
      'node:crypto',
      'node:events',
      'node:fs',
      'node:http',
      'node:net',
      'node:path',
      'node:timers/promises',
      'node:util',
      'node:worker_threads',
    ],
  },
  action: {
    purpose: 'The GitHub Action: inputs, trigger, outputs, the comment, the CLA without a server',
    imports: [
      'github',
      'workspace',
      'review',
      'review/facts',
      'review/model',
      'reference',
      'settings',
      'report',
      'secrets',
      'connector',
      'json',
      'shared',
    ],
    node: ['node:crypto', 'node:fs', 'node:fs/promises', 'node:os', 'node:path'],
  },
  cli: {
    purpose: 'The `gatehouse` binary',
    imports: [
      'app',
      'github',
      'lsp',
      'workspace',
      'analyzers',
      'reference',
      'release',
      'validation',
      'settings',
      'report',
      'changes',
      'catalog',
      'rules',
      'secrets',
      'connector',
      'ownership',
      'shared',
    ],
    node: ['node:events', 'node:fs/promises', 'node:os', 'node:path', 'node:url', 'node:util'],
  },
} satisfies Record<string, Layer>;

/** The layer of a file, by its path below `src/`. */
export function layerOf(file: string): string | undefined {
  return Object.keys(layers)
    .filter((name) => file.startsWith(`${name}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** The table of the layers in CONTRIBUTING.md. */
export function layersTable(): string {
  const rows = Object.entries<Layer>(layers).map(([name, { purpose, imports, packages = [] }]) => {
    const cells = [
      `\`${name}/\``,
      purpose,
      imports.length === 0 ? '' : imports.map((layer) => `\`${layer}\``).join(', '),
      packages.map((each) => `\`${each}\``).join(', '),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| layer | what it is for | imports | packages |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
