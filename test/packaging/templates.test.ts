import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { docsSite, repository } from '../../src/shared/project.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = '.github/ISSUE_TEMPLATE';
const forms = readdirSync(join(root, folder)).filter((name) => name !== 'config.yml');

interface Form {
  name: string;
  description: string;
  body: { type: string; id?: string; attributes: { label?: string; options?: string[] } }[];
}

describe('the repository', () => {
  test.each([
    'LICENSE',
    'NOTICE',
    'SECURITY.md',
    'CODE_OF_CONDUCT.md',
    'CONTRIBUTING.md',
    '.github/PULL_REQUEST_TEMPLATE.md',
  ])('has %s', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  test.each(forms)('%s is a form that GitHub takes', (name) => {
    const form: Form = parse(read(`${folder}/${name}`));
    expect(form.name).toBeTruthy();
    expect(form.description).toBeTruthy();
    const ids = form.body.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, attributes } of form.body) {
      expect(['input', 'textarea', 'dropdown']).toContain(type);
      expect(attributes.label).toBeTruthy();
      expect(attributes.options !== undefined).toBe(type === 'dropdown');
    }
  });

  test('leads people from the forms to this repository and its site', () => {
    const { contact_links: links }: { contact_links: { url: string }[] } = parse(
      read(`${folder}/config.yml`),
    );
    for (const { url } of links)
      expect(url.startsWith(docsSite) || url.startsWith(`https://github.com/${repository}/`)).toBe(
        true,
      );
  });

  test('keeps every package and every pinned action up to date', () => {
    const { updates }: { updates: { 'package-ecosystem': string; directories: string[] }[] } =
      parse(read('.github/dependabot.yml'));
    const of = (ecosystem: string) =>
      updates.find((update) => update['package-ecosystem'] === ecosystem)?.directories;
    for (const directory of of('npm') ?? [])
      expect(existsSync(join(root, directory, 'package-lock.json'))).toBe(true);
    expect(of('github-actions')).toEqual(['/', '/docs/workflows']);
  });

  test('has true badges', () => {
    const badges = Array.from(
      read('README.md').matchAll(/\[!\[[^\]]*\]\((\S+)\)\]/g),
      ([, url]) => url,
    );
    expect(badges).toEqual([
      `https://github.com/${repository}/actions/workflows/ci.yml/badge.svg?branch=main`,
      'https://img.shields.io/badge/license-MIT-blue',
    ]);
    expect(parse(read('.github/workflows/ci.yml')).on.push.branches).toEqual(['main']);
    expect(JSON.parse(read('package.json')).license).toBe('MIT');
  });
});
