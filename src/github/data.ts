import type { Account } from '../review/snapshot.ts';

/** GitHub, or something that passes for it, sent what its description says it does not. */
export class Unexpected extends Error {}

export type Data = Readonly<Record<string, unknown>>;

const refuse = (where: string, wanted: string, value: unknown): never => {
  const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  throw new Unexpected(`GitHub sent ${got} where ${wanted} belongs: ${where}`);
};

export const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);
export const data = (value: unknown, where: string): Data => (isData(value) ? value : refuse(where, 'an object', value));
export const list = (value: unknown, where: string): readonly unknown[] => (Array.isArray(value) ? value : refuse(where, 'a list', value));

/** What stands under a name, which must be there and of its type. `where` of a mistake is the name. */
export const inner = (from: Data, name: string): Data => data(from[name], name);
export const text = (from: Data, name: string): string => {
  const value = from[name];
  return typeof value === 'string' ? value : refuse(name, 'a text', value);
};
export const number = (from: Data, name: string): number => {
  const value = from[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : refuse(name, 'a whole number', value);
};
export const flag = (from: Data, name: string): boolean => {
  const value = from[name];
  return typeof value === 'boolean' ? value : refuse(name, 'yes or no', value);
};
/** A text that may be missing or null. */
export const textOr = <Other>(from: Data, name: string, other: Other): string | Other => (from[name] === null || from[name] === undefined ? other : text(from, name));

/** The SHA of an object: 40 hexadecimal digits, or 64 where a repository uses SHA-256. */
export const sha = (from: Data, name: string): string => {
  const value = text(from, name);
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : refuse(name, 'the SHA of an object', value);
};

/** A point in time, so that it compares as a text: in UTC with a `Z`. */
export const time = (from: Data, name: string): string => {
  const at = Date.parse(text(from, name));
  return Number.isNaN(at) ? refuse(name, 'a time', from[name]) : new Date(at).toISOString();
};

/** One of the words that are known. */
export const oneOf = <Word extends string>(from: Data, name: string, words: readonly Word[]): Word => {
  const value = text(from, name);
  return words.find((word) => word === value) ?? refuse(name, `one of ${words.join(', ')}`, value);
};

const kinds = { User: 'user', Bot: 'bot', Organization: 'organization', Mannequin: 'ghost' } as const;

/** Of somebody whom an import invented (a mannequin), or who deleted their account, a ghost. */
export function account(value: unknown, where: string): Account {
  const from = data(value, where);
  const [id, login, type] = [number(from, 'id'), text(from, 'login'), kinds[oneOf(from, 'type', ['User', 'Bot', 'Organization', 'Mannequin'])]];
  // GitHub shows all who deleted their account as this one user, if it shows any. Nobody else can have the name.
  return login.toLowerCase() === 'ghost' || type === 'ghost' ? { id: 0, login, type: 'ghost' } : { id, login, type };
}

/** GitHub shows nobody in place of somebody who deleted their account. */
export const accountOrGhost = (value: unknown, where: string): Account => (value === null || value === undefined ? { id: 0, login: 'ghost', type: 'ghost' } : account(value, where));
