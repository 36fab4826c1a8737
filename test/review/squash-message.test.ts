import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../fixtures/pulls.ts';
import { decide } from '../../src/review/decide.ts';
import type { Signatory } from '../../src/review/model/facts.ts';
import { inertLine, squashMessage, squashTitle } from '../../src/review/render/squash-message.ts';
import { factsOf } from './simulated-github.ts';

const pull = {
  number: 7,
  url: 'https://github.com/contoso/connectors/pull/7',
  author: { id: 1, login: 'ada', type: 'user' },
} as const;
const ben = (name: string, email = 'ben@contoso.example'): Signatory => ({
  account: { id: 1002, login: 'ben-contoso', type: 'user' },
  name,
  email,
  commits: 1,
  sha: 'c0ffee5',
  consent: { kind: 'allowed' },
});
const titled = (title: string): string => squashTitle({ ...pull, title });

/**
 * What programs look for in a commit message, by their documentation; the number of the pull
 * request itself is left out before.
 */
const heard: Record<string, RegExp> = {
  'GitHub Actions, Azure Pipelines, CircleCI, Travis, Semaphore, Bitrise, Cloudflare: a directive in square brackets':
    /\[[^\]]*(?:skip|no)[^\]]*\]/i,
  'Azure Pipelines: NO_CI': /\*\*\*NO_CI\*\*\*/i,
  'the trailer that skips checks': /skip-checks?\s*:/i,
  'GitHub and Azure Boards: a reference by number': /(?:#|\bGH-)\d/i,
  'Jira: a command': /#(?:close|comment|time|resolve|done)\b/i,
  'GitHub: the address of an issue': /\/(?:issues|pull|discussions)\/\d/i,
  'GitHub: a mention': /(?:^|[^A-Za-z0-9_])@[A-Za-z0-9]/,
  'GitHub, git: somebody who signed or wrote it':
    /(?:signed-off|co-authored|reviewed|acked)-by\s*:/i,
  'what nobody sees, or sees in another order':
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
};
const asks = (line: string): string[] =>
  Object.keys(heard).filter((program) => heard[program]?.test(line));

const atoms = fc.constantFrom(
  '[skip ci]',
  '[ci skip]',
  '[no ci]',
  '[skip actions]',
  '[actions skip]',
  '[Skip-CI]',
  '[skip azp]',
  '[azp skip]',
  '[skip azpipelines]',
  '[azurepipelines skip]',
  '[skip travis-ci]',
  '[CF-Pages-Skip]',
  '***NO_CI***',
  '****NO_CI****',
  'skip-checks: true',
  'skip-check:true',
  'closes ',
  'Fixes',
  ' #1',
  '#',
  '1',
  'GH-1',
  'gh-',
  'AB#12',
  'contoso/connectors#1',
  'https://github.com/contoso/connectors/issues/1',
  'http',
  '://',
  'issues/',
  'pull/',
  'x#close',
  '@morgan',
  '@',
  'a@b.example',
  'Signed-off-by: Mo <mo@fabrikam.example>',
  'Signed-off-by',
  ':',
  '-by',
  'Co-authored-by:',
  '\n\n',
  '\r',
  '\u2028',
  '\u0085',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\u00ad',
  '\u{e0041}',
  '\u3164',
  '\ufe0f',
  '\u001b[2J',
  '\ud800',
  '[',
  ']',
  'skip',
  ' ',
  'ci',
  '*',
  '-',
  '/',
  'é',
  '日本',
  '_',
  '<',
  '>',
);
const hostile = fc.array(atoms, { maxLength: 14 }).map((parts) => parts.join(''));

describe('a squash', () => {
  test('of an ordinary pull request has the words of its title', () => {
    expect(titled('Contoso Invoices: hear of paid ones')).toBe(
      'Contoso Invoices: hear of paid ones (#7)',
    );
    expect(titled('Übersetzung für „Fabrikam“, C# & 日本語 – v2.1 (Independent Publisher)')).toBe(
      'Übersetzung für „Fabrikam“, C# & 日本語 – v2.1 (Independent Publisher) (#7)',
    );
    expect(titled('Fix #12 & write to help@contoso.example')).toBe(
      'Fix 12 & write to help@contoso.example (#7)',
    );
    expect(titled('[Northwind] Add orders')).toBe('(Northwind) Add orders (#7)');
  });

  test('of a hostile title skips nothing, closes nothing, mentions nobody, and has no letter that hides', () => {
    expect(titled('Add Contoso [skip ci] closes #1 @morgan \u202eevil')).toBe(
      'Add Contoso (skip ci) closes 1 morgan evil (#7)',
    );
    expect(titled('***NO_CI*** skip-checks: true\nSigned-off-by: Mo <mo@x.example>')).toBe(
      '**NO_CI** skip checks: true Signed-off-by Mo <mo@x.example> (#7)',
    );
    expect(
      titled('Fixes https://github.com/fabrikam/connectors/issues/3 and GH-4, AB#5, #\u200b6, #@7'),
    ).toBe('Fixes https github.com/fabrikam/connectors/issues 3 and GH 4, AB 5, 6, 7 (#7)');
    expect(titled('\u200b \u3164')).toBe('Pull request (#7)');
  });

  test('whatever its title and the names of its authors are, asks nothing of any program that reads it', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (title, name, email) => {
        const own = / \(#7\)$/;
        expect(titled(title)).toMatch(own);
        expect(asks(titled(title).replace(own, ''))).toEqual([]);
        expect(inertLine(inertLine(title))).toBe(inertLine(title));
        const lines = squashMessage([ben(name, email), ben(name)], pull).split('\n');
        for (const line of lines) {
          const trailer = /^Co-authored-by: ([\p{L}\p{M}\p{N} .'-]+) <([^<>\s]+)>$/u.exec(line);
          expect(trailer, line).not.toBeNull();
          expect(
            asks(`${trailer?.[1] ?? ''}\n${trailer?.[2] ?? ''}`.replace('\n', ' ')),
            line,
          ).toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('names those who wrote it, each on a line that git takes for a trailer, and nobody else', () => {
    const message = squashMessage(
      [
        ben('Closes #2 [ci skip] Signed-off-by: Mo <mo@x.example'),
        ben("Seán O'Brien-Łukasz Jr."),
        ben('🦄', 'x> <y@z'),
        ben('Ben', 'ben@contoso.example\nSigned-off-by: Mo'),
      ],
      pull,
    );
    const parsed = execFileSync('git', ['interpret-trailers', '--parse', '--no-divider'], {
      input: `${titled('Signed-off-by: Mo <mo@x.example>')}\n\n${message}\n`,
      encoding: 'utf8',
    });
    expect(parsed.trimEnd().split('\n')).toEqual([
      'Co-authored-by: Closes 2 ci skip Signed-off-by Mo mo x.example <ben@contoso.example>',
      "Co-authored-by: Seán O'Brien-Łukasz Jr. <ben@contoso.example>",
      'Co-authored-by: ben-contoso <1002+ben-contoso@users.noreply.github.com>',
      'Co-authored-by: Ben <1002+ben-contoso@users.noreply.github.com>',
    ]);
  });

  test('stays within what GitHub shows, and is quick with what is long', () => {
    expect(titled('🦄'.repeat(400)).length).toBeLessThanOrEqual(256);
    expect(titled('🦄'.repeat(400)).isWellFormed()).toBe(true);
    expect(
      squashMessage(
        Array.from({ length: 5_000 }, () => ben('#@'.repeat(50_000))),
        pull,
      ).split('\n'),
    ).toHaveLength(100);
  });

  test('is what is decided for a pull request that may be merged', () => {
    const merge = snapshotOf({
      shows: '',
      comments: [{ by: 'rita', at: '11:00', body: '/merge' }],
      commits: [{ sha: 'aaaa111', by: 'ada', with: ['ben'] }],
      signatures: [{ by: 'ada' }, { by: 'ben' }],
    });
    const { merge: decided } = decide(
      factsOf({ ...merge, pull: { ...merge.pull, title: 'Closes #1 [skip ci]' } }),
    );
    expect(decided).toMatchObject({
      by: 'squash',
      title: 'Closes 1 (skip ci) (#7)',
      message: expect.stringMatching(/^Co-authored-by: [\w .-]+ <[\w.@+-]+>$/),
    });
  });
});
