import { describe, expect, test } from 'vitest';
import { parseVerifications, verificationsToCsv } from '../../src/cla/verification-csv.ts';
import type { Verification } from '../../src/review/model/snapshot.ts';

const verifications: Verification[] = [
  {
    account: { id: 1001, login: 'ada-contoso' },
    owner: 'contoso',
    verifiedAt: '2026-03-01T10:00:00.000Z',
    until: '2027-03-01',
    source: {
      kind: 'comment',
      repository: { owner: 'contoso', repo: 'connectors' },
      pull: 7,
      comment: 100,
      by: 'rita-reviews',
    },
  },
  {
    account: { id: 1002, login: 'ben-contoso' },
    owner: 'contoso',
    verifiedAt: '2026-03-02T10:00:00.000Z',
    until: '2026-12-31',
    source: { kind: 'import' },
  },
];

describe('confirmed identities as CSV', () => {
  test('are read as they were written', () => {
    expect(parseVerifications(verificationsToCsv(verifications))).toEqual({
      verifications,
      rejected: [],
    });
  });

  test('are refused one by one, with the reason', () => {
    const head = 'Account,Login,Owner,Verified at,Until,Source';
    const rows = [
      '0,ada,contoso,2026-03-01,2027-03-01,',
      '1,a b,contoso,2026-03-01,2027-03-01,',
      '1,ada,,2026-03-01,2027-03-01,',
      '1,ada,contoso,yesterday,2027-03-01,',
      '1,ada,contoso,2026-03-01,next year,',
    ];
    expect(parseVerifications([head, ...rows].join('\n'))).toEqual({
      verifications: [],
      rejected: [
        'Row 2 has no account number in "Account".',
        'Row 3 names no account in "Login".',
        'Row 4 (ada) names no owner in "Owner".',
        'Row 5 (ada) has no time in "Verified at".',
        'Row 6 (ada) has no day such as 2027-03-31 in "Until".',
      ],
    });
  });

  test('are not read from a file that is not CSV', () => {
    const head = 'Account,Login,Owner,Verified at,Until,Source';
    const rows = ['1,ada,contoso,2026-03-01,2027-03-01,"', '2,ben,contoso,2026-03-01,2027-03-01,'];
    expect(parseVerifications([head, ...rows].join('\n'))).toEqual({
      verifications: [],
      rejected: ['Row 2 is not CSV: Quoted field unterminated.'],
    });
  });

  test('need the right columns', () => {
    expect(() => parseVerifications('Login\nada')).toThrow(/^The first row must be Account,Login/);
  });
});
