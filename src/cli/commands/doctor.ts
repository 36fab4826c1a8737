import { fileURLToPath } from 'node:url';
import { loadApp } from '../load-app.ts';
import type { Diagnosis, DiagnosisItem, DiagnosisStatus } from '../../app/doctor.ts';
import { colorizer, type Color, type Colorize } from '../../report/colors.ts';
import { alignColumns } from '../../report/columns.ts';
import { count, visible } from '../../report/text.ts';
import { maskFormattedSecrets } from '../../secrets/mask.ts';
import { UserError } from '../../shared/user-error.ts';
import { loadEnvFile } from '../../workspace/env-file.ts';
import { packageRoot } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { hasAppCredentials, isRepositoryName, needsToken, tokenAccess } from '../github-access.ts';
import { wrap } from '../help.ts';
import { write } from '../output.ts';
import { hasColors, reportWidth } from '../terminal.ts';

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Find out what a repository lacks for Gatehouse to work',
  usage: 'gatehouse doctor <owner/repo>',
  example: 'gatehouse doctor contoso/connectors',
  details: [
    'It only reads. With a token in GITHUB_TOKEN or GH_TOKEN, it looks at the repository: the ' +
      'settings, the base branch and its required check, the CLA, the pull request template, ' +
      'CODEOWNERS and the labels. With the credentials of the App (APP_ID and PRIVATE_KEY), it also ' +
      'looks at the installation, its permissions and the webhook.',
    'The exit status is 1 if something is wrong that keeps Gatehouse from working.',
  ],
  options: {
    format: {
      type: 'string',
      value: 'format',
      description: 'Format of the diagnosis',
      choices: ['pretty', 'json'],
      default: 'pretty',
    },
    output: { type: 'string', value: 'file', description: 'Write the diagnosis to this file' },
  },

  async run([name = ''], { format, output }) {
    if (!isRepositoryName(name))
      throw new UserError(`doctor needs a repository such as contoso/connectors, not ${name}.`);
    loadEnvFile('.env', process.env);
    const diagnosis = await diagnose(name);
    const text =
      format === 'json'
        ? JSON.stringify(diagnosis, null, 2)
        : pretty(diagnosis, colorizer(hasColors(output)));
    await write([`${text}\n`], output);
    return diagnosis.items.some(({ status }) => status === 'error') ? 1 : 0;
  },
});

async function diagnose(name: string): Promise<Diagnosis> {
  if (hasAppCredentials(process.env)) {
    const app = await loadApp();
    return app.diagnoseAsApp(name, process.env, fileURLToPath(packageRoot));
  }
  const access = tokenAccess(process.env) ?? needsToken('doctor');
  const { diagnoseWithToken } = await import('../../app/doctor-with-token.ts');
  return diagnoseWithToken(name, access);
}

const symbols: Record<DiagnosisStatus, { symbol: string; color: Color }> = {
  ok: { symbol: '✓', color: 'green' },
  warning: { symbol: '!', color: 'yellow' },
  error: { symbol: '✗', color: 'red' },
  skipped: { symbol: '–', color: 'gray' },
};

/** One line for each item, and what to do below it. Texts of the repository cannot color it. */
function pretty({ repository, items }: Diagnosis, colorize: Colorize): string {
  const names = alignColumns(
    items.map(({ name }) => [name]),
    1,
  );
  const width = Math.max(0, ...items.map(({ name }) => name.length));
  const lines = items.flatMap(({ status, message, advice }, index) => {
    const { symbol, color } = symbols[status];
    const name = (names[index] ?? '').padEnd(width);
    const indent = ' '.repeat(width + 4);
    const shown = (text: string, columns: number): string =>
      wrap(visible(maskFormattedSecrets(text)), columns).replaceAll('\n', `\n${indent}`);
    const columns = reportWidth() - indent.length;
    return [
      `${colorize(color, `${symbol} ${name}`)}  ${shown(message, columns)}`,
      ...(advice === undefined ? [] : [`${indent}→ ${shown(advice, columns - 2)}`]),
    ];
  });
  return [colorize('bold', visible(repository)), lines.join('\n'), summaryOf(items)].join('\n\n');
}

function summaryOf(items: readonly DiagnosisItem[]): string {
  const countOf = (expected: DiagnosisStatus): number =>
    items.filter(({ status }) => status === expected).length;
  const [errors, warnings, skipped] = [countOf('error'), countOf('warning'), countOf('skipped')];
  const parts = [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
    ...(skipped > 0 ? [`${skipped} not checked`] : []),
  ];
  return parts.length === 0 ? 'Everything is as it should be.' : `${parts.join(', ')}.`;
}
