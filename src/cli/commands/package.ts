import { dirname, resolve } from 'node:path';
import * as analyzers from '../../analyzers/analyze.ts';
import { isNewError } from '../../shared/finding.ts';
import { loadSettings } from '../../workspace/validate-checkout.ts';
import { validatePackage } from '../../workspace/validate-package.ts';
import { defineCommand, type CommandGroup } from '../command.ts';
import { writeReport } from '../output.ts';
import { sharedOptions } from '../shared-options.ts';

const checkPackage = defineCommand({
  name: 'package check',
  summary: 'Check the certification package of an independent publisher',
  usage: 'gatehouse package check <zip or folder>',
  example: 'gatehouse package check ConnectorPackage.zip',
  details: [
    'Checks the layout of the package, its solutions, its flow and the connector in it. In the ' +
      'folder of a connector, it also says what differs between the package and the folder. ' +
      '`gatehouse check` does the same for every package that is committed.',
  ],
  options: {
    config: sharedOptions.config,
    format: sharedOptions.format,
    output: sharedOptions.output,
  },

  async run([path = ''], values) {
    const settings = await loadSettings(values.config, undefined, dirname(resolve(path)));
    const report = await validatePackage(path, settings, analyzers);
    await writeReport(report, values);
    return report.connectors.some(({ findings }) => findings.some(isNewError)) ? 1 : 0;
  },
});

export const certificationPackage: CommandGroup = {
  name: 'package',
  summary: 'Check certification packages',
  commands: [checkPackage],
};
