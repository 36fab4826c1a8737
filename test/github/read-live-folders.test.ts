import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readFolder } from '../../src/github/git-trees.ts';
import { readLiveFolders, readMergedFolders } from '../../src/github/read-live-folders.ts';
import { readPullRequest } from '../../src/github/read-pull-request.ts';
import { folderDigest } from '../../src/release/folder-digest.ts';
import type { RideEventDetail, RideHistory } from '../../src/release/ride.ts';
import { definition, folder, startScene, type Scene } from './scene.ts';

const name = { owner: 'contoso', repo: 'connectors' };

describe('the versions that rings have', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(async () => scene.github.stop());

  /** A version at the tip of the base branch that is live in a ring. */
  async function liveIn(ring: string, version: string, createdAt: string): Promise<RideHistory> {
    const sha = scene.repository.tip('dev') ?? '';
    const files = await readFolder(scene.client, name, folder, sha);
    if (!files.ok || !files.value) throw new Error('there is no folder');
    const details: RideEventDetail[] = [
      { kind: 'deploy-started', ring, deployment: 1 },
      { kind: 'succeeded', ring, deployment: 1 },
    ];
    return {
      ride: {
        id: version,
        folder,
        class: 'certified',
        kind: 'minor',
        version,
        pull: 90,
        sha,
        digest: folderDigest(files.value.files),
        createdAt,
      },
      events: details.map((detail, index) => ({
        seq: index + 1,
        at: createdAt,
        by: 'gatehouse',
        ...detail,
      })),
    };
  }

  const change = (files: Record<string, string>): void => {
    scene.repository.push('dev', { by: scene.maria, files });
  };

  test('are read once, if the base branch and the head have others', async () => {
    const first = await liveIn('europe', '1.0', '2026-01-01T00:00:00.000Z');
    change({ [`${folder}/apiDefinition.swagger.json`]: definition('1.0.1') });
    const second = await liveIn('testing', '1.1', '2026-01-02T00:00:00.000Z');
    scene.repository.push('again', {
      by: scene.ada,
      files: { [`${folder}/apiDefinition.swagger.json`]: definition('1.2') },
    });
    const pull = scene.repository.open({
      by: scene.ada,
      from: scene.repository,
      branch: 'again',
      title: 'Again',
      body: '',
    });
    const read = await readPullRequest(scene.client, scene.query({ number: pull.number }));
    scene.github.forget();
    const { connectors, contents } = await readLiveFolders(scene.client, name, read, [
      first,
      second,
    ]);
    const [live, ...others] = connectors[0]?.live ?? [];
    expect(others).toEqual([]);
    expect(live).toMatchObject({
      version: '1.0',
      pull: 90,
      rings: ['europe'],
      folder: { ok: true },
    });
    const definitionBlob =
      live?.folder.ok && live.folder.value
        ? live.folder.value.files.find(({ path }) => path.startsWith('apiDefinition'))?.blob
        : undefined;
    expect(Buffer.from(contents[definitionBlob ?? ''] ?? '', 'base64').toString()).toBe(
      definition(),
    );
    expect(scene.github.requests.length).toBeLessThanOrEqual(3);
    scene.github.forget();
    await readLiveFolders(scene.client, name, read, [first, second]);
    expect(scene.github.requests).toEqual([]);
  });

  test('are said not to be compared, if there are more than one review reads', async () => {
    const rides: RideHistory[] = [];
    for (const [index, ring] of ['a', 'b', 'c'].entries()) {
      rides.push(await liveIn(ring, `1.${index}`, `2026-01-0${index + 1}T00:00:00.000Z`));
      change({ [`${folder}/readme.md`]: `# Contoso Invoices ${index}\n` });
    }
    const read = await readPullRequest(scene.client, scene.query());
    const { connectors } = await readLiveFolders(
      scene.client,
      name,
      {
        ...read,
        connectors: read.connectors.map((at) => ({ ...at, before: { ok: true, value: null } })),
      },
      rides,
    );
    expect(connectors[0]?.live?.map(({ version, folder: at }) => [version, at.ok])).toEqual([
      ['1.2', true],
      ['1.1', true],
      ['1.0', false],
    ]);
  });

  test('cost nothing if everything is live everywhere', async () => {
    const only = await liveIn('europe', '1.0', '2026-01-01T00:00:00.000Z');
    const read = await readPullRequest(scene.client, scene.query());
    scene.github.forget();
    expect(await readLiveFolders(scene.client, name, read, [only])).toMatchObject({
      connectors: read.connectors,
    });
    expect(scene.github.requests).toEqual([]);
  });

  test('a base branch that changed the connector since is noticed', async () => {
    const before = await readPullRequest(scene.client, scene.query());
    expect(before.connectors[0]?.isBehind).toBeUndefined();
    change({ 'README.md': '# Something else\n' });
    const beside = await readPullRequest(scene.client, scene.query());
    expect(beside.connectors[0]?.isBehind).toBeUndefined();
    change({ [`${folder}/readme.md`]: '# Contoso Invoices, rewritten\n' });
    const behind = await readPullRequest(scene.client, scene.query());
    expect(behind.connectors[0]?.isBehind).toBe(true);
  });

  test('what was deployed before the merge is compared with what was merged', async () => {
    const began = await liveIn('europe', '1.0', '2026-01-01T00:00:00.000Z');
    const ours: RideHistory = {
      ride: { ...began.ride, pull: scene.pull.number },
      events: [{ seq: 1, at: began.ride.createdAt, by: 'gatehouse', kind: 'begun-before-merge' }],
    };
    const open = await readPullRequest(scene.client, scene.query());
    const train = { rides: [ours], freezes: [] };
    expect(await readMergedFolders(scene.client, name, open, train)).toBeUndefined();
    scene.pull.squash(scene.maria, 'Merged');
    const merged = await readPullRequest(scene.client, scene.query());
    const after = merged.connectors[0]?.after;
    expect(await readMergedFolders(scene.client, name, merged, train)).toEqual({
      [folder]: {
        ok: true,
        value: folderDigest(after?.ok && after.value ? after.value.files : []),
      },
    });
    expect(
      await readMergedFolders(scene.client, name, merged, { rides: [began], freezes: [] }),
    ).toBeUndefined();
  });
});
