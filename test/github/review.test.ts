import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyEffects } from '../../src/github/apply-effects.ts';
import { readPullRequest } from '../../src/github/read-pull-request.ts';
import { decide } from '../../src/review/decide.ts';
import { ok } from '../../src/review/model/result.ts';
import { plan } from '../../src/review/plan.ts';
import { corpus } from '../support/corpus.ts';
import { factsOf } from '../review/simulated-github.ts';
import { filesFrom } from './fake/repository-on-disk.ts';
import { startGitHub } from './fake/server.ts';
import { definition, folder, Scene, startScene } from './scene.ts';

/** One review, with nothing remembered from before. */
async function review(scene: Scene) {
  const reading = await readPullRequest(scene.client, scene.query());
  const snapshot = {
    ...reading,
    signatures: ok([]),
    records: ok({ answers: [], acknowledgements: [], hold: null, merge: null, rejection: null }),
    pushes: ok([{ sha: reading.pull.head.sha, at: reading.pull.createdAt }]),
  };
  const effects = plan(decide(factsOf(snapshot)), snapshot);
  const outcome = await applyEffects(scene.client, snapshot, effects, {
    record: async () => undefined,
  });
  return { reading, outcome, effects: effects.map((effect) => effect.kind) };
}

describe('a review over HTTP', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
    scene.github.forget();
  });
  afterEach(async () => scene.github.stop());

  test('says what stands between a pull request and its merge, within 20 requests', async () => {
    const { outcome, effects } = await review(scene);
    expect([outcome, effects]).toEqual([
      { kind: 'done' },
      expect.arrayContaining(['write-check', 'add-labels', 'create-comment']),
    ]);
    const { reads, writes } = scene.github.count();
    expect(reads + writes).toBeLessThanOrEqual(20);
    expect(scene.repository.checkRuns).toMatchObject([
      { name: 'gatehouse', conclusion: 'failure' },
    ]);
    expect(scene.pull.comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^\*\*Your turn/),
    ]);
  });

  test('writes nothing the second time', async () => {
    await review(scene);
    scene.github.forget();
    expect(await review(scene)).toMatchObject({ outcome: { kind: 'done' }, effects: [] });
    expect(scene.github.writes).toEqual([]);
  });

  test('after a push edits what it said, and says nothing twice', async () => {
    await review(scene);
    scene.pull.push({
      by: scene.ada,
      files: { [`${folder}/apiDefinition.swagger.json`]: definition('1.2') },
    });
    await review(scene);
    expect([
      scene.pull.comments.length,
      scene.repository.checkRuns.map(({ head }) => head),
    ]).toEqual([1, [expect.any(String), scene.pull.head]]);
  });

  test('is plain data', async () => {
    const { reading } = await review(scene);
    expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
  });
});

test.runIf(corpus)(
  'in a repository of real connectors reads one connector, and asks for no more than in a small one',
  async () => {
    await using github = await startGitHub();
    const scene = new Scene(github, filesFrom(corpus ?? ''));
    scene.repository.push('dev', { by: scene.maria, files: { 'README.md': '# Moved on\n' } });
    github.forget();
    const { outcome, reading } = await review(scene);
    expect(outcome).toEqual({ kind: 'done' });
    expect([reading.connectors.length, Object.keys(reading.contents).length]).toEqual([1, 6]);
    expect(reading.catalog.ok && reading.catalog.value.length).toBeGreaterThan(100);
    const { reads, writes } = github.count();
    expect(reads + writes).toBeLessThanOrEqual(20);
  },
);
