import { loadApp } from '../load-app.ts';
import { reviewSteps } from '../../app/review-steps.ts';
import { UserError } from '../../shared/user-error.ts';
import { loadEnvFile } from '../../workspace/env-file.ts';
import { version } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { print } from '../output.ts';

export const review = defineCommand({
  name: 'review',
  summary: 'Review one pull request once, as the App does',
  usage: 'gatehouse review <owner/repo#number>',
  example: 'gatehouse review contoso/connectors#12',
  options: {
    show: {
      type: 'string',
      value: 'step',
      description: 'Print this step of the review as JSON, and change nothing on GitHub',
      choices: reviewSteps,
    },
  },

  async run([name = ''], { show }) {
    const match = /^([\w.-]+\/[\w.-]+)#([1-9]\d{0,8})$/.exec(name);
    if (!match)
      throw new UserError(
        `review needs a pull request such as contoso/connectors#12, not ${name}.`,
      );
    const app = await loadApp();
    loadEnvFile('.env', process.env);
    const pull = { repository: match[1] ?? '', number: Number(match[2]) };
    await print([`${await app.reviewOnce(pull, show, process.env, version())}\n`]);
    return 0;
  },
});
