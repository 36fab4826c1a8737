import fc from 'fast-check';
import { expect } from 'vitest';
import { modelSettings, accounts, snapshotOf } from '../../fixtures/pulls.ts';
import { decide } from '../../src/review/decide.ts';
import type { Effect } from '../../src/review/model/effects.ts';
import { plan } from '../../src/review/plan.ts';
import type { Account, Comment, Permission, Snapshot } from '../../src/review/model/snapshot.ts';
import { carryOut, factsOf } from './simulated-github.ts';

/**
 * Who takes part: ada opened the pull request and owns the connector, olaf owns it too, rita and
 * rob may write at first.
 */
const names = ['ada', 'ben', 'rita', 'rob', 'olaf', 'eve'] as const;
type Name = (typeof names)[number];

const verbs = ['merge', 'hold', 'unhold', 'fix', 'agree', 'withdraw'] as const;
type Verb = (typeof verbs)[number];

/** What a comment is, and what its writer plainly says with it. */
interface Utterance {
  body: string;
  says: Verb | undefined;
}

const prose = fc.constantFrom(
  'Thanks, this looks good.',
  'I am not sure about this one.',
  'Ada, could you look at the readme?',
  'Es ist fast fertig.',
  'Merci !',
);
const verb = fc.constantFrom<Verb[]>(...verbs, 'merge', 'merge', 'agree', 'hold');

const plain = fc
  .record({ says: verb, before: fc.option(prose), after: fc.option(prose) })
  .map(({ says, before, after }): Utterance => ({
    body: [before, `/${says}`, after].filter((part) => part !== null).join('\n\n'),
    says,
  }));

/**
 * Talk about a command: what somebody else said, an example, a question. Each of them says nothing.
 */
const talk: readonly ((command: string) => string)[] = [
  (command) => `> ${command}\n\nPlease wait.`,
  (command) => `> ${command}\nlazily continued`,
  (command) => `\`\`\`\n${command}\n\`\`\``,
  (command) => `~~~~ text\n~~~\n${command}\n~~~~`,
  (command) => `    ${command}`,
  (command) => `<details><summary>How</summary>\n\n${command}\n\n</details>`,
  (command) => `<details open>\n\n${command}\n`,
  (command) => `<!--\n${command}\n-->`,
  (command) => `- ${command}`,
  (command) => `1. ${command}`,
  (command) => `${command}?`,
  (command) => `${command} once Rob is back?`,
  (command) => `Shall I write ${command} now?`,
  (command) => `Do not \`${command}\` yet.`,
  (command) => `${command}\u0301`,
  (command) => `$$\n${command}\n$$`,
  (command) =>
    `Wait.\n\n-----Original Message-----\nFrom: rob-reviews <notifications@github.com>\nSent: Tuesday, March 3, 2026 2:55 PM\nTo: contoso/connectors\nSubject: Re: (PR #7)\n\n${command}\n`,
  (command) =>
    `Wait.\n\n________________________________\nFrom: rob-reviews ***@***.***>\nSent: Tuesday, March 3, 2026 2:55 PM\nTo: contoso/connectors ***@***.***>\nSubject: Re: [contoso/connectors] (PR #7)\n\n${command}\n`,
  (command) =>
    `Warte bitte.\n\nAm Di., 3. März 2026 um 14:55 Uhr schrieb rob-reviews <\nnotifications@github.com>:\n\n${command}\n`,
  (command) =>
    `Attends.\n\nLe mar. 3 mars 2026 à 14:55, rob-reviews <notifications@github.com> a écrit :\n\n${command}\n`,
  (command) =>
    `Espera.\n\nEl mar, 3 mar 2026 a las 14:55, rob-reviews (<notifications@github.com>) escribió:\n\n${command}\n`,
  (command) =>
    `Wait.\n\nOn Tue, Mar 3, 2026 at 2:55 PM rob-reviews <notifications@github.com> wrote:\n\n${command}\n`,
  (command) =>
    `Wacht.\n\nVan: rob-reviews <notifications@github.com>\nVerzonden: dinsdag 3 maart 2026 14:55\nAan: contoso/connectors\nOnderwerp: Re: (PR #7)\n\n${command}\n`,
  (command) =>
    `Warte.\n\nVon: rob-reviews <notifications@github.com>\nGesendet: Dienstag, 3. März 2026 14:55\nAn: contoso/connectors\nBetreff: AW: (PR #7)\n\n${command}\n`,
  (command) => `Thanks.\n\n-- \n${command}\n`,
];
const spoken = fc
  .record({ says: verb, how: fc.constantFrom(...talk) })
  .map(({ says, how }): Utterance => ({ body: how(`/${says}`), says: undefined }));
const nothing = prose.map((body): Utterance => ({ body, says: undefined }));
const utterance = fc.oneof(
  { weight: 5, arbitrary: plain },
  { weight: 4, arbitrary: spoken },
  { weight: 1, arbitrary: nothing },
);

/** Those whose words have consequences speak more often. */
const who = fc.constantFrom<Name[]>(...names, 'ada', 'ada', 'ada', 'rita', 'rita', 'rob', 'olaf');
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('comment' as const), by: who, said: utterance }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('edit' as const), which: fc.nat(), said: utterance }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      by: fc.constantFrom<Name[]>('ada', 'ada', 'rita', 'eve'),
      changes: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('base' as const),
      to: fc.constantFrom('dev', 'dev', 'lax', 'release'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('right' as const),
      of: who,
      kind: fc.constantFrom<(Permission | 'unknown')[]>('read', 'write', 'admin', 'unknown'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('review' as const),
      by: who,
      state: fc.constantFrom(
        'approved' as const,
        'approved' as const,
        'changes-requested' as const,
        'dismissed' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('draft' as const), kind: fc.boolean() }) },
  { weight: 9, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
);

/**
 * Conversations that mostly come near a merge: otherwise nearly all of them would show only that
 * nothing happens.
 */
export const conversations = fc.record({
  steps: fc.array(step, { minLength: 4, maxLength: 24 }),
  /** Whether the head is a branch of the guarded repository itself. */
  own: fc.boolean(),
  signed: fc.boolean(),
  approved: fc.boolean(),
});
export type Conversation = typeof conversations extends fc.Arbitrary<infer One> ? One : never;

/** A comment as people know it. */
interface Remembered {
  id: number;
  by: Name;
  at: string;
  /** What it says now. */
  says: Verb | undefined;
  edited: boolean;
  /** How it was when Gatehouse first saw it; undefined if it has not seen it. */
  first?: {
    says: Verb | undefined;
    mayWrite: boolean | undefined;
    base: string;
    basedAt: string;
    pushedAt: string;
  };
}

const writes: ReadonlySet<string> = new Set(['write', 'maintain', 'admin']);

/**
 * Plays a conversation against reviews, and holds each of their effects to what people plainly said
 * and may do. It knows who said what because it says it itself; it parses nothing.
 * @returns what Gatehouse did, for a test that it does something at all
 *
 */
export function play({ steps, own, signed, approved }: Conversation): string[] {
  let minute = 0;
  const now = (): string => new Date(Date.UTC(2026, 2, 2, 11, 30 + (minute += 1))).toISOString();
  const first = snapshotOf({
    shows: '',
    ...(!signed && { signatures: [] }),
    ...(!approved && { reviews: [] }),
    after: {
      definition: {
        paths: { '/invoices/{id}': { get: { description: 'Returns one invoice by its number' } } },
      },
    },
  });
  let world: Snapshot = {
    ...first,
    pull: {
      ...first.pull,
      ...(own && { head: { ...first.pull.head, repository: first.repository } }),
    },
  };
  const remembered: Remembered[] = [];
  const rights = new Map<number, Permission | 'unknown'>(
    names.map((name) => [accounts[name].id, name === 'rita' || name === 'rob' ? 'write' : 'read']),
  );
  let [pushedAt, changedAt, basedAt, pusher, serial] = [
    '2026-03-02T10:00:00.000Z',
    '',
    '',
    'ada' as Name,
    0,
  ];
  const done: string[] = [];

  const mayWrite = (name: Name): boolean | undefined => {
    const right = rights.get(accounts[name].id);
    return right === 'unknown' ? undefined : writes.has(right ?? 'none');
  };
  const isOwner = (name: Name): boolean => name === 'ada' || name === 'olaf';
  const comments = (): Comment[] => (world.comments.ok ? [...world.comments.value] : []);
  const setComments = (value: Comment[]): void =>
    void (world = { ...world, comments: { ok: true, value } });

  const look = (): void => {
    for (const one of remembered) {
      // What hangs on a right that GitHub does not tell is heard when it does.
      const hangs =
        (one.says === 'merge' && !isOwner(one.by)) ||
        one.says === 'hold' ||
        one.says === 'unhold' ||
        (one.says === 'fix' && (own || one.by !== 'ada'));
      if (hangs && !one.edited && mayWrite(one.by) === undefined) continue;
      one.first ??= {
        says: one.edited ? undefined : one.says,
        mayWrite: mayWrite(one.by),
        base: world.pull.base.ref,
        basedAt,
        pushedAt,
      };
    }
    world = {
      ...world,
      now: now(),
      permissions: Object.fromEntries(
        Array.from(rights, ([id, right]) => [
          String(id),
          right === 'unknown'
            ? { ok: false, reason: 'GitHub answered 403.' }
            : { ok: true, value: right },
        ]),
      ),
    };
    const effects = plan(decide(factsOf(world)), world);
    for (const effect of effects) judge(effect);
    world = carryOut(effects, world);
    if (effects.some((effect) => effect.kind === 'commit-files')) push('ada', true);
  };

  const push = (by: Name, changes: boolean): void => {
    const sha = String((serial += 1)).padStart(40, '0');
    [pushedAt, pusher] = [now(), by];
    if (changes) changedAt = pushedAt;
    const [connector] = world.connectors;
    const blob = `${serial}`.padStart(40, 'b');
    const after =
      connector?.after.ok && connector.after.value
        ? {
            ...connector.after.value,
            files: connector.after.value.files.map((file) =>
              changes && file.path === 'readme.md' ? { ...file, blob } : file,
            ),
          }
        : null;
    const readme = connector?.after.ok
      ? connector.after.value?.files.find(({ path }) => path === 'readme.md')?.blob
      : undefined;
    world = {
      ...world,
      pull: { ...world.pull, head: { ...world.pull.head, sha } },
      contents: { ...world.contents, [blob]: world.contents[readme ?? ''] ?? '' },
      connectors:
        connector && after
          ? [{ ...connector, after: { ok: true, value: after } }]
          : world.connectors,
      pushes: {
        ok: true,
        value: [
          ...(world.pushes.ok ? world.pushes.value : []),
          { sha, at: pushedAt, by: accounts[by].id },
        ],
      },
      commits: {
        ok: true,
        value: (world.commits.ok ? world.commits.value : []).map((commit, index) =>
          index === 0 ? { ...commit, sha } : commit,
        ),
      },
    };
  };

  /**
   * The comments that said something, by somebody who could say it with effect when it was first
   * seen.
   */
  const heard = (verbOf: Verb): Remembered[] =>
    remembered.filter((one) => one.first?.says === verbOf);

  const judge = (effect: Effect): void => {
    const said = (): string =>
      JSON.stringify(
        { remembered, effect: effect.kind, base: world.pull.base.ref, rights: [...rights] },
        null,
        1,
      );
    if (effect.kind === 'merge') {
      done.push('merge');
      expect(world.pull.state, said()).toEqual({ kind: 'open', draft: false });
      expect(world.pull.base.ref, said()).toBe('dev');
      const mayMergeNow = (name: Name): boolean =>
        mayWrite(name) === true || (isOwner(name) && mayWrite(name) !== undefined);
      const wishes = heard('merge').filter(
        ({ by, at, says, first: seen }) =>
          says === 'merge' &&
          seen?.base === 'dev' &&
          at >= seen.pushedAt &&
          at > seen.basedAt &&
          at > changedAt &&
          at > basedAt &&
          mayMergeNow(by) &&
          (seen.mayWrite === true || isOwner(by)),
      );
      expect(
        wishes.map(({ id }) => id),
        `nobody with the right asked for it\n${said()}`,
      ).toContain(effect.requestComment);
      const unholds = heard('unhold').filter(({ first: seen }) => seen?.mayWrite === true);
      const holds = heard('hold').filter(
        ({ at, first: seen }) => seen?.mayWrite === true && !unholds.some((one) => one.at > at),
      );
      expect(holds, `somebody holds it\n${said()}`).toEqual([]);
      const reviews = [
        ...new Map(
          (world.reviews.ok ? world.reviews.value : []).map((review) => [review.author.id, review]),
        ).values(),
      ];
      const writer = ({ author }: { author: Account }): boolean =>
        names.some((name) => accounts[name].id === author.id && mayWrite(name) === true);
      const others = reviews.filter(
        (review) =>
          review.state === 'approved' &&
          review.sha === world.pull.head.sha &&
          writer(review) &&
          review.author.id !== accounts.ada.id &&
          review.author.id !== accounts[pusher].id,
      );
      expect(others.length, `nobody else approves it\n${said()}`).toBeGreaterThan(0);
      expect(
        reviews.some((review) => review.state === 'changes-requested' && writer(review)),
        said(),
      ).toBe(false);
      expect(
        signed || heard('agree').some(({ by }) => by === 'ada'),
        `ada has not agreed\n${said()}`,
      ).toBe(true);
    } else if (effect.kind === 'record' && effect.entry.kind === 'signature') {
      done.push('signature');
      const { account, source } = effect.entry.signature;
      const comment = remembered.find(
        ({ id }) => source.kind === 'comment' && id === source.comment,
      );
      expect(comment && accounts[comment.by].id, said()).toBe(account.id);
      expect(comment?.first?.says, `an agreement that nobody wrote\n${said()}`).toBe('agree');
    } else if (effect.kind === 'commit-files') {
      done.push('fix');
      const asked = heard('fix').filter(
        ({ by, at }) =>
          at >= pushedAt && (own ? mayWrite(by) === true : by === 'ada' || mayWrite(by) === true),
      );
      expect(
        asked.length,
        `a push that nobody with the right asked for\n${said()}`,
      ).toBeGreaterThan(0);
    } else if (effect.kind === 'convert-to-draft') {
      done.push('draft');
      expect(
        heard('withdraw').some(({ by }) => by === 'ada'),
        said(),
      ).toBe(true);
    }
  };

  for (const one of [...steps, { do: 'look' as const }]) {
    if (world.pull.state.kind !== 'open') break;
    switch (one.do) {
      case 'comment': {
        const [at, id] = [now(), 20_000 + (serial += 1)];
        remembered.push({ id, by: one.by, at, says: one.said.says, edited: false });
        setComments([
          ...comments(),
          {
            id,
            author: accounts[one.by],
            createdAt: at,
            updatedAt: at,
            body: one.said.body,
            reactions: [],
          },
        ]);
        break;
      }
      case 'edit': {
        const edited = remembered[one.which % Math.max(1, remembered.length)];
        if (!edited) break;
        [edited.says, edited.edited] = [one.said.says, true];
        setComments(
          comments().map((comment) =>
            comment.id === edited.id
              ? { ...comment, body: one.said.body, updatedAt: now() }
              : comment,
          ),
        );
        break;
      }
      case 'delete': {
        const [gone] = remembered.splice(one.which % Math.max(1, remembered.length), 1);
        if (!gone) break;
        setComments(comments().filter(({ id }) => id !== gone.id));
        // What it did before was plainly said: a hold and a signature outlive the comment, a wish
        // does not.
        if (gone.first) remembered.push({ ...gone, says: undefined });
        break;
      }
      case 'push':
        push(one.by, one.changes);
        break;
      case 'base':
        if (one.to === world.pull.base.ref) break;
        basedAt = now();
        world = {
          ...world,
          pull: { ...world.pull, base: { ...world.pull.base, ref: one.to } },
          baseSince: { ok: true, value: basedAt },
          settings: {
            ok: true,
            value: {
              path: '.github/gatehouse.yml',
              text:
                one.to === 'dev'
                  ? modelSettings
                  : `base: ${one.to}\napprovals: 0\ncla: { required: false }\n`,
            },
          },
        };
        break;
      case 'right':
        rights.set(accounts[one.of].id, one.kind);
        break;
      case 'review':
        world = {
          ...world,
          reviews: {
            ok: true,
            value: [
              ...(world.reviews.ok ? world.reviews.value : []),
              {
                id: (serial += 1),
                author: accounts[one.by],
                state: one.state,
                at: now(),
                sha: world.pull.head.sha,
              },
            ],
          },
        };
        break;
      case 'draft':
        world = { ...world, pull: { ...world.pull, state: { kind: 'open', draft: one.kind } } };
        break;
      case 'look':
        look();
        break;
    }
  }
  return done;
}
