import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { defaultSettings } from '../../src/settings/defaults.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/connectors');
export const contoso = 'certified-connectors/Contoso Invoices';
export const definition = 'apiDefinition.swagger.json';

/**
 * A git repository that stands for the one at GitHub: a branch `dev`, and branches of pull
 * requests.
 */
export class Origin {
  readonly path: string;
  readonly base: string;

  constructor(inside = tmpdir(), from = fixtures) {
    this.path = mkdtempSync(join(inside, 'origin-'));
    this.git('init', '-q', '-b', 'dev');
    for (const [name, value] of Object.entries({
      'user.name': 'Ada',
      'user.email': 'ada@contoso.example',
      'uploadpack.allowAnySHA1InWant': 'true',
      'commit.gpgsign': 'false',
    }))
      this.git('config', name, value);
    cpSync(from, this.path, { recursive: true });
    this.base = this.commit('Connectors');
  }

  git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: this.path,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();

  commit(message: string): string {
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Commits what is done to the files on a branch. Returns the commit. */
  change(branch: string, change: () => void, message = 'Change'): string {
    const known = this.git('branch', '--list', branch) !== '';
    this.git('checkout', '-q', ...(known ? [branch] : ['-b', branch]));
    change();
    const sha = this.commit(message);
    this.git('checkout', '-q', 'dev');
    return sha;
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    writeFileSync(join(this.path, path), content);
  }
  replace(path: string, find: string, by: string): void {
    const text = readFileSync(join(this.path, path), 'utf8');
    if (!text.includes(find)) throw new Error(`${path} has no ${find}`);
    this.write(path, text.replace(find, by));
  }

  /**
   * Commits connectors of another repository that name their operations as most do: so many, evenly
   * from all. Returns their folders.
   */
  takeFrom(repository: string, many: number): string[] {
    const all = Object.keys(defaultSettings.folders)
      .flatMap((name) =>
        readdirSync(join(repository, name)).map((connector) => `${name}/${connector}`),
      )
      .filter(
        (folder) =>
          existsSync(join(repository, folder, definition)) &&
          readFileSync(join(repository, folder, definition), 'utf8').includes('"operationId": "'),
      );
    const taken = all.filter((_folder, index) => index % Math.ceil(all.length / many) === 0);
    for (const folder of taken)
      cpSync(join(repository, folder), join(this.path, folder), { recursive: true });
    this.commit('Real ones');
    return taken;
  }

  /** The commit that GitHub makes to try the merge of a branch. */
  merge(branch: string): string {
    this.git('checkout', '-q', '--detach', 'dev');
    this.git('merge', '-q', '--no-ff', '-m', `Merge ${branch} into dev`, branch);
    const sha = this.git('rev-parse', 'HEAD');
    this.git('checkout', '-q', 'dev');
    return sha;
  }

  /** What actions/checkout does: a commit with so many before it; 0 for all. Returns the folder. */
  checkout(sha: string, depth = 1): string {
    const at = mkdtempSync(join(dirname(this.path), 'workspace-'));
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: at, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    git('init', '-q');
    git('remote', 'add', 'origin', `file://${this.path}`);
    git(
      'fetch',
      '-q',
      '--no-tags',
      ...(depth > 0 ? [`--depth=${depth}`] : []),
      'origin',
      sha,
      ...(depth > 0 ? [] : ['+refs/heads/*:refs/remotes/origin/*']),
    );
    git('checkout', '-q', '--detach', sha);
    return at;
  }
}
