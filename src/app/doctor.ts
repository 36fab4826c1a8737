import type { Client } from '../github/client.ts';
import { isDelivered, readWebhook, type Installation } from '../github/read-app.ts';
import { readBlob, readTree, type TreeEntry } from '../github/git-trees.ts';
import {
  readPolicyFile,
  readProtection,
  readRepositoryInfo,
  type RepositoryInfo,
} from '../github/read-base-branch.ts';
import { readBranchTip, readCodeownersErrors, readLabelNames } from '../github/read-setup.ts';
import { resolveSettings } from '../review/derive-facts.ts';
import { ownerProblems, unknownOwner } from './owner-problems.ts';
import { codeownersPaths } from '../ownership/codeowners.ts';
import { boxesIn, plainWords } from '../review/facts/description-boxes.ts';
import { ok, unavailable, valueOr } from '../review/model/result.ts';
import type { RepositoryName, Result, TextAtBase } from '../review/model/snapshot.ts';
import { settingsPath, type Settings } from '../settings/defaults.ts';
import { modelRepository, presetOf } from '../settings/presets.ts';
import { settingsPage } from '../shared/project.ts';
import { missingPermissions, type Manifest } from './manifest.ts';

/** `skipped`: the credentials do not show it. */
export type DiagnosisStatus = 'ok' | 'warning' | 'error' | 'skipped';

/** One thing that Gatehouse depends on. Plain data: `--format json` prints it. */
export interface DiagnosisItem {
  name: string;
  status: DiagnosisStatus;
  /** What was found, a sentence. */
  message: string;
  /** What to do. Only if something is wrong. */
  advice?: string;
}

/** What a repository lacks for Gatehouse to work. */
export interface Diagnosis {
  repository: string;
  items: readonly DiagnosisItem[];
}

/** Who reads: a client for the repository, unless the App is not installed there, and the App. */
export interface DoctorClients {
  /** Who reads the repository, for the first item: "the token". */
  as: string;
  repository?: Client;
  app?: DoctorApp;
}

/** The App, as it is registered and as it is installed for the repository. */
export interface DoctorApp {
  /** Authenticated as the App itself. Reads no repository. */
  client: Client;
  installation: Result<Installation>;
  manifest: Manifest;
}

/** Looks at what Gatehouse depends on in a repository. Only reads. */
export async function diagnose(
  name: RepositoryName,
  clients: DoctorClients,
  now: Date,
): Promise<Diagnosis> {
  const { as, repository: client, app } = clients;
  const repository = `${name.owner}/${name.repo}`;
  const grants = app ? installationItems(app) : withoutApp('installation');
  const webhook = app ? [await webhookItem(app.client, now)] : withoutApp('webhook');
  if (!client) return { repository, items: [...grants, ...webhook] };
  const facts = await readRepositoryInfo(client, name);
  if (!facts.ok)
    return {
      repository,
      items: [
        {
          name: 'access',
          status: 'error',
          message: `${repository} could not be read with ${as}: ${facts.reason}.`,
          advice: 'Check the name. The credentials must be allowed to read the repository.',
        },
        ...grants,
      ],
    };
  const branches = await readBranches(client, name, facts.value);
  return {
    repository: facts.value.name,
    items: [
      { name: 'access', status: 'ok', message: `${repository} can be read with ${as}.` },
      ...grants,
      ...webhook,
      ...settingsItems(branches, facts.value),
      ...(branches.settings.ok
        ? await itemsOfSettings(client, name, branches, branches.settings.value)
        : []),
    ],
  };
}

/** The branches that the settings come from. */
interface Branches {
  default: { name: string; tree: Result<readonly TreeEntry[]> };
  base: { name: string; tip: Result<string>; tree: Result<readonly TreeEntry[]> };
  /** Those of pull requests to the base branch. */
  settings: Result<Settings>;
  /** Whether there is a settings file on the default branch. */
  hasFile: boolean;
}

async function readBranches(
  client: Client,
  name: RepositoryName,
  { name: fullName, defaultBranch }: RepositoryInfo,
): Promise<Branches> {
  const [owner = name.owner, repo = name.repo] = fullName.split('/');
  const read = async (branch: string) => {
    const tip = await readBranchTip(client, name, branch);
    const tree = tip.ok ? await readTree(client, name, tip.value) : tip;
    return {
      name: branch,
      tip,
      tree,
      file: await readPolicyFile(client, name, tree, [settingsPath]),
    };
  };
  const resolve = (base: string, settings: Result<TextAtBase | null>): Result<Settings> =>
    resolveSettings({
      repository: { owner, repo },
      settings,
      defaultBranch: { name: defaultBranch, settings: onDefault.file },
      pull: { base: { ref: base } },
    });
  const onDefault = await read(defaultBranch);
  const settings = resolve(defaultBranch, onDefault.file);
  const base = settings.ok ? settings.value.base : defaultBranch;
  const onBase = base === defaultBranch ? onDefault : await read(base);
  return {
    default: onDefault,
    base: onBase,
    settings: base === defaultBranch ? settings : resolve(base, onBase.file),
    hasFile: onDefault.file.ok && onDefault.file.value !== null,
  };
}

const withoutApp = (name: string): DiagnosisItem[] => [
  {
    name,
    status: 'skipped',
    message: 'Not checked: that takes the credentials of the App, APP_ID and PRIVATE_KEY.',
  },
];

function installationItems({ installation, manifest }: DoctorApp): DiagnosisItem[] {
  if (!installation.ok)
    return [
      {
        name: 'installation',
        status: 'error',
        message:
          'The App is not installed in this repository, or it does not exist: ' +
          `${installation.reason}.`,
        advice: 'Install it: on the page of the App, click Install and choose the repository.',
      },
    ];
  const { isSuspended, permissions, events } = installation.value;
  const missing = [
    ...missingPermissions(manifest.default_permissions, permissions),
    ...manifest.default_events
      .filter((event) => !events.includes(event))
      .map((event) => `event ${event}`),
  ];
  return [
    isSuspended
      ? {
          name: 'installation',
          status: 'error',
          message: 'The installation of the App is suspended.',
          advice: 'An owner of the organization can unsuspend it under Settings, GitHub Apps.',
        }
      : { name: 'installation', status: 'ok', message: 'The App is installed.' },
    missing.length === 0
      ? { name: 'permissions', status: 'ok', message: 'It has every permission that it needs.' }
      : {
          name: 'permissions',
          status: 'error',
          message: `It lacks ${missing.join(', ')}.`,
          advice:
            'Add what is missing in the settings of the App (Permissions & events), then let an ' +
            'owner of the organization accept the new permissions.',
        },
  ];
}

/** The last deliveries of three days at most show whether they arrive. */
const maxDeliveries = 30;

async function webhookItem(app: Client, now: Date): Promise<DiagnosisItem> {
  const name = 'webhook';
  const unreadable = (reason: string): DiagnosisItem => ({
    name,
    status: 'warning',
    message: `The webhook of the App could not be read: ${reason}.`,
    advice: 'Look at it in the settings of the App, under Advanced.',
  });
  const webhook = await readWebhook(app, maxDeliveries);
  if (!webhook.ok) return unreadable(webhook.reason);
  const { url, deliveries: list } = webhook.value;
  if (!list.ok) return unreadable(list.reason);
  const deliveries = list.value;
  const [last] = deliveries;
  if (url === undefined)
    return {
      name,
      status: 'error',
      message: 'The App has no webhook address, so that it hears of nothing.',
      advice:
        'Set it in the settings of the App to the public address of the server, ' +
        'https://…/api/github/webhooks.',
    };
  if (!last)
    return {
      name,
      status: 'warning',
      message: `GitHub has sent nothing to ${url} in the last three days.`,
      advice: 'Open or comment on a pull request, and run this again.',
    };
  const failed = deliveries.filter((delivery) => !isDelivered(delivery)).length;
  if (!isDelivered(last))
    return {
      name,
      status: 'error',
      message:
        `The last delivery to ${url} failed (${last.event}, ` +
        `${last.status === 0 ? 'no answer' : `status ${last.status}`}), ` +
        `as did ${failed} of the last ${deliveries.length}.`,
      advice:
        'Check that the server runs and can be reached from the internet, and that ' +
        'WEBHOOK_SECRET is the secret in the settings of the App.',
    };
  const minutes = Math.max(0, Math.round((now.getTime() - last.at.getTime()) / 60_000));
  const message = `The last delivery to ${url} arrived ${minutes} minutes ago.`;
  return failed === 0
    ? { name, status: 'ok', message }
    : {
        name,
        status: 'warning',
        message: `${message} ${failed} of the last ${deliveries.length} failed.`,
        advice:
          'Nothing is lost: the App also looks for changes every 15 minutes. If it goes on, look ' +
          'at the log of the server.',
      };
}

/** The items that do not depend on the settings being valid. */
function settingsItems(
  { settings, base, default: onDefault, hasFile }: Branches,
  { forkOf }: RepositoryInfo,
): DiagnosisItem[] {
  const items: DiagnosisItem[] = [];
  if (!settings.ok)
    items.push({
      name: 'settings',
      status: 'error',
      message: settings.reason,
      advice: `Until this is fixed, no pull request can be judged. ${settingsPage}`,
    });
  else
    items.push({
      name: 'settings',
      status: 'ok',
      message: hasFile
        ? `${settingsPath} on ${onDefault.name} is valid.`
        : `There is no ${settingsPath} on ${onDefault.name}: the defaults apply.`,
    });
  items.push(
    base.tip.ok
      ? {
          name: 'base branch',
          status: 'ok',
          message: `Pull requests with connectors go to ${base.name}.`,
        }
      : {
          name: 'base branch',
          status: 'error',
          message:
            `Pull requests must go to ${base.name}, which could not be read: ` +
            `${base.tip.reason}.`,
          advice: `Create the branch, or set \`base\` in ${settingsPath}.`,
        },
  );
  if (settings.ok && settings.value.preset === undefined && presetOf(forkOf ?? '') !== undefined)
    items.push({
      name: 'preset',
      status: 'warning',
      message: `This is a fork of ${modelRepository}, and its settings name no preset.`,
      advice:
        `Add \`preset: microsoft\` to ${settingsPath} to check pull requests as that repository ` +
        'does, or `preset: none` to keep the defaults.',
    });
  else if (settings.ok && settings.value.preset === 'microsoft')
    items.push({
      name: 'preset',
      status: 'ok',
      message: `The settings are those of ${modelRepository}, where the file sets nothing else.`,
    });
  return items;
}

async function itemsOfSettings(
  client: Client,
  name: RepositoryName,
  { base, default: onDefault }: Branches,
  settings: Settings,
): Promise<DiagnosisItem[]> {
  const [protection, labels, codeowners, template] = await Promise.all([
    readProtection(client, name, base.name),
    readLabelNames(client, name),
    ownersItems(client, name, base, settings),
    readTemplates(client, name, onDefault.tree),
  ]);
  return [
    modeItem(settings),
    requiredCheckItem(settings, base.name, protection),
    foldersItem(settings, base),
    claItem(settings),
    templateItem(settings, template),
    ...codeowners,
    labelsItem(settings, labels),
  ];
}

function modeItem({ mode, since }: Settings): DiagnosisItem {
  const from = since === '' ? '' : ` Pull requests from before ${since} are left alone.`;
  switch (mode) {
    case 'observe':
      return {
        name: 'mode',
        status: 'ok',
        message:
          'observe: Gatehouse writes only a neutral check run. To switch it on, add ' +
          `\`mode: full\` to ${settingsPath}.${from}`,
      };
    case 'comment':
      return {
        name: 'mode',
        status: 'ok',
        message: `comment: Gatehouse writes the check run, a comment and replies.${from}`,
      };
    case 'full':
      return { name: 'mode', status: 'ok', message: `full: Gatehouse does everything.${from}` };
  }
}

function requiredCheckItem(
  { mode }: Settings,
  branch: string,
  protection: Awaited<ReturnType<typeof readProtection>>,
): DiagnosisItem {
  const name = 'required check';
  if (!protection.ok)
    return {
      name,
      status: 'warning',
      message: `The rules of ${branch} could not be read: ${protection.reason}.`,
      advice: `Make sure that ${branch} requires the check \`gatehouse\`.`,
    };
  const isRequired = protection.value.requiredChecks.includes('gatehouse');
  if (mode === 'observe')
    return isRequired
      ? {
          name,
          status: 'warning',
          message:
            `${branch} requires the check \`gatehouse\`, which is always neutral while ` +
            'Gatehouse observes: GitHub lets everything through.',
          advice: 'Switch Gatehouse on with `mode: full`, or do not require the check yet.',
        }
      : {
          name,
          status: 'ok',
          message:
            `${branch} does not require the check \`gatehouse\`, which is right while ` +
            'Gatehouse observes.',
        };
  return isRequired
    ? { name, status: 'ok', message: `${branch} requires the check \`gatehouse\`.` }
    : {
        name,
        status: 'error',
        message:
          `${branch} does not require the check \`gatehouse\`, so that it keeps nothing out, ` +
          'and `/merge` is refused.',
        advice:
          `In the settings of the repository, under Rules, add a ruleset for ${branch} that ` +
          'requires the status check `gatehouse`.',
      };
}

function foldersItem(
  { folders }: Settings,
  { name: branch, tree }: Branches['base'],
): DiagnosisItem {
  const name = 'folders';
  if (!tree.ok)
    return {
      name,
      status: 'warning',
      message: `The files of ${branch} could not be listed: ${tree.reason}.`,
      advice: 'Run this again later.',
    };
  const connectors = new Set(
    tree.value.flatMap(({ path, type }) => {
      const [top = '', folder] = path.split('/');
      return folder !== undefined && Object.hasOwn(folders, top) && type !== 'commit'
        ? [`${top}/${folder}`]
        : [];
    }),
  );
  return connectors.size > 0
    ? {
        name,
        status: 'ok',
        message:
          `${branch} has ` +
          `${connectors.size === 1 ? '1 connector folder' : `${connectors.size} connector folders`}.`,
      }
    : {
        name,
        status: 'warning',
        message: `${branch} has no connector in ${Object.keys(folders).join(', ')}.`,
        advice: `If connectors are in other folders, name these in \`folders\` of ${settingsPath}.`,
      };
}

function claItem({ cla }: Settings): DiagnosisItem {
  const message =
    cla.required === true
      ? `Commit authors sign “${cla.name}”, version ${cla.version}: ${cla.url}`
      : 'Nobody is asked to sign a contributor license agreement.';
  return { name: 'CLA', status: 'ok', message };
}

/** The templates of descriptions. Empty if the repository has none. */
async function readTemplates(
  client: Client,
  name: RepositoryName,
  tree: Result<readonly TreeEntry[]>,
): Promise<Result<string>> {
  if (!tree.ok) return tree;
  const templates = tree.value.filter(
    ({ path, type }) =>
      type === 'blob' &&
      /^(?:\.github\/|docs\/)?pull_request_template(?:\.(?:md|txt)|\/[^/]+\.md)?$/i.test(path),
  );
  const texts: string[] = [];
  for (const { path, sha, size } of templates.slice(0, maxTemplates)) {
    if (size > maxTemplateBytes) return unavailable(`${path} is too large`);
    const blob = await readBlob(client, name, sha);
    if (!blob.ok) return blob;
    texts.push(Buffer.from(blob.value, 'base64').toString());
  }
  return ok(texts.join('\n'));
}

const maxTemplates = 10;
const maxTemplateBytes = 256 * 1024;
/** Boxes that a message names. */
const maxNamed = 3;

const quoted = (texts: readonly string[]): string =>
  texts
    .slice(0, maxNamed)
    .map((text) => `“${text}”`)
    .join(', ') + (texts.length > maxNamed ? ` and ${texts.length - maxNamed} more` : '');

function templateItem({ attestations }: Settings, template: Result<string>): DiagnosisItem {
  const name = 'template';
  if (!template.ok)
    return {
      name,
      status: 'warning',
      message: `The pull request template could not be read: ${template.reason}.`,
      advice: 'Run this again later.',
    };
  const boxes = boxesIn(template.value);
  const absent = attestations.filter(
    ({ box }) => !boxes.some(({ words }) => words.includes(plainWords(box))),
  );
  const unknown = boxes.filter(
    ({ words }) => !attestations.some(({ box }) => words.includes(plainWords(box))),
  );
  if (absent.length > 0)
    return {
      name,
      status: 'warning',
      message:
        `The pull request template lacks ${absent.length} boxes of the settings: ` +
        `${quoted(absent.map(({ box }) => box))}.`,
      advice:
        'Authors are asked to add them by hand. Add them to the template, or change ' +
        `\`attestations\` in ${settingsPath}.`,
    };
  if (unknown.length > 0)
    return {
      name,
      status: 'warning',
      message:
        `Gatehouse does not look at ${unknown.length} boxes of the pull request template: ` +
        `${quoted(unknown.map(({ words }) => words))}.`,
      advice: `Add them to \`attestations\` in ${settingsPath} if authors must tick them.`,
    };
  return {
    name,
    status: 'ok',
    message:
      boxes.length === 0
        ? 'Authors have no boxes to tick.'
        : `The settings know all ${boxes.length} boxes of the pull request template.`,
  };
}

async function ownersItems(
  client: Client,
  name: RepositoryName,
  { name: branch, tree }: Branches['base'],
  { folders }: Settings,
): Promise<DiagnosisItem[]> {
  const item = 'CODEOWNERS';
  const file = await readPolicyFile(client, name, tree, codeownersPaths);
  if (!file.ok || !file.value || !tree.ok)
    return [
      {
        name: item,
        status: 'warning',
        message: file.ok
          ? `${branch} has no CODEOWNERS file, so that nobody owns a connector.`
          : `CODEOWNERS on ${branch} could not be read: ${file.reason}.`,
        advice:
          'Reviewers approve alone then. To ask the owner of a connector too, add a line for its ' +
          'folder to CODEOWNERS.',
      },
    ];
  const errors = await readCodeownersErrors(client, name, branch);
  const misread = valueOr(errors, []).filter(({ kind }) => kind !== unknownOwner);
  const problems = await ownerProblems(
    client,
    file.value.text,
    tree.value,
    Object.keys(folders),
    valueOr(errors, []),
  );
  const understood = errors.ok
    ? `GitHub understands CODEOWNERS on ${branch}.`
    : `${branch} has a CODEOWNERS file.`;
  return [
    misread.length === 0
      ? { name: item, status: 'ok', message: understood }
      : {
          name: item,
          status: 'warning',
          message:
            `GitHub does not understand all of CODEOWNERS on ${branch}: ` +
            `${misread
              .slice(0, maxNamed)
              .map(({ line, kind }) => `line ${line}: ${kind}`)
              .join(', ')}.`,
          advice: 'Fix these lines: their owners are not asked.',
        },
    problems.length === 0
      ? { name: 'owners', status: 'ok', message: 'Every line of CODEOWNERS has an effect.' }
      : {
          name: 'owners',
          status: 'warning',
          message: [
            ...problems.slice(0, maxNamed),
            ...(problems.length > maxNamed ? [`And ${problems.length - maxNamed} more.`] : []),
          ].join(' '),
          advice: 'gatehouse owners <checkout> lists what a checkout shows, with line numbers.',
        },
  ];
}

function labelsItem({ labels, mode }: Settings, existing: Result<string[]>): DiagnosisItem {
  const name = 'labels';
  const used = [...new Set(Object.values(labels).filter((label) => label !== ''))];
  if (used.length === 0) return { name, status: 'ok', message: 'No labels are used.' };
  if (!existing.ok)
    return {
      name,
      status: 'warning',
      message: `The labels could not be listed: ${existing.reason}.`,
      advice: 'Run this again later.',
    };
  const known = new Set(existing.value.map((label) => label.toLowerCase()));
  const missing = used.filter((label) => !known.has(label.toLowerCase()));
  const message =
    missing.length === 0
      ? `All ${used.length} labels of the settings exist.`
      : `GitHub creates ${quoted(missing)} when Gatehouse first uses them` +
        `${mode === 'full' ? '' : ', with `mode: full`'}.`;
  return { name, status: 'ok', message };
}
