import { parseCommands } from '../../src/review/commands/parse-commands.ts';
import type { Comment } from '../../src/review/model/snapshot.ts';

export const comment = (body: string, more: Partial<Comment> = {}): Comment => ({
  id: 1,
  author: { id: 1, login: 'ada', type: 'user' },
  createdAt: '2026-03-02T10:00:00Z',
  updatedAt: '2026-03-02T10:00:00Z',
  body,
  reactions: [],
  ...more,
});

/**
 * What is heard of a comment, as `name|rest`; what is refused as `?name`. Behind each `~` where
 * only somebody who may mean it is answered.
 */
export const said = (body: string, more: Partial<Comment> = {}): string[] =>
  parseCommands(comment(body, more), 'gatehouse[bot]').map(
    (one) =>
      `${'unclear' in one ? `?${one.unclear}` : `${one.name}|${one.rest}`}${one.alike ? '~' : ''}`,
  );
