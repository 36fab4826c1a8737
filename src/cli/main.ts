#!/usr/bin/env node
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reviewSteps } from '../app/review-steps.ts';
import { roles } from '../app/roles.ts';
import { changelog } from '../changes/changelog.ts';
import { compareConnectors } from '../changes/compare.ts';
import { verdicts } from '../changes/verdicts.ts';
import { versionOperations } from '../changes/version-operations.ts';
import type { ImportOptions } from '../github/import-signatures.ts';
import {
  baselineFile,
  validateCheckout,
  validateCandidates,
  explainableRules,
  tuneForShortRun,
  loadBaseline,
  loadSettings,
  packageRoot,
  usualFolders,
  version,
  type BaselineFile,
} from '../workspace/validate-checkout.ts';
import {
  connectorClasses,
  readConnector,
  type ConnectorClass,
  type ConnectorFolder,
} from '../connector/connector.ts';
import { maskFormattedSecrets, maskFor } from '../secrets/mask.ts';
import { drawIcon } from '../analyzers/analyze.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { format, formats, showsSource, type FormatName } from '../report/format.ts';
import { reportOf, type ConnectorReport } from '../report/report.ts';
import { visible } from '../report/text.ts';
import { severityOf, type SeverityOverrides } from '../rules/severity.ts';
import { rules } from '../rules/registry.ts';
import type { Rule } from '../rules/rule.ts';
import {
  emptyBaseline,
  countFindings,
  markBaselined,
  prune,
  addRules,
  isUncovered,
  formatBaseline,
  type Baseline,
} from '../validation/baseline.ts';
import { loadEnvFile } from '../workspace/env-file.ts';
import { compareFolders, inFile } from '../workspace/validate-folder.ts';
import { linkOnTheWay } from '../workspace/find-checkout.ts';
import { readRegularFile, writeWhole } from '../workspace/files.ts';
import { findConnectors, isFile, readFolderAt } from '../workspace/find-connectors.ts';
import { findBase } from '../workspace/git.ts';
import { writeOutput } from '../workspace/write-output.ts';
import { scaffoldConnector } from '../workspace/scaffold.ts';

const usage = `gatehouse checks Power Platform connectors.

  gatehouse check [paths…]     check connector folders, or every connector below a
                               repository's root (default: .)
      --base <git ref>         only connectors that changed since; what stood there before
                               is marked and does not fail
      --class <class>          ${connectorClasses.join(', ')}: for a folder outside
                               the usual layout (default: certified)
      --fix                    write what can be fixed
      --config <file>          settings (default: .github/gatehouse.yml of the checkout, with
                               --base as it is there)
      --format <format>        ${formats.join(', ')} (default: pretty)
      --output <file>          write the report there
      --jobs <n>               threads (default: one for each core)
      --baseline <file>        errors that were there before and do not fail (default:
                               .github/gatehouse-baseline.json, or what the settings name)
  gatehouse impact [paths…]    what the rules do to a repository: which connectors they call
                               wrong, how many findings are new; also of rules that are off
      --rule <RuleId>          only of this one; may be repeated
      --write-baseline         take out of the baseline what was mended; the first time, make
                               it of all errors; with --rule, take that rule's errors in
      --format <format>        pretty, json, markdown; and --config, --class, --baseline,
                               --output, --jobs as above
  gatehouse diff <before> <after>
                               two definition files or connector folders: what changed,
                               and what breaks
      --changelog              instead: a changelog of the update in Markdown
      --version-operations     keep what breaks as it was, deprecated, with the new version
                               beside it: written into <after>
  gatehouse explain <RuleId>   what a rule wants and why, with an example
  gatehouse init <folder>      a new connector that passes, called what the folder is called;
                               with --class
  gatehouse serve              the GitHub App: takes webhooks and reviews pull requests
      --role <role>            web, worker, or all (default): which part this process does
  gatehouse review <owner/repo#number>
                               the App's review of one pull request, once
      --show <step>            snapshot, facts, decision or effects: print it, do nothing
  gatehouse signatures import <file>
                               take CLA signatures over into the App: those that
                               contributor-assistant, cla-assistant or a branch kept
      --agreement <version>    of the agreement that they are of, where the file does not say;
                               also its --name, --url and --digest, as the settings have them
      --owner <owner>          whom they were given to, where the file does not say: no others
                               are taken; or --repository <owner/name>, for that one alone
  gatehouse signatures convert <file>
                               the same, as the file that a branch keeps them in; with the
                               options of import, and --output
  gatehouse signatures export  the CLA signatures of the App, as that file; with --owner, those
                               given to one owner
  gatehouse signatures assign  say whom signatures in the App were given to that name nobody:
                               --owner or --repository; also --agreement, --name, --url,
                               --digest
      --from <owner>           instead: those of an owner who has another name now

  gatehouse --help, gatehouse --version

Exit status: 0 no error found, 1 errors found, 2 it could not run.`;

const options = {
  base: { type: 'string' },
  class: { type: 'string' },
  fix: { type: 'boolean', default: false },
  config: { type: 'string' },
  format: { type: 'string', default: 'pretty' },
  output: { type: 'string' },
  jobs: { type: 'string' },
  baseline: { type: 'string' },
  rule: { type: 'string', multiple: true },
  'write-baseline': { type: 'boolean', default: false },
  changelog: { type: 'boolean', default: false },
  'version-operations': { type: 'boolean', default: false },
  role: { type: 'string', default: 'all' },
  show: { type: 'string' },
  agreement: { type: 'string' },
  owner: { type: 'string' },
  repository: { type: 'string' },
  from: { type: 'string' },
  name: { type: 'string' },
  url: { type: 'string' },
  digest: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const;

function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UserError(`${errorMessage(error).split('. ')[0]}. See gatehouse --help`);
  }
}
type Values = ReturnType<typeof readArguments>['values'];

const oneOf = <T extends string>(name: string, allowed: readonly T[], given: string): T => {
  const found = allowed.find((one) => one === given);
  if (found === undefined)
    throw new UserError(`--${name} ${given} is not known. Choose one of ${allowed.join(', ')}.`);
  return found;
};

const classOf = (values: Values): ConnectorClass =>
  values.class === undefined ? 'certified' : oneOf('class', connectorClasses, values.class);

function jobsOf({ jobs }: Values): number {
  if (jobs === undefined) return availableParallelism();
  if (!/^[1-9]\d{0,3}$/.test(jobs))
    throw new UserError(`--jobs needs a number from 1 to 9999, not ${jobs}.`);
  return Number(jobs);
}

async function check(paths: string[], values: Values): Promise<number> {
  const name: FormatName = oneOf('format', formats, values.format);
  const assumed = classOf(values);
  const jobs = jobsOf(values);
  const directory = resolve(paths[0] ?? '.');
  const base =
    values.base === undefined
      ? undefined
      : await findBase(directory, values.base, { classFolders: usualFolders });
  const settings = await loadSettings(values.config, base, directory);
  const baseline = await loadBaseline(
    await baselineFile(values.baseline, settings, base, directory),
  );
  const started = performance.now();
  const telling = (connectors: number) => ({
    fix: values.fix,
    fixes: name === 'sarif',
    excerpts: showsSource(name, connectors),
  });
  const { report, candidates } = await validateCheckout({
    paths,
    base,
    settings,
    baseline,
    assumed,
    jobs,
    telling,
    progress: progressBar(),
  });
  const { connectors } = report;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const text = await format(report, name, {
    color: colors(values.output),
    width: width(),
    rules: explainableRules,
  });
  await write(text, values.output);
  if (base && connectors.length === 0)
    console.error(`No connector has changed since ${values.base}: nothing was checked.`);
  else if (process.stderr.isTTY && candidates.length > 1)
    console.error(`${candidates.length} connectors in ${seconds} s`);
  if (
    !candidates.every(({ classKnown }) => classKnown) &&
    values.class === undefined &&
    name === 'pretty'
  ) {
    console.error(
      'Checked as certified, because the folder does not tell the class. Another: ' +
        '--class independent-publisher or --class custom',
    );
  }
  return connectors.some(({ findings }) =>
    findings.some(({ severity, existing }) => severity === 'error' && !existing),
  )
    ? 1
    : 0;
}

async function impact(paths: string[], values: Values): Promise<number> {
  const { formatImpact, impactFormats, computeImpact } = await import('../report/impact.ts');
  const name = oneOf('format', impactFormats, values.format);
  const assumed = classOf(values);
  const jobs = jobsOf(values);
  const given = paths.length === 0 ? ['.'] : paths;
  const directory = resolve(given[0] ?? '.');
  const settings = await loadSettings(values.config, undefined, directory);
  const asked = values.rule?.map(ruleOf);
  const file = await baselineFile(values.baseline, settings, undefined, directory);
  const before = await loadBaseline(file);
  const candidates = findConnectors(given, settings.folders, assumed);
  const overrides = stricter(settings.rules);
  const examination = {
    overrides,
    fix: false,
    fixes: false,
    excerpts: false,
    ...(asked && { only: asked.map(({ id }) => id) }),
  };
  const examined = await validateCandidates(candidates, settings, examination, {
    jobs,
    progress: progressBar(),
  });
  if (values['write-baseline']) {
    const root = dirname(candidates[0] ? dirname(candidates[0].directory) : directory);
    const whole =
      candidates.every(({ classKnown }) => classKnown) &&
      findConnectors([root], settings.folders, assumed).length === candidates.length;
    if (!whole)
      throw new UserError(
        '--write-baseline needs all connectors of a repository. ' +
          'Give its root, the folder that the class folders are in.',
      );
    await rewriteBaseline(file, before, asked, asked ? overrides : settings.rules, examined);
    return 0;
  }
  const known = before ?? emptyBaseline;
  const marked = examined.map((one) => ({
    ...one,
    findings: markBaselined(known, one.path, one.findings),
  }));
  const severities = (id: string, connectorClass: ConnectorClass) => {
    const rule = ruleOf(id);
    return {
      now: severityOf(rule, connectorClass, settings.rules),
      severity: severityOf(rule, connectorClass, overrides),
    };
  };
  const about = {
    tool: { name: 'gatehouse', version: version() },
    baseline: before && file.name,
  } as const;
  await write(
    [
      formatImpact(computeImpact(marked, asked ?? rules, severities, about), name, {
        color: colors(values.output),
        width: width(),
      }),
    ],
    values.output,
  );
  return 0;
}

/** Writes the baseline, and says on stderr what has changed in it. */
async function rewriteBaseline(
  file: BaselineFile,
  before: Baseline | undefined,
  asked: readonly Rule[] | undefined,
  severities: SeverityOverrides,
  connectors: readonly ConnectorReport[],
): Promise<void> {
  for (const rule of asked ?? []) {
    if (connectorClasses.every((one) => severityOf(rule, one, severities) !== 'error'))
      throw new UserError(
        `${rule.id} is no error, and a baseline has errors only: nothing would fail without it.`,
      );
    if (isUncovered(before ?? emptyBaseline, rule, severities).length === 0)
      throw new UserError(
        `${file.name} has ${rule.id} already. It only ever shrinks: ` +
          'what the rule finds since is to be mended.',
      );
  }
  const after =
    asked || !before
      ? addRules(before ?? emptyBaseline, asked ?? rules, severities, connectors)
      : prune(before, connectors);
  const [was, is] = [before ? countFindings(before) : 0, countFindings(after)];
  const link = linkOnTheWay(file.path);
  if (link !== undefined)
    throw new UserError(
      `${file.name} could not be written: ` +
        `${link} is a symbolic link, and links of a checkout are not followed.`,
    );
  await mkdir(dirname(file.path), { recursive: true });
  writeWhole(file.path, new TextEncoder().encode(formatBaseline(after)));
  console.error(
    !before
      ? `${file.name} was made, of ${is} errors.`
      : `${file.name} has ${is} ` +
          `errors${is === was ? ', as before' : `, ${Math.abs(is - was)} ${is < was ? 'fewer' : 'more'} than before`}.`,
  );
  const waiting =
    asked || !before
      ? []
      : rules.filter((rule) => isUncovered(after, rule, severities).length > 0).map(({ id }) => id);
  if (waiting.length > 0)
    console.error(
      `New to it: ${waiting.join(', ')}. What they find stays new until you take it in: ` +
        `gatehouse impact --rule ${waiting[0]} --write-baseline`,
    );
}

/**
 * Of each rule and class the stricter of what the rule says itself and what the settings say: what
 * is off shows what it would do.
 */
function stricter(set: SeverityOverrides): SeverityOverrides {
  const order = ['off', 'note', 'warning', 'error'] as const;
  const of = (rule: Rule, one: ConnectorClass) =>
    order[
      Math.max(order.indexOf(severityOf(rule, one)), order.indexOf(severityOf(rule, one, set)))
    ] ?? 'off';
  return Object.fromEntries(
    rules
      .filter(({ id }) => Object.hasOwn(set, id))
      .map((rule) => [
        rule.id,
        Object.fromEntries(connectorClasses.map((one) => [one, of(rule, one)])),
      ]),
  );
}

function ruleOf(id: string): Rule {
  const rule = rules.find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (!rule)
    throw new UserError(`There is no rule ${id}.${nearest(id)} All rules: docs/rules/README.md`);
  return rule;
}

async function diff(paths: string[], values: Values): Promise<number> {
  const name: FormatName = oneOf('format', formats, values.format);
  const connectorClass = classOf(values);
  const [before, after] = paths;
  if (before === undefined || after === undefined || paths.length > 2)
    throw new UserError(
      'diff needs two definition files or connector folders: gatehouse diff before after',
    );
  const was = readFolderAt(before, connectorClass);
  let now = readFolderAt(after, connectorClass);
  if (values['version-operations']) now = writeVersions(was, now, after);
  if (values.changelog) {
    const [former, current] = [readConnector(was), readConnector(now)];
    await write([changelog(compareConnectors(former, current), former, current)], values.output);
    return 0;
  }
  const found = compareFolders(was, now, showsSource(name, 1));
  const report = reportOf([isFile(after) ? inFile(found, after) : found], version());
  await write(
    await format(report, name, {
      color: colors(values.output),
      width: width(),
      rules: explainableRules,
    }),
    values.output,
  );
  return report.summary.errors > 0 ? 1 : 0;
}

/** Writes the old versions of what breaks beside the new, and says what was done. */
function writeVersions(was: ConnectorFolder, now: ConnectorFolder, after: string): ConnectorFolder {
  const { folder, operations } = versionOperations(was, now);
  for (const [index, file] of folder.files.entries()) {
    if (file.bytes && file !== now.files[index])
      writeWhole(isFile(after) ? after : join(after, file.path), file.bytes);
  }
  const mask = maskFor(readConnector(was), readConnector(now));
  for (const one of operations) {
    console.error(
      visible(
        mask(
          one.old === one.new
            ? `${one.old} is back, deprecated`
            : `${one.old} stays, deprecated; the new version is ${one.new} at ${one.path}`,
        ),
      ),
    );
  }
  if (operations.length === 0) console.error('No operation breaks: nothing was written.');
  return folder;
}

/** Writes a new connector, and checks it: its name is not ours. */
async function init([folder, ...rest]: string[], values: Values): Promise<number> {
  if (folder === undefined || rest.length > 0)
    throw new UserError(
      'Say gatehouse init <folder>, for example: ' +
        'gatehouse init "certified-connectors/Contoso Orders"',
    );
  const directory = resolve(folder);
  const { folders } = await loadSettings(values.config, undefined, dirname(directory));
  const known = new Map(Object.entries(folders)).get(basename(dirname(directory)));
  const files = await scaffoldConnector(directory, known ?? classOf(values), drawIcon);
  console.error(
    `${folder} has ${files.join(', ')} now. ` +
      'Put your service in the place of contoso.com and its orders, and check again.',
  );
  return check([directory], values);
}

/** Where Probot's set-up writes the App's credentials. */
const loadCredentials = (): void => loadEnvFile('.env', process.env);

/** Serves until the process is told to stop, which a second signal does at once. */
async function serve(values: Values): Promise<number> {
  const app = await import('../app/server.ts');
  loadCredentials();
  const running = await app.serve(
    oneOf('role', roles, values.role),
    process.env,
    fileURLToPath(packageRoot),
    version(),
  );
  await Promise.race(['SIGTERM', 'SIGINT'].map((signal) => once(process, signal)));
  await running.stop();
  return 0;
}

async function review(names: string[], values: Values): Promise<number> {
  const [name = ''] = names;
  const app = await import('../app/review-once.ts');
  loadCredentials();
  const match = /^([\w.-]+\/[\w.-]+)#([1-9]\d{0,8})$/.exec(name);
  if (!match || names.length > 1)
    throw new UserError(
      'review needs one pull request, for example: gatehouse review contoso/connectors#12',
    );
  const show = values.show === undefined ? undefined : oneOf('show', reviewSteps, values.show);
  await print([
    `${await app.reviewOnce({ repository: match[1] ?? '', number: Number(match[2]) }, show, process.env, version())}\n`,
  ]);
  return 0;
}

/** A hundred thousand people take a tenth of it. */
const mostSignatures = 256 * 1024 * 1024;

async function signatures([action, ...rest]: string[], values: Values): Promise<number> {
  loadCredentials();
  const [file] = rest;
  const told = toldOf(values);
  if (action === 'export' && file === undefined) {
    await write(
      [
        await (
          await import('../app/signatures.ts')
        ).exportFromStore(told.recipient?.owner, process.env),
      ],
      values.output,
    );
    return 0;
  }
  if (action === 'assign' && file === undefined) {
    if (!told.recipient)
      throw new UserError(
        '--owner or --repository is missing: whom these signatures were given to.',
      );
    const many = await (
      await import('../app/signatures.ts')
    ).assignSignatures(values.from ?? '', told.recipient, told, process.env);
    await print([`${many} assigned to ${values.repository ?? told.recipient.owner}\n`]);
    return 0;
  }
  if ((action !== 'import' && action !== 'convert') || file === undefined || rest.length > 1)
    throw new UserError(
      'Say gatehouse signatures import <file>, gatehouse signatures convert <file>, ' +
        'gatehouse signatures export, or gatehouse signatures assign',
    );
  const read = readRegularFile(file, { maxBytes: mostSignatures, follow: true });
  if (!('bytes' in read)) throw new UserError(`${file} could not be read: it ${read.description}.`);
  const text = new TextDecoder().decode(read.bytes);
  if (action === 'convert') {
    const { csv, many, refused } = await (
      await import('../github/import-signatures.ts')
    ).convertSignatures(text, told, process.env);
    for (const line of refused) console.error(line);
    console.error(`${many} converted, ${refused.length} refused`);
    await write([csv], values.output);
    return refused.length > 0 ? 1 : 0;
  }
  const { added, existing, refused } = await (
    await import('../app/signatures.ts')
  ).importIntoStore(text, told, process.env);
  for (const line of refused) console.error(line);
  await print([`${added} imported, ${existing} known before, ${refused.length} refused\n`]);
  return refused.length > 0 ? 1 : 0;
}

/** What the options say of signatures. */
function toldOf({ owner, repository, agreement, name, url, digest }: Values): ImportOptions {
  const [, of, named] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository ?? '') ?? [];
  if (repository !== undefined && of === undefined)
    throw new UserError(
      `--repository needs an owner and a name, such as contoso/connectors, not ${repository}.`,
    );
  if (owner !== undefined && !/^[\w.-]+$/.test(owner))
    throw new UserError(
      `--owner needs the name of an organization or a user, such as contoso, not ${owner}. ` +
        'For one repository there is --repository.',
    );
  if (owner !== undefined && of !== undefined && owner.toLowerCase() !== of.toLowerCase())
    throw new UserError(
      `--owner ${owner} is not the owner in --repository ${repository}. Give one of the two.`,
    );
  if (digest !== undefined && !/^[0-9a-f]{64}$/.test(digest))
    throw new UserError('--digest needs a SHA-256: 64 hexadecimal digits in small letters.');
  if (url !== undefined && !/^https:\/\/[^\s<>()]+$/.test(url))
    throw new UserError(`--url needs an address that begins with https://, not ${url}.`);
  const to = of ?? owner;
  return {
    ...(to !== undefined && {
      recipient: { owner: to, ...(named !== undefined && { repository: named }) },
    }),
    ...(agreement !== undefined && { version: agreement }),
    ...(name !== undefined && { name }),
    ...(url !== undefined && { url }),
    ...(digest !== undefined && { digest }),
  };
}

async function explain(ids: string[]): Promise<number> {
  const [id] = ids;
  if (id === undefined || ids.length > 1)
    throw new UserError(
      'explain needs one rule id, for example: gatehouse explain OperationIdRequired',
    );
  const known = explainableRules.find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (!known)
    throw new UserError(
      `There is no rule ${id}.${nearest(id)} All rules: docs/rules/README.md; all changes: ` +
        'docs/changes/README.md',
    );
  const folder = Object.hasOwn(verdicts, known.id) ? 'changes' : 'rules';
  await print([await readFile(new URL(`docs/${folder}/${known.id}.md`, packageRoot), 'utf8')]);
  return 0;
}

const nearest = (id: string): string => {
  const words = (text: string): string[] =>
    text.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
  const asked = new Set(words(id));
  const score = (other: string): number => words(other).filter((word) => asked.has(word)).length;
  const [best] = explainableRules.map((rule) => rule.id).sort((a, b) => score(b) - score(a));
  return best !== undefined && score(best) > 1 ? ` Did you mean ${best}?` : '';
};

function progressBar(): (done: number, total: number) => void {
  let shown = -1;
  return (done, total) => {
    if (!process.stderr.isTTY || total < 20) return;
    const percent = Math.floor((100 * done) / total);
    if (percent === shown) return;
    shown = percent;
    const filled = Math.round(percent / 4);
    process.stderr.write(
      done === total
        ? '\r\u001b[K'
        : `\r${'█'.repeat(filled)}${'░'.repeat(25 - filled)} ${done} of ${total} connectors`,
    );
  };
}

const colors = (output: string | undefined): boolean =>
  output === undefined && process.stdout.isTTY && process.stdout.hasColors();
const width = (): number =>
  Math.min(120, Math.max(60, process.stdout.isTTY ? process.stdout.columns : 80));

/**
 * Pieces of a text; a text is one itself to the compiler, of its letters, and that is never meant.
 */
type Parts = Iterable<string> & object;

/** The same in larger pieces: each is a write, and takes a turn of the event loop. */
function* joined(parts: Parts): Iterable<string> {
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length < worthWriting) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
const worthWriting = 1 << 18;

const write = (parts: Parts, output: string | undefined): Promise<void> =>
  output === undefined
    ? print(joined(parts))
    : writeOutput(output, joined(parts)).catch((error: unknown) =>
        Promise.reject(new UserError(`${output} could not be written: ${errorMessage(error)}`)),
      );

/** Waits until all is written: a pipe takes it in pieces, and the process must not end before. */
async function print(parts: Parts): Promise<void> {
  for (const part of parts)
    await new Promise<void>((done, fail) =>
      process.stdout.write(part, (error) => (error ? fail(error) : done())),
    );
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args);
  const [command, ...rest] = positionals;
  if (values.version) {
    await print([`${version()}\n`]);
    return 0;
  }
  if (values.help || command === 'help') {
    await print([`${usage}\n`]);
    return 0;
  }
  if (command !== 'serve') tuneForShortRun();
  if (command === 'check') return check(rest, values);
  if (command === 'impact') return impact(rest, values);
  if (command === 'diff') return diff(rest, values);
  if (command === 'explain') return explain(rest);
  if (command === 'init') return init(rest, values);
  if (command === 'serve') return serve(values);
  if (command === 'review') return review(rest, values);
  if (command === 'signatures') return signatures(rest, values);
  if (command === undefined)
    throw new UserError('Say what to do, for example: gatehouse check. See gatehouse --help');
  throw new UserError(
    `There is no command ${command}. ` +
      'The commands are check, impact, diff, explain, init, serve, review and signatures; ' +
      'see gatehouse --help',
  );
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // the reader has seen enough
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // a mistake of ours must not look like mistakes in a connector: 1 would say that errors were
  // found
  console.error(
    error instanceof UserError
      ? visible(`gatehouse: ${maskFormattedSecrets(error.message)}`)
      : error,
  );
  process.exitCode = 2;
}
