import { nameOf, type Operation } from '../connector/definition.ts';
import { asObject, asText } from '../json/values.ts';

/** An operation's place in its family, the versions of one operation. */
export interface Revision {
  family: string;
  /** Counts from 1. */
  revision: number;
}

/** How an operation ID writes its revision: `CreateOrder_V2Preview`. */
interface NumberedId {
  /** `CreateOrder`. */
  before: string;
  /** Everything between that and the number: `_V`, `V`, `_v`, `Version`. */
  mark: string;
  number: number;
  /** What follows the number, usually nothing: `Preview`. */
  after: string;
}

const defaultMark = '_V';
const numberAtEnd = /^(.+?)([_-][vV]|V|(?<=[a-z0-9])v|[_-]?[vV]ersion[_-]?)(\d{1,4})()$/;
/** `CSV2Json` has no version. */
const numberWithin =
  /^(|.*?(?=[_-])|.*?[a-z\d](?=[_-]?V))([_-]?[vV]|[_-]?[vV]ersion)(\d{1,4})((?:[_-](?!\d)|[A-Z]).*)$/;

/** Undefined if an ID has no number of a version. `IPv4` is a protocol. */
function numberIn(id: string): NumberedId | undefined {
  const [, before, mark, digits, after] = numberAtEnd.exec(id) ?? numberWithin.exec(id) ?? [];
  if (before === undefined || mark === undefined || after === undefined || /ip$/i.test(before))
    return undefined;
  return { before, mark, number: Number(digits), after };
}

/** The name that all versions of an operation share. */
const familyIn = ({ before, after }: NumberedId): string => (before + after).replace(/^[_-]+/, '');

/** From the annotation `x-ms-api-annotation`, or else from the ID. */
function revisionIn(operation: Operation): Revision {
  const id = nameOf(operation);
  const annotation = asObject(operation.raw['x-ms-api-annotation']);
  const numbered = numberIn(id);
  const annotated = Number(annotation?.revision ?? Number.NaN);
  return {
    family: asText(annotation?.family) ?? (numbered ? familyIn(numbered) : id),
    revision:
      Number.isSafeInteger(annotated) && annotated >= 0 ? annotated : (numbered?.number ?? 1),
  };
}

/** The families of operations, and the revisions that follow in each. */
export class Revisions {
  readonly #usedIds = new Set<string>();
  readonly #byId = new Map<string, Revision>();
  /** By revision and family, the ID of the operation that has them. */
  readonly #owners = new Map<string, string>();
  readonly #annotatedIds = new Set<string>();
  readonly #annotatedFamilies = new Set<string>();
  /** By family: its newest revision, and how IDs write it. */
  readonly #newest = new Map<string, { revision: number; mark: string | undefined }>();

  /** @param operations of two with one ID, the first counts */
  constructor(operations: readonly Operation[]) {
    const isAnnotated = ({ raw }: Operation): boolean => raw['x-ms-api-annotation'] !== undefined;
    for (const operation of [
      ...operations.filter(isAnnotated),
      ...operations.filter((candidate) => !isAnnotated(candidate)),
    ]) {
      const id = nameOf(operation);
      if (this.#byId.has(id)) continue;
      this.#usedIds.add(id.toLowerCase());
      const { family: written, revision } = revisionIn(operation);
      let family = written;
      if (isAnnotated(operation)) {
        this.#annotatedIds.add(id);
        this.#annotatedFamilies.add(family);
      }
      const place = `${revision} ${family}`;
      // `List` and `List_v1` are not the same revision: each has a family of its own.
      if (this.#owners.has(place) && !isAnnotated(operation)) family = id;
      else if (!this.#owners.has(place)) this.#owners.set(place, id);
      this.#byId.set(id, { family, revision });
      const numbered = numberIn(id);
      const newest = this.#newest.get(family);
      this.#newest.set(family, {
        revision: Math.max(revision, numbered?.number ?? 1, newest?.revision ?? 1),
        mark: numbered?.mark ?? newest?.mark,
      });
    }
  }

  of(operation: Operation): Revision {
    return this.#byId.get(nameOf(operation)) ?? revisionIn(operation);
  }

  /**
   * Whether the versions of an operation can be annotated. Not if another operation has its revision,
   * or if the annotations of its family leave it out: they say which operation is the newest.
   */
  canAnnotate(operation: Operation): boolean {
    const { family, revision } = this.of(operation);
    const id = nameOf(operation);
    return (
      this.#owners.get(`${revision} ${family}`) === id &&
      (this.#annotatedIds.has(id) || !this.#annotatedFamilies.has(family))
    );
  }

  /** The revision of the operation with an ID. */
  revisionOf(id: string): number {
    return this.#byId.get(id)?.revision ?? 1;
  }

  /** The version that follows an operation. Its ID and its revision are unused. */
  next(operation: Operation): Revision & { id: string } {
    const { family } = this.of(operation);
    const own = nameOf(operation);
    const numbered = numberIn(own);
    const newest = this.#newest.get(family);
    const before = numbered?.before ?? (/^[\w-]+$/.test(family) ? family : own);
    const mark = numbered?.mark ?? newest?.mark ?? defaultMark;
    let revision = (newest?.revision ?? 1) + 1;
    const idWith = (number: number): string =>
      before + mark + String(number) + (numbered?.after ?? '');
    while (this.#usedIds.has(idWith(revision).toLowerCase())) revision += 1;
    const id = idWith(revision);
    this.#usedIds.add(id.toLowerCase());
    this.#newest.set(family, { revision, mark: newest?.mark });
    return { family, id, revision };
  }
}

/** A summary that has the number of one revision, with that of another: `… (V2)` → `… (V3)`. */
export const renumberedSummary = (
  summary: string,
  { from, to }: { from: number; to: number },
): string =>
  summary.replace(
    /(?<=(?:^|[^\p{L}\p{N}])(?:v|version ?))\d{1,4}(?![\p{L}\p{N}]|\.\d)/giu,
    (digits) => String(Number(digits) === from ? to : digits),
  );

/**
 * The path of a new version: the version number in a path counts on, from `/v2/orders` to
 * `/v3/orders`; a path without a number gets one.
 */
export function renumberedPath(path: string, { from, to }: { from: number; to: number }): string {
  const segments = path.split('/');
  const version = segments.findIndex((segment) => /^v\d{1,4}$/i.test(segment));
  const segment = segments[version];
  if (segment !== undefined) {
    const number = Number(segment.slice(1));
    const next = number >= from && number < to ? to : number + to - from;
    return segments.with(version, segment.charAt(0) + String(next)).join('/');
  }
  const numbered = segments.findLastIndex(
    (candidate) => numberIn(candidate)?.number === from && from > 1,
  );
  const found = numberIn(segments[numbered] ?? '');
  return found === undefined
    ? `/v${to}${path}`
    : segments.with(numbered, found.before + found.mark + String(to) + found.after).join('/');
}
