import { describe, expect, test } from 'vitest';
import { codeownersOf } from '../../src/ownership/codeowners.ts';

// The examples of
// https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
const documented = `# a comment
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
`;

describe("the owners that GitHub's own examples name", () => {
  test.each([
    ['README.md', '@global-owner1 @global-owner2'],
    ['src/deep/down/index.js', '@js-owner'],
    ['main.go', 'docs@example.com'],
    ['notes/a.txt', '@octo-org/octocats'],
    ['build/logs/deep/today.log', '@octocat'], // **/logs stands below
    ['build/logs', '@octocat'],
    ['other/build/logs.md', '@global-owner1 @global-owner2'],
    ['docs/getting-started.md', '@doctocat'], // /docs/ stands below docs/*
    ['sub/docs/getting-started.md', '@global-owner1 @global-owner2'],
    ['sub/apps/page.html', '@octocat'],
    ['scripts/build/run.sh', '@doctocat @octocat'],
    ['scripts', '@global-owner1 @global-owner2'],
    ['deeply/nested/logs/x', '@octocat'],
    ['apps/readme.md', '@octocat'],
    ['apps/github/readme.md', ''],
    ['apps/github', ''],
    ['apps/githubber/readme.md', '@octocat'],
  ])('%s: %s', (path, owners) => {
    expect(codeownersOf(documented, path).join(' ')).toBe(owners);
  });

  test('docs/* is the files directly in it, and not those further down', () => {
    expect(codeownersOf('docs/* docs@example.com', 'docs/getting-started.md')).toEqual([
      'docs@example.com',
    ]);
    expect(codeownersOf('docs/* docs@example.com', 'docs/build-app/troubleshooting.md')).toEqual(
      [],
    );
    expect(codeownersOf('docs/** docs@example.com', 'docs/build-app/troubleshooting.md')).toEqual([
      'docs@example.com',
    ]);
  });
});

describe('beyond the examples', () => {
  test('a space behind a backslash belongs to the path, as in the model repository', () => {
    expect(
      codeownersOf(
        '/certified-connectors/Aquaforest\\ PDF\\ Connector/ @Aquaforest',
        'certified-connectors/Aquaforest PDF Connector/readme.md',
      ),
    ).toEqual(['@Aquaforest']);
  });

  test.each([
    ['the last match wins', '* @a\n*.json @b\n', 'x/y.json', '@b'],
    ['a line without owners takes them away', '* @a\n/x/ \n', 'x/y.json', ''],
    ['letters count as they are written', '/Docs/ @a', 'docs/x', ''],
    ['a question mark is one letter', '/a?c/ @a', 'abc/x', '@a'],
    ['a question mark is no slash', '/a?c @a', 'a/c', ''],
    ['a star stays in its folder', '/a/*/c @a', 'a/b/d/c', ''],
    ['two stars in the middle may be no folder at all', '/a/**/c @a', 'a/c', '@a'],
    ['two stars in the middle may be many folders', '/a/**/c @a', 'a/b/d/c/e', '@a'],
    ['what gitignore has and CODEOWNERS has not is skipped', '* @a\n!x @b\n[xy] @b\n', 'x', '@a'],
    ['a line with something that is no owner is skipped', '* @a\nx someone\n', 'x', '@a'],
    ['lines may end as on Windows', '* @a\r\nx @b\r\n', 'x', '@b'],
  ])('%s', (_says, text, path, owners) => {
    expect(codeownersOf(text, path).join(' ')).toBe(owners);
  });

  test.each([
    ['*a*a*a*a*a*a*a*a*b', 'a'.repeat(4_000)],
    ['**/a/**/a/**/a/**/a/**/a/b/', 'a/'.repeat(2_000)],
    ['**/*a*a*a*b/**/*a*a*b', `${'a'.repeat(60)}/`.repeat(60)],
  ])('%s is matched in bounded time, however the path is called', (pattern, path) => {
    expect(codeownersOf(`${pattern} @a`, path)).toEqual([]);
  });
});
