import { loadApp } from '../load-app.ts';
import { loadEnvFile } from '../../workspace/env-file.ts';
import { readNamedFile } from '../../workspace/files.ts';
import { defineCommand, type CommandGroup } from '../command.ts';
import { printImport, write } from '../output.ts';

const maxFileBytes = 64 * 1024 * 1024;

const importPublishers = defineCommand({
  name: 'publishers import',
  summary: 'Import confirmed identities of publishers into the App',
  usage: 'gatehouse publishers import <file>',
  example: 'gatehouse publishers import publishers.csv',
  details: [
    'The file is a CSV with the columns Account (the number of the account), Login, Owner (of the ' +
      'repositories), Verified at, Until (the last day) and Source (may be empty). The exit status ' +
      'is 1 if a row was refused.',
  ],
  options: {},

  async run([file = '']) {
    loadEnvFile('.env', process.env);
    const text = readNamedFile(file, maxFileBytes);
    const app = await loadApp();
    return printImport(await app.importPublishers(text, process.env));
  },
});

const exportPublishers = defineCommand({
  name: 'publishers export',
  summary: 'Export the confirmed identities of publishers as CSV',
  usage: 'gatehouse publishers export',
  example: 'gatehouse publishers export --owner contoso --output publishers.csv',
  options: {
    owner: {
      type: 'string',
      value: 'owner',
      description: 'Export only identities that were confirmed for this owner of repositories',
    },
    output: { type: 'string', value: 'file', description: 'Write the identities to this file' },
  },

  async run(_, { owner, output }) {
    loadEnvFile('.env', process.env);
    const app = await loadApp();
    await write([await app.exportPublishers(owner, process.env)], output);
    return 0;
  },
});

export const publishers: CommandGroup = {
  name: 'publishers',
  summary: 'Import or export confirmed identities of publishers',
  commands: [importPublishers, exportPublishers],
};
