import { unavailable } from '../review/model/result.ts';
import type { Account, Result } from '../review/model/snapshot.ts';

/** GitHub, or something that passes for it, sent what its description says it does not. */
export class UnexpectedResponse extends Error {}

/**
 * What GitHub sent in another form than its description says is unknown, with the reason: a review
 * goes on without it.
 */
export async function orUnreadable<T>(reading: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await reading();
  } catch (error) {
    if (error instanceof UnexpectedResponse) return unavailable(error.message);
    throw error;
  }
}

/**
 * The items of a list that can be read; one that cannot is left out, and the others stay. Only for
 * lists of which nothing is decided by an item that is missing.
 */
export function readable<T>(values: readonly unknown[], of: (value: unknown) => T): T[] {
  return values.flatMap((value) => {
    try {
      return [of(value)];
    } catch (error) {
      if (error instanceof UnexpectedResponse) return [];
      throw error;
    }
  });
}

/**
 * The same value with every text in it well-formed: half of a surrogate pair is no Unicode, and
 * neither an address nor GitHub's JSON takes it.
 */
export function wellFormed<T>(value: T): T;
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map((one: unknown) => wellFormed(one));
  return isData(value)
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, wellFormed(one)]))
    : value;
}

export type ResponseObject = Readonly<Record<string, unknown>>;

const refuse = (where: string, wanted: string, value: unknown): never => {
  throw new UnexpectedResponse(`GitHub sent ${typeOf(value)} where ${wanted} belongs: ${where}`);
};
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}

export const isData = (value: unknown): value is ResponseObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const data = (value: unknown, where: string): ResponseObject =>
  isData(value) ? value : refuse(where, 'an object', value);
export const list = (value: unknown, where: string): readonly unknown[] =>
  Array.isArray(value) ? value : refuse(where, 'a list', value);

/**
 * What stands under a name, which must be there and of its type. `where` of a mistake is the name.
 */
export const inner = (from: ResponseObject, name: string): ResponseObject => data(from[name], name);
export const text = (from: ResponseObject, name: string): string => {
  const value = from[name];
  return typeof value === 'string' ? value : refuse(name, 'a text', value);
};
export const number = (from: ResponseObject, name: string): number => {
  const value = from[name];
  return typeof value === 'number' && Number.isSafeInteger(value)
    ? value
    : refuse(name, 'a whole number', value);
};
export const flag = (from: ResponseObject, name: string): boolean => {
  const value = from[name];
  return typeof value === 'boolean' ? value : refuse(name, 'yes or no', value);
};
/** A text that may be missing or null. */
export const textOr = <Other>(from: ResponseObject, name: string, other: Other): string | Other =>
  from[name] === null || from[name] === undefined ? other : text(from, name);

/** The SHA of an object: 40 hexadecimal digits, or 64 where a repository uses SHA-256. */
export const sha = (from: ResponseObject, name: string): string => {
  const value = text(from, name);
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value)
    ? value
    : refuse(name, 'the SHA of an object', value);
};

/** A point in time, so that it compares as a text: in UTC with a `Z`. */
export const time = (from: ResponseObject, name: string): string => {
  const at = Date.parse(text(from, name));
  return Number.isNaN(at) ? refuse(name, 'a time', from[name]) : new Date(at).toISOString();
};

/** One of the words that are known. */
export const oneOf = <Word extends string>(
  from: ResponseObject,
  name: string,
  words: readonly Word[],
): Word => {
  const value = text(from, name);
  return words.find((word) => word === value) ?? refuse(name, `one of ${words.join(', ')}`, value);
};

const kinds: ReadonlyMap<unknown, Account['type']> = new Map([
  ['User', 'user'],
  ['Bot', 'bot'],
  ['Organization', 'organization'],
  ['Mannequin', 'ghost'],
] as const);

/** Of somebody whom an import invented (a mannequin), or who deleted their account, a ghost. */
export function account(value: unknown, where: string): Account {
  const from = data(value, where);
  // A kind of account that GitHub may think of later has the rights of a program: none.
  const [id, login, type] = [
    number(from, 'id'),
    text(from, 'login'),
    kinds.get(from.type) ?? 'bot',
  ];
  // GitHub shows all who deleted their account as this one user, if it shows any. Nobody else can
  // have the name.
  return login.toLowerCase() === 'ghost' || type === 'ghost'
    ? { id: 0, login, type: 'ghost' }
    : { id, login, type };
}

/** GitHub shows nobody in place of somebody who deleted their account. */
const accountOrGhost = (value: unknown, where: string): Account =>
  value === null || value === undefined
    ? { id: 0, login: 'ghost', type: 'ghost' }
    : account(value, where);

/**
 * Who wrote something that anybody may write. Where GitHub does not say who it was, it was nobody
 * with any rights.
 */
export const writerOf = (value: unknown): Account =>
  readable([value], (one) => accountOrGhost(one, 'user'))[0] ?? accountOrGhost(null, 'user');
