import { UserError } from '../shared/user-error.ts';

export const defaultWebhookPath = '/api/github/webhooks';

/** A row of the table of variables in docs/operate.md, in Markdown. */
export interface VariableDocs {
  name: string;
  defaultValue: string;
  description: string;
}

/** Parses variables, and collects what is wrong with them and how to document them. */
class VariableReader {
  readonly docs: VariableDocs[] = [];
  readonly problems: string[] = [];
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** The value of a variable, which may be anything. `defaultDocs` is for the documentation. */
  text(name: string, description: string, defaultDocs = ''): string | undefined {
    this.docs.push({ name, description, defaultValue: defaultDocs });
    return this.#env[name] || undefined;
  }

  wholeNumber(
    name: string,
    { defaultValue, min, max = 999_999 }: { defaultValue: number; min: number; max?: number },
    description: string,
  ): number {
    const value = this.text(name, description, String(defaultValue));
    if (value === undefined) return defaultValue;
    if (/^\d{1,6}$/.test(value) && Number(value) >= min && Number(value) <= max)
      return Number(value);
    this.problems.push(`${name} needs a whole number from ${min} to ${max}, not ${value}.`);
    return defaultValue;
  }

  oneOf<const Choice extends string>(
    name: string,
    choices: readonly Choice[],
    description: string,
    defaultDocs = '',
  ): Choice | undefined {
    const value = this.text(name, description, defaultDocs);
    if (value === undefined) return undefined;
    const choice = choices.find((each) => each === value);
    if (choice === undefined)
      this.problems.push(`${name} needs ${alternatives(choices)}, not ${value}.`);
    return choice;
  }

  /** A value with a shape. `expected` continues "NAME needs". */
  matching(
    name: string,
    { shape, expected }: { shape: RegExp; expected: string },
    description: string,
    defaultDocs = '',
  ): string | undefined {
    const value = this.text(name, description, defaultDocs);
    if (value === undefined || shape.test(value)) return value;
    this.problems.push(`${name} needs ${expected}, not ${value}.`);
    return undefined;
  }
}

/** `a, b or c`. */
const alternatives = (choices: readonly string[]): string =>
  `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/**
 * The table of all variables that the App reads.
 */
const readVariables = (reader: VariableReader) => ({
  appId: reader.matching(
    'APP_ID',
    {
      shape: /^[1-9]\d{0,15}$/,
      expected: `the number that the App's settings page calls "App ID"`,
    },
    `the App's id: the number that its settings page calls "App ID"`,
  ),
  privateKey: reader.text('PRIVATE_KEY', "the App's private key"),
  privateKeyPath: reader.text(
    'PRIVATE_KEY_PATH',
    'a file with the private key, instead of `PRIVATE_KEY`',
  ),
  webhookSecret: reader.text(
    'WEBHOOK_SECRET',
    "the secret of the App's webhook; without it the App does not start",
  ),
  port: reader.wholeNumber(
    'PORT',
    { defaultValue: 3000, min: 1, max: 65_535 },
    'the port to listen on',
  ),
  host: reader.text('HOST', 'the address to listen on; in a container `0.0.0.0`', '`localhost`'),
  gheHost: reader.matching(
    'GHE_HOST',
    { shape: /^[^/\s@]+$/, expected: 'a host such as github.contoso.com' },
    'the host of a GitHub Enterprise Server',
    '`github.com`',
  ),
  gheProtocol: reader.oneOf(
    'GHE_PROTOCOL',
    ['https', 'http'],
    'the protocol of the Enterprise Server',
    '`https`',
  ),
  organization: reader.matching(
    'GH_ORG',
    { shape: /^[\w-]+$/, expected: 'the name of an organization' },
    'the organization that owns the App; only for the setup page',
    'your account',
  ),
  databaseUrl: reader.text(
    'DATABASE_URL',
    'a PostgreSQL (13 or later), for example `postgres://gatehouse@db/gatehouse`',
    'an embedded database',
  ),
  folder:
    reader.text(
      'GATEHOUSE_FOLDER',
      "the folder of the embedded database: a volume, not a container's own disk",
      '`.gatehouse`',
    ) ?? '.gatehouse',
  newDatabase: reader.oneOf(
    'GATEHOUSE_NEW_DATABASE',
    ['yes', 'no'],
    '`no`: never start with an empty database; for containers, after the first start. ' +
      '`yes`: start with an empty database although there was one before',
  ),
  concurrency: reader.wholeNumber(
    'GATEHOUSE_CONCURRENCY',
    { defaultValue: 4, min: 1 },
    'how many pull requests a process reviews at the same time',
  ),
  reviewProcesses: reader.wholeNumber(
    'GATEHOUSE_REVIEW_PROCESSES',
    { defaultValue: 2, min: 1 },
    'how many child processes check connectors, for all reviews of a process; each takes 110 MB ' +
      '(resident, after reviews of a small connector), and more after large ones',
  ),
  reviewSeconds: reader.wholeNumber(
    'GATEHOUSE_REVIEW_SECONDS',
    { defaultValue: 30, min: 1 },
    'how long one pull request may be checked; what takes longer "could not be judged", and the ' +
      'check and the comment say so',
  ),
  reviewMegabytes: reader.wholeNumber(
    'GATEHOUSE_REVIEW_MEMORY',
    { defaultValue: 512, min: 64 },
    'the heap in megabytes of such a child process, above which the same happens; at least 64',
  ),
  lease: reader.wholeNumber(
    'GATEHOUSE_LEASE',
    { defaultValue: 60, min: 10 },
    'seconds after which the jobs of a process that stopped responding go to another one; at ' +
      'least 10',
  ),
  isPaced:
    reader.text(
      'GATEHOUSE_PACE',
      '`none`: no pause between writes, for an Enterprise Server without rate limits. GitHub asks ' +
        'for one second, and for three if people are notified',
    ) !== 'none',
  proxies: reader.wholeNumber(
    'GATEHOUSE_PROXIES',
    { defaultValue: 0, min: 0, max: 10 },
    'how many proxies are in front of the server, each of which adds the address of the client to ' +
      '`X-Forwarded-For`. The [API](api.md) limits the requests of each client. With a number that ' +
      'is too high, clients can choose their address; with 0, all clients of a proxy count as one',
  ),
  isProduction:
    reader.text(
      'NODE_ENV',
      '`production`: never serve the setup page, which anyone who can reach it could use',
    ) === 'production',
  logLevel: reader.oneOf(
    'LOG_LEVEL',
    logLevels,
    `the least important lines to log: ${logLevels.map((level) => `\`${level}\``).join(', ')}`,
    '`info`',
  ),
  logFormat: reader.oneOf(
    'LOG_FORMAT',
    ['json', 'pretty'],
    '`json`: one object per line; `pretty`: for people',
    '`json`, or `pretty` in a terminal',
  ),
  webhookPath: reader.matching(
    'WEBHOOK_PATH',
    { shape: /^\/\S*$/, expected: 'a path that begins with /' },
    'the path of the webhook; `/` always works, too',
    `\`${defaultWebhookPath}\``,
  ),
  webhookProxyUrl: reader.matching(
    'WEBHOOK_PROXY_URL',
    { shape: /^https?:\/\/\S+$/, expected: 'an address that begins with https://' },
    'a channel of [smee.io](https://smee.io), for a machine that GitHub cannot reach',
  ),
  publicUrl: reader
    .matching(
      'PUBLIC_URL',
      {
        shape: /^https:\/\/[^\s/?#]+(\/[^\s?#]*)?$/,
        expected: 'an address that begins with https://',
      },
      'the address at which people reach this App, for links to calendar files and in mail',
      'no links',
    )
    ?.replace(/\/+$/, ''),
  smtpUrl: reader.matching(
    'SMTP_URL',
    {
      shape: /^smtps?:\/\/\S+$/,
      expected: 'an address such as smtps://user:password@smtp.contoso.com',
    },
    'the mail server for [notices](notices.md): `smtps://user:password@host`; `smtp://` uses ' +
      'STARTTLS, and requires it if there is a user. Needs `MAIL_FROM` and `PUBLIC_URL`',
    'no mail',
  ),
  mailFrom: reader.matching(
    'MAIL_FROM',
    {
      shape: /^(?:[^<>@\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
      expected: 'a mail address',
    },
    'the sender of mail: `gatehouse@contoso.com`, or `Gatehouse <gatehouse@contoso.com>`',
  ),
  noticeWebhooks: reader.text(
    'NOTICE_WEBHOOKS',
    '[webhooks](notices.md#webhooks) for notices, separated by `;`: an address, a secret ' +
      '`whsec_…`, and the topics if not all: `https://hooks.contoso.com/x whsec_… late,done`',
    'none',
  ),
  redisUrl: reader.text(
    'REDIS_URL',
    "a Redis through which several processes share GitHub's rate limits; needs the package " +
      '`ioredis`',
  ),
});

/** The environment of the App, parsed. */
export type AppEnvironment = ReturnType<typeof readVariables>;

/** @throws UserError that names every variable whose value is not valid */
export function readEnvironment(env: NodeJS.ProcessEnv): AppEnvironment {
  const reader = new VariableReader(env);
  const environment = readVariables(reader);
  if (reader.problems.length > 0) throw new UserError(reader.problems.join(' '));
  return environment;
}

/** Documents the variables, for docs/operate.md. */
export function variableDocs(): readonly VariableDocs[] {
  const reader = new VariableReader({});
  readVariables(reader);
  return reader.docs;
}
