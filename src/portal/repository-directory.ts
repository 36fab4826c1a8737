import { Calendar } from '../release/calendar.ts';
import type { Instant } from '../release/civil-date.ts';
import { defaultSettings } from '../settings/defaults.ts';
import type { ReferenceSettings } from '../settings/reference-settings.ts';
import type { StoredRepository } from '../store/repositories.ts';
import type { Store } from '../store/store.ts';

/** How long what was read of the repositories is used, in milliseconds. */
const maxAge = 5_000;
/**
 * A repository is hidden if GitHub has not said for this long that it is public, in milliseconds. It
 * is asked every 15 minutes, unless the App was removed from the repository, or does not run.
 */
const maxPublicAge = 86_400_000;

/** A repository at a revision. */
export class ShownRepository {
  /** `owner/name`, as GitHub writes it. */
  readonly name: string;
  /** Of what is deployed and of the catalog. */
  readonly revision: string;
  readonly reference: ReferenceSettings;
  readonly #store: Store;
  /** Without the freezes that people declared. */
  readonly #calendar: Calendar | undefined;
  readonly #computed = new Map<string, Promise<unknown>>();

  constructor(
    { name, train, reference }: Pick<StoredRepository, 'name' | 'train' | 'reference'>,
    revision: string,
    store: Store,
  ) {
    this.name = name;
    this.revision = revision;
    this.reference = reference ?? defaultSettings.reference;
    this.#store = store;
    this.#calendar = train ? new Calendar(train) : undefined;
  }

  /** What plans depend on besides the revision: see `Calendar.periodAt`. */
  periodAt(now: Instant): string {
    return this.#calendar?.periodAt(now) ?? '';
  }

  /** The calendar of its train, with all freezes; undefined if nothing is deployed. */
  calendar(): Promise<Calendar | undefined> {
    if (!this.#calendar) return Promise.resolve(undefined);
    const { settings } = this.#calendar;
    // A freeze that is declared or ended increases the revision.
    return this.once(
      'calendar',
      async () => new Calendar(settings, await this.#store.freezes(this.name)),
    );
  }

  /** Computes something once at this revision, unless that fails. */
  once<T>(name: string, compute: () => Promise<T>): Promise<T>;
  once(name: string, compute: () => Promise<unknown>): Promise<unknown> {
    let computed = this.#computed.get(name);
    if (!computed) {
      computed = compute();
      this.#computed.set(name, computed);
      computed.catch(() => this.#computed.delete(name));
    }
    return computed;
  }
}

/** A repository, and when GitHub last said that everyone may read it. */
interface Listed {
  repository: ShownRepository;
  publicAt: Date | null;
}

/**
 * The repositories that everyone may read, with their revisions. Reads them at most every five
 * seconds, so that a client that has the newest revision causes no query.
 */
export class RepositoryDirectory {
  readonly #store: Store;
  #listed: Promise<readonly Listed[]> = Promise.resolve([]);
  #readAt = -Infinity;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * @param now in milliseconds
   * @returns in the order of their names
   */
  async shown(now: number): Promise<readonly ShownRepository[]> {
    if (Math.abs(now - this.#readAt) >= maxAge) {
      this.#readAt = now;
      this.#listed = this.#read(this.#listed);
    }
    return (await this.#listed).flatMap(({ repository, publicAt }) =>
      publicAt !== null && now - publicAt.getTime() < maxPublicAge ? [repository] : [],
    );
  }

  async #read(earlier: Promise<readonly Listed[]>): Promise<readonly Listed[]> {
    const before = await earlier.catch(() => []);
    const stored = await this.#store.repositories();
    const catalogs = new Map(
      (await this.#store.catalog.catalogs()).map((each) => [
        each.repository.toLowerCase(),
        each.revision,
      ]),
    );
    return stored.map((row) => {
      const { name, publicAt } = row;
      const revision = `${row.revision}.${catalogs.get(name.toLowerCase()) ?? 0}`;
      const known = before.find(({ repository }) => repository.name === name)?.repository;
      // At the same revision it is the same object, because that keeps its calendar.
      const repository =
        known?.revision === revision ? known : new ShownRepository(row, revision, this.#store);
      return { repository, publicAt };
    });
  }
}
