import { Client, type OnRequest } from '../../src/github/client.ts';
import { Octokit } from '../../src/github/octokit.ts';
import type { PullRequestQuery } from '../../src/github/read-pull-request.ts';
import { newResponseCache, type ResponseCache } from '../../src/github/response-cache.ts';
import type { Account as ReviewedAs } from '../../src/review/model/snapshot.ts';
import { startGitHub, type GitHub } from './fake/server.ts';
import type { Files } from './fake/git-objects.ts';
import type { Account, App, Pull, Repository } from './fake/repository.ts';

export const folder = 'certified-connectors/Contoso Invoices';
/** The settings of the repository. */
export const sceneSettings = 'approvals: 2\nmode: full\npreset: microsoft\n';
/** The text of a definition with a version. */
export const definition = (version = '1.0'): string =>
  `${JSON.stringify({ swagger: '2.0', info: { title: 'Contoso Invoices', description: 'Reads invoices.', version }, host: 'contoso.example', schemes: ['https'], paths: {} }, null, 2)}\n`;
const connector = {
  [`${folder}/apiDefinition.swagger.json`]: definition(),
  [`${folder}/apiProperties.json`]: '{ "properties": {} }\n',
  [`${folder}/icon.png`]: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0),
  [`${folder}/readme.md`]: '# Contoso Invoices\n',
};

/**
 * A repository with Gatehouse installed and one connector, and a pull request from a fork that
 * updates the connector.
 */
export class Scene {
  readonly github: GitHub;
  readonly repository: Repository;
  readonly fork: Repository;
  readonly ada: Account;
  readonly maria: Account;
  readonly app: App;
  readonly pull: Pull;
  readonly memory: ResponseCache = newResponseCache();
  readonly client: Client;
  readonly bot: ReviewedAs;

  constructor(github: GitHub, otherFiles: Files = {}) {
    this.github = github;
    this.ada = github.user('ada', { email: 'ada@contoso.example' });
    this.maria = github.user('maria');
    const policy = {
      '.github/gatehouse.yml': sceneSettings,
      '.github/CODEOWNERS':
        `* @contoso/stewards\n/certified-connectors/Contoso\\ Invoices/ @bo ` +
        `@contoso/stewards\n/other/ @contoso/others\n`,
      'README.md': '# Connectors\n',
    };
    this.repository = github.repository('contoso/connectors', {
      files: {
        ...otherFiles,
        ...policy,
        ...connector,
        'custom-connectors/Fabrikam/icon.png': Uint8Array.of(1),
        'custom-connectors/Fabrikam/apiDefinition.swagger.json': '{}',
      },
    });
    this.repository.owner.teams.set('stewards', new Set([this.maria]));
    this.repository.let(this.maria, 'maintain');
    this.app = github.app();
    const installation = github.install(this.app, this.repository);
    this.fork = this.repository.fork(this.ada);
    this.fork.push('invoices', {
      by: this.ada,
      message: 'Better',
      files: {
        [`${folder}/apiDefinition.swagger.json`]: definition('1.1'),
        [`${folder}/apiProperties.json`]: '{ "properties": { "capabilities": [] } }\n',
      },
    });
    this.pull = this.repository.open({
      by: this.ada,
      from: this.fork,
      branch: 'invoices',
      title: 'Contoso Invoices',
      body: 'Better.',
    });
    this.client = this.clientOf(github.installationToken(installation));
    this.bot = { id: this.app.account.id, login: this.app.account.login, type: 'bot' };
  }

  /** A client without throttling, which would wait a second between two writes. */
  clientOf(
    token: string,
    memory: ResponseCache = this.memory,
    throttle: object = { enabled: false },
    onRequest?: OnRequest,
  ): Client {
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    };
    return new Client(
      new Octokit({
        baseUrl: this.github.url,
        auth: { token },
        log,
        throttle,
        retry: { retryAfterBaseValue: 1 },
      }),
      memory,
      onRequest,
    );
  }

  query(more: Partial<PullRequestQuery> = {}): PullRequestQuery {
    return {
      repository: { owner: 'contoso', repo: 'connectors' },
      number: this.pull.number,
      bot: this.bot,
      checkName: 'gatehouse',
      now: '2026-01-05T12:00:00.000Z',
      version: '0.1.0',
      isMergeRequested: false,
      consentingAccounts: [],
      ...more,
    };
  }
}

export const startScene = async (): Promise<Scene> => new Scene(await startGitHub());
