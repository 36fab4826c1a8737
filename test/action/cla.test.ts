import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { micromark } from 'micromark';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { badGateway, forbidden } from '../github/fake/faults.ts';
import { startGitHub, type GitHub } from '../github/fake/server.ts';
import type { Account, Pull, Repository } from '../github/fake/repository.ts';
import { Runner, type Running, type Step } from './runner.ts';

const runProgram = promisify(execFile);
let runner: Runner;
beforeAll(() => void (runner = new Runner()));
afterAll(() => runner.remove());

const settings = (more = '', version = '1.0'): string =>
  `cla:\n  name: Contoso CLA\n  url: https://contoso.example/cla\n  version: "${version}"\n${more}`;
const head =
  'Account,Login,Company,Version,Digest,Signed at,Source,Owner,Repository,Agreement,URL\r\n';
/** What stands in the last columns of what was agreed to here. */
const here = 'contoso,connectors,Contoso CLA,https://contoso.example/cla';

let github: GitHub;
let ada: Account;
let ben: Account;
let maria: Account;
let repository: Repository;
let fork: Repository;
let pull: Pull;
let token: string;
beforeEach(async () => {
  github = await startGitHub();
  ada = github.user('ada', { email: 'ada@contoso.example' });
  ben = github.user('ben', { email: 'ben@fabrikam.example' });
  maria = github.user('maria');
  repository = github.repository('contoso/connectors', {
    files: { 'readme.md': '# Connectors\n', '.github/gatehouse.yml': settings() },
  });
  token = tokenOf({ contents: 'write', pull_requests: 'write', statuses: 'write' });
  fork = repository.fork(ada);
  pull = openedBy(ada, fork, 'invoices');
});
afterEach(() => github.stop());

const tokenOf = (permissions: Record<string, string>): string =>
  github.workflowToken(repository, permissions);
function openedBy(by: Account, from: Repository, branch: string, message = 'Invoices'): Pull {
  from.push(branch, { by, message, files: { [`${branch}.md`]: `${branch}\n` } });
  return repository.open({ by, from, branch, title: branch });
}
const run = ({ inputs, environment, ...running }: Partial<Running>): Promise<Step> =>
  runner.run({
    workspace: runner.folder,
    ...running,
    inputs: { 'cla-branch': 'signatures', token, ...inputs },
    environment: { GITHUB_API_URL: github.url, ...environment },
  });
const pushed = (about = pull, more: Partial<Running> = {}): Promise<Step> =>
  run({
    event: 'pull_request_target',
    payload: { action: 'synchronize', pull_request: { number: about.number } },
    ...more,
  });
const commented = (about = pull, more: Partial<Running> = {}): Promise<Step> =>
  run({
    event: 'issue_comment',
    payload: { action: 'created', issue: { number: about.number, pull_request: { url: 'x' } } },
    ...more,
  });
/** Somebody says something on the pull request, and the workflow runs for it. */
const says = (by: Account, body: string, about = pull): Promise<Step> => {
  about.comment(by, body);
  return commented(about);
};

const fileAt = (ref = 'signatures'): string | undefined => {
  const commit = repository.resolve(`refs/heads/${ref}`);
  const entry = commit && repository.store.entryAt(commit.tree, 'signatures.csv');
  return entry && repository.store.blobs.get(entry.sha)?.toString();
};
/** A branch with the file, and nobody in it. */
const beginBranch = (): void =>
  void repository.push('signatures', { by: maria, files: { 'signatures.csv': head } });
const rows = (): string[] => (fileAt() ?? '').trimEnd().split('\r\n').slice(1);
const statusOf = (about: { head: string } = pull): string | undefined =>
  repository.statuses.findLast(
    ({ sha, context }) => sha === about.head && context === 'gatehouse/cla',
  )?.state;
const reactions = (about = pull): string[] =>
  about.comments.flatMap(({ user, reactions: all }) =>
    all.map(({ content }) => `${user.login} ${content}`),
  );
const mine = (about = pull): string[] =>
  about.comments.filter(({ user }) => user.login === 'github-actions[bot]').map(({ body }) => body);
const problem = ({ commands }: Step): string =>
  commands.find(({ properties }) => properties.title === 'Gatehouse could not check')?.message ??
  '';
/** What was changed at GitHub; a question over GraphQL is none. */
const changes = (): string[] =>
  github.writes
    .filter(({ operation }) => operation !== 'graphql')
    .map(({ operation }) => operation);

describe('a pull request from a fork', () => {
  test('is told in one comment and a status what is missing; `/agree` is kept in the branch, answered, and settles both', async () => {
    const first = await pushed();
    expect(first.status, first.log).toBe(0);
    expect(first.log).toContain(
      '#1: 1 commit author has not signed the CLA yet; wrote a comment; set the status to failure.',
    );
    expect(first.summary).toBe(
      '**Contributor license agreement**\n\n- #1: 1 commit author has not signed the Contoso CLA yet.\n',
    );
    expect(mine()).toEqual([
      expect.stringMatching(
        /^\*\*1 commit author has not signed the Contoso CLA yet\.\*\* <sub>at [0-9a-f]{7}<\/sub>\n\n1\. \*\*Sign the \[Contoso CLA\]\(https:\/\/contoso\.example\/cla\), version 1\.0\.\*\* You wrote commit [0-9a-f]{7} and have not signed it yet: reply `\/agree`, or `\/agree company="…"` to sign for a company\.\n\n<!--/,
      ),
    ]);
    expect(repository.statuses.at(-1)).toMatchObject({
      sha: pull.head,
      context: 'gatehouse/cla',
      state: 'failure',
      description: '1 commit author has not signed the CLA yet',
      targetUrl: 'https://contoso.example/cla',
    });
    expect(repository.tip('signatures')).toBeUndefined();

    const second = await says(ada, '/agree');
    expect(second.status, second.log).toBe(0);
    expect(second.log).toContain(
      '#1: Every commit author has signed the CLA; stored the signature of ada; ' +
        'edited the comment; reacted to a command; wrote a comment; set the status to success.',
    );
    const said = pull.comments.find(({ user }) => user === ada);
    expect(fileAt()).toBe(
      `${head}${ada.id},ada,,1.0,,${said?.createdAt.replace('Z', '.000Z')},contoso/connectors#1 ` +
        `comment ${said?.id},${here}\r\n`,
    );
    expect(reactions()).toEqual(['ada +1']);
    expect(statusOf()).toBe('success');
    expect(mine()).toEqual([
      expect.stringMatching(
        /^Every commit author has signed the Contoso CLA, version 1\.0\.\n\n<!--/,
      ),
      expect.stringMatching(
        /^@ada Signed the \[Contoso CLA\]\(.*\), version 1\.0, for yourself\.\n/,
      ),
    ]);

    // The branch begins with nothing of the repository's, and holds the file alone.
    const commit = repository.resolve('refs/heads/signatures');
    expect(commit).toMatchObject({ parents: [], message: 'ada agrees to version 1.0' });
    expect([...(repository.store.tree(commit?.tree ?? '') ?? [])].map(([name]) => name)).toEqual([
      'signatures.csv',
    ]);
  });

  test('is looked at twice with nothing new: nothing is written', async () => {
    await pushed();
    github.forget();
    await pushed();
    expect(changes()).toEqual([]);
    await says(ada, '/agree');
    await says(maria, '/agree');
    github.forget();
    expect((await commented()).log).toContain('#1: Every commit author has signed the CLA.');
    expect(changes()).toEqual([]);
  });

  test('takes no more than 20 requests, writes included', async () => {
    pull.comment(ada, '/agree');
    github.forget();
    await commented();
    expect(statusOf()).toBe('success');
    expect(github.requests.length).toBeLessThanOrEqual(20);
  });

  test('of somebody who has agreed before is not bothered with a comment', async () => {
    await says(ada, '/agree');
    const next = openedBy(ada, fork, 'payments');
    expect((await pushed(next)).status).toBe(0);
    expect([next.comments, statusOf(next), rows().length]).toEqual([[], 'success', 1]);
  });

  test('keeps the company that is named, in a cell that no spreadsheet runs', async () => {
    await says(ada, '/agree company="=HYPERLINK(Contoso, ""Ltd"")"');
    expect(reactions()).toEqual(['ada -1']);
    await says(ada, '/agree company="=Contoso, Ltd"');
    expect(rows()).toEqual([expect.stringContaining(`${ada.id},ada,"'=Contoso, Ltd",1.0,,`)]);
  });

  test('is settled by those who wrote it alone: somebody else is told why not, once', async () => {
    await pushed();
    await says(maria, '/agree');
    expect(rows()).toEqual([]);
    expect(reactions()).toEqual(['maria -1']);
    expect(mine().at(-1)).toMatch(
      /^@maria `maria` wrote none of these commits, so there is nothing to sign\./,
    );
    await commented();
    expect([mine().length, reactions(), statusOf()]).toEqual([2, ['maria -1'], 'failure']);
    // What was refused stays refused, whatever its writer does next.
    fork.push('invoices', { by: maria, message: 'More' });
    await pushed();
    expect([rows(), statusOf()]).toEqual([[], 'failure']);
  });

  test('with a co-author waits for both, and for one whose address belongs to nobody', async () => {
    const both = openedBy(ada, fork, 'both', 'Both\n\nCo-authored-by: Ben <ben@fabrikam.example>');
    await says(ada, '/agree', both);
    expect(statusOf(both)).toBe('failure');
    expect(mine(both)[0]).toContain('`ben` wrote commit');
    await says(ben, 'I agree:\n\n/agree company="Fabrikam"', both);
    expect([statusOf(both), rows().length]).toEqual(['success', 2]);
    const nobody = openedBy(
      ada,
      fork,
      'nobody',
      'Nobody\n\nCo-authored-by: Eve <eve@nowhere.example>',
    );
    await pushed(nobody);
    expect(statusOf(nobody)).toBe('failure');
    expect(mine(nobody)[0]).toContain('**Link the email address of commit');
    github.world.account('eve', { email: 'eve@nowhere.example' });
    await says(ada, '/check', nobody);
    expect(mine(nobody)[0]).toContain('`eve` wrote commit');
  });

  test('of somebody who puts the address of another into the commits waits for whoever opened it, and mentions nobody who takes no part', async () => {
    await says(ada, '/agree');
    const bens = repository.fork(ben);
    bens.push('alien', {
      by: ben,
      author: { name: 'ada', email: 'ada@contoso.example' },
      message: `Alien\n\nCo-authored-by: Maria <${maria.id}+maria@users.noreply.github.com>`,
      files: { 'alien.md': 'x' },
    });
    const alien = repository.open({ by: ben, from: bens, branch: 'alien', title: 'Alien' });
    await pushed(alien);
    expect(repository.statuses.at(-1)).toMatchObject({
      sha: alien.head,
      state: 'failure',
      description: '2 people have not signed the CLA yet',
    });
    expect(mine(alien)).toEqual([
      expect.stringMatching(
        /^\*\*2 people have not signed the Contoso CLA yet\.\*\*.*`maria` wrote commit .* You opened this pull request and have not signed it yet/s,
      ),
    ]);
    expect(mine(alien).join()).not.toContain('@maria');
  });

  test('takes no word from an edited comment, a quote or a bot, and leaves other commands to others', async () => {
    const bot = github.world.account('stale[bot]', { type: 'Bot' });
    pull.editComment(ada, pull.comment(ada, 'hello'), '/agree');
    for (const body of ['> /agree', 'I will not /agree', '/merge', '/help', '/why'])
      pull.comment(ada, body);
    pull.comment(bot, '/agree');
    const step = await commented();
    expect(step.status, step.log).toBe(0);
    expect([rows(), reactions(), statusOf(), mine().length]).toEqual([[], [], 'failure', 1]);
  });

  test('replies to a code block with nothing but the command, which may only show it', async () => {
    pull.comment(ada, '```\n/agree\n```');
    const step = await commented();
    expect(step.status, step.log).toBe(0);
    expect([rows(), reactions(), statusOf(), mine().length]).toEqual([
      [],
      ['ada -1'],
      'failure',
      2,
    ]);
  });

  test('asks anew for another version, and a word for the former is none for the next', async () => {
    await says(ada, '/agree');
    await says(ada, '/agree'); // though nobody asked any more
    repository.push('dev', { by: maria, files: { '.github/gatehouse.yml': settings('', '2.0') } });
    await pushed();
    expect([statusOf(), rows().length]).toEqual(['failure', 1]);
    await says(ada, '/agree');
    expect(statusOf()).toBe('success');
    expect(rows().map((row) => row.split(',')[3])).toEqual(['1.0', '2.0']);
  });

  test('cannot say in its settings whom to ask: those of the base branch hold', async () => {
    fork.push('invoices', {
      by: ada,
      files: { '.github/gatehouse.yml': 'cla:\n  required: false\n' },
    });
    await pushed();
    expect(statusOf()).toBe('failure');
    repository.push('dev', {
      by: maria,
      files: { '.github/gatehouse.yml': 'cla:\n  required: false\n' },
    });
    await pushed();
    expect(repository.statuses.at(-1)).toMatchObject({
      state: 'success',
      description: 'This repository does not require a CLA',
    });
  });

  test('is not asked to agree to anything where the settings name no text: the step fails, and says what to do', async () => {
    repository.push('dev', { by: maria, files: { '.github/gatehouse.yml': null } });
    const step = await pushed();
    expect([step.status, changes(), problem(step)]).toEqual([
      2,
      [],
      'Nothing says what people are to agree to. Put `cla:` into .github/gatehouse.yml: ' +
        'https://connector-gatehouse.github.io/gatehouse/settings/#cla',
    ]);
  });

  test('of a company that has agreed for its people passes by their numbers; who is in an organization a workflow cannot see, so they agree themselves', async () => {
    const company = (who: string): string =>
      settings(`  companies:\n    - name: Contoso\n      version: "1.0"\n      ${who}\n`);
    repository.push('dev', {
      by: maria,
      files: { '.github/gatehouse.yml': company(`accounts: { ada: ${ada.id} }`) },
    });
    await pushed();
    expect([statusOf(), pull.comments]).toEqual(['success', []]);
    repository.push('dev', {
      by: maria,
      files: { '.github/gatehouse.yml': company('organizations: [contoso]') },
    });
    const step = await pushed();
    expect([step.status, statusOf(), problem(step)]).toEqual([
      2,
      'pending',
      '#1: The members of contoso could not be read: GitHub does not let Gatehouse see it.',
    ]);
    await says(ada, '/agree');
    expect([statusOf(), rows().length]).toEqual(['success', 1]);
  });

  test('that is merged can still be agreed to: the signature is kept', async () => {
    await pushed();
    pull.close(ada);
    await says(ada, '/agree');
    expect([rows().length, reactions()]).toEqual([1, ['ada +1']]);
  });
});

describe('the branch', () => {
  test.each([
    ['of which there is none yet', 'git/create-ref'],
    ['that is there', 'git/update-ref'],
  ])('%s keeps both where two write to it at once', async (_which, write) => {
    if (write === 'git/update-ref') beginBranch();
    const other = openedBy(ben, repository.fork(ben), 'tickets');
    pull.comment(ada, '/agree');
    other.comment(ben, '/agree');
    // Each has read the branch before either writes to it.
    const [one, two] = [github.holdUp(write), github.holdUp(write)];
    const runs = [commented(), commented(other)];
    await Promise.all([one.reached, two.reached]);
    two.release();
    one.release();
    for (const step of await Promise.all(runs)) expect(step.status, step.log).toBe(0);
    expect(rows().map((row) => row.split(',')[1])).toEqual(expect.arrayContaining(['ada', 'ben']));
    expect(rows()).toHaveLength(2);
    expect([statusOf(), statusOf(other)]).toEqual(['success', 'success']);
  });

  test('has nobody twice where two hear the same word at once', async () => {
    beginBranch();
    pull.comment(ada, '/agree');
    const [one, two] = [github.holdUp('git/update-ref'), github.holdUp('git/update-ref')];
    const runs = [commented(), pushed()];
    await Promise.all([one.reached, two.reached]);
    one.release();
    two.release();
    for (const step of await Promise.all(runs)) expect(step.status, step.log).toBe(0);
    expect([rows().length, reactions(), statusOf()]).toEqual([1, ['ada +1'], 'success']);
    expect(
      github.requests.filter(
        ({ operation, status }) => operation === 'git/update-ref' && status === 422,
      ),
    ).toHaveLength(1);
  });

  test('keeps what else is in it, and every row as it was written', async () => {
    const written = `${head.trim()}\n7,"zoe",,"1.0",,2020-01-01,cla-assistant: contoso/connectors,,,,`;
    repository.push('signatures', {
      by: maria,
      files: { 'signatures.csv': written, 'notes/paper.md': 'On paper: nobody.\n' },
    });
    await says(ada, '/agree');
    expect(fileAt()).toMatch(
      new RegExp(`^${written.replaceAll(/[.*+?^$]/g, '\\$&')}\\n${ada.id},ada,,1\\.0,,[^\\n]+\\n$`),
    );
    const tree = repository.resolve('refs/heads/signatures')?.tree ?? '';
    expect(repository.store.entryAt(tree, 'notes/paper.md')).toBeDefined();
    expect(repository.store.entryAt(tree, 'readme.md')).toBeDefined();
  });

  test('with the file of an earlier version: who has signed there is not asked again, and new rows say for whom and what they are', async () => {
    const former = head.split(',').slice(0, 7).join(',');
    const row = `${ben.id},"ben",,1.0,,2024-05-06,contributor-assistant: repository 7`;
    repository.push('signatures', {
      by: maria,
      files: { 'signatures.csv': `${former}\n${row}\n` },
    });
    const bens = openedBy(ben, repository.fork(ben), 'tickets');
    await pushed(bens);
    expect([statusOf(bens), bens.comments]).toEqual(['success', []]);
    await says(ada, '/agree');
    expect(statusOf()).toBe('success');
    expect(fileAt()?.split('\n')).toEqual([
      head.trim(),
      `${row},,,,`,
      expect.stringMatching(
        new RegExp(`^${ada.id},ada,,1\\.0,,.*,${here.replaceAll('.', '\\.')}$`),
      ),
      '',
    ]);
    await pushed(bens);
    expect(statusOf(bens)).toBe('success');
  });

  test.each([
    ['to another owner', 'fabrikam/connectors#1 comment 2,,,,'],
    [
      'to another owner, as the columns say',
      'contoso/connectors#1 comment 2,fabrikam,connectors,,',
    ],
    [
      'for another text',
      `contoso/connectors#1 comment 2,contoso,connectors,Another CLA,https://contoso.example/cla`,
    ],
    [
      'for a text at another address',
      `contoso/connectors#1 comment 2,contoso,connectors,Contoso CLA,https://fabrikam.example/cla`,
    ],
  ])('with a signature that was given %s: it does not count here', async (_to, end) => {
    repository.push('signatures', {
      by: maria,
      files: { 'signatures.csv': `${head}${ada.id},ada,,1.0,,2024-05-06,${end}\r\n` },
    });
    await pushed();
    expect(statusOf()).toBe('failure');
    await says(ada, '/agree');
    expect([statusOf(), rows().length]).toEqual(['success', 2]);
  });

  test('with a damaged file is left alone: the row is named to maintainers and to the author, and the word is heard once it is mended', async () => {
    const damaged = `${head}<<<<<<< HEAD\r\n`;
    repository.push('signatures', { by: maria, files: { 'signatures.csv': damaged } });
    const step = await says(ada, '/agree');
    const damage =
      'signatures.csv in the branch signatures is damaged. ' +
      'Row 2 has 1 cells instead of 11. Fix it there; ' +
      'Gatehouse does not write to it until then.';
    expect(step.status).toBe(2);
    expect(problem(step)).toBe(`#1: ${damage}`);
    expect(mine()[0]).toContain(damage);
    expect([fileAt(), statusOf(), reactions()]).toEqual([damaged, 'pending', []]);
    repository.push('signatures', { by: maria, files: { 'signatures.csv': head } });
    await pushed();
    expect([rows().length, statusOf(), reactions()]).toEqual([1, 'success', ['ada +1']]);
  });

  test('that may not be written to fails the run and says why; nothing is claimed', async () => {
    pull.comment(ada, '/agree');
    github.disturb('git/create-ref', {
      answer: {
        status: 422,
        body: {
          message: 'Repository rule violations found',
          documentation_url: 'https://docs.github.com',
        },
      },
      times: 5,
    });
    const step = await commented();
    expect(step.status).toBe(2);
    expect(problem(step)).toMatch(
      /^The signature could not be stored: the branch signatures takes no commit: Repository rule violations found/,
    );
    expect([reactions(), statusOf()]).toEqual([[], undefined]);
  });
});

describe('the run', () => {
  test('for a comment on an issue is green, asks GitHub nothing, and says that there was nothing to do', async () => {
    const step = await run({
      event: 'issue_comment',
      payload: { action: 'created', issue: { number: 9 }, comment: { body: '/agree' } },
    });
    expect(step.status, step.log).toBe(0);
    expect(step.log).toContain(
      'There was nothing to do: the comment is on an issue, not on a pull request.',
    );
    expect(github.requests).toEqual([]);
  });

  test('for a merge queue tells of the commit that the queue made', async () => {
    await says(ada, '/agree');
    const group = repository.enqueue(pull, maria);
    github.forget();
    const step = await run({
      event: 'merge_group',
      payload: {
        action: 'checks_requested',
        merge_group: { head_sha: group.head, base_sha: group.base, head_ref: group.ref },
      },
    });
    expect(step.status, step.log).toBe(0);
    expect(changes()).toEqual(['repos/create-commit-status']);
    expect(statusOf(group)).toBe('success');
  });

  test('for no pull request in particular looks at all that are open', async () => {
    const other = openedBy(ben, repository.fork(ben), 'tickets');
    const closed = openedBy(ben, repository.fork(maria), 'closed');
    closed.close(ben);
    const step = await run({ event: 'workflow_dispatch' });
    expect(step.status, step.log).toBe(0);
    expect(step.log).toContain(
      'Reviewing all 2 open pull requests: the event is workflow_dispatch.',
    );
    expect([statusOf(), statusOf(other), statusOf(closed)]).toEqual([
      'failure',
      'failure',
      undefined,
    ]);
  });

  test('with a token that may only read says what the workflow has to give', async () => {
    const step = await pushed(pull, {
      inputs: { token: tokenOf({ contents: 'read', pull_requests: 'read' }) },
    });
    expect(step.status).toBe(2);
    expect(problem(step)).toContain(
      'The workflow needs `contents: write`, `pull-requests: write` and `statuses: write`',
    );
  });

  test('that GitHub does not answer, or to which it does not say who asks, fails in plain words', async () => {
    github.disturb('pulls/get', { answer: badGateway, times: 9 });
    expect(problem(await pushed())).toMatch(
      /^GitHub did not answer: .*\. Run it again: what is done is done\.$/,
    );
    github.disturb('graphql', {
      answer: {
        status: 200,
        body: {
          data: null,
          errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
        },
      },
      times: 9,
    });
    expect(problem(await pushed())).toMatch(
      /^GitHub refused: .*Resource not accessible by integration/s,
    );
    expect(changes()).toEqual([]);
  });

  test('that GitHub has no patience for says for how long, and that it can be run again', async () => {
    github.disturb('pulls/get', {
      ...forbidden,
      answer: { status: 429, body: { message: 'Too many' }, headers: { 'retry-after': '90' } },
      times: 9,
    });
    const step = await pushed();
    expect(step.status).toBe(2);
    expect(problem(step)).toBe(
      'GitHub takes no more requests with this token for 90 seconds. Run it again then: what is done is done.',
    );
  });

  test('looks again where the pull request is pushed to meanwhile', async () => {
    await pushed();
    pull.comment(ada, '/agree');
    github.disturb('repos/compare-commits', {
      before: () => void fork.push('invoices', { by: ada, message: 'More' }),
    });
    const step = await commented();
    expect(step.status, step.log).toBe(0);
    expect([statusOf(), rows().length]).toEqual(['success', 1]);
  });

  test.each(['-x', 'a b', 'refs/heads/signatures', 'a..b', 'x.lock', '/a', 'a/', 'ä:b', 'a\nb'])(
    'into a branch called %j is refused before anything is asked',
    async (name) => {
      const step = await pushed(pull, { inputs: { 'cla-branch': name } });
      expect(step.status).toBe(2);
      expect(problem(step)).toMatch(
        /^The input cla-branch is .*, which is not a valid branch name\./,
      );
      expect(github.requests).toEqual([]);
    },
  );
});

test('what a pull request brings cannot mention, link or break out in the comment, nor command the runner', async () => {
  const evil = openedBy(
    ada,
    fork,
    'evil',
    'Evil\n\nCo-authored-by: @maria ::error::x <x@evil.example>\nCo-authored-by: ' +
      '[a](https://evil.example) <img@evil.example>',
  );
  const step = await says(
    ada,
    '/agree company="@maria `<b>` [x](https://evil.example) ::error::x"',
    evil,
  );
  expect(step.commands.map(({ name }) => name)).toEqual([]);
  const page = mine(evil)
    .map((body) => micromark(body))
    .join('');
  expect(page.replace(/<code>[^]*?<\/code>/g, '')).not.toMatch(/evil\.example|@maria|<b>/);
});

describe('signatures that another tool kept', () => {
  const gatehouse = (...args: string[]) =>
    runProgram(
      process.execPath,
      [join(import.meta.dirname, '../../dist/cli.js'), 'signatures', 'convert', ...args],
      {
        cwd: runner.folder,
        env: { ...process.env, GITHUB_API_URL: github.url, GITHUB_TOKEN: github.token(maria) },
      },
    );
  const written = (name: string, text: string): string => {
    writeFileSync(join(runner.folder, name), text);
    return name;
  };

  test('are converted to the file of the branch, and those who signed there are not asked again', async () => {
    const file = {
      signedContributors: [
        {
          name: 'ada',
          id: ada.id,
          comment_id: 5,
          created_at: '2024-05-06T07:08:09Z',
          repoId: 1,
          pullRequestNo: 2,
        },
        {
          name: 'ada',
          id: ada.id,
          comment_id: 6,
          created_at: '2024-05-07T07:08:09Z',
          repoId: 1,
          pullRequestNo: 3,
        },
      ],
    };
    const { stdout, stderr } = await gatehouse(
      written('cla.json', JSON.stringify(file)),
      '--agreement',
      '1.0',
    );
    expect(stdout).toBe(
      `${head}${ada.id},ada,,1.0,,2024-05-06T07:08:09.000Z,"contributor-assistant: ` +
        `repository 1, pull request 2, comment 5",,,,\r\n`,
    );
    expect(stderr).toContain('1 converted, 0 refused');
    expect(github.requests).toEqual([]);
    repository.push('signatures', { by: maria, files: { 'signatures.csv': stdout } });
    await pushed();
    expect([statusOf(), pull.comments]).toEqual(['success', []]);
  });

  test('by login alone are looked up, and those that nobody has any more are named', async () => {
    const csv =
      'User Name,Repository Owner,Repository Name,Gist URL,Gist Version,Signed ' +
      'At\nBen,contoso,connectors,https://gist.example/1,abc,2024-05-06T07:08:09Z\ngone,contoso,connectors,https://gist.example/1,abc,2024-05-06T07:08:09Z\n';
    const failed = await gatehouse(
      written('cla.csv', csv),
      '--agreement',
      '1.0',
      '--output',
      'signatures.csv',
    ).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^gone \(contoso\/connectors .*\): GitHub does not show it to Gatehouse\n1 converted, 1 refused$/m,
      ),
    });
    expect(readFileSync(join(runner.folder, 'signatures.csv'), 'utf8')).toBe(
      `${head}${ben.id},ben,,1.0,,2024-05-06T07:08:09.000Z,cla-assistant: ` +
        `contoso/connectors https://gist.example/1 abc,contoso,connectors,,\r\n`,
    );
  });

  test.each([
    [
      'a file of something else',
      'a,b\n',
      ['--agreement', '1.0'],
      'The file is not understood. The file has no column "User Name".',
    ],
    [
      'no version',
      '{}',
      [],
      '--agreement is missing: the version of the agreement that these people signed',
    ],
  ])('with %s are refused in a line', async (_what, text, args, message) => {
    expect(
      await gatehouse(written('other', text), ...args).catch((error: unknown) => error),
    ).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
