import { sql, type Kysely, type RawBuilder } from 'kysely';
import type {
  ActionQuery,
  CatalogNews,
  CatalogSource,
  CatalogState,
  ConnectorFilters,
  ConnectorQuery,
  Cursor,
  Facets,
  FacetValue,
  FoundAction,
  LiveRecord,
  Page,
  PublisherRecord,
  VersionRecord,
} from '../catalog/catalog-source.ts';
import type { ConnectorRecord, ConnectorSummary } from '../catalog/connector-record.ts';
import { searchTerms } from '../catalog/search-words.ts';
import { liveVersions } from '../release/live-versions.ts';
import { compareStrings } from '../shared/compare-strings.ts';
import { closestMatch } from '../shared/did-you-mean.ts';
import { summaryColumns, toRecord, toSummary } from './catalog-rows.ts';
import type { Tables } from './database.ts';
import { ridesOf } from './rides.ts';

/** Values of a facet that are counted. */
const maxFacetValues = 50;
/** Connectors that `all` reads at a time. */
const batchSize = 100;

/** A catalog as readers are to see it: its row, and the revision. */
interface View {
  repository: string;
  visibility: ConnectorSummary['visibility'];
  revision: number;
}

/** What queries of the catalogs answer from the tables. See `CatalogSource`. */
export class CatalogQueries implements CatalogSource {
  readonly #kysely: Kysely<Tables>;

  constructor(kysely: Kysely<Tables>) {
    this.#kysely = kysely;
  }

  async catalogs(): Promise<CatalogState[]> {
    const rows = await this.#kysely
      .selectFrom('catalogs')
      .selectAll()
      .orderBy('repository')
      .execute();
    return rows.map(toState);
  }

  async state(repository: string): Promise<CatalogState | undefined> {
    const row = await this.#catalog(repository);
    return row && toState(row);
  }

  async list(
    repository: string,
    { filters, q, sort, after, limit }: ConnectorQuery,
  ): Promise<Page<ConnectorSummary>> {
    const terms = searchTerms(q ?? '');
    const order = sort === 'relevance' && terms.length === 0 ? 'title' : sort;
    const isByTitle = order === 'title';
    const shape = [isByTitle ? 'string' : 'number', 'number', 'string'];
    const view = await this.#view(repository, after && { ...after, shape });
    if (view === 'expired') return 'expired';
    const [first, second] = keysOf(order, terms);
    const matching = this.#current(view)
      .select(['id', 'folder', first.as('first'), second.as('second')])
      .where(matches(terms))
      .where(and(Object.values(conditionsOf(filters))));
    let page = this.#kysely
      .selectFrom(matching.as('matching'))
      .selectAll()
      .orderBy('first')
      .orderBy('second')
      .orderBy('folder')
      .limit(limit + 1);
    if (after) page = page.where(isBehind(after, isByTitle ? sql`text` : sql`bigint`));
    // Sorts the keys alone: the summaries of all connectors would take several times as long.
    const rows = await this.#kysely
      .selectFrom(page.as('page'))
      .innerJoin('connectors', 'connectors.id', 'page.id')
      .select(['first', 'second', 'connectors.folder'])
      .select(summaryColumns)
      .orderBy('first')
      .orderBy('second')
      .orderBy('connectors.folder')
      .execute();
    return toPage(
      rows.map((row) => ({
        item: toSummary(row, view.visibility),
        key: [row.first, row.second, row.folder],
      })),
      limit,
      view.revision,
    );
  }

  async facets(
    repository: string,
    { filters, q }: Pick<ConnectorQuery, 'filters' | 'q'>,
  ): Promise<Facets> {
    const view = await this.#view(repository, undefined);
    const facets: Record<keyof ConnectorFilters, FacetValue[]> = {
      type: [],
      class: [],
      category: [],
      authentication: [],
      publisher: [],
      trigger: [],
      state: [],
      ring: [],
    };
    if (view === 'expired') return facets;
    const conditions = conditionsOf(filters);
    const names = facetNames.map((name) => sql`${conditions[name]} as ${sql.ref(`is_${name}`)}`);
    const counts = facetNames.map((name) => {
      const others = facetNames.filter((other) => other !== name);
      const { value, label, from } = facetColumns[name];
      return sql`
        (select ${sql.lit(name)} as facet, ${value} as value, ${label} as label, count(*)::int as count
        from matching ${from}
        where ${and(others.map((other) => sql<boolean>`${sql.ref(`is_${other}`)}`))} and ${value} is not null
        group by 2 order by 4 desc, 2 limit ${sql.lit(maxFacetValues)})`;
    });
    const current = this.#current(view).where(matches(searchTerms(q ?? '')));
    const rows = await sql<FacetValue & { facet: keyof ConnectorFilters; label: string | null }>`
      with matching as (
        select type, class, categories, authentication, publisher_key, publisher, triggers, states,
          rings, ${sql.join(names)}
        from ${current.selectAll().as('current')}
      ) ${sql.join(counts, sql` union all `)}`.execute(this.#kysely);
    for (const { facet, value, label, count } of rows.rows)
      facets[facet].push({ value, ...(label !== null && { label }), count });
    for (const values of Object.values(facets))
      values.sort((a, b) => b.count - a.count || compareStrings(a.value, b.value));
    return facets;
  }

  async didYouMean(repository: string, q: string): Promise<string | undefined> {
    const terms = searchTerms(q);
    const view = await this.#view(repository, undefined);
    if (terms.length === 0 || view === 'expired') return undefined;
    const rows = await this.#current(view)
      .select(['title_words as title', 'publisher', 'title_key'])
      .orderBy('title_key')
      .execute();
    const name = closestMatch(
      terms.join(' '),
      rows.map(({ title }) => title),
    );
    if (name !== undefined) return name === terms.join(' ') ? undefined : name;
    const words = new Set(
      rows.flatMap(({ title, publisher }) => [
        ...title.split(' '),
        ...searchTerms(publisher ?? ''),
      ]),
    );
    const known = [...words];
    const meant = terms.map((term) =>
      words.has(term) ? term : (closestMatch(term, known) ?? term),
    );
    return meant.every((term, index) => term === terms[index]) ? undefined : meant.join(' ');
  }

  async connector(repository: string, folder: string): Promise<ConnectorRecord | undefined> {
    const view = await this.#view(repository, undefined);
    if (view === 'expired') return undefined;
    const row = await this.#current(view)
      .select([...summaryColumns, 'id', 'details'])
      .where('folder', '=', folder)
      .executeTakeFirst();
    if (!row) return undefined;
    const operations = await this.#operationsOf([row.id]);
    return toRecord(row, view.visibility, operations.get(row.id) ?? []);
  }

  async searchActions(
    repository: string,
    { q, folder, type, publisher, kind = ['action'], after, limit }: ActionQuery,
  ): Promise<Page<FoundAction>> {
    const shape = ['number', 'string', 'number'];
    const view = await this.#view(repository, after && { ...after, shape });
    if (view === 'expired') return 'expired';
    const terms = searchTerms(q ?? '');
    const matching = this.#kysely
      .selectFrom('operations')
      .select(['connector', 'ordinal'])
      .select((terms.length === 0 ? sql<number>`0` : rankOf(terms, 'operations')).as('first'))
      .where('is_shown', '=', true)
      .where(oneOf(sql.ref('kind'), kind))
      .where(matches(terms, 'operations'));
    // Searched as a whole: without statistics, a database repeats the search for each connector.
    const isWhole = terms.length > 0 && folder === undefined;
    let found = this.#kysely
      .with(
        (name) => (isWhole ? name('matching').materialized() : name('matching')),
        () => matching,
      )
      .selectFrom('connectors')
      .where(isCurrent(view))
      .innerJoin('matching', 'matching.connector', 'connectors.id')
      .select(['connectors.id', 'connectors.folder', 'matching.ordinal', 'first']);
    if (folder !== undefined) found = found.where('connectors.folder', '=', folder);
    if (type) found = found.where(oneOf(sql.ref('connectors.type'), type));
    if (publisher !== undefined) found = found.where('connectors.publisher_key', '=', publisher);
    let page = this.#kysely
      .selectFrom(found.as('found'))
      .selectAll()
      .orderBy('first')
      .orderBy('folder')
      .orderBy('ordinal')
      .limit(limit + 1);
    if (after) {
      const [rank, last, ordinal] = after.key;
      page = page.where(
        sql<boolean>`(first, folder, ordinal) > (${rank}::bigint, ${last}::text, ${ordinal}::int)`,
      );
    }
    const rows = await this.#kysely
      .selectFrom(page.as('page'))
      .innerJoin('connectors', 'connectors.id', 'page.id')
      .innerJoin('operations', (join) =>
        join
          .onRef('operations.connector', '=', 'page.id')
          .onRef('operations.ordinal', '=', 'page.ordinal'),
      )
      .select(['first', 'page.ordinal', 'operation', 'summary', 'type'])
      .orderBy('first')
      .orderBy('page.folder')
      .orderBy('page.ordinal')
      .execute();
    return toPage(
      rows.map(({ operation, summary, type: connectorType, first, ordinal }) => ({
        item: {
          connector: {
            folder: summary.folder,
            class: summary.class,
            type: connectorType,
            title: summary.title,
            ...(summary.publisher !== undefined && { publisher: summary.publisher }),
          },
          operation,
        },
        key: [first, summary.folder, ordinal],
      })),
      limit,
      view.revision,
    );
  }

  async foldersOf(repository: string, publisher: string): Promise<ReadonlySet<string>> {
    const view = await this.#view(repository, undefined);
    if (view === 'expired') return new Set();
    const rows = await this.#current(view)
      .select('folder')
      .where('publisher_key', '=', publisher)
      .execute();
    return new Set(rows.map(({ folder }) => folder));
  }

  async publishers(repository: string): Promise<PublisherRecord[]> {
    const view = await this.#view(repository, undefined);
    if (view === 'expired') return [];
    const rows = await this.#current(view)
      .select(['publisher_key as key', usualName(sql`publisher`).as('name')])
      .select(({ fn }) => fn.countAll<number>().as('connectors'))
      .where('publisher_key', 'is not', null)
      .groupBy('publisher_key')
      .execute();
    return rows
      .map(({ key, name, connectors }) => ({
        key: key ?? '',
        name,
        connectors,
      }))
      .sort((a, b) => compareStrings(a.key, b.key));
  }

  async *all(repository: string): AsyncIterable<ConnectorRecord> {
    const view = await this.#view(repository, undefined);
    if (view === 'expired') return;
    let last = '';
    for (;;) {
      const rows = await this.#current(view)
        .select([...summaryColumns, 'id', 'folder', 'details'])
        .where('folder', '>', last)
        .orderBy('folder')
        .limit(batchSize)
        .execute();
      const operations = await this.#operationsOf(rows.map(({ id }) => id));
      for (const row of rows) yield toRecord(row, view.visibility, operations.get(row.id) ?? []);
      last = rows.at(-1)?.folder ?? last;
      if (rows.length < batchSize) return;
    }
  }

  async news(repository: string, limit: number): Promise<CatalogNews[]> {
    const view = await this.#view(repository, undefined);
    if (view === 'expired') return [];
    const rows = await this.#current(view)
      .select(summaryColumns)
      .where('modified_at', 'is not', null)
      .orderBy('modified_at', 'desc')
      .orderBy('folder')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      kind: row.created_at?.getTime() === row.modified_at?.getTime() ? 'added' : 'updated',
      connector: toSummary(row, view.visibility),
      at: row.modified_at?.toISOString() ?? '',
    }));
  }

  async live(repository: string, folder: string): Promise<LiveRecord[]> {
    const rides = await ridesOf(this.#kysely, repository.toLowerCase(), { folders: [folder] });
    return [...liveVersions(rides)]
      .map(([ring, { live }]) => ({
        ring,
        version: live.version,
        since: live.since,
        ...(live.ride && { pull: live.ride.pull, commit: live.ride.sha }),
      }))
      .sort((a, b) => compareStrings(a.ring, b.ring));
  }

  async versions(repository: string, folder: string): Promise<VersionRecord[]> {
    const rides = await ridesOf(this.#kysely, repository.toLowerCase(), { folders: [folder] });
    const reached = [...liveVersions(rides)].flatMap(([ring, { live, former }]) =>
      [live, ...former].map(({ ride, since }) => ({ ride: ride?.id, ring, since })),
    );
    return rides.toReversed().map(({ ride: { id, version, kind, pull, sha, createdAt } }) => ({
      version,
      kind,
      pull,
      commit: sha,
      createdAt,
      reached: reached
        .filter(({ ride }) => ride === id)
        .map(({ ring, since }) => ({ ring, since }))
        .sort((a, b) => compareStrings(a.since, b.since) || compareStrings(a.ring, b.ring)),
    }));
  }

  #catalog(repository: string) {
    return this.#kysely
      .selectFrom('catalogs')
      .selectAll()
      .where('repository', '=', repository.toLowerCase())
      .executeTakeFirst();
  }

  /** The revision that a page shows. Expired if it is not kept, or never was. */
  async #view(
    repository: string,
    after: (Cursor & { shape: readonly string[] }) | undefined,
  ): Promise<View | 'expired'> {
    const catalog = await this.#catalog(repository);
    const revision = after?.revision ?? catalog?.revision ?? 0;
    if (after && !(catalog && isKept(after, catalog))) return 'expired';
    return {
      repository: repository.toLowerCase(),
      visibility: catalog?.is_private === true ? 'private' : 'public',
      revision,
    };
  }

  /** The connectors of a catalog at a revision. */
  #current(view: View) {
    return this.#kysely.selectFrom('connectors').where(isCurrent(view));
  }

  /** The operations of rows of `connectors`, by the id of the row. */
  async #operationsOf(ids: readonly number[]) {
    const rows = await this.#kysely
      .selectFrom('operations')
      .select(['connector', 'operation'])
      .where(sql<boolean>`connector = any(${ids}::bigint[])`)
      .orderBy('connector')
      .orderBy('ordinal')
      .execute();
    const byConnector = Map.groupBy(rows, ({ connector }) => connector);
    return new Map(
      [...byConnector].map(([id, found]) => [id, found.map(({ operation }) => operation)]),
    );
  }
}

/** Whether a row of `connectors` is of a catalog at a revision. */
const isCurrent = ({ repository, revision }: View): RawBuilder<boolean> =>
  sql<boolean>`(connectors.repository = ${repository} and connectors.valid_from <= ${revision}
    and (connectors.valid_to is null or connectors.valid_to > ${revision}))`;

const toState = (row: {
  name: string;
  is_private: boolean;
  revision: number;
  sha: string | null;
  changed_at: Date;
}): CatalogState => ({
  repository: row.name,
  visibility: row.is_private ? 'private' : 'public',
  revision: row.revision,
  commit: row.sha ?? undefined,
  changedAt: row.changed_at.toISOString(),
});

/** Whether a cursor has the shape of one, and a revision whose connectors are all kept. */
const isKept = (
  { revision, key, shape }: Cursor & { shape: readonly string[] },
  catalog: { revision: number; oldest_revision: number },
): boolean =>
  Number.isSafeInteger(revision) &&
  revision >= catalog.oldest_revision &&
  revision <= catalog.revision &&
  key.length === shape.length &&
  key.every((part, index) => typeof part === shape[index]) &&
  key.every((part) => typeof part === 'string' || Number.isSafeInteger(part));

/** One row more than the limit says that there is a next page. */
function toPage<Item>(
  rows: readonly { item: Item; key: readonly (string | number)[] }[],
  limit: number,
  revision: number,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ item }) => item),
    revision,
    ...(rows.length > limit && last && { next: { revision, key: last.key } }),
  };
}

const and = (conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> =>
  sql<boolean>`(${sql.join(conditions, sql` and `)})`;

const everything = sql<boolean>`true`;

const oneOf = (column: RawBuilder<unknown>, values: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`${column} = any(${[...values]}::text[])`;

const overlaps = (column: RawBuilder<unknown>, values: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`${column} && ${[...values]}::text[]`;

/** The condition of each filter; without values it holds for every connector. */
const conditionsOf = ({
  type,
  class: classes,
  category,
  authentication,
  publisher,
  trigger,
  state,
  ring,
}: ConnectorFilters): Record<keyof ConnectorFilters, RawBuilder<boolean>> => ({
  type: type ? oneOf(sql.ref('type'), type) : everything,
  class: classes ? oneOf(sql.ref('class'), classes) : everything,
  category: category ? overlaps(sql.ref('categories'), category) : everything,
  authentication: authentication ? overlaps(sql.ref('authentication'), authentication) : everything,
  publisher: publisher
    ? sql<boolean>`coalesce(${oneOf(sql.ref('publisher_key'), publisher)}, false)`
    : everything,
  trigger: trigger ? overlaps(sql.ref('triggers'), trigger) : everything,
  state: state ? overlaps(sql.ref('states'), state) : everything,
  ring: ring ? overlaps(sql.ref('rings'), ring) : everything,
});

const facetNames = [
  'type',
  'class',
  'category',
  'authentication',
  'publisher',
  'trigger',
  'state',
  'ring',
] as const satisfies readonly (keyof ConnectorFilters)[];

/** The most frequent name in a group. */
const usualName = (column: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`mode() within group (order by ${column})`;

const noLabel = sql`null::text`;
const ofColumn = (column: string) => ({ value: sql.ref(column), label: noLabel, from: sql`` });
const ofList = (column: string) => ({
  value: sql`item`,
  label: noLabel,
  from: sql`cross join unnest(${sql.ref(column)}) as item`,
});

/** Where the values of each facet come from. */
const facetColumns: Record<
  keyof ConnectorFilters,
  { value: RawBuilder<unknown>; label: RawBuilder<unknown>; from: RawBuilder<unknown> }
> = {
  type: ofColumn('type'),
  class: ofColumn('class'),
  category: ofList('categories'),
  authentication: ofList('authentication'),
  publisher: { ...ofColumn('publisher_key'), label: usualName(sql`publisher`) },
  trigger: ofList('triggers'),
  state: ofList('states'),
  ring: ofList('rings'),
};

/**
 * Words that begin as each term, or as its stem. People leave out words such as "the": if nothing
 * else is left, names are searched for them. Where every term begins with its stem, what begins as
 * the terms begins as the stems, and one search is enough.
 */
function tsquery(terms: readonly string[]): RawBuilder<unknown> {
  const prefixes = terms.map((term) => `${term}:*`).join(' & ');
  const beginWithStems = terms.map(
    (term) => sql`starts_with(${term}, (ts_lexize('english_stem', ${term}))[1])`,
  );
  return sql`(case when ${sql.join(beginWithStems, sql` and `)}
    then to_tsquery('english', ${prefixes})
    else to_tsquery('english', ${prefixes}) || to_tsquery('simple', ${prefixes}) end)`;
}

const matches = (
  terms: readonly string[],
  table: 'connectors' | 'operations' = 'connectors',
): RawBuilder<boolean> =>
  terms.length === 0
    ? everything
    : sql<boolean>`${sql.ref(`${table}.vector`)} @@ ${tsquery(terms)}`;

const byTime = sql<number>`-coalesce(extract(epoch from connectors.modified_at) * 1000, 0)::bigint`;

/**
 * How well a title and a text fit, best first: the exact name, names that begin with the terms, and
 * names that contain them, each by the rank of the text. A whole number, so that a page ends at an
 * exact place.
 */
function rankOf(terms: readonly string[], table: 'connectors' | 'operations'): RawBuilder<number> {
  const words = terms.join(' ');
  const title =
    table === 'connectors' ? sql`connectors.title_words` : sql`(operations.search ->> 'title')`;
  return sql<number>`-(
    case when ${title} = ${words} then 3
      when starts_with(${title}, ${words}) then 2
      when position(${` ${words}`} in ${title}) > 0 then 1
      else 0 end * 1000000::bigint
    + (ts_rank(${sql.ref(`${table}.vector`)}, ${tsquery(terms)}) * 100000)::bigint)`;
}

/** What a page is ordered by before the folder: all parts from small to large. */
function keysOf(
  sort: ConnectorQuery['sort'],
  terms: readonly string[],
): [RawBuilder<string | number>, RawBuilder<number>] {
  const nothing = sql<number>`0::bigint`;
  switch (sort) {
    case 'title':
      return [sql<string>`connectors.title_key`, nothing];
    case 'modified':
      return [byTime, nothing];
    case 'operations':
      return [sql<number>`-connectors.operations::bigint`, nothing];
    case 'relevance':
      return [rankOf(terms, 'connectors'), byTime];
  }
}

function isBehind({ key }: Cursor, type: RawBuilder<unknown>): RawBuilder<boolean> {
  const [first, second, folder] = key;
  return sql<boolean>`(first, second, folder) > (${first}::${type}, ${second}::bigint, ${folder}::text)`;
}
