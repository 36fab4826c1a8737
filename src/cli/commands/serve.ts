import { loadApp } from '../load-app.ts';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { roles } from '../../app/roles.ts';
import { loadEnvFile } from '../../workspace/env-file.ts';
import { packageRoot, version } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';

export const serve = defineCommand({
  name: 'serve',
  summary: 'Run the GitHub App: receive webhooks and review pull requests',
  usage: 'gatehouse serve',
  example: 'gatehouse serve --role worker',
  details: [
    'It runs until it receives SIGTERM or SIGINT. docs/operate.md describes its environment.',
  ],
  options: {
    role: {
      type: 'string',
      value: 'role',
      description: 'Part of the App that this process runs',
      choices: roles,
      default: 'all',
    },
  },
  isServer: true,

  async run(_, { role }) {
    const app = await loadApp();
    loadEnvFile('.env', process.env);
    const running = await app.serve(role, process.env, fileURLToPath(packageRoot), version());
    // A second signal ends the process at once: nothing listens to it any more.
    await Promise.race(['SIGTERM', 'SIGINT'].map((signal) => once(process, signal)));
    await running.stop();
    return 0;
  },
});
