import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../fixtures/pulls.ts';
import { parseConsent, findSignatories } from '../../src/cla/signatories.ts';
import { ok, unavailable } from '../../src/review/model/result.ts';
import { isBotIdentity } from '../../src/cla/bot-accounts.ts';
import { recipientOf } from '../../src/cla/recipient.ts';
import {
  toCsv,
  parseSignatures,
  missingFrom,
  fromCsv,
  appendToCsv,
} from '../../src/cla/signature-csv.ts';
import { accountOfNoreplyAddress, parseCoAuthors } from '../../src/cla/co-authors.ts';
import type { Commit, Person, Signature } from '../../src/review/model/snapshot.ts';
import { defaultSettings } from '../../src/settings/defaults.ts';

describe('what stands behind /agree', () => {
  test.each([
    ['', undefined],
    ['.', undefined],
    ['company="Contoso Ltd"', 'Contoso Ltd'],
    ['[company="Contoso Ltd"]', 'Contoso Ltd'],
    ['[company="{Contoso Ltd}"]', 'Contoso Ltd'],
    ['company=“Contoso Ltd”', 'Contoso Ltd'],
    ['company=Contoso', 'Contoso'],
    ['Company: Contoso Ltd', 'Contoso Ltd'],
    ["company='Contoso Ltd'.", 'Contoso Ltd'],
    ['\\[company="Contoso"\\]', 'Contoso'],
    ['company = "Müller & Söhne"', 'Müller & Söhne'],
  ])('%s is understood', (rest, company) => {
    expect(parseConsent(rest)).toEqual(company === undefined ? {} : { company });
  });

  test.each([
    'company=""',
    'company=',
    'company="{your company}"',
    'company="…"',
    'company="..."',
    'company="Contoso',
    'to everything',
    'company="A" and "B"',
    `company="${'x'.repeat(201)}"`,
    '"Contoso"',
  ])('%s is refused', (rest) => {
    expect(parseConsent(rest)).toHaveProperty('mistake');
  });
});

describe('signatures that people have already', () => {
  test('are read from the file of contributor-assistant', () => {
    const file = {
      signedContributors: [
        {
          name: 'ada',
          id: 1001,
          comment_id: 5,
          created_at: '2024-03-01T10:00:00Z',
          repoId: 7,
          pullRequestNo: 3,
        },
        {
          name: 'ben',
          id: '1002',
          comment_id: '6',
          created_at: '2024-03-02T10:00:00Z',
          repoId: '7',
          pullRequestNo: '4',
        },
      ],
    };
    expect(parseSignatures(JSON.stringify(file))).toEqual({
      signatures: [
        {
          login: 'ada',
          id: 1001,
          signedAt: '2024-03-01T10:00:00.000Z',
          source: {
            kind: 'import',
            from: 'contributor-assistant',
            where: 'repository 7, pull request 3, comment 5',
          },
          place: 'Entry 1',
        },
        {
          login: 'ben',
          id: 1002,
          signedAt: '2024-03-02T10:00:00.000Z',
          source: {
            kind: 'import',
            from: 'contributor-assistant',
            where: 'repository 7, pull request 4, comment 6',
          },
          place: 'Entry 2',
        },
      ],
      rejected: [],
    });
  });

  test('are read from the CSV of cla-assistant, which keeps logins only', () => {
    const csv =
      '"User Name","Repository Owner","Repository Name","CLA Title","Gist URL","Gist ' +
      'Version","Signed At","Signed for Organization","Company, full ' +
      'name"\r\n"ada","contoso","connectors","CLA","https://gist.github.com/1","abc","2024-03-01T10:00:00.000Z","false","Contoso, ' +
      'Ltd ""West"""\r\n';
    expect(parseSignatures(`\ufeff${csv}`)).toEqual({
      signatures: [
        {
          login: 'ada',
          signedAt: '2024-03-01T10:00:00.000Z',
          source: {
            kind: 'import',
            from: 'cla-assistant',
            where: 'contoso/connectors https://gist.github.com/1 abc',
          },
          company: 'Contoso, Ltd "West"',
          recipient: { owner: 'contoso', repository: 'connectors' },
          place: 'Row 2',
        },
      ],
      rejected: [],
    });
  });

  test('what cannot be taken over is told with its place', () => {
    const file = {
      signedContributors: [
        { name: 'not a login', id: 1 },
        { name: 'ada', id: 'x', created_at: '2024-03-01' },
        { name: 'ben', id: 2 },
        7,
      ],
    };
    expect(parseSignatures(JSON.stringify(file))).toEqual({
      signatures: [],
      rejected: [
        'Entry 1 names no account.',
        'Entry 2 (ada) has no account number in "id".',
        'Entry 3 (ben) has no time in "created_at".',
        'Entry 4 names no account.',
      ],
    });
    expect(
      parseSignatures('User Name,Signed At\n"=cmd()",2024-01-01\nada,never\n').rejected,
    ).toEqual(['Row 2 names no account.', 'Row 3 (ada) has no time in "Signed At".']);
  });

  test.each([
    ['{"signed":[]}', 'no list "signedContributors"'],
    ['a,b\n1,2\n', 'no column "User Name"'],
  ])('%s is neither', (text, says) => {
    expect(() => parseSignatures(text)).toThrow(says);
  });

  test('are written as CSV that no spreadsheet runs', () => {
    const of = (company: string | undefined): Signature => ({
      account: { id: 1001, login: 'ada' },
      ...(company !== undefined && { company }),
      cla: { version: '1.0', digest: '' },
      signedAt: '2024-03-01T10:00:00Z',
      source: {
        kind: 'comment',
        repository: { owner: 'contoso', repo: 'connectors' },
        pull: 7,
        comment: 100,
      },
    });
    expect(toCsv([of('=HYPERLINK("x")'), of(undefined)])).toBe(
      'Account,Login,Company,Version,Digest,Signed at,Source,Owner,Repository,Agreement,URL\r\n' +
        '1001,ada,"\'=HYPERLINK(""x"")",1.0,,2024-03-01T10:00:00Z,contoso/connectors#7 ' +
        'comment 100,contoso,connectors,,\r\n' +
        '1001,ada,,1.0,,2024-03-01T10:00:00Z,contoso/connectors#7 comment 100,contoso,connectors,,\r\n',
    );
  });
});

describe('the file that signatures are kept in', () => {
  const digest = 'a'.repeat(64);
  const person = fc.record({
    id: fc.integer({ min: 1, max: 5 }),
    login: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,5}$/),
  });
  const source: fc.Arbitrary<Signature['source']> = fc.oneof(
    fc.record({
      kind: fc.constant('comment' as const),
      repository: fc.constant({ owner: 'contoso', repo: 'connectors.v2' }),
      pull: fc.integer({ min: 1, max: 99_999 }),
      comment: fc.integer({ min: 1 }),
    }),
    fc.record({
      kind: fc.constant('import' as const),
      from: fc.constantFrom('contributor-assistant' as const, 'cla-assistant' as const),
      where: fc.string({ unit: 'binary' }),
    }),
  );
  const signature: fc.Arbitrary<Signature> = fc.record(
    {
      account: person,
      company: fc.oneof(
        fc.constantFrom('=1+1', "'=1", '@sum', 'Contoso, "West"', 'a\nb', 'a\rb', '\r\n', '"', ' '),
        fc.string({ unit: 'binary', minLength: 1 }),
      ),
      cla: fc.record(
        {
          name: fc.oneof(
            fc.constantFrom('=1+1', 'Contoso, "CLA"', 'a\nb'),
            fc.string({ unit: 'binary', minLength: 1 }),
          ),
          url: fc.constantFrom('https://contoso.com/cla', 'https://contoso.com/"cla",2'),
          version: fc.oneof(fc.constantFrom('1.0', '-1', "'"), fc.string({ minLength: 1 })),
          digest: fc.constantFrom('', digest),
        },
        { requiredKeys: ['version', 'digest'] },
      ),
      signedAt: fc
        .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      source,
      recipient: fc.record(
        {
          owner: fc.constantFrom('contoso-north', 'fabrikam'),
          repository: fc.constantFrom('samples', 'connectors.v2'),
        },
        { requiredKeys: ['owner'] },
      ),
    },
    { requiredKeys: ['account', 'cla', 'signedAt', 'source'] },
  );
  const signatures = fc.array(signature, { maxLength: 8 });

  test('gives back what was written, and a row added to it changes no other', () => {
    fc.assert(
      fc.property(signatures, signatures, fc.boolean(), (some, more, unix) => {
        const exported = toCsv(some);
        const written =
          unix && exported.split('\r\n').length === some.length + 2
            ? exported.replaceAll('\r\n', '\n')
            : exported;
        const both = appendToCsv(written, more);
        expect(both.startsWith(written)).toBe(true);
        const read = fromCsv(both);
        const inOrder = (list: Signature[]): Signature[] =>
          list.toSorted(
            (a, b) =>
              Number(a.signedAt > b.signedAt) - Number(a.signedAt < b.signedAt) ||
              a.account.id - b.account.id,
          );
        expect(read).toEqual({ signatures: [...inOrder(some), ...inOrder(more)] });
      }),
    );
  });

  test('has nobody twice for one agreement, and the first one counts', () => {
    fc.assert(
      fc.property(signatures, signatures, (kept, given) => {
        const fresh = missingFrom(kept, given);
        expect(missingFrom([...kept, ...fresh], given)).toEqual([]);
        const keys = fresh.map((one) =>
          JSON.stringify([
            one.account.id,
            recipientOf(one),
            one.cla.name,
            one.cla.url,
            one.cla.version,
            one.cla.digest,
          ]),
        );
        expect(new Set(keys).size).toBe(keys.length);
        expect(given).toEqual(expect.arrayContaining(fresh));
      }),
    );
  });

  const head = 'Account,Login,Company,Version,Digest,Signed at,Source\n';
  test.each([
    [
      'another head',
      'Account,Login\n1,ada\n',
      'Row 1 is not `Account,Login,Company,Version,Digest,Signed at,Source,Owner,Repository,Agreement,URL`.',
    ],
    [
      'cells of both forms',
      `${head.trim()},Owner,Repository,Agreement,URL\n1,ada,,1.0,,2024-05-06,contoso/connectors#1 comment 2\n`,
      'Row 2 has 7 cells instead of 11.',
    ],
    [
      'a repository of nobody',
      `${head.trim()},Owner,Repository,Agreement,URL\n1,ada,,1.0,,2024-05-06,contoso/connectors#1 ` +
        `comment 2,,connectors,,\n`,
      'Row 2 (ada) does not name an owner in "Owner", or a repository of theirs in "Repository".',
    ],
    [
      'an address of something else',
      `${head.trim()},Owner,Repository,Agreement,URL\n1,ada,,1.0,,2024-05-06,contoso/connectors#1 ` +
        `comment 2,,,,ftp://x\n`,
      'Row 2 (ada) has no address that begins with https:// in "URL".',
    ],
    [
      'a merge that nobody finished',
      `${head}<<<<<<< HEAD\n1,ada,,1.0,,2024-05-06,contoso/connectors#1 comment 2\n`,
      'Row 2 has 1 cells instead of 7.',
    ],
    [
      'no number',
      `${head}ada,ada,,1.0,,2024-05-06,contoso/connectors#1 comment 2\n`,
      'Row 2 has no account number in "Account".',
    ],
    [
      'no login',
      `${head}1,a b,,1.0,,2024-05-06,contoso/connectors#1 comment 2\n`,
      'Row 2 names no account in "Login".',
    ],
    [
      'no version',
      `${head}\n1,ada,,,,2024-05-06,contoso/connectors#1 comment 2\n`,
      'Row 3 (ada) has no version of the CLA in "Version".',
    ],
    [
      'no digest',
      `${head}1,ada,,1.0,abc,2024-05-06,contoso/connectors#1 comment 2\n`,
      'Row 2 (ada) has no SHA-256 in "Digest".',
    ],
    [
      'no time',
      `${head}1,ada,,1.0,,soon,contoso/connectors#1 comment 2\n`,
      'Row 2 (ada) has no time in "Signed at".',
    ],
    [
      'no source',
      `${head}1,ada,,1.0,,2024-05-06,he told me\n`,
      'Row 2 (ada) does not say in "Source" where it comes from, as in ' +
        '`contoso/connectors#12 comment 345` or `cla-assistant: …`.',
    ],
    [
      'a quote without its end',
      `${head}1,ada,"Contoso,1.0,,2024-05-06,contoso/connectors#1 comment 2\n`,
      'Row 2 is not CSV: Quoted field unterminated.',
    ],
  ])('with %s is damaged: the row is named', (_what, text, mistake) => {
    expect(fromCsv(text)).toEqual({ mistake });
  });

  test('may be edited by hand: with a byte-order mark, a blank row, quotes that nothing needs', () => {
    expect(fromCsv(`\ufeff${head}\n"1","ada",,"1.0",,2024-05-06,cla-assistant: x`)).toMatchObject({
      signatures: [{ account: { id: 1, login: 'ada' }, signedAt: '2024-05-06T00:00:00.000Z' }],
    });
    expect(fromCsv('\n')).toEqual({ signatures: [] });
  });

  test('can be imported, with the versions and sources that it has; a row that is damaged is told', () => {
    const text = `${head}7,ada,Contoso,2.0,${digest},2024-05-06,contoso/connectors#1 comment 2\n7,ada,Contoso,2.0\n`;
    expect(parseSignatures(text)).toEqual({
      signatures: [
        {
          login: 'ada',
          id: 7,
          company: 'Contoso',
          cla: { version: '2.0', digest },
          signedAt: '2024-05-06T00:00:00.000Z',
          source: {
            kind: 'comment',
            repository: { owner: 'contoso', repo: 'connectors' },
            pull: 1,
            comment: 2,
          },
          place: 'Row 2',
        },
      ],
      rejected: ['Row 3 has 4 cells instead of 7.'],
    });
  });
});

describe('the file of an earlier version, without the columns for whom and what it was', () => {
  const more: Signature = {
    account: { id: 9, login: 'eve' },
    cla: { name: 'CLA', url: 'https://contoso.com/cla', version: '1.0', digest: '' },
    signedAt: '2026-01-01T00:00:00.000Z',
    source: {
      kind: 'comment',
      repository: { owner: 'contoso', repo: 'connectors' },
      pull: 7,
      comment: 8,
    },
  };
  const added =
    '9,eve,,1.0,,2026-01-01T00:00:00.000Z,contoso/connectors#7 comment ' +
    '8,contoso,connectors,CLA,https://contoso.com/cla';
  const formerHead = 'Account,Login,Company,Version,Digest,Signed at,Source';

  test.each([
    ['with one line end', '\n'],
    ['with the other', '\r\n'],
  ])(
    '%s is appended to without damage: its rows get empty cells, and stay to the letter otherwise',
    (_, end) => {
      const rows = [
        '1,ada,"Contoso, ""West""\nBranch",1.0,,2024-05-06,contoso/connectors#1 comment 2',
        '',
        '2,"ben",\'=1+1,1.0,,2024-05-07T10:00:00+02:00,"cla-assistant: contoso/x, y"',
        '3,kim,a "quoted" word,1.0,,2024-05-08,contributor-assistant: repository 7',
      ];
      const filled = (list: string[]): string[] =>
        list.map((row) => (row === '' ? row : `${row},,,,`));
      const written = appendToCsv([formerHead, ...rows, ''].join(end), [more]);
      expect(written).toBe(
        [`${formerHead},Owner,Repository,Agreement,URL`, ...filled(rows), added, ''].join(end),
      );
      expect(appendToCsv(`\ufeff${[formerHead, ...rows].join(end)}`, [more])).toBe(
        `\ufeff${written}`,
      );
      const before = fromCsv([formerHead, ...rows, ''].join(end));
      expect(fromCsv(written)).toEqual({
        signatures: 'signatures' in before ? [...before.signatures, more] : [],
      });
      expect(appendToCsv(written, [more])).toBe(`${written}${added}${end}`);
    },
  );

  test('gives back what was written before, whatever stood in it', () => {
    const cell = fc.oneof(
      fc.constantFrom('=1', '"', 'a,b', 'a\nb', 'a\r\nb', "'"),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(
        fc.array(cell, { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (companies, newline, ends) => {
          const rows = companies.map((company, index) => [
            String(index + 1),
            'ada',
            company,
            '1.0',
            '',
            '2024-05-06T00:00:00.000Z',
            'contoso/connectors#1 comment 2',
          ]);
          const former =
            Papa.unparse([formerHead.split(','), ...rows], { newline }) + (ends ? newline : '');
          const before = fromCsv(former);
          const after = fromCsv(appendToCsv(former, [more]));
          expect('signatures' in before && after).toEqual(
            'signatures' in before && { signatures: [...before.signatures, more] },
          );
        },
      ),
    );
  });
});

describe('who wrote a commit', () => {
  test('co-authors are those of the trailers, each address once, whatever the capitals', () => {
    expect(
      parseCoAuthors(
        'Fix\n\nCo-authored-by: Ben <ben@contoso.com>\nco-Authored-By: ' +
          ' Eve Ø  < eve@contoso.com >\n\nCo-authored-by: ' +
          'Ben again <BEN@contoso.com>\nNot-Co-authored-by: X <x@y>\nCo-authored-by: nobody\n',
      ),
    ).toEqual([
      { name: 'Ben', email: 'ben@contoso.com' },
      { name: 'Eve Ø', email: 'eve@contoso.com' },
    ]);
  });

  const nobody = ok(null);
  const written = (email: string, account: Person['account'] = nobody): Person => ({
    name: 'x',
    email,
    account,
  });
  const user = (id: number, login: string): Person['account'] => ok({ id, login, type: 'user' });

  test.each([
    'noreply@anthropic.com',
    'NoReply@Anthropic.com',
    'noreply+session@anthropic.com',
    'codex@openai.com',
    'noreply@openai.com',
    'agent@openai.com',
    'copilot@github.com',
    'cursoragent@cursor.com',
    'agent@cursor.com',
    'aider@aider.chat',
    'noreply@aider.chat',
    'noreply@google.com',
    'gemini-cli@google.com',
    'noreply@aws.amazon.com',
    'no-reply@ona.com',
    'noreply@opencode.ai',
    'amp@ampcode.com',
    'openhands@all-hands.dev',
    'junie@jetbrains.com',
    'crush@charm.land',
    'vibe@mistral.ai',
    'qwen-coder@alibabacloud.com',
    'agent@warp.dev',
    'oz-agent@warp.dev',
    'agent@replit.com',
    'windsurf@codeium.com',
    'droid@factory.ai',
    'noreply@continue.dev',
    '223556219+Copilot@users.noreply.github.com',
    '198982749+copilot@users.noreply.github.com',
    '175728472+Copilot@users.noreply.github.com',
    'copilot@users.noreply.github.com',
    '199161495+cursoragent@users.noreply.github.com',
    '158243242+devin-ai-integration[bot]@users.noreply.github.com',
    '161369871+google-labs-jules[bot]@users.noreply.github.com',
    '49699333+dependabot[bot]@users.noreply.github.com',
    'dependabot[bot]@users.noreply.github.com',
    '999999999+a-program-of-tomorrow[bot]@users.noreply.github.com',
  ])('%s is a program', (email) => {
    expect(isBotIdentity(written(email), new Set())).toBe(true);
  });

  test.each([
    'jane@openai.com',
    'claude@anthropic.com',
    'devin@cognition.ai',
    'jane+noreply@openai.com',
    'noreply@anthropic.com.evil.example',
    'noreply@mail.anthropic.com',
    'noreply@evil-anthropic.com',
    'noreply@evil.example',
    'agent@users.noreply.github.com',
    '7+agent@users.noreply.github.com',
    '7+octocat@users.noreply.github.com',
    'copilot@contoso.com',
    'anthropic.com',
    '@anthropic.com',
    '',
    'noreply',
    '[bot]@contoso.com',
    'dependabot[bot]@contoso.com',
  ])('%j is no program', (email) => {
    expect(isBotIdentity(written(email), new Set())).toBe(false);
  });

  test('an account tells it: a person stays one behind the login of a program, and a program is one behind any address', () => {
    expect(
      isBotIdentity(written('7+Copilot@users.noreply.github.com', user(7, 'sam')), new Set()),
    ).toBe(false);
    expect(
      isBotIdentity(
        written('7+dependabot[bot]@users.noreply.github.com', user(7, 'sam')),
        new Set(),
      ),
    ).toBe(false);
    expect(
      isBotIdentity(
        written('7+x[bot]@users.noreply.github.com', unavailable('GitHub did not say')),
        new Set(),
      ),
    ).toBe(false);
    expect(
      isBotIdentity(
        written('ci@contoso.com', ok({ id: 8, login: 'ci-of-contoso', type: 'bot' })),
        new Set(),
      ),
    ).toBe(true);
    expect(
      isBotIdentity(written('x@contoso.com', user(29_139_614, 'renovate[bot]')), new Set()),
    ).toBe(true); // GraphQL does not tell the type
    expect(isBotIdentity(written('x@contoso.com', user(223_556_219, 'Copilot')), new Set())).toBe(
      true,
    );
    expect(
      isBotIdentity(
        written('Builder@Contoso.com', user(7, 'sam')),
        new Set(['builder@contoso.com']),
      ),
    ).toBe(true);
  });

  test('whatever the commits say, whoever opened the pull request is asked, and nobody is excused by an address that somebody chose', () => {
    const account = fc.constantFrom<Person['account']>(
      nobody,
      unavailable('GitHub did not say'),
      user(1001, 'ada-contoso'),
      user(7, 'sam'),
      user(19_864_447, 'web-flow'),
      user(223_556_219, 'Copilot'),
      ok({ id: 8, login: 'ci[bot]', type: 'bot' }),
      ok({ id: 9001, login: 'gatehouse[bot]', type: 'bot' }),
    );
    const address = fc.constantFrom(
      'noreply@anthropic.com',
      'noreply@github.com',
      'copilot@github.com',
      '1001+ada-contoso@users.noreply.github.com',
      '7+Copilot@users.noreply.github.com',
      '8+ci[bot]@users.noreply.github.com',
      'x@evil.example',
      '',
    );
    const person: fc.Arbitrary<Person> = fc.record({
      name: fc.constantFrom('Ada', 'Claude', 'eve'),
      email: address,
      account,
    });
    const commit: fc.Arbitrary<Commit> = fc.record({
      sha: fc.constant('c'.repeat(40)),
      parents: fc.constant([]),
      message: fc.constant(''),
      author: person,
      committer: person,
      coAuthors: fc.array(person, { maxLength: 2 }),
      verified: fc.boolean(),
    });
    const eve = { id: 4001, login: 'eve', type: 'user' } as const;
    fc.assert(
      fc.property(fc.array(commit, { maxLength: 4 }), (commits) => {
        const good = snapshotOf({ shows: '' });
        const found = findSignatories(
          { ...good, pull: { ...good.pull, author: eve }, commits: ok(commits) },
          defaultSettings.cla,
        );
        const signatories = found.ok ? found.value : [];
        expect(
          signatories
            .filter((one) => one.account?.id === eve.id)
            .map(({ consent }) => consent.kind),
        ).toEqual(['not']);
        const sams = commits
          .flatMap((one) => [one.author, ...one.coAuthors])
          .some(
            (one) =>
              one.account.ok &&
              one.account.value?.id === 7 &&
              !/^(?:noreply@anthropic|copilot@|noreply@github)/.test(one.email),
          );
        expect(signatories.some((one) => one.account?.id === 7 && one.consent.kind === 'not')).toBe(
          sams,
        );
      }),
    );
  });

  test.each([
    ['583231+octocat@users.noreply.github.com', { id: 583231, login: 'octocat' }],
    ['octocat@users.noreply.github.com', { login: 'octocat' }],
    [
      '41898282+github-actions[bot]@users.noreply.github.com',
      { id: 41898282, login: 'github-actions[bot]' },
    ],
    ['octocat@users.noreply.github.com.evil.example', undefined],
    ['a b@users.noreply.github.com', undefined],
  ])('%s names %o', (email, account) => {
    expect(accountOfNoreplyAddress(email)).toEqual(account);
  });
});
