import { basename, dirname, resolve } from 'node:path';
import { drawIcon } from '../../analyzers/analyze.ts';
import { visible } from '../../report/text.ts';
import { runsAs } from '../../shared/project.ts';
import { scaffoldConnector } from '../../workspace/scaffold.ts';
import { loadSettings } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { sharedOptions } from '../shared-options.ts';
import { check, checkDefaults, quoted } from './check.ts';

export const init = defineCommand({
  name: 'init',
  summary: 'Create a new connector that passes all rules',
  usage: 'gatehouse init <folder>',
  example: 'gatehouse init "certified-connectors/Contoso Orders"',
  details: ['The connector has the name of the folder. It is checked at once.'],
  options: {
    class: {
      ...sharedOptions.class,
      description: 'Class of the connector, if the folder is outside the usual layout',
    },
    config: sharedOptions.config,
    format: sharedOptions.format,
    output: sharedOptions.output,
    baseline: sharedOptions.baseline,
  },

  async run([folder = ''], values) {
    const directory = resolve(folder);
    const { folders } = await loadSettings(values.config, undefined, dirname(directory));
    const classOfFolder = new Map(Object.entries(folders)).get(basename(dirname(directory)));
    const files = await scaffoldConnector(
      directory,
      classOfFolder ?? values.class ?? 'certified',
      drawIcon,
    );
    console.error(visible(`Created ${folder}: ${files.join(', ')}`));
    // The name of the folder is the user's, and it may break a rule.
    const status = await check.run([folder], { ...checkDefaults, ...values });
    const next = [
      `Replace api.contoso.com and its orders in ${files[0] ?? 'the definition'} with your service.`,
      'Describe it in readme.md, and yourself in apiProperties.json.',
      `Check it while you write: ${runsAs} check ${quoted(folder)} --watch`,
    ];
    console.error(
      ['\nNext:', ...next.map((step, index) => visible(`  ${index + 1}. ${step}`))].join('\n'),
    );
    return status;
  },
});
