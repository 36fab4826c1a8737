import { UserError } from '../../shared/user-error.ts';
import { loadEnvFile } from '../../workspace/env-file.ts';
import { defineCommand, type CommandGroup } from '../command.ts';
import { loadApp } from '../load-app.ts';
import type { Option } from '../options.ts';
import { print } from '../output.ts';

const repositoryOption = {
  type: 'string',
  value: 'owner/name',
  description: 'Repository that the mail is about',
} as const satisfies Option;

function required(repository: string | undefined): string {
  if (repository === undefined)
    throw new UserError('--repository is missing: the repository that the mail is about.');
  return repository;
}

const subscribe = defineCommand({
  name: 'notices subscribe',
  summary: 'Subscribe a person who asks for mail about the release train',
  usage: 'gatehouse notices subscribe <login> <address>',
  example: 'gatehouse notices subscribe ada ada@contoso.com --repository contoso/repo',
  details: [
    'The person gets one mail with a link, and no other until they open it and confirm. For ' +
      'someone who is subscribed, it changes the address, the role and the time zone.',
  ],
  options: {
    repository: repositoryOption,
    role: {
      type: 'string',
      value: 'role',
      description:
        'participant: mail about versions that the person took part in. maintainer: about all ' +
        'versions, and about what maintainers have to do',
      choices: ['participant', 'maintainer'],
      default: 'participant',
    },
    zone: {
      type: 'string',
      value: 'zone',
      description: 'IANA time zone of the person, if it is not that of the train',
    },
  },

  async run([login = '', address = ''], { repository, role, zone }) {
    loadEnvFile('.env', process.env);
    const app = await loadApp();
    const input = { repository: required(repository), login, address, role, zone };
    const isConfirmed = await app.addSubscription(input, process.env);
    await print([
      isConfirmed
        ? `${login} is subscribed.\n`
        : `${login} gets mail at ${address}, and is subscribed after they confirm it.\n`,
    ]);
    return 0;
  },
});

const unsubscribe = defineCommand({
  name: 'notices unsubscribe',
  summary: 'End the mail to a person',
  usage: 'gatehouse notices unsubscribe <login>',
  example: 'gatehouse notices unsubscribe ada --repository contoso/connectors',
  options: { repository: repositoryOption },

  async run([login = ''], { repository }) {
    loadEnvFile('.env', process.env);
    const app = await loadApp();
    const was = await app.removeSubscription(required(repository), login, process.env);
    if (!was) throw new UserError(`${login} is not subscribed to ${repository}.`);
    await print([`${login} is unsubscribed.\n`]);
    return 0;
  },
});

const list = defineCommand({
  name: 'notices list',
  summary: 'List who gets mail about what',
  usage: 'gatehouse notices list',
  example: 'gatehouse notices list --repository contoso/connectors',
  options: { repository: repositoryOption },

  async run(_, { repository }) {
    loadEnvFile('.env', process.env);
    const app = await loadApp();
    const subscriptions = await app.listSubscriptions(repository, process.env);
    await print(
      subscriptions.map(({ repository: name, login, address, role, zone, isConfirmed }) => {
        const cells = [name, login, address, role, zone ?? '-'];
        return `${cells.join('  ')}${isConfirmed ? '' : '  not confirmed'}\n`;
      }),
    );
    return 0;
  },
});

export const notices: CommandGroup = {
  name: 'notices',
  summary: 'Subscribe people to mail about the release train',
  commands: [subscribe, unsubscribe, list],
};
