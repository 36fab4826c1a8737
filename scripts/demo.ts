/**
 * `npm run demo`: runs the App with its embedded database against the fake GitHub of the tests, all
 * on this machine. A careless contributor opens a pull request, and Gatehouse responds to each push
 * until it is merged. Everything in the output is what the App really wrote.
 */
import { stripVTControlCharacters, styleText } from 'node:util';
import sharp from 'sharp';
import wrapAnsi from 'wrap-ansi';
import { ticked } from '../fixtures/pulls.ts';
import type { Pull } from '../test/github/fake/repository.ts';
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
const wrapped = (text: string, indent: string): string =>
  wrapAnsi(text, width - indent.length, { trim: false })
    .split('\n')
    .map((line) => indent + line)
    .join('\n');

/** Renders Markdown for a terminal. */
function toTerminal(markdown: string): string {
  return markdown
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<details><summary>(.*?)<\/summary>[\s\S]*?<\/details>/g, '▸ $1')
    .replace(/<\/?sub>/g, '')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, (_, words: string) => styleText('underline', words))
    .replace(/\*\*(.+?)\*\*/g, (_, words: string) => styleText('bold', words))
    .replace(/`([^`\n]+)`/g, (_, words: string) => styleText('cyan', words))
    .replace(
      /(^|\s)\*(.+?)\*(?=\s|$|[.,])/g,
      (_, before: string, words: string) => before + styleText('italic', words),
    )
    .replace(/\n{3,}/g, '\n\n')
    .trim();
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

/** Waits for Gatehouse, and prints what is new on the pull request. */
async function printResponse(at: TestApp, pull: Pull): Promise<void> {
  await waitUntilIdle(at);
  const by = styleText(['bold', 'green'], at.app.account.login);
  const isNew = (key: string, text: string): boolean =>
    printed.get(key) !== text && Boolean(printed.set(key, text));
  const run = at.repository.checkRuns.findLast(({ head }) => head === pull.head);
  if (run && isNew('check', `${run.head} ${run.conclusion}`)) {
    const conclusion = run.conclusion ?? run.status;
    print(
      `${by} check ${styleText('bold', run.name)} at ${run.head.slice(0, 7)}: ` +
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
    .flatMap(({ comments }) => comments).length;
  if (suggested > 0 && isNew('suggestions', String(suggested)))
    print(
      `${by} suggests ${suggested} ${suggested === 1 ? 'change' : 'changes'}, each applied ` +
        'with one click',
    );
  const labels = [...pull.labels].sort().join(', ');
  if (isNew('labels', labels)) print(`${by} labels: ${styleText('magenta', labels)}`);
  for (const { id, body } of pull.comments.filter((comment) => comment.user === at.app.account)) {
    const text = toTerminal(body);
    const isEdit = printed.has(String(id));
    if (!isNew(String(id), text)) continue;
    print(`${by} ${isEdit ? 'edits the comment' : 'comments'}:`);
    print(wrapped(text, styleText('dim', '  │ ')));
  }
  for (const { id, user, reactions } of pull.comments) {
    const ours = reactions
      .filter((reaction) => reaction.user === at.app.account)
      .map(({ content }) => content)
      .join(' ');
    if (ours !== '' && isNew(`reaction ${id}`, ours))
      print(`${by} reacts to ${user.login}'s comment: ${ours}`);
  }
}

print(
  styleText('dim', 'Starting the App with an embedded database, and a GitHub on this machine …'),
);
const at = await createTestApp();
const running = await startApp(at);
try {
  const { repository, ada, rita } = at;
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

  printAction('rita', '(a maintainer) approves, and writes /merge');
  pull.review(rita, 'APPROVE');
  pull.comment(rita, '/merge');
  await printResponse(at, pull);

  print();
  const [deployment] = repository.deployments;
  print(
    pull.mergedAt === undefined
      ? styleText('red', 'It was not merged.')
      : styleText(
          'bold',
          `Merged as ${pull.mergeCommit?.slice(0, 7)}, handed over to ` +
            `${deployment?.environment}: ${JSON.stringify(deployment?.payload)}`,
        ),
  );
  if (pull.mergedAt === undefined) process.exitCode = 1;
} finally {
  await running.stop();
  await at.close();
}
