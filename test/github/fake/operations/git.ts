import { isJson, type Json } from '../schema-check.ts';
import { typeOf, type Entry, type Mode, type Signature } from '../git-objects.ts';
import { pathIn } from '../response-bodies.ts';
import type { Repository } from '../repository.ts';
import {
  created,
  invalid,
  linksTo,
  notFound,
  ok,
  Refused,
  page,
  repositoryOf,
  text,
  type Answer,
  type Call,
  type Handlers,
} from './call.ts';

const read = ['contents:read'];
const write = ['contents:write'];
const modes: readonly Mode[] = ['100644', '100755', '120000', '160000', '040000'];

function commitOf(repository: Repository, ref: string) {
  const commit = repository.resolve(ref);
  if (!commit) throw notFound();
  return commit;
}

/** A file or a folder, in the shape of the contents API. */
function contentShape(
  call: Call,
  repository: Repository,
  path: string,
  { mode, sha }: Entry,
  ref: string,
): Json {
  const base = `${call.bodies.api}/repos/${repository.fullName}`;
  const url = `${base}/contents/${pathIn(path)}?ref=${ref}`;
  const folder = mode === '040000' || mode === '160000';
  const [git, html] = [
    `${base}/git/${folder ? 'trees' : 'blobs'}/${sha}`,
    `${call.bodies.html}/${repository.fullName}/blob/${ref}/${pathIn(path)}`,
  ];
  const size = folder ? 0 : (repository.store.blobs.get(sha)?.length ?? 0);
  return {
    name: path.split('/').pop() ?? '',
    path,
    sha,
    size,
    url,
    html_url: html,
    git_url: git,
    download_url: folder ? null : html,
    _links: { self: url, git, html },
  };
}

/** In a list, a submodule passes for a file: GitHub says so itself. */
function listedType({ mode }: Entry): string {
  if (mode === '040000') return 'dir';
  return mode === '120000' ? 'symlink' : 'file';
}
/** How many commits a head has that its base has not, and the other way around. */
function statusOf(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

function content(call: Call): Answer {
  const repository = repositoryOf(call);
  const { media, limits } = call;
  const path = (call.parameters.path ?? '').replace(/\/$/, '');
  const ref = call.query.get('ref') ?? repository.defaultBranch;
  const commit = repository.resolve(ref);
  if (!commit) throw new Refused(404, `No commit found for the ref ${ref}`);
  const entry = repository.store.entryAt(commit.tree, path);
  if (!entry) throw notFound();
  const shape = contentShape(call, repository, path, entry, ref);
  if (entry.mode === '040000') {
    const inner = [...(repository.store.tree(entry.sha) ?? [])].map(([name, one]) => ({
      ...contentShape(call, repository, path === '' ? name : `${path}/${name}`, one, ref),
      type: listedType(one),
    }));
    if (inner.length > 1000) inner.length = 1000;
    return media === 'object'
      ? { ...ok({ ...shape, type: 'dir', entries: inner }), type: 'application/vnd.github.object' }
      : ok(inner);
  }
  const object = media === 'object' ? { type: 'application/vnd.github.object' } : {};
  if (entry.mode === '160000')
    return {
      ...ok({
        ...shape,
        type: 'submodule',
        ...(media !== 'object' && { submodule_git_url: `${call.bodies.html}/elsewhere.git` }),
      }),
      ...object,
    };
  const bytes = repository.store.blobs.get(entry.sha) ?? Buffer.alloc(0);
  if (bytes.length > limits.blobBytes)
    throw new Refused(403, 'This API returns blobs up to 100 MB in size.');
  if (media === 'raw')
    return { status: 200, body: bytes, type: 'application/vnd.github.raw+json; charset=utf-8' };
  if (entry.mode === '120000')
    return {
      ...ok({ ...shape, type: 'symlink', ...(media !== 'object' && { target: bytes.toString() }) }),
      ...object,
    };
  const small = bytes.length <= limits.contentBytes;
  return {
    ...ok({
      ...shape,
      type: 'file',
      encoding: small ? 'base64' : 'none',
      content: small ? lines64(bytes) : '',
    }),
    ...object,
  };
}

/** Base64 as GitHub writes it, in lines. */
const lines64 = (bytes: Buffer): string => bytes.toString('base64').replace(/.{60}/g, '$&\n');

function signature(call: Call, name: 'author' | 'committer', repository: Repository): Signature {
  const given = call.body[name];
  const own = repository.signatureOf(call.viewer.account);
  return isJson(given)
    ? {
        name: text(given, 'name') ?? own.name,
        email: text(given, 'email') ?? own.email,
        date: text(given, 'date') ?? call.world.now(),
      }
    : { ...own, date: call.world.now() };
}

/** The commit that one side of a comparison means: `ref`, or `owner:ref` of a fork. */
function side(repository: Repository, name: string) {
  const [, owner, ref = ''] = /^(?:([^:]+):)?(.*)$/.exec(name) ?? [];
  const family = [
    repository,
    ...repository.forks,
    ...(repository.parent ? [repository.parent] : []),
  ];
  const where =
    owner === undefined
      ? repository
      : family.find((one) => one.owner.login.toLowerCase() === owner.toLowerCase());
  if (!where) throw notFound();
  return commitOf(where, ref);
}

function compare(call: Call): Answer {
  const repository = repositoryOf(call);
  const { store } = repository;
  const [from, to] = (call.parameters.basehead ?? '').split('...');
  if (!from || !to) throw notFound();
  const [base, head] = [side(repository, from), side(repository, to)];
  const common = store.mergeBase(base.sha, head.sha);
  if (!common) throw new Refused(404, `No common ancestor between ${from} and ${to}.`);
  const commits = store.between(base.sha, head.sha);
  const behind = store.between(head.sha, base.sha).length;
  const paged = call.query.has('per_page') || call.query.has('page');
  const size = Math.min(
    Number(call.query.get('per_page') ?? (paged ? 30 : 250)),
    paged ? 100 : 250,
  );
  const current = Number(call.query.get('page') ?? 1);
  const shown = paged ? commits.slice((current - 1) * size, current * size) : commits.slice(-size);
  const url = `${call.bodies.api}/repos/${repository.fullName}/compare/${from}...${to}`;
  const html = `${call.bodies.html}/${repository.fullName}/compare/${from}...${to}`;
  const files = store.differences(common.tree, head.tree).slice(0, call.limits.comparedFiles);
  const body = {
    url,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: call.bodies.commit(repository, base),
    merge_base_commit: call.bodies.commit(repository, common),
    status: statusOf(commits.length, behind),
    ahead_by: commits.length,
    behind_by: behind,
    total_commits: commits.length,
    commits: shown.map((commit) => call.bodies.commit(repository, commit)),
    // Every page but the first is without files.
    ...(current === 1 && {
      files: files.map((file) => call.bodies.file(repository, file, head.sha)),
    }),
  };
  return {
    ...ok(body),
    ...(paged && {
      headers: linksTo(
        call.address,
        call.query,
        current,
        Math.max(1, Math.ceil(commits.length / size)),
      ),
    }),
  };
}

export const git: Handlers = {
  'repos/get-content': { needs: read, answer: content },
  'repos/compare-commits': { needs: read, answer: compare },
  'repos/get-commit': {
    needs: read,
    answer(call) {
      const repository = repositoryOf(call);
      const commit = repository.resolve(call.parameters.ref ?? '');
      if (!commit) throw invalid(`No commit found for SHA: ${call.parameters.ref ?? ''}`);
      const parent = repository.store.commits.get(commit.parents[0] ?? '');
      return ok(
        call.bodies.commit(
          repository,
          commit,
          repository.store.differences(parent?.tree ?? '', commit.tree),
        ),
      );
    },
  },
  'repos/list-commits': {
    needs: read,
    answer(call) {
      const repository = repositoryOf(call);
      const { store } = repository;
      const from = repository.resolve(call.query.get('sha') ?? 'dev');
      if (!from) throw notFound();
      const below = call.query.get('path') ?? '';
      const changes = store.between('', from.sha).filter(({ parents, tree }) => {
        const before = store.commits.get(parents[0] ?? '')?.tree ?? '';
        return store
          .differences(before, tree)
          .some(({ path }) => path === below || path.startsWith(`${below}/`));
      });
      return page(call, changes.reverse(), (commit) => call.bodies.commit(repository, commit));
    },
  },
  'git/get-tree': {
    needs: read,
    answer(call) {
      const repository = repositoryOf(call);
      const wanted = call.parameters.tree_sha ?? '';
      const sha = repository.resolve(wanted)?.tree ?? wanted;
      const tree = repository.store.tree(sha);
      if (!tree) throw notFound();
      const base = `${call.bodies.api}/repos/${repository.fullName}/git`;
      const all = Array.from(repository.store.walk(sha)).filter(
        ({ path }) => call.query.has('recursive') || !path.includes('/'),
      );
      const entries = all
        .slice(0, call.limits.treeEntries)
        .map(({ path, mode, type, sha: inner }) => ({
          path,
          mode,
          type,
          sha: inner,
          ...(type === 'blob' && { size: repository.store.blobs.get(inner)?.length ?? 0 }),
          ...(type !== 'commit' && { url: `${base}/${type}s/${inner}` }),
        }));
      return ok({
        sha,
        url: `${base}/trees/${sha}`,
        tree: entries,
        truncated: entries.length < all.length,
      });
    },
  },
  'git/get-blob': {
    needs: read,
    answer(call) {
      const repository = repositoryOf(call);
      const sha = call.parameters.file_sha ?? '';
      const bytes = repository.store.blobs.get(sha);
      if (!bytes) throw notFound();
      if (bytes.length > call.limits.blobBytes)
        throw new Refused(403, 'This API returns blobs up to 100 MB in size.');
      if (call.media === 'raw')
        return { status: 200, body: bytes, type: 'application/vnd.github.raw+json; charset=utf-8' };
      const url = `${call.bodies.api}/repos/${repository.fullName}/git/blobs/${sha}`;
      return ok({
        sha,
        node_id: sha,
        size: bytes.length,
        url,
        content: lines64(bytes),
        encoding: 'base64',
      });
    },
  },
  'git/create-blob': {
    needs: write,
    role: 'write',
    answer(call) {
      const repository = repositoryOf(call);
      const given = text(call.body, 'content') ?? '';
      const sha = repository.store.writeBlob(
        call.body.encoding === 'base64' ? Buffer.from(given, 'base64') : given,
      );
      return created({
        sha,
        url: `${call.bodies.api}/repos/${repository.fullName}/git/blobs/${sha}`,
      });
    },
  },
  'git/create-tree': {
    needs: write,
    role: 'write',
    answer(call) {
      const { store, fullName } = repositoryOf(call);
      const baseTree = text(call.body, 'base_tree');
      const under =
        baseTree === undefined ? undefined : (store.commits.get(baseTree)?.tree ?? baseTree);
      if (under !== undefined && !store.tree(under))
        throw invalid('base_tree is not a valid tree oid');
      const changes = new Map<string, Entry | null>();
      for (const one of Array.isArray(call.body.tree) ? call.body.tree.filter(isJson) : []) {
        const path = text(one, 'path') ?? '';
        const mode = modes.find((known) => known === one.mode);
        const inline = text(one, 'content');
        const sha = inline === undefined ? one.sha : store.writeBlob(inline);
        if (
          path === '' ||
          path.startsWith('/') ||
          path
            .split('/')
            .some(
              (part) =>
                part === '.' || part === '..' || part === '' || part.toLowerCase() === '.git',
            )
        )
          throw invalid('tree.path contains a malformed path component');
        if (sha === null) changes.set(path, null);
        else if (
          typeof sha !== 'string' ||
          !mode ||
          !(store.blobs.has(sha) || store.tree(sha) || mode === '160000')
        )
          throw invalid('tree.sha is not a valid blob');
        else changes.set(path, { mode, sha });
      }
      const sha = store.withEntries(under, changes);
      const base = `${call.bodies.api}/repos/${fullName}/git`;
      const entries = [...(store.tree(sha) ?? [])].map(([path, { mode, sha: inner }]) => ({
        path,
        mode,
        type: typeOf(mode),
        sha: inner,
      }));
      return created({ sha, url: `${base}/trees/${sha}`, tree: entries, truncated: false });
    },
  },
  'git/create-commit': {
    needs: write,
    role: 'write',
    answer(call) {
      const repository = repositoryOf(call);
      const { store } = repository;
      const tree = text(call.body, 'tree') ?? '';
      const parents = Array.isArray(call.body.parents)
        ? call.body.parents.filter((one) => typeof one === 'string')
        : [];
      if (!store.tree(tree)) throw invalid('Tree SHA does not exist');
      if (parents.some((sha) => !store.commits.has(sha)))
        throw invalid('Parent SHA does not exist or is not a commit object');
      const author = signature(call, 'author', repository);
      const committer =
        call.body.committer === undefined ? author : signature(call, 'committer', repository);
      return created(
        call.bodies.gitCommit(
          repository,
          store.writeCommit({
            tree,
            parents,
            author,
            committer,
            message: text(call.body, 'message') ?? '',
          }),
        ),
      );
    },
  },
  'git/get-commit': {
    needs: read,
    answer(call) {
      const repository = repositoryOf(call);
      const commit = repository.store.commits.get(call.parameters.commit_sha ?? '');
      if (!commit) throw notFound();
      return ok(call.bodies.gitCommit(repository, commit));
    },
  },
  'git/get-ref': {
    needs: read,
    answer(call) {
      const repository = repositoryOf(call);
      const sha = repository.refs.get(`refs/${call.parameters.ref ?? ''}`);
      if (sha === undefined) throw notFound();
      return ok(refShape(call, repository, `refs/${call.parameters.ref ?? ''}`, sha));
    },
  },
  'git/list-matching-refs': {
    needs: read,
    answer(call) {
      const repository = repositoryOf(call);
      const start = `refs/${call.parameters.ref ?? ''}`;
      const found = [...repository.refs].filter(([ref]) => ref.startsWith(start));
      return ok(found.map(([ref, sha]) => refShape(call, repository, ref, sha)));
    },
  },
  'git/create-ref': {
    needs: write,
    role: 'write',
    answer(call) {
      const repository = repositoryOf(call);
      const [ref, sha] = [text(call.body, 'ref') ?? '', text(call.body, 'sha') ?? ''];
      if (!/^refs\/[^/]+\/./.test(ref))
        throw invalid("Reference name must start with 'refs/' and have at least two slashes");
      if (repository.refs.has(ref)) throw invalid('Reference already exists');
      if (!repository.store.commits.has(sha)) throw invalid('Object does not exist');
      if (ref.startsWith('refs/heads/'))
        repository.moveBranch(ref.slice('refs/heads/'.length), sha, call.viewer.account);
      else repository.refs.set(ref, sha);
      return created(refShape(call, repository, ref, sha));
    },
  },
  'git/update-ref': {
    needs: write,
    role: 'write',
    answer(call) {
      const repository = repositoryOf(call);
      const ref = `refs/${call.parameters.ref ?? ''}`;
      const [sha, was] = [text(call.body, 'sha') ?? '', repository.refs.get(ref)];
      if (was === undefined) throw invalid('Reference does not exist');
      if (!repository.store.commits.has(sha)) throw invalid('Object does not exist');
      if (call.body.force !== true && !repository.store.ancestors(sha).has(was))
        throw invalid('Update is not a fast forward');
      repository.moveBranch(ref.replace(/^refs\/heads\//, ''), sha, call.viewer.account);
      return ok(refShape(call, repository, ref, sha));
    },
  },
};

const refShape = (call: Call, repository: Repository, ref: string, sha: string): Json => {
  const base = `${call.bodies.api}/repos/${repository.fullName}/git`;
  return {
    ref,
    node_id: ref,
    url: `${base}/${ref}`,
    object: { sha, type: 'commit', url: `${base}/commits/${sha}` },
  };
};
