import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../support/cli.ts';
import { corpus } from '../support/corpus.ts';
import { contoso, definition, Origin } from './checkout.ts';
import { Runner, type Step } from './runner.ts';

const file = `${contoso}/${definition}`;
let runner: Runner;
beforeAll(() => void (runner = new Runner()));
afterAll(() => runner.remove());

const reportOf = ({ outputs }: Step): { connectors: { findings: { rule: string }[] }[] } =>
  JSON.parse(readFileSync(outputs.report ?? '', 'utf8'));
/** What the command line says of the same checkout. */
const commandLine = (workspace: string): string =>
  run(['check', '--base', 'origin/dev', '--format', 'json'], workspace).out;

describe('what lies beside the Action', () => {
  test('reads scripts, measures icons and knows words, in threads too', async () => {
    const many = new Origin(runner.folder);
    const icon = await sharp({
      create: { width: 230, height: 230, channels: 3, background: '#ffffff' },
    })
      .png()
      .toBuffer();
    const head = many.change('many', () => {
      for (let index = 0; index < 20; index += 1) {
        const folder = `certified-connectors/Contoso ${index}`;
        many.write(
          `${folder}/${definition}`,
          readFileSync(join(many.path, file), 'utf8').replace(
            '"Returns one invoice',
            '"Returns one invioce',
          ),
        );
        many.write(
          `${folder}/apiProperties.json`,
          readFileSync(join(many.path, contoso, 'apiProperties.json')),
        );
        many.write(`${folder}/icon.png`, icon);
        many.write(
          `${folder}/script.csx`,
          'public class Script : ScriptBase { public override async ' +
            'Task<HttpResponseMessage> ExecuteAsync() { return null }',
        );
      }
    });
    const workspace = many.checkout(head, 0);
    const step = await runner.run({ workspace, inputs: { base: 'origin/dev' } });
    const rules = reportOf(step).connectors.map(
      ({ findings }) => new Set(findings.map(({ rule }) => rule)),
    );
    expect(rules).toHaveLength(20);
    expect(readFileSync(step.outputs.report ?? '', 'utf8')).toBe(commandLine(workspace));
    for (const found of rules)
      for (const rule of ['IconBackgroundNotAllowed', 'ScriptSyntaxError', 'TextMisspelled'])
        expect(found).toContain(rule);
  });
});

describe('GitHub’s limits', () => {
  test('400 changed connectors give ten annotations of a kind and a summary below a mebibyte', async () => {
    const many = new Origin(runner.folder);
    const text = readFileSync(join(many.path, file), 'utf8');
    const head = many.change('many', () => {
      for (let index = 0; index < 400; index += 1) {
        // Letters of three bytes each, and a mistake of its own everywhere.
        const wrong = text
          .replaceAll('"description": "', `"description": "${'請求書'.repeat(60)} ${index} `)
          .replaceAll('"summary": "', `"summary": "請求書.${index} `)
          .replace('"ListInvoices"', '"GetInvoice"')
          .replaceAll(/"type": "string"/g, '"type": "strign"');
        many.write(`certified-connectors/Contoso 請求書 ${index}/${definition}`, wrong);
      }
    });
    const step = await runner.run({
      workspace: many.checkout(head, 0),
      inputs: { base: 'origin/dev' },
    });
    expect(step.status).toBe(1);
    expect(reportOf(step).connectors).toHaveLength(400);
    const counts = Map.groupBy(step.commands, ({ name }) => name);
    for (const [, commands] of counts) expect(commands.length).toBeLessThanOrEqual(10);
    expect(step.commands[0]?.message).toMatch(/The same rule is broken [\d,]+ more times/);
    expect(Buffer.byteLength(step.summary)).toBeLessThan(1024 * 1024);
    expect(Buffer.byteLength(step.summary)).toBeGreaterThan(300_000);
    expect(step.summary).toContain('more did not fit here');
    expect(Object.values(step.outputs).join('').length).toBeLessThan(1024 * 1024);
  });
});

describe.skipIf(corpus === undefined)('real connectors', () => {
  test('that a branch changes give the same findings and fingerprints as the command line', async () => {
    const real = new Origin(runner.folder);
    const folders = real.takeFrom(corpus ?? '', 24);
    const head = real.change('update', () => {
      for (const folder of folders)
        real.replace(`${folder}/${definition}`, '"operationId": "', '"operationId": "Other');
    });
    const workspace = real.checkout(head, 0);
    const step = await runner.run({ workspace, inputs: { base: 'origin/dev' } });
    expect(reportOf(step).connectors).toHaveLength(folders.length);
    expect(step.outputs.verdict).toBe('major');
    expect(readFileSync(step.outputs.report ?? '', 'utf8')).toBe(commandLine(workspace));
  });
});
