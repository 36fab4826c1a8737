/**
 * `npm run demo`: runs the App with its embedded database against the fake GitHub of the tests, all
 * on this machine. A careless contributor opens a pull request, and Gatehouse responds to each push
 * until it is merged; then its connector goes through all rings until it is live everywhere. The
 * days of the train pass as fast as the App works. Everything in the output is what the App really
 * wrote; only the system that deploys is played.
 */
import { stripVTControlCharacters, styleText } from 'node:util';
import sharp from 'sharp';
import wrapAnsi from 'wrap-ansi';
import { ticked } from '../fixtures/pulls.ts';
import { Calendar } from '../src/release/calendar.ts';
import { addDays } from '../src/release/civil-date.ts';
import { formatDay } from '../src/release/describe-plan.ts';
import { renderMarkdown } from '../src/report/terminal-markdown.ts';
import { defaultSettings } from '../src/settings/defaults.ts';
import { presets } from '../src/settings/presets.ts';
import type { Account, Deployment, Pull } from '../test/github/fake/repository.ts';
import {
  connectorFiles,
  waitUntilIdle,
  createTestApp,
  startApp,
  type TestApp,
} from '../test/app/test-app.ts';

const width = Math.min(100, process.stdout.columns || 100);
const print = (text = ''): void =>
  console.log(process.stdout.isTTY ? text : stripVTControlCharacters(text));
const indented = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line) => indent + line)
    .join('\n');
const wrapped = (text: string, indent: string): string =>
  indented(wrapAnsi(text, width - indent.length), indent);

/** Renders a comment for a terminal, with folded sections closed and without the places of links. */
const toTerminal = (markdown: string, columns: number): string =>
  renderMarkdown(
    markdown
      .replace(/<details><summary>(.*?)<\/summary>[\s\S]*?<\/details>/g, '▸ $1')
      .replace(/<\/?sub>/g, '')
      .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
      // Code in bold, and a quotation in a list, are more than the renderer knows.
      .replace(/\*\*([^*\n]*`[^*\n]*)\*\*/g, '$1')
      .replace(/\n\s+> /g, ' '),
    { color: true, width: columns },
  )
    .replace(/^(▸.*)\n\n(?=▸)/gm, '$1\n')
    .trim();

const bot = styleText(['bold', 'green'], 'gatehouse[bot]');

function printHeading(text: string): void {
  print();
  print(styleText('bold', `── ${text} ${'─'.repeat(Math.max(0, width - text.length - 4))}`));
}

function printAction(login: string, action: string): void {
  print();
  print(`${styleText(['bold', 'yellow'], login)} ${action}`);
}

/** The icon: a bill on the brand color. */
const icon = (): Promise<Buffer> =>
  sharp(
    Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="160"><rect width="160" ' +
        'height="160" fill="#1f5f8b"/><path d="M50 40h60v80H50zM60 60h40M60 75h40M60 90h25" ' +
        'fill="none" stroke="#fff" stroke-width="6"/></svg>',
    ),
  )
    .png()
    .toBuffer();

/** What was printed last of each check, comment and reaction. */
const printed = new Map<string, string>();
const isNew = (key: string, text: string): boolean =>
  printed.get(key) !== text && Boolean(printed.set(key, text));

/**
 * Waits for Gatehouse, and prints what is new on the pull request.
 * @param comments whether to print whole comments, or only their first lines
 */
async function printResponse(
  at: TestApp,
  pull: Pull,
  comments: 'whole' | 'first lines' = 'whole',
): Promise<void> {
  await waitUntilIdle(at);
  const run = at.repository.checkRuns.findLast(({ head }) => head === pull.head);
  if (run && isNew('check', `${run.head} ${run.conclusion}`)) {
    const conclusion = run.conclusion ?? run.status;
    print(
      `${bot} check ${styleText('bold', run.name)} at ${run.head.slice(0, 7)}: ` +
        `${styleText(conclusion === 'success' ? 'green' : 'red', conclusion)}, ` +
        `${run.annotations.length} annotations`,
    );
    for (const {
      path,
      start_line: line,
      annotation_level: level,
      message,
    } of run.annotations.slice(0, 3))
      print(wrapped(`${styleText('dim', `${path}:${line}`)} ${level}: ${message}`, '      '));
    if (run.annotations.length > 3)
      print(styleText('dim', `      … and ${run.annotations.length - 3} more`));
  }
  const suggested = pull.reviews
    .filter(({ user }) => user === at.app.account)
    .flatMap((review) => review.comments).length;
  if (suggested > 0 && isNew('suggestions', String(suggested)))
    print(
      `${bot} suggests ${suggested} ${suggested === 1 ? 'change' : 'changes'}, each applied ` +
        'with one click',
    );
  const labels = [...pull.labels].sort().join(', ');
  if (isNew('labels', labels)) print(`${bot} labels: ${styleText('magenta', labels)}`);
  for (const { id, body } of pull.comments.filter((comment) => comment.user === at.app.account))
    printComment(String(id), body, comments);
  for (const { id, user, reactions } of pull.comments) {
    const ours = reactions
      .filter((reaction) => reaction.user === at.app.account)
      .map(({ content }) => content)
      .join(' ');
    if (ours !== '' && isNew(`reaction ${id}`, ours))
      print(`${bot} reacts to ${user.login}'s comment: ${ours}`);
  }
}

/** Prints a comment if it is new, or was edited. */
function printComment(id: string, body: string, how: 'whole' | 'first lines'): void {
  const isEdit = printed.has(id);
  const text = toTerminal(body, width - 4);
  if (!isNew(id, text)) return;
  if (how === 'whole') {
    print(`${bot} ${isEdit ? 'edits the comment' : 'comments'}:`);
    print(indented(text, styleText('dim', '  │ ')));
    return;
  }
  const [first = ''] = text.split('\n\n');
  if (isNew(`first line of ${id}`, first))
    print(indented(first.replace(/\s+/g, ' '), styleText('dim', '  │ ')));
}

/** The calendar of the model repository, whose settings the demo has. */
const calendar = new Calendar(presets.microsoft.train ?? defaultSettings.train);
const { rings } = calendar.settings;

/** Writes the statuses of a deployment, as a system that deploys does. */
async function deploy(at: TestApp, deployer: Account, { id }: Deployment): Promise<void> {
  const { github, repository } = at;
  for (const [state, description] of [
    ['in_progress', ''],
    ['success', 'All regions have it.'],
  ]) {
    const response = await fetch(
      `${github.url}/repos/${repository.fullName}/deployments/${id}/statuses`,
      {
        method: 'POST',
        headers: { authorization: `token ${github.token(deployer)}` },
        body: JSON.stringify({ state, description, log_url: `https://deploy.example/logs/${id}` }),
      },
    );
    if (!response.ok) throw new Error(`GitHub answers ${response.status} to the deployer`);
  }
  await waitUntilIdle(at);
}

/** Sets the time of GitHub and of the App: nine minutes after the hour at which rings start. */
function setDay(at: TestApp, date: string): void {
  const { world } = at.github;
  const instant = Date.parse(calendar.startOf(date)) + 9 * 60_000;
  world.pass((instant - Date.parse(world.now())) / 1000);
}

/** Has the App look at the train. By itself it looks every five minutes. */
async function wake({ github: { webhooks } }: TestApp): Promise<void> {
  const last = webhooks.deliveries.findLast(({ event }) => event === 'deployment_status');
  if (last) await webhooks.send(webhooks.make(last.event, last.payload));
}

/** Why no ring starts on a day. */
function describeDay(date: string): string {
  const closure = calendar.closureOn(date);
  if (closure) return closure.kind === 'holiday' ? closure.name : 'weekend';
  const departure = calendar.departureOn(addDays(date, 1));
  return departure && calendar.dateAt(departure.cutoffAt) === date
    ? `the cutoff of the train of ${formatDay(departure.departsOn, date)}`
    : 'no ring starts';
}

/** Lets the days pass until the connector is in every ring. @returns the last day */
async function passDays(
  at: TestApp,
  pull: Pull,
  deployer: Account,
  first: string,
): Promise<string | undefined> {
  for (let date = first, left = rings.length; date < addDays(first, 30); date = addDays(date, 1)) {
    setDay(at, date);
    const known = at.repository.deployments.length;
    await wake(at);
    await waitUntilIdle(at);
    const day = formatDay(date, first);
    const deployment = at.repository.deployments[known];
    if (!deployment) {
      print(styleText('dim', `${day.padEnd(10)}  ${describeDay(date)}`));
      continue;
    }
    const ring = rings.findIndex(({ name }) => name === deployment.environment);
    await deploy(at, deployer, deployment);
    print(
      `${styleText('bold', day.padEnd(10))}  ring ${ring + 1} of ${rings.length}: ` +
        `${styleText('cyan', deployment.environment)} (${rings[ring]?.regions.join(', ') ?? ''}) ` +
        styleText('green', '✓ deployed'),
    );
    left -= 1;
    await printResponse(at, pull, left === 0 ? 'whole' : 'first lines');
    if (left === 0) return date;
  }
  return undefined;
}

print(
  styleText('dim', 'Starting the App with an embedded database, and a GitHub on this machine …'),
);
const at = await createTestApp();
const { github, repository, ada, rita } = at;
const monday = '2026-11-16';
setDay(at, monday);
const running = await startApp(at, 'all', () => new Date(github.world.now()));
try {
  const deployer = github.user('deployer');
  repository.let(deployer, 'write');
  const path = 'certified-connectors/Contoso Bills';
  const good = {
    definition: {
      info: {
        title: 'Contoso Bills',
        description:
          'Create, read and follow the bills of your company in Contoso, and hear of those ' +
          'that are paid.',
      },
    },
  };
  const fork = repository.fork(ada);

  printHeading(`${formatDay(monday, monday)}: a pull request`);
  printAction(
    'ada',
    'opens a pull request with a new connector, in a hurry: ' +
      `"${styleText('bold', 'Contoso Bills')}"`,
  );
  fork.push('bills', {
    by: ada,
    message: 'Add Contoso Bills',
    files: connectorFiles(
      {
        definition: {
          info: { title: 'Contoso Bills', description: 'bills' },
          paths: { '/invoices': { get: { operationId: 'GetInvoice', summary: 'list invoices.' } } },
        },
        properties: { properties: { iconBrandColor: 'blue' } },
      },
      path,
    ),
  });
  const pull = repository.open({
    by: ada,
    from: fork,
    branch: 'bills',
    title: 'Contoso Bills',
    body: ticked.replaceAll('[x]', '[ ]'),
  });
  await printResponse(at, pull);

  printAction('ada', 'lets Gatehouse fix what it can: /fix');
  pull.comment(ada, '/fix');
  await printResponse(at, pull);

  printAction('ada', 'fixes the rest, adds an icon, and confirms the attestations');
  pull.push({
    by: ada,
    message: 'Fix the findings',
    files: { ...connectorFiles(good, path), [`${path}/icon.png`]: await icon() },
  });
  pull.edit(ada, { body: ticked });
  await printResponse(at, pull);

  printAction('ada', 'agrees to the CLA: /agree company="Contoso, Ltd."');
  pull.comment(ada, '/agree company="Contoso, Ltd."');
  await printResponse(at, pull);

  const tuesday = addDays(monday, 1);
  setDay(at, tuesday);
  printHeading(`${formatDay(tuesday, monday)}: review and merge`);
  printAction('rita', '(a maintainer) approves, and writes /merge');
  pull.review(rita, 'APPROVE');
  pull.comment(rita, '/merge');
  await printResponse(at, pull);
  const [preview] = repository.deployments;
  if (pull.mergedAt === undefined || !preview) throw new Error('It was not merged.');

  printAction('the deployer', `deploys the pre-release to ${preview.environment}`);
  await deploy(at, deployer, preview);
  await printResponse(at, pull);

  const wednesday = addDays(monday, 2);
  setDay(at, wednesday);
  printHeading(`${formatDay(wednesday, monday)}: the pre-release is tested`);
  const ready = '/ready created, read and paid a bill in a flow';
  printAction('ada', `tries it, and writes ${ready}`);
  pull.comment(ada, ready);
  await printResponse(at, pull);

  printHeading('The train: one ring a day');
  print();
  const last = await passDays(at, pull, deployer, addDays(monday, 3));
  if (last === undefined) throw new Error('It did not reach every ring.');
  print();
  print(
    styleText(
      ['bold', 'green'],
      `Live everywhere on ${formatDay(last, monday)}: ${rings.length} rings, ` +
        `${repository.deployments.length} deployments, 1 pull request.`,
    ),
  );
} finally {
  await running.stop();
  await at.close();
}
