import { resolve } from 'node:path';
import { readConnector, type Connector } from '../../connector/connector.ts';
import { UserError } from '../../shared/user-error.ts';
import { candidateAt, classOfPath } from '../../workspace/find-connectors.ts';
import { isFile, readFolderAt } from '../../workspace/read-folder.ts';
import { loadSettings } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { write } from '../output.ts';
import { sharedOptions } from '../shared-options.ts';

export const page = defineCommand({
  name: 'page',
  summary: 'Write the reference page of a connector',
  usage: 'gatehouse page <folder>',
  example: 'gatehouse page "certified-connectors/Contoso Invoices"',
  furtherExamples: ['gatehouse page contoso --format html --output contoso.html'],
  details: [
    '<folder> is a connector folder or a definition file.',
    'The page has the order of the pages that the platform publishes, and more: allowed values, ' +
      'defaults, and the readme. docs/reference-pages.md describes it.',
  ],
  options: {
    class: sharedOptions.class,
    config: sharedOptions.config,
    format: {
      type: 'string',
      value: 'format',
      description: 'Format of the page; html is a document of its own',
      choices: ['markdown', 'html', 'json'],
      default: 'markdown',
    },
    output: { ...sharedOptions.output, description: 'Write the page to this file' },
  },

  async run([path = ''], { class: assumed = 'certified', config, format, output }) {
    const { folders, reference } = await loadSettings(config, undefined, path);
    const connectorClass = classOfPath(path, folders) ?? assumed;
    const folder = readFolderAt(path, connectorClass);
    const connector = readConnector(
      isFile(path)
        ? folder
        : { ...folder, path: candidateAt(resolve(path), folders, assumed, '.').path },
    );
    requireDefinition(connector, path);
    const { connectorPage } = await import('../reference-pages.ts');
    await write([connectorPage(connector, reference, format)], output);
    return 0;
  },
});

/** @throws UserError if there is nothing to make a page of */
function requireDefinition({ definition, definitionFile, path: name }: Connector, path: string) {
  if (definition) return;
  throw new UserError(
    definitionFile
      ? `The definition in ${path} is not a JSON object. Run "gatehouse check" to see what is wrong.`
      : `${name} has no definition, so there is nothing to make a page of.`,
  );
}
