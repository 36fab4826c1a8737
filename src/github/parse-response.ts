import { unavailable } from '../review/model/result.ts';
import type { Account, Result } from '../review/model/snapshot.ts';

/** GitHub, or a server that impersonates it, sent a value that its API description rules out. */
export class UnexpectedResponse extends Error {}

/**
 * Turns an `UnexpectedResponse` into an unavailable result with the reason, so that the review
 * continues without the value.
 */
export async function orUnreadable<T>(read: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnexpectedResponse) return unavailable(error.message);
    throw error;
  }
}

declare const documentedType: unique symbol;
/** Carries a type for the compiler. The property does not exist at run time. */
interface Documented<T> {
  readonly [documentedType]?: T;
}

/**
 * A JSON value that GitHub documents as `T`. Nothing about it has been checked: the functions of
 * this file do that. The type only makes a misspelled property name a compile error.
 */
export type Unchecked<T> = string | number | boolean | null | undefined | Documented<T>;

/** An object whose property names are documented, and whose property values are unchecked. */
export type ResponseObject<T = Record<string, unknown>> = Documented<T> & {
  readonly [Name in NameOf<T>]?: unknown extends PropertyOf<T, Name>
    ? unknown
    : Unchecked<PropertyOf<T, Name>>;
};
/** The names of the properties of all object types in a union. */
export type NameOf<T> = T extends readonly unknown[]
  ? never
  : T extends object
    ? keyof T & string
    : never;
type PropertyOf<T, Name> = T extends readonly unknown[]
  ? undefined
  : Name extends keyof T
    ? T[Name]
    : undefined;

/** The result of `parse` for each value that it accepts. Leaves out the values that it rejects. */
export function parseValid<Value, T>(values: readonly Value[], parse: (value: Value) => T): T[] {
  return values.flatMap((value) => {
    try {
      return [parse(value)];
    } catch (error) {
      if (error instanceof UnexpectedResponse) return [];
      throw error;
    }
  });
}

/**
 * Replaces lone surrogates in all strings of a value: neither a URL nor GitHub's JSON can have
 * them.
 */
export function toWellFormed<T>(value: T): T;
export function toWellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map((item: unknown) => toWellFormed(item));
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, property]) => [name, toWellFormed(property)]),
      )
    : value;
}

/** @throws UnexpectedResponse always */
const reject = (where: string, expected: string, value: unknown): never => {
  throw new UnexpectedResponse(
    `GitHub sent ${typeName(value)} where ${expected} belongs: ${where}`,
  );
};
function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}

export function isObject<T>(value: Unchecked<T>): value is ResponseObject<T>;
export function isObject(value: unknown): value is ResponseObject;
export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * @param where What the value is, for the message of the error.
 * @throws UnexpectedResponse if the value is not an object
 */
export function toObject<T>(value: Unchecked<T>, where: string): ResponseObject<T>;
export function toObject(value: unknown, where: string): ResponseObject;
export function toObject(value: unknown, where: string): unknown {
  return isObject(value) ? value : reject(where, 'an object', value);
}

/** @throws UnexpectedResponse if the value is not a list */
export function toList<Item>(
  value: Unchecked<readonly Item[] | null | undefined>,
  where: string,
): readonly Unchecked<Item>[];
export function toList(value: unknown, where: string): readonly unknown[];
export function toList(value: unknown, where: string): readonly unknown[] {
  return Array.isArray(value) ? value : reject(where, 'a list', value);
}

/*
 * The value of a property, which must exist and have the type. All of these functions throw
 * `UnexpectedResponse` with the name of the property if not.
 */

export function objectAt<T, Name extends NameOf<T>>(
  from: ResponseObject<T>,
  name: Name,
): ResponseObject<PropertyOf<T, Name>>;
export function objectAt(from: Readonly<Record<string, unknown>>, name: string): unknown {
  return toObject(from[name], name);
}

export const stringAt = <T>(from: ResponseObject<T>, name: NameOf<T>): string => {
  const value = from[name];
  return typeof value === 'string' ? value : reject(name, 'a text', value);
};

export const integerAt = <T>(from: ResponseObject<T>, name: NameOf<T>): number => {
  const value = from[name];
  return typeof value === 'number' && Number.isSafeInteger(value)
    ? value
    : reject(name, 'a whole number', value);
};

export const booleanAt = <T>(from: ResponseObject<T>, name: NameOf<T>): boolean => {
  const value = from[name];
  return typeof value === 'boolean' ? value : reject(name, 'yes or no', value);
};

/** A string, or the fallback if the property is missing or null. */
export const stringAtOr = <T, Fallback>(
  from: ResponseObject<T>,
  name: NameOf<T>,
  fallback: Fallback,
): string | Fallback =>
  from[name] === null || from[name] === undefined ? fallback : stringAt(from, name);

/** The hash of a git object: 40 hexadecimal digits, or 64 in a repository that uses SHA-256. */
export const shaAt = <T>(from: ResponseObject<T>, name: NameOf<T>): string => {
  const value = stringAt(from, name);
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value)
    ? value
    : reject(name, 'the SHA of an object', value);
};

/** A point in time as ISO 8601 in UTC with a `Z`, so that strings compare like times. */
export const timeAt = <T>(from: ResponseObject<T>, name: NameOf<T>): string => {
  const milliseconds = Date.parse(stringAt(from, name));
  return Number.isNaN(milliseconds)
    ? reject(name, 'a time', from[name])
    : new Date(milliseconds).toISOString();
};

export const enumAt = <T, Value extends string>(
  from: ResponseObject<T>,
  name: NameOf<T>,
  values: readonly Value[],
): Value => {
  const text = stringAt(from, name);
  return (
    values.find((value) => value === text) ?? reject(name, `one of ${values.join(', ')}`, text)
  );
};

const accountTypes: ReadonlyMap<unknown, Account['type']> = new Map([
  ['User', 'user'],
  ['Bot', 'bot'],
  ['Organization', 'organization'],
  // An import creates mannequins for people whose account it does not know.
  ['Mannequin', 'ghost'],
] as const);

/**
 * An account. `where` says what it is, for the message of the error.
 * @throws UnexpectedResponse if the value is not an account
 */
export function toAccount(value: unknown, where: string): Account {
  const from = toObject(value, where);
  const id = integerAt(from, 'id');
  const login = stringAt(from, 'login');
  // A type that GitHub adds later gets the rights of a bot: none.
  const type = accountTypes.get(from.type) ?? 'bot';
  // GitHub shows every deleted account as the user "ghost". No other account can have that login.
  return login.toLowerCase() === 'ghost' || type === 'ghost'
    ? { id: 0, login, type: 'ghost' }
    : { id, login, type };
}

const ghost: Account = { id: 0, login: 'ghost', type: 'ghost' };

/**
 * The author of a pull request, comment or review. GitHub sends null for a deleted account. An
 * author who cannot be identified becomes the ghost, who has no rights.
 */
export function toAuthor(value: unknown): Account {
  if (value === null || value === undefined) return ghost;
  return parseValid([value], (author) => toAccount(author, 'user'))[0] ?? ghost;
}
