import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { retryAfterSeconds } from '../../src/github/http-error.ts';
import { applyEffects, type Outcome } from '../../src/github/apply-effects.ts';
import { readPullRequest, type PullRequestData } from '../../src/github/read-pull-request.ts';
import type { Effect, RecordEntry } from '../../src/review/model/effects.ts';
import { badGateway, forbidden, tooManyRequests } from './fake/faults.ts';
import { definition, folder, startScene, type Scene } from './scene.ts';

let scene: Scene;
let reading: PullRequestData;
beforeEach(async () => {
  scene = await startScene();
  reading = await readPullRequest(scene.client, scene.query());
  scene.github.forget();
});
afterEach(async () => scene.github.stop());

const path = `${folder}/apiDefinition.swagger.json`;
const reread = async () => (reading = await readPullRequest(scene.client, scene.query()));
const carry = (...effects: Effect[]): Promise<Outcome> =>
  applyEffects(scene.client, reading, effects, { record: async () => undefined });
const check = (more: Partial<Extract<Effect, { kind: 'write-check' }>> = {}): Effect => ({
  kind: 'write-check',
  run: null,
  sha: scene.pull.head,
  name: 'gatehouse',
  externalId: 'digest',
  outcome: 'failure',
  title: 'Two things',
  summary: 'Two things stand between.',
  batches: [],
  ...more,
});
const annotations = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    path,
    startLine: n + 1,
    endLine: n + 1,
    columns: { start: 1, end: 2 },
    level: 'failure' as const,
    title: 'Rule',
    message: `wrong ${n}`,
  }));
const comment: Effect = { kind: 'create-comment', body: 'Your turn.' };
/** The comment that asks for the merge. */
const wish = () =>
  scene.pull.comments.find(({ body }) => body === '/merge') ??
  scene.pull.comment(scene.maria, '/merge');
const asked = (): number => wish().id;

describe('effects', () => {
  test('are carried out in their order, and what is recorded together is recorded at once', async () => {
    const recorded: (readonly RecordEntry[])[] = [];
    const seen: string[] = [];
    const hold = { kind: 'hold', hold: null } as const;
    const effects: Effect[] = [
      { kind: 'record', entry: hold },
      { kind: 'record', entry: hold },
      comment,
      { kind: 'add-labels', labels: ['New', 'certified-connector'] },
      { kind: 'record', entry: { kind: 'merge', merge: null } },
    ];
    const outcome = await applyEffects(scene.client, reading, effects, {
      record: async (entries) => void recorded.push(entries),
      before: async ({ kind: step }) => void seen.push(`${step} after ${recorded.length}`),
    });
    expect([outcome, seen]).toEqual([
      { kind: 'done' },
      ['create-comment after 1', 'add-labels after 1'],
    ]);
    expect(recorded).toEqual([[hold, hold], [{ kind: 'merge', merge: null }]]);
    expect(scene.pull.comments.map(({ body, user }) => [body, user.login])).toEqual([
      ['Your turn.', 'gatehouse[bot]'],
    ]);
    expect([...scene.pull.labels]).toEqual(['New', 'certified-connector']);
  });

  test('that are only to be recorded ask GitHub for nothing', async () => {
    await carry({ kind: 'record', entry: { kind: 'hold', hold: null } });
    await carry();
    expect(scene.github.requests).toEqual([]);
  });

  test('of a review whose head is older than what stands write nothing', async () => {
    scene.pull.push({ by: scene.ada, files: { [path]: definition('1.2') } });
    const recorded: unknown[] = [];
    const outcome = await applyEffects(
      scene.client,
      reading,
      [{ kind: 'record', entry: { kind: 'hold', hold: null } }, check(), comment],
      { record: async (entries) => void recorded.push(entries) },
    );
    expect([outcome, recorded, scene.github.writes]).toEqual([{ kind: 'moved' }, [], []]);
  });

  test('are not carried out where somebody was the first to comment meanwhile: it may have been us', async () => {
    scene.pull.comment(scene.app.account, 'Your turn.');
    expect(await carry(comment)).toEqual({ kind: 'moved' });
    await reread();
    expect(reading.comments).toMatchObject({ value: [{ author: { id: scene.bot.id } }] });
    expect(
      await carry({
        kind: 'edit-comment',
        comment: scene.pull.comments[0]?.id ?? 0,
        body: 'Thanks.',
      }),
    ).toEqual({ kind: 'done' });
    expect(scene.pull.comments.map(({ body }) => body)).toEqual(['Thanks.']);
  });

  test('fold a comment of Gatehouse as outdated, and it is no failure if GitHub does not allow it', async () => {
    await carry(comment);
    const [posted] = scene.pull.comments;
    const read = (await reread()).comments;
    const [{ nodeId = '' } = {}] = read.ok ? read.value : [];
    expect(await carry({ kind: 'minimize-comment', nodeId })).toEqual({ kind: 'done' });
    expect(posted?.minimized).toBe('OUTDATED');
    expect(await carry({ kind: 'minimize-comment', nodeId: 'gone' })).toEqual({ kind: 'done' });
    scene.github.disturb('graphql', {
      answer: {
        status: 200,
        body: {
          data: { minimizeComment: null },
          errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
        },
      },
    });
    expect(await carry({ kind: 'minimize-comment', nodeId })).toEqual({ kind: 'done' });
  });

  test('stop where the job belongs to somebody else by now', async () => {
    const lost = applyEffects(scene.client, reading, [check(), comment], {
      record: async () => undefined,
      before: async ({ kind: step }) =>
        step === 'create-comment' ? Promise.reject(new Error('lost')) : undefined,
    });
    await expect(lost).rejects.toThrow('lost');
    expect([scene.repository.checkRuns.length, scene.pull.comments.length]).toEqual([1, 0]);
  });

  test('that GitHub refuses are told with its reason, and the others are carried out', async () => {
    scene.github.disturb('issues/create-comment', { answer: forbidden });
    expect(await carry(comment, { kind: 'add-labels', labels: ['New'] })).toMatchObject({
      kind: 'rejected',
      effect: comment,
      reason: expect.stringContaining('not accessible'),
    });
    expect([...scene.pull.labels]).toEqual(['New']);
  });

  test('are not carried out with a token that is no longer good', async () => {
    scene.github.disturb('pulls/get', {
      answer: { status: 401, body: { message: 'Bad credentials' } },
    });
    await expect(carry(comment)).rejects.toThrow('Bad credentials');
    scene.github.disturb('issues/create-comment', {
      answer: { status: 401, body: { message: 'Bad credentials' } },
    });
    await expect(carry(comment)).rejects.toThrow('Bad credentials');
  });

  test('behind a merge that GitHub refuses are left: they say that it was merged', async () => {
    const recorded: unknown[] = [];
    const enqueue: Effect = {
      kind: 'enqueue',
      nodeId: reading.pull.nodeId,
      head: reading.pull.head.sha,
      requestComment: asked(),
    };
    await reread();
    const outcome = await applyEffects(
      scene.client,
      reading,
      [enqueue, { kind: 'record', entry: { kind: 'merge', merge: null } }],
      { record: async (entries) => void recorded.push(entries) },
    );
    expect([outcome, recorded]).toEqual([
      { kind: 'rejected', effect: enqueue, reason: 'Merge queue is not enabled' },
      [],
    ]);
  });
});

describe('a check run', () => {
  test('is made, and edited later', async () => {
    await carry(check({ batches: [annotations(1)] }));
    await reread();
    const [run] = reading.checks.ok ? reading.checks.value : [];
    expect(run).toMatchObject({ status: 'completed', externalId: 'digest' });
    await carry(
      check({ run: run?.id ?? 0, outcome: 'pending', externalId: 'later', title: 'Waiting' }),
    );
    expect(scene.repository.checkRuns).toMatchObject([
      {
        externalId: 'later',
        status: 'in_progress',
        conclusion: null,
        title: 'Waiting',
        annotations: [
          { path, start_line: 1, start_column: 1, annotation_level: 'failure', title: 'Rule' },
        ],
      },
    ]);
  });

  test('has all of its annotations before it has its outcome', async () => {
    const seen: unknown[] = [];
    scene.github.disturb('checks/update', {
      times: 9,
      before: () =>
        void seen.push(
          scene.repository.checkRuns.map(({ status, externalId, annotations: { length } }) => [
            status,
            externalId,
            length,
          ]),
        ),
    });
    await carry(check({ batches: [annotations(50), annotations(50), annotations(7)] }));
    expect(seen).toEqual([[['in_progress', '', 50]], [['in_progress', '', 100]]]);
    expect(scene.repository.checkRuns).toMatchObject([
      {
        status: 'completed',
        conclusion: 'failure',
        externalId: 'digest',
        annotations: { length: 107 },
      },
    ]);
  });

  test('is reported for the commit of a merge queue', async () => {
    scene.repository.protect('dev', { requiredChecks: ['gatehouse'], mergeQueue: true });
    const group = scene.repository.enqueue(scene.pull, scene.maria);
    reading = await readPullRequest(
      scene.client,
      scene.query({ group: { sha: group.head, baseSha: group.base } }),
    );
    await carry(check({ sha: group.head, outcome: 'success' }));
    scene.repository.advanceQueue(scene.maria);
    expect(scene.pull.mergedAt).toBeDefined();
  });
});

describe('what GitHub did without saying so is not done again', () => {
  test.each([
    ['a comment', 'issues/create-comment', comment, () => scene.pull.comments.length],
    ['a check run', 'checks/create', check, () => scene.repository.checkRuns.length],
    [
      'a review',
      'pulls/create-review',
      {
        kind: 'suggest',
        sha: '',
        body: '1 of 2 fixes.',
        suggestions: [{ path, startLine: 5, endLine: 5, body: 'x' }],
      },
      () => scene.pull.reviews.length,
    ],
    [
      'a deployment',
      'repos/create-deployment',
      {
        kind: 'create-deployment',
        sha: '',
        environment: 'first-ring',
        description: '',
        payload: { pull: 1, connector: folder, class: 'certified', size: 'minor' },
      },
      () => scene.repository.deployments.length,
    ],
  ] satisfies [string, string, Effect | (() => Effect), () => number][])(
    '%s',
    async (_, operation, made, count) => {
      const plain = typeof made === 'function' ? made() : made;
      const effect = 'sha' in plain ? { ...plain, sha: scene.pull.head } : plain;
      scene.github.disturb(operation, { butAnswer: badGateway, times: 5 });
      await expect(carry(effect)).rejects.toThrow('Server Error');
      expect(count()).toBe(1);
    },
  );

  test('a merge is one all the same', async () => {
    scene.github.disturb('pulls/merge', { butAnswer: badGateway, times: 5 });
    const merge: Effect = {
      kind: 'merge',
      head: scene.pull.head,
      title: 'Contoso Invoices (#1)',
      message: '',
      requestComment: asked(),
    };
    await reread();
    await expect(carry(merge)).rejects.toThrow('Server Error');
    expect((await reread()).pull.state).toMatchObject({ kind: 'merged' });
  });

  test('what GitHub has refused for being too fast has not been done, and is asked again', async () => {
    const patient = scene.clientOf(
      scene.github.installationToken([...scene.github.world.installations.keys()][0] ?? 0),
      scene.memory,
      { retryAfterBaseValue: 1 },
    );
    scene.github.disturb('issues/create-comment', { answer: tooManyRequests(2) });
    expect(
      await applyEffects(patient, reading, [comment], { record: async () => undefined }),
    ).toEqual({
      kind: 'done',
    });
    expect([scene.github.writes.map(({ status }) => status), scene.pull.comments.length]).toEqual([
      [429, 201],
      1,
    ]);
  });

  test('what does no harm twice is tried again', async () => {
    scene.github.disturb('issues/add-labels', { answer: badGateway, times: 2 });
    expect(await carry({ kind: 'add-labels', labels: ['New'] })).toEqual({ kind: 'done' });
    expect([...scene.pull.labels]).toEqual(['New']);
  });
});

describe('suggestions', () => {
  test('go into one review, each at its lines', async () => {
    await carry({
      kind: 'suggest',
      sha: scene.pull.head,
      body: '1 of 2 fixes.',
      suggestions: [
        { path, startLine: 5, endLine: 6, body: 'a' },
        { path, startLine: 6, endLine: 6, body: 'b' },
      ],
    });
    expect(scene.pull.reviews).toMatchObject([
      {
        state: 'COMMENTED',
        body: '1 of 2 fixes.',
        commit: scene.pull.head,
        comments: [
          { startLine: 5, line: 6, body: 'a' },
          { line: 6, body: 'b' },
        ],
      },
    ]);
  });

  test('that GitHub refuses do not take the others with them', async () => {
    const outcome = await carry({
      kind: 'suggest',
      sha: scene.pull.head,
      body: '1 of 2 fixes.',
      suggestions: [
        { path, startLine: 6, endLine: 6, body: 'a' },
        { path, startLine: 900, endLine: 900, body: 'b' },
      ],
    });
    expect(outcome).toEqual({ kind: 'done' });
    expect(scene.pull.reviews.map(({ comments }) => comments.map(({ body }) => body))).toEqual([
      ['a'],
    ]);
  });
});

describe('labels, reactions and descriptions', () => {
  test('what somebody has taken away already is gone', async () => {
    expect(
      await carry(
        { kind: 'remove-label', label: 'New' },
        { kind: 'react', comment: 4711, reaction: '+1' },
        { kind: 'edit-comment', comment: 4711, body: 'x' },
      ),
    ).toEqual({ kind: 'done' });
  });

  test('a reaction is there once', async () => {
    const said = scene.pull.comment(scene.ada, '/check');
    await reread();
    await carry(
      { kind: 'react', comment: said.id, reaction: '+1' },
      { kind: 'react', comment: said.id, reaction: '+1' },
    );
    expect((await reread()).comments).toMatchObject({ value: [{ reactions: ['+1'] }] });
  });

  test('a reaction that was made is recorded behind it, and one that GitHub refused is not', async () => {
    const [first, second] = [
      scene.pull.comment(scene.ada, '/check'),
      scene.pull.comment(scene.ada, '/check'),
    ];
    const recorded: (readonly RecordEntry[])[] = [];
    const react = (...effects: Effect[]): Promise<Outcome> =>
      applyEffects(scene.client, reading, effects, {
        record: async (entries) => void recorded.push(entries),
      });
    await reread();
    scene.github.disturb('reactions/create-for-issue-comment', { answer: forbidden });
    expect(
      await react(
        { kind: 'react', comment: first.id, reaction: '-1' },
        { kind: 'react', comment: second.id, reaction: '+1' },
        comment,
      ),
    ).toMatchObject({ kind: 'rejected' });
    expect(recorded).toEqual([[{ kind: 'reaction', comment: second.id, reaction: '+1' }]]);
  });

  test('a description is edited where its author has not been writing in it', async () => {
    await carry({ kind: 'edit-description', was: 'Better.', body: 'Better. Ticked.' });
    expect(scene.pull.body).toBe('Better. Ticked.');
    await carry({ kind: 'edit-description', was: 'Better.', body: 'Overwritten' });
    expect(scene.pull.body).toBe('Better. Ticked.');
  });
});

describe('fixes', () => {
  const fix = (): Effect => ({
    kind: 'commit-files',
    repository: { owner: 'ada', repo: 'connectors' },
    branch: 'invoices',
    head: reading.pull.head.sha,
    message: 'Fixes',
    files: [{ path, text: definition('1.1.1') }],
  });

  test('are one commit on top of the head, on the branch of the fork', async () => {
    expect(await carry(fix())).toEqual({ kind: 'done' });
    const commit = scene.repository.resolve(scene.pull.head);
    expect(commit).toMatchObject({ parents: [reading.pull.head.sha], message: 'Fixes' });
    const entry = commit && scene.repository.store.entryAt(commit.tree, path);
    expect(scene.repository.store.blobs.get(entry?.sha ?? '')?.toString()).toBe(
      definition('1.1.1'),
    );
  });

  test('do not overwrite what was pushed in between', async () => {
    scene.github.disturb('git/update-ref', {
      before: () => void scene.pull.push({ by: scene.ada, files: { [path]: definition('2.0') } }),
    });
    expect(await carry(fix())).toEqual({ kind: 'moved' });
    expect(scene.pull.commits.map(({ message }) => message)).toEqual(['Better', 'Change']);
  });

  test('are refused where the author does not let maintainers push', async () => {
    scene.pull.maintainersMayPush = false;
    expect(await carry(fix())).toMatchObject({ kind: 'rejected' });
  });
});

describe('the merge', () => {
  const merge = (): Effect => ({
    kind: 'merge',
    head: reading.pull.head.sha,
    title: 'Contoso Invoices (#1)',
    message: '',
    requestComment: asked(),
  });
  beforeEach(async () => {
    scene.pull.comment(scene.maria, '/merge');
    await reread();
  });

  test('is a squash of the expected head', async () => {
    expect(await carry(merge())).toEqual({ kind: 'done' });
    expect(scene.repository.resolve('dev')).toMatchObject({ message: 'Contoso Invoices (#1)' });
  });

  test('does not happen where the head moved in the last moment, or a required check has not passed', async () => {
    scene.repository.protect('dev', { requiredChecks: ['build'] });
    expect(await carry(merge())).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('"build" is expected'),
    });
    scene.github.disturb('pulls/merge', {
      before: () => void scene.pull.push({ by: scene.ada, files: { [path]: definition('2.0') } }),
    });
    expect(await carry(merge())).toEqual({ kind: 'moved' });
    expect(scene.pull.mergedAt).toBeUndefined();
  });

  test('is left to the queue where there is one, once', async () => {
    scene.repository.protect('dev', { mergeQueue: true });
    const enqueue = {
      kind: 'enqueue',
      nodeId: reading.pull.nodeId,
      head: reading.pull.head.sha,
      requestComment: asked(),
    } as const;
    expect([await carry(enqueue), await carry(enqueue), scene.repository.queue.length]).toEqual([
      { kind: 'done' },
      { kind: 'done' },
      1,
    ]);
    expect(await carry({ ...enqueue, head: 'f'.repeat(40) })).toEqual({ kind: 'moved' });
    const dequeue: Effect = { kind: 'dequeue', nodeId: reading.pull.nodeId };
    expect([await carry(dequeue), scene.repository.queue.length]).toEqual([{ kind: 'done' }, 0]);
  });

  // Everything here happens after the pull request was read, while earlier effects were carried
  // out.
  test.each<[string, () => unknown]>([
    ['its base branch is another one', () => scene.pull.edit(scene.ada, { base: 'lax' })],
    ['a maintainer holds it', () => scene.pull.comment(scene.maria, '/hold')],
    [
      'anybody writes what may be a command',
      () => scene.pull.comment(scene.ada, 'Wait.\n\n/withdraw'),
    ],
    ['the wish is taken back', () => scene.pull.editComment(scene.maria, wish(), 'not yet')],
    ['the wish is deleted', () => scene.pull.deleteComment(scene.maria, wish())],
    [
      'changes are asked for',
      () => scene.pull.review(scene.maria, 'REQUEST_CHANGES', { body: 'No.' }),
    ],
    ['it is a draft again', () => scene.pull.setDraft(scene.ada, true)],
    ['it is closed', () => scene.pull.close(scene.ada)],
    [
      'its head is another one',
      () => scene.pull.push({ by: scene.ada, files: { [path]: definition('2.0') } }),
    ],
  ])('does not happen where %s meanwhile, and with a queue neither', async (_, meanwhile) => {
    scene.repository.push('lax', { by: scene.maria, files: {} });
    let first = true;
    scene.github.disturb('issues/add-labels', {
      before: () => void (first && meanwhile(), (first = false)),
    });
    expect(await carry({ kind: 'add-labels', labels: ['New'] }, merge())).toEqual({
      kind: 'moved',
    });
    scene.repository.protect(scene.pull.baseRef, { mergeQueue: true });
    expect(
      await carry({
        kind: 'enqueue',
        nodeId: reading.pull.nodeId,
        head: reading.pull.head.sha,
        requestComment: asked(),
      }),
    ).toEqual({ kind: 'moved' });
    expect([
      scene.pull.mergedAt,
      scene.repository.queue,
      scene.github.writes.map(({ operation }) => operation).includes('pulls/merge'),
    ]).toEqual([undefined, [], false]);
  });

  test('happens where only Gatehouse has written meanwhile, and others nothing that might speak against it', async () => {
    scene.github.disturb('issues/create-comment', {
      before: () =>
        void [
          scene.pull.comment(scene.github.user('eve'), 'Nice!'),
          scene.pull.review(scene.maria, 'APPROVE'),
        ],
    });
    expect(await carry(comment, merge())).toEqual({ kind: 'done' });
    expect(scene.pull.mergedAt).toBeDefined();
  });

  test('does not happen where GitHub does not say what happened meanwhile', async () => {
    scene.github.disturb('issues/list-comments', { answer: forbidden });
    expect(await carry(merge())).toEqual({ kind: 'moved' });
    expect(scene.pull.mergedAt).toBeUndefined();
  });

  test('is followed by a deployment, which asks for no other checks', async () => {
    scene.repository.check('build', scene.pull.head, 'failure');
    await carry({
      kind: 'create-deployment',
      sha: scene.pull.head,
      environment: 'first-ring',
      description: 'Contoso',
      payload: { pull: 1, connector: folder, class: 'certified', size: 'minor' },
    });
    expect(scene.repository.deployments).toMatchObject([
      { environment: 'first-ring', payload: { pull: 1, connector: folder } },
    ]);
  });

  test('can be withdrawn: back to draft', async () => {
    await carry({ kind: 'convert-to-draft', nodeId: reading.pull.nodeId });
    expect((await reread()).pull.state).toEqual({ kind: 'open', draft: true });
    expect(await carry({ kind: 'convert-to-draft', nodeId: 'nobody' })).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('Could not resolve'),
    });
    for (const [body, reason] of [
      [
        {
          data: { convertPullRequestToDraft: null },
          errors: [{ type: 'FORBIDDEN', message: 'Not you' }],
        },
        'Not you',
      ],
      [{ errors: [{}, { message: 7 }] }, 'no reason is given no reason is given'],
      [{ errors: [] }, ''],
    ] as const) {
      scene.github.disturb('graphql', { answer: { status: 200, body } });
      expect(await carry({ kind: 'convert-to-draft', nodeId: reading.pull.nodeId })).toMatchObject({
        kind: 'rejected',
        reason,
      });
    }
    scene.github.disturb('graphql', {
      answer: {
        status: 200,
        body: { data: null, errors: [{ type: 'RATE_LIMITED', message: 'Too much' }] },
        headers: {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 900),
        },
      },
      times: 9,
    });
    expect(
      await carry({ kind: 'convert-to-draft', nodeId: reading.pull.nodeId }).then(
        () => undefined,
        (error: unknown) => retryAfterSeconds(error),
      ),
    ).toBeGreaterThan(800);
  });
});

describe('what it costs', () => {
  test('a whole first review of an update, from nothing, takes at most 20 requests, writes included', async () => {
    scene.memory.clear();
    scene.repository.push('dev', { by: scene.maria, files: { 'README.md': '# Moved on\n' } });
    scene.github.forget();
    await reread();
    await carry(
      check({ batches: [annotations(2)] }),
      comment,
      { kind: 'add-labels', labels: ['minor-update', 'needs:partner-attention'] },
      {
        kind: 'suggest',
        sha: scene.pull.head,
        body: '1 of 2 fixes.',
        suggestions: [{ path, startLine: 6, endLine: 6, body: 'a' }],
      },
    );
    const { reads, writes } = scene.github.count();
    expect([reads, writes, reads + writes <= 20]).toEqual([16, 4, true]);
  });

  test('and so does one of something new, in a crowd of other pull requests', async () => {
    for (const name of ['one', 'two', 'three', 'four']) {
      scene.repository.push(name, {
        by: scene.maria,
        files: { [`custom-connectors/${name}/readme.md`]: '' },
      });
      scene.repository.open({ by: scene.maria, branch: name, title: name });
    }
    const fresh = {
      'apiDefinition.swagger.json': definition('2.0'),
      'apiProperties.json': '{}',
      'icon.png': Uint8Array.of(7),
      'readme.md': '# New\n',
    };
    scene.fork.push('new', {
      by: scene.ada,
      files: Object.fromEntries(
        Object.entries(fresh).map(([name, content]) => [
          `custom-connectors/Contoso/${name}`,
          content,
        ]),
      ),
    });
    const pull = scene.repository.open({
      by: scene.ada,
      from: scene.fork,
      branch: 'new',
      title: 'New',
    });
    scene.memory.clear();
    scene.github.forget();
    reading = await readPullRequest(scene.client, scene.query({ number: pull.number }));
    await carry(
      check({ sha: pull.head, batches: [annotations(2)] }),
      comment,
      { kind: 'add-labels', labels: ['New'] },
      {
        kind: 'suggest',
        sha: pull.head,
        body: '1 of 2 fixes.',
        suggestions: [
          { path: 'custom-connectors/Contoso/readme.md', startLine: 1, endLine: 1, body: 'a' },
        ],
      },
    );
    const { reads, writes } = scene.github.count();
    expect([reads, writes]).toEqual([16, 4]);
  });

  test('what a review asks of GitHub is what the App asks to be allowed', async () => {
    scene.pull.comment(scene.maria, '/merge');
    await reread();
    await carry(
      check(),
      { kind: 'add-labels', labels: ['New'] },
      {
        kind: 'create-deployment',
        sha: scene.pull.head,
        environment: 'x',
        description: '',
        payload: { pull: 1, connector: folder, class: 'certified', size: 'new' },
      },
      { kind: 'merge', head: scene.pull.head, title: 'x', message: '', requestComment: asked() },
    );
    await reread();
    expect([...scene.github.permissionsUsed].sort()).toEqual([
      'checks:read',
      'checks:write',
      'contents:read',
      'contents:write',
      'deployments:read',
      'deployments:write',
      'issues:read',
      'issues:write',
      'members:read',
      'metadata:read',
      'pull_requests:read',
    ]);
  });
});
