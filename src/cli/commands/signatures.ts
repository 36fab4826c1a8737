import { loadApp } from '../load-app.ts';
import type { ImportOptions } from '../../github/import-signatures.ts';
import { UserError } from '../../shared/user-error.ts';
import { loadEnvFile } from '../../workspace/env-file.ts';
import { readNamedFile } from '../../workspace/files.ts';
import { defineCommand, type CommandGroup } from '../command.ts';
import type { Option, Options, Values } from '../options.ts';
import { print, printImport, write } from '../output.ts';

/** Signatures of 100,000 people take a tenth of it. */
const maxFileBytes = 256 * 1024 * 1024;

const claOptions = {
  agreement: {
    type: 'string',
    value: 'version',
    description: 'Version of the agreement that these people signed, if the file does not say it',
  },
  name: {
    type: 'string',
    value: 'name',
    description: 'Name of that agreement, as the settings have it',
  },
  url: {
    type: 'string',
    value: 'url',
    description: 'Address of its text, as the settings have it',
  },
  digest: {
    type: 'string',
    value: 'sha256',
    description: 'SHA-256 of its text, as the settings have it',
  },
} as const satisfies Options;

const recipientOptions = {
  owner: {
    type: 'string',
    value: 'owner',
    description:
      'Organization or user that the signatures were given to, if the file does not say it; ' +
      'signatures given to others are refused',
  },
  repository: {
    type: 'string',
    value: 'owner/name',
    description: 'Repository that the signatures were given to, if it is for this one alone',
  },
} as const satisfies Options;

const outputOption = {
  type: 'string',
  value: 'file',
  description: 'Write the signatures to this file',
} as const satisfies Option;

const importSignatures = defineCommand({
  name: 'signatures import',
  summary: 'Import CLA signatures from a file into the App',
  usage: 'gatehouse signatures import <file>',
  example: 'gatehouse signatures import signatures.json --agreement 1.0 --owner contoso',
  details: [
    'The file is from contributor-assistant or cla-assistant, an export of an App, or the file in ' +
      'which a branch keeps signatures. The exit status is 1 if a signature in it was refused.',
  ],
  options: { ...claOptions, ...recipientOptions },

  async run([file = ''], values) {
    loadEnvFile('.env', process.env);
    const options = importOptionsOf(values);
    const text = readNamedFile(file, maxFileBytes);
    const { importIntoStore } = await loadApp();
    return printImport(await importIntoStore(text, options, process.env));
  },
});

const convertSignatures = defineCommand({
  name: 'signatures convert',
  summary: 'Convert CLA signatures to the CSV file that a branch keeps',
  usage: 'gatehouse signatures convert <file>',
  example: 'gatehouse signatures convert cla.json --agreement 1.0 --output signatures.csv',
  details: [
    'It reads the same files as import. GITHUB_TOKEN is used to look up the accounts of a file ' +
      'that has logins only.',
  ],
  options: {
    ...claOptions,
    ...recipientOptions,
    output: outputOption,
  },

  async run([file = ''], values) {
    loadEnvFile('.env', process.env);
    const options = importOptionsOf(values);
    const text = readNamedFile(file, maxFileBytes);
    const github = await import('../../github/import-signatures.ts');
    const { csv, many, refused } = await github.convertSignatures(text, options, process.env);
    for (const line of refused) console.error(line);
    console.error(`${many} converted, ${refused.length} refused`);
    await write([csv], values.output);
    return refused.length > 0 ? 1 : 0;
  },
});

const exportSignatures = defineCommand({
  name: 'signatures export',
  summary: 'Export the CLA signatures of the App as CSV',
  usage: 'gatehouse signatures export',
  example: 'gatehouse signatures export --owner contoso --output signatures.csv',
  options: {
    owner: {
      ...recipientOptions.owner,
      description: 'Export only signatures that were given to this organization or user',
    },
    output: outputOption,
  },

  async run(_, { owner, output }) {
    loadEnvFile('.env', process.env);
    const { recipient } = importOptionsOf({ owner });
    const { exportFromStore } = await loadApp();
    await write([await exportFromStore(recipient?.owner, process.env)], output);
    return 0;
  },
});

const assignSignatures = defineCommand({
  name: 'signatures assign',
  summary: 'Assign CLA signatures of the App to the owner they were given to',
  usage: 'gatehouse signatures assign',
  example: 'gatehouse signatures assign --from contoso --owner contoso-inc',
  details: [
    'It assigns signatures that name no owner, or with --from, those of an owner who has been ' +
      'renamed. --owner or --repository is required.',
  ],
  options: {
    owner: {
      ...recipientOptions.owner,
      description: 'Organization or user that the signatures were given to',
    },
    repository: recipientOptions.repository,
    from: {
      type: 'string',
      value: 'owner',
      description: 'Assign the signatures of this owner, who has another name now',
    },
    ...claOptions,
    agreement: {
      ...claOptions.agreement,
      description: 'Assign only signatures of this version of the agreement',
    },
  },

  async run(_, values) {
    loadEnvFile('.env', process.env);
    const options = importOptionsOf(values);
    const { recipient } = options;
    if (!recipient)
      throw new UserError(
        '--owner or --repository is missing: whom these signatures were given to.',
      );
    const app = await loadApp();
    const count = await app.assignSignatures(values.from ?? '', recipient, options, process.env);
    await print([`${count} assigned to ${values.repository ?? recipient.owner}\n`]);
    return 0;
  },
});

export const signatures: CommandGroup = {
  name: 'signatures',
  summary: 'Import, convert, export or assign CLA signatures',
  commands: [importSignatures, convertSignatures, exportSignatures, assignSignatures],
};

/**
 * What the options say about signatures.
 * @throws UserError if an option has a value of another form, or two contradict each other
 */
function importOptionsOf({
  owner,
  repository,
  agreement,
  name,
  url,
  digest,
}: Partial<Values<typeof claOptions & typeof recipientOptions>>): ImportOptions {
  const [, repositoryOwner, repositoryName] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository ?? '') ?? [];
  if (repository !== undefined && repositoryOwner === undefined)
    throw new UserError(
      `--repository needs an owner and a name, such as contoso/connectors, not ${repository}.`,
    );
  if (owner !== undefined && !/^[\w.-]+$/.test(owner))
    throw new UserError(
      `--owner needs the name of an organization or a user, such as contoso, not ${owner}. ` +
        'For one repository, use --repository.',
    );
  if (
    owner !== undefined &&
    repositoryOwner !== undefined &&
    owner.toLowerCase() !== repositoryOwner.toLowerCase()
  )
    throw new UserError(
      `--owner ${owner} is not the owner in --repository ${repository}. Pass only one of the two.`,
    );
  if (digest !== undefined && !/^[0-9a-f]{64}$/.test(digest))
    throw new UserError('--digest needs a SHA-256: 64 hexadecimal digits in lower case.');
  if (url !== undefined && !/^https:\/\/[^\s<>()]+$/.test(url))
    throw new UserError(`--url needs an address that begins with https://, not ${url}.`);
  const recipient = repositoryOwner ?? owner;
  return {
    ...(recipient !== undefined && {
      recipient: {
        owner: recipient,
        ...(repositoryName !== undefined && { repository: repositoryName }),
      },
    }),
    ...(agreement !== undefined && { version: agreement }),
    ...(name !== undefined && { name }),
    ...(url !== undefined && { url }),
    ...(digest !== undefined && { digest }),
  };
}
