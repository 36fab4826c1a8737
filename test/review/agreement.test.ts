import { describe, expect, test } from 'vitest';
import { readConsent } from '../../src/review/agreement.ts';
import { exportSignatures, importSignatures } from '../../src/review/signatures.ts';
import { accountOfAddress, coAuthorsOf } from '../../src/review/trailers.ts';
import type { Signature } from '../../src/review/snapshot.ts';

describe('what stands behind /agree', () => {
  test.each([['', undefined], ['.', undefined], ['company="Contoso Ltd"', 'Contoso Ltd'], ['[company="Contoso Ltd"]', 'Contoso Ltd'], ['[company="{Contoso Ltd}"]', 'Contoso Ltd'], ['company=“Contoso Ltd”', 'Contoso Ltd'], ['company=Contoso', 'Contoso'], ['Company: Contoso Ltd', 'Contoso Ltd'], ["company='Contoso Ltd'.", 'Contoso Ltd'], ['\\[company="Contoso"\\]', 'Contoso'], ['company = "Müller & Söhne"', 'Müller & Söhne']])(
    '%s is understood',
    (rest, company) => {
      expect(readConsent(rest)).toEqual(company === undefined ? {} : { company });
    },
  );

  test.each(['company=""', 'company=', 'company="{your company}"', 'company="…"', 'company="..."', 'company="Contoso', 'to everything', 'company="A" and "B"', `company="${'x'.repeat(201)}"`, '"Contoso"'])('%s is refused', (rest) => {
    expect(readConsent(rest)).toHaveProperty('mistake');
  });
});

describe('signatures that people have already', () => {
  test('are read from the file of contributor-assistant', () => {
    const file = { signedContributors: [{ name: 'ada', id: 1001, comment_id: 5, created_at: '2024-03-01T10:00:00Z', repoId: 7, pullRequestNo: 3 }, { name: 'ben', id: '1002', comment_id: '6', created_at: '2024-03-02T10:00:00Z', repoId: '7', pullRequestNo: '4' }] };
    expect(importSignatures(JSON.stringify(file))).toEqual({
      signatures: [
        { login: 'ada', id: 1001, at: '2024-03-01T10:00:00.000Z', from: 'contributor-assistant', where: 'repository 7, pull request 3, comment 5' },
        { login: 'ben', id: 1002, at: '2024-03-02T10:00:00.000Z', from: 'contributor-assistant', where: 'repository 7, pull request 4, comment 6' },
      ],
      refused: [],
    });
  });

  test('are read from the CSV of cla-assistant, which keeps logins only', () => {
    const csv = '"User Name","Repository Owner","Repository Name","CLA Title","Gist URL","Gist Version","Signed At","Signed for Organisation","Company, full name"\r\n"ada","contoso","connectors","CLA","https://gist.github.com/1","abc","2024-03-01T10:00:00.000Z","false","Contoso, Ltd ""West"""\r\n';
    expect(importSignatures(`\ufeff${csv}`)).toEqual({
      signatures: [{ login: 'ada', at: '2024-03-01T10:00:00.000Z', from: 'cla-assistant', where: 'contoso/connectors https://gist.github.com/1 abc', company: 'Contoso, Ltd "West"' }],
      refused: [],
    });
  });

  test('what cannot be taken over is told with its place', () => {
    const file = { signedContributors: [{ name: 'not a login', id: 1 }, { name: 'ada', id: 'x', created_at: '2024-03-01' }, { name: 'ben', id: 2 }, 7] };
    expect(importSignatures(JSON.stringify(file))).toEqual({ signatures: [], refused: ['Entry 1 names no account.', 'Entry 2 (ada) has no account number in "id".', 'Entry 3 (ben) has no time in "created_at".', 'Entry 4 names no account.'] });
    expect(importSignatures('User Name,Signed At\n"=cmd()",2024-01-01\nada,never\n').refused).toEqual(['Row 2 names no account.', 'Row 3 (ada) has no time in "Signed At".']);
  });

  test.each([['{"signed":[]}', 'no list "signedContributors"'], ['a,b\n1,2\n', 'no column "User Name"']])('%s is neither', (text, says) => {
    expect(() => importSignatures(text)).toThrow(says);
  });

  test('are written as CSV that no spreadsheet runs', () => {
    const of = (company: string | undefined): Signature => ({ account: { id: 1001, login: 'ada' }, ...(company !== undefined && { company }), agreement: { version: '1.0', digest: '' }, at: '2024-03-01T10:00:00Z', source: { is: 'comment', repository: { owner: 'contoso', name: 'connectors' }, pull: 7, comment: 100 } });
    expect(exportSignatures([of('=HYPERLINK("x")'), of(undefined)])).toBe(
      'Account,Login,Company,Version,Digest,Signed at,Source\r\n' +
        '1001,ada,"\'=HYPERLINK(""x"")",1.0,,2024-03-01T10:00:00Z,contoso/connectors#7 comment 100\r\n' +
        '1001,ada,,1.0,,2024-03-01T10:00:00Z,contoso/connectors#7 comment 100\r\n',
    );
  });
});

describe('who wrote a commit', () => {
  test('co-authors are those of the trailers, each address once, whatever the capitals', () => {
    expect(coAuthorsOf('Fix\n\nCo-authored-by: Ben <ben@contoso.com>\nco-Authored-By:  Eve Ø  < eve@contoso.com >\n\nCo-authored-by: Ben again <BEN@contoso.com>\nNot-Co-authored-by: X <x@y>\nCo-authored-by: nobody\n')).toEqual([
      { name: 'Ben', email: 'ben@contoso.com' },
      { name: 'Eve Ø', email: 'eve@contoso.com' },
    ]);
  });

  test.each([
    ['583231+octocat@users.noreply.github.com', { id: 583231, login: 'octocat' }],
    ['octocat@users.noreply.github.com', { login: 'octocat' }],
    ['41898282+github-actions[bot]@users.noreply.github.com', { id: 41898282, login: 'github-actions[bot]' }],
    ['octocat@users.noreply.github.com.evil.example', undefined],
    ['a b@users.noreply.github.com', undefined],
  ])('%s names %o', (email, account) => {
    expect(accountOfAddress(email)).toEqual(account);
  });
});
