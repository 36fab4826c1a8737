import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Do not change a migration after its release: add another one that changes its result. */
export const migrations: Record<string, Migration> = {
  '0001-first': {
    async up(db: Kysely<unknown>) {
      const schema = db.schema.withSchema('gatehouse');
      await schema
        .createTable('deliveries')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('event', 'text', (column) => column.notNull())
        .addColumn('action', 'text')
        .addColumn('received_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
        .execute();
      await schema
        .createIndex('deliveries_received_at')
        .on('deliveries')
        .column('received_at')
        .execute();
      await schema
        .createTable('pulls')
        .addColumn('repository', 'text', (column) => column.notNull())
        .addColumn('number', 'integer', (column) => column.notNull())
        .addColumn('installation', 'bigint', (column) => column.notNull())
        .addColumn('told_comment', 'bigint')
        .addColumn('head', 'text')
        .addColumn('reviewed_at', 'timestamptz')
        .addColumn('failure', 'text')
        .addPrimaryKeyConstraint('pulls_key', ['repository', 'number'])
        .execute();
      await schema.createIndex('pulls_head').on('pulls').column('head').execute();
      await schema
        .createTable('pushes')
        .addColumn('repository', 'text', (column) => column.notNull())
        .addColumn('number', 'integer', (column) => column.notNull())
        .addColumn('sha', 'text', (column) => column.notNull())
        .addColumn('at', 'timestamptz', (column) => column.notNull())
        .addPrimaryKeyConstraint('pushes_key', ['repository', 'number', 'at', 'sha'])
        .execute();
      await schema
        .createTable('signatures')
        .addColumn('account', 'bigint', (column) => column.notNull())
        .addColumn('login', 'text', (column) => column.notNull())
        .addColumn('company', 'text')
        .addColumn('version', 'text', (column) => column.notNull())
        .addColumn('digest', 'text', (column) => column.notNull())
        .addColumn('signed_at', 'timestamptz', (column) => column.notNull())
        .addColumn('source', 'jsonb', (column) => column.notNull())
        .addPrimaryKeyConstraint('signatures_key', ['account', 'version', 'digest'])
        .execute();
      await schema
        .createTable('records')
        .addColumn('repository', 'text', (column) => column.notNull())
        .addColumn('number', 'integer', (column) => column.notNull())
        .addColumn('is', 'text', (column) => column.notNull())
        .addColumn('comment', 'bigint', (column) => column.notNull())
        .addColumn('entry', 'jsonb', (column) => column.notNull())
        .addPrimaryKeyConstraint('records_key', ['repository', 'number', 'is', 'comment'])
        .execute();
    },
  },
  '0002-signatures-of-an-owner': {
    /**
     * Until here, signatures counted for every owner and any text of their version. From here on,
     * they have a recipient and a text.
     */
    async up(db: Kysely<unknown>) {
      const table = db.schema.withSchema('gatehouse').alterTable('signatures');
      for (const column of ['owner', 'repository', 'name', 'url'])
        await table.addColumn(column, 'text', (added) => added.notNull().defaultTo('')).execute();
      await table.dropConstraint('signatures_key').execute();
      await sql`update gatehouse.signatures set owner = lower(source->'repository'->>'owner'), repository = lower(source->'repository'->>'name') where source->>'is' = 'comment'`.execute(
        db,
      );
      // An export of cla-assistant has the recipient, too: "contoso/connectors https://…", or
      // "contoso https://…" for a whole organization.
      await sql`
        update gatehouse.signatures set owner = lower(said[1]), repository = coalesce(lower(said[2]), '')
        from (select ctid as row, regexp_match(source->>'where', '^([[:alnum:]-]+)(?:/([[:alnum:]._-]+))?(?: |$)') as said from gatehouse.signatures where source->>'from' = 'cla-assistant') as told
        where signatures.ctid = told.row and said is not null`.execute(db);
      // Other imported signatures belong to the owner that the App serves, if there is only one.
      // Operators assign the rest with `gatehouse signatures assign`.
      await sql`
        update gatehouse.signatures set owner = served.owner
        from (select min(split_part(repository, '/', 1)) as owner from gatehouse.pulls having count(distinct split_part(repository, '/', 1)) = 1) as served
        where signatures.owner = ''`.execute(db);
      // An index entry has at most 2,704 bytes; a name and an address may be longer, so their
      // hashes are indexed.
      await sql`create unique index signatures_key on gatehouse.signatures (account, owner, repository, md5(name), md5(url), md5(version), digest)`.execute(
        db,
      );
    },
  },
  '0003-who-pushed': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .withSchema('gatehouse')
        .alterTable('pushes')
        .addColumn('by', 'bigint')
        .execute();
    },
  },
  '0004-reactions': {
    // Commands that were answered before have a reaction on GitHub, too.
    async up(db: Kysely<unknown>) {
      await sql`
        insert into gatehouse.records (repository, number, "is", comment, entry)
        select repository, number, 'reaction', comment,
          jsonb_build_object('is', 'reaction', 'comment', comment, 'reaction', case when entry->'answer'->>'outcome' = 'done' then '+1' else '-1' end)
        from gatehouse.records where "is" = 'answer'`.execute(db);
    },
  },
  '0005-answers-by-time': {
    /**
     * Every review reads the newest answers on the other pull requests of its repository. With
     * 50,000 answers, the scan took 30 ms; the index makes it 1 ms.
     */
    async up(db: Kysely<unknown>) {
      await sql`create index records_answered_at on gatehouse.records (repository, (entry -> 'answer' ->> 'at')) where "is" = 'answer'`.execute(
        db,
      );
    },
  },
  '0006-field-names': {
    /** Renames the fields of stored JSON to the names in the code. */
    async up(db: Kysely<unknown>) {
      await sql`alter table gatehouse.records rename column "is" to kind`.execute(db);
      await sql`
        update gatehouse.records set entry = jsonb_set(entry, '{answer}',
          (entry -> 'answer') - 'words' - 'to' || jsonb_strip_nulls(jsonb_build_object(
            'reply', entry #> '{answer,words}', 'account', entry #> '{answer,to}')))
        where kind = 'answer'`.execute(db);
      await sql`
        update gatehouse.records set entry = jsonb_set(entry, '{merge,voided}',
          (entry #> '{merge,voided}') - 'is' || jsonb_build_object('kind', entry #> '{merge,voided,is}'))
        where kind = 'merge' and entry #> '{merge,voided}' is not null`.execute(db);
      await sql`
        update gatehouse.records set kind = 'rejection', entry = jsonb_build_object('rejection',
          case when entry -> 'refusal' = 'null' then 'null' else jsonb_build_object(
            'effect', entry #> '{refusal,step}',
            'reason', entry #> '{refusal,because}',
            'head', entry #> '{refusal,head}') end)
        where kind = 'refusal'`.execute(db);
      await sql`
        update gatehouse.records
        set entry = entry - 'is' || jsonb_build_object('kind', kind)`.execute(db);
      await sql`
        update gatehouse.signatures
        set source = source - 'is' || jsonb_build_object('kind', source -> 'is')`.execute(db);
      await sql`
        update gatehouse.signatures set source = jsonb_set(source, '{repository}',
          (source -> 'repository') - 'name'
            || jsonb_build_object('repo', source #> '{repository,name}'))
        where source -> 'repository' is not null`.execute(db);
    },
  },
  '0007-files': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .withSchema('gatehouse')
        .createTable('files')
        .addColumn('repository', 'text', (column) => column.notNull())
        .addColumn('sha', 'text', (column) => column.notNull())
        .addColumn('facts', 'jsonb', (column) => column.notNull())
        .addPrimaryKeyConstraint('files_key', ['repository', 'sha'])
        .execute();
      // Earlier reviews did not record what pull requests add that must be unique. The next sweep
      // reviews each of them again.
      await sql`update gatehouse.pulls set head = null`.execute(db);
    },
  },
  '0008-publishers': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .withSchema('gatehouse')
        .createTable('verifications')
        .addColumn('owner', 'text', (column) => column.notNull())
        .addColumn('account', 'bigint', (column) => column.notNull())
        .addColumn('login', 'text', (column) => column.notNull())
        .addColumn('verified_at', 'timestamptz', (column) => column.notNull())
        .addColumn('until', 'text', (column) => column.notNull())
        .addColumn('source', 'jsonb', (column) => column.notNull())
        .addPrimaryKeyConstraint('verifications_key', ['owner', 'account'])
        .execute();
      // Each review reads the merged pull requests of its folder and of its class.
      await sql`create index records_publications on gatehouse.records (repository) where kind = 'publication'`.execute(
        db,
      );
    },
  },
  '0009-rides': {
    async up(db: Kysely<unknown>) {
      const schema = db.schema.withSchema('gatehouse');
      await schema
        .createTable('rides')
        .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
        .addColumn('repository', 'text', (column) => column.notNull())
        .addColumn('folder', 'text', (column) => column.notNull())
        .addColumn('class', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('version', 'text', (column) => column.notNull())
        .addColumn('pull', 'integer', (column) => column.notNull())
        .addColumn('sha', 'text', (column) => column.notNull())
        .addColumn('digest', 'text', (column) => column.notNull())
        .addColumn('created_at', 'timestamptz', (column) => column.notNull())
        .addColumn('ended_at', 'timestamptz')
        .addUniqueConstraint('rides_key', ['repository', 'folder', 'sha'])
        // Of two transactions that number a version at once, one fails, and its review runs again.
        .addUniqueConstraint('rides_version', ['repository', 'folder', 'version'])
        .execute();
      await sql`create index rides_open on gatehouse.rides (repository) where ended_at is null`.execute(
        db,
      );
      await schema
        .createTable('ride_events')
        .addColumn('ride', 'uuid', (column) => column.notNull().references('gatehouse.rides.id'))
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('at', 'timestamptz', (column) => column.notNull())
        .addColumn('by', 'text', (column) => column.notNull())
        .addColumn('detail', 'jsonb', (column) => column.notNull())
        .addPrimaryKeyConstraint('ride_events_key', ['ride', 'seq'])
        .execute();
      // A deployment starts once, and has each result once.
      await sql`
        create unique index ride_events_deployment
        on gatehouse.ride_events (ride, (detail ->> 'deployment'), (detail ->> 'kind'))
        where detail ->> 'deployment' is not null`.execute(db);
      await sql`
        create function gatehouse.refuse_change() returns trigger language plpgsql as
        $$ begin raise exception 'events of a ride are only ever appended'; end $$`.execute(db);
      await sql`
        create trigger ride_events_append_only before update or delete on gatehouse.ride_events
        for each row execute function gatehouse.refuse_change()`.execute(db);
      await schema
        .createTable('freezes')
        .addColumn('id', 'uuid', (column) => column.primaryKey())
        .addColumn('repository', 'text', (column) => column.notNull())
        .addColumn('first_day', 'text', (column) => column.notNull())
        .addColumn('last_day', 'text', (column) => column.notNull())
        .addColumn('scope', 'jsonb', (column) => column.notNull())
        .addColumn('reason', 'text', (column) => column.notNull())
        .addColumn('by', 'text', (column) => column.notNull())
        .addColumn('at', 'timestamptz', (column) => column.notNull())
        .addColumn('ended_at', 'timestamptz')
        .addColumn('ended_by', 'text')
        .addColumn('ended_reason', 'text')
        .execute();
      await schema.createIndex('freezes_repository').on('freezes').column('repository').execute();
    },
  },
  '0010-notices': {
    async up(db: Kysely<unknown>) {
      const schema = db.schema.withSchema('gatehouse');
      await schema
        .createTable('notices')
        .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
        .addColumn('seq', 'bigserial', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull().unique())
        .addColumn('repository', 'text', (column) => column.notNull())
        .addColumn('ride', 'uuid', (column) => column.references('gatehouse.rides.id'))
        .addColumn('channel', 'text', (column) => column.notNull())
        .addColumn('recipient', 'text', (column) => column.notNull())
        .addColumn('subject', 'jsonb', (column) => column.notNull())
        .addColumn('in_digest', 'boolean', (column) => column.notNull())
        .addColumn('digest', 'uuid', (column) => column.references('gatehouse.notices.id'))
        .addColumn('created_at', 'timestamptz', (column) => column.notNull())
        .addColumn('due_at', 'timestamptz', (column) => column.notNull())
        .addColumn('claimed_until', 'timestamptz')
        .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('sent_at', 'timestamptz')
        .addColumn('dropped_at', 'timestamptz')
        .addColumn('error', 'text')
        .execute();
      await sql`
        create index notices_due on gatehouse.notices (due_at)
        where sent_at is null and dropped_at is null and not in_digest`.execute(db);
      await sql`
        create index notices_for_digest on gatehouse.notices (repository, recipient)
        where in_digest and digest is null and dropped_at is null`.execute(db);
      await sql`create index notices_of_ride on gatehouse.notices (ride)`.execute(db);
      await schema
        .createTable('preferences')
        .addColumn('id', 'uuid', (column) =>
          column
            .notNull()
            .unique()
            .defaultTo(sql`gen_random_uuid()`),
        )
        .addColumn('repository', 'text', (column) => column.notNull())
        .addColumn('login', 'text', (column) => column.notNull())
        .addColumn('address', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('zone', 'text')
        .addColumn('created_at', 'timestamptz', (column) => column.notNull())
        .addColumn('confirmed_at', 'timestamptz')
        .addPrimaryKeyConstraint('preferences_key', ['repository', 'login'])
        .execute();
      await schema
        .alterTable('rides')
        .addColumn('noticed_seq', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      // What happened before there were notices is not news.
      await sql`
        update gatehouse.rides set noticed_seq =
          coalesce((select max(seq) from gatehouse.ride_events where ride = rides.id), 0)`.execute(
        db,
      );
    },
  },
  '0011-catalog': {
    async up(db: Kysely<unknown>) {
      const schema = db.schema.withSchema('gatehouse');
      // Texts that pages are ordered by compare by their bytes, whatever the locale of the server.
      const ordered = sql`text collate "C"`;
      const names = sql`text[]`;
      await schema
        .createTable('catalogs')
        .addColumn('repository', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('is_private', 'boolean', (column) => column.notNull())
        .addColumn('revision', 'bigint', (column) => column.notNull())
        .addColumn('oldest_revision', 'bigint', (column) => column.notNull())
        .addColumn('updates', 'bigint', (column) => column.notNull())
        .addColumn('sha', 'text')
        .addColumn('changed_at', 'timestamptz', (column) => column.notNull())
        .execute();
      await schema
        .createTable('connectors')
        .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
        .addColumn('repository', 'text', (column) => column.notNull())
        .addColumn('folder', ordered, (column) => column.notNull())
        .addColumn('valid_from', 'bigint', (column) => column.notNull())
        .addColumn('valid_to', 'bigint')
        .addColumn('ended_at', 'timestamptz')
        .addColumn('class', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('publisher_key', 'text')
        .addColumn('publisher', 'text')
        .addColumn('title_key', ordered, (column) => column.notNull())
        .addColumn('title_words', 'text', (column) => column.notNull())
        .addColumn('categories', names, (column) => column.notNull())
        .addColumn('authentication', names, (column) => column.notNull())
        .addColumn('triggers', names, (column) => column.notNull())
        .addColumn('states', names, (column) => column.notNull())
        .addColumn('rings', names, (column) => column.notNull())
        .addColumn('operations', 'integer', (column) => column.notNull())
        .addColumn('created_at', 'timestamptz')
        .addColumn('modified_at', 'timestamptz')
        .addColumn('sha', 'text')
        .addColumn('digest', 'text', (column) => column.notNull())
        .addColumn('facts_version', 'integer', (column) => column.notNull())
        .addColumn('summary', 'jsonb', (column) => column.notNull())
        .addColumn('details', 'jsonb', (column) => column.notNull())
        .addColumn('search', 'jsonb', (column) => column.notNull())
        .addColumn('vector', sql`tsvector`, (column) =>
          column
            .generatedAlwaysAs(
              sql`setweight(to_tsvector('simple', search ->> 'title'), 'A')
                || setweight(to_tsvector('english', search ->> 'title'), 'A')
                || setweight(to_tsvector('english', search ->> 'labels'), 'B')
                || setweight(to_tsvector('english', search ->> 'description'), 'C')
                || setweight(to_tsvector('english', search ->> 'operations'), 'D')`,
            )
            .stored(),
        )
        .execute();
      // Lists read the short columns of all rows: the long ones are stored beside the table.
      await sql`alter table gatehouse.connectors set (toast_tuple_target = 128)`.execute(db);
      await sql`
        create unique index connectors_current on gatehouse.connectors (repository, folder)
        where valid_to is null`.execute(db);
      await sql`
        create index connectors_ended on gatehouse.connectors (repository, ended_at)
        where valid_to is not null`.execute(db);
      await sql`create index connectors_search on gatehouse.connectors using gin (vector)`.execute(
        db,
      );
      await schema
        .createTable('operations')
        .addColumn('connector', 'bigint', (column) =>
          column.notNull().references('gatehouse.connectors.id').onDelete('cascade'),
        )
        .addColumn('ordinal', 'integer', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('is_shown', 'boolean', (column) => column.notNull())
        .addColumn('operation', 'jsonb', (column) => column.notNull())
        .addColumn('search', 'jsonb', (column) => column.notNull())
        .addColumn('vector', sql`tsvector`, (column) =>
          column
            .generatedAlwaysAs(
              sql`setweight(to_tsvector('simple', search ->> 'title'), 'A')
                || setweight(to_tsvector('english', search ->> 'title'), 'A')
                || setweight(to_tsvector('english', search ->> 'labels'), 'B')
                || setweight(to_tsvector('english', search ->> 'description'), 'C')`,
            )
            .stored(),
        )
        .addPrimaryKeyConstraint('operations_key', ['connector', 'ordinal'])
        .execute();
      await sql`create index operations_search on gatehouse.operations using gin (vector)`.execute(
        db,
      );
    },
  },
  '0012-repositories': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .withSchema('gatehouse')
        .createTable('repositories')
        .addColumn('repository', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('public_at', 'timestamptz')
        .addColumn('train', 'jsonb')
        .addColumn('revision', 'bigint', (column) => column.notNull().defaultTo(1))
        .execute();
      // Whatever writes a ride, an event or a freeze, the revision increases. That happens at the
      // end of the transaction, so that no transaction waits for a ride while it has this lock.
      await sql`
        create function gatehouse.increase_revision() returns trigger language plpgsql as
        $$ begin
          if tg_table_name = 'ride_events' then
            update gatehouse.repositories set revision = revision + 1 where repository =
              (select rides.repository from gatehouse.rides where rides.id = new.ride);
          else
            update gatehouse.repositories set revision = revision + 1
              where repository = new.repository;
          end if;
          return null;
        end $$`.execute(db);
      for (const table of ['rides', 'ride_events', 'freezes'])
        await sql`
          create constraint trigger ${sql.ref(`${table}_revision`)}
          after insert or update on ${sql.table(`gatehouse.${table}`)}
          deferrable initially deferred
          for each row execute function gatehouse.increase_revision()`.execute(db);
    },
  },
  '0013-repository-ids': {
    async up(db: Kysely<unknown>) {
      const schema = db.schema.withSchema('gatehouse');
      await schema.alterTable('rides').addColumn('shown', 'text').execute();
      await schema
        .createTable('repository_ids')
        .addColumn('id', 'bigint', (column) => column.primaryKey())
        .addColumn('repository', 'text', (column) => column.notNull().unique())
        .execute();
    },
  },
  '0014-connector-files': {
    async up(db: Kysely<unknown>) {
      const schema = db.schema.withSchema('gatehouse');
      await schema
        .createTable('connector_files')
        .addColumn('repository', 'text', (column) => column.notNull())
        .addColumn('folder', 'text', (column) => column.notNull())
        .addColumn('path', 'text', (column) => column.notNull())
        .addColumn('digest', 'text', (column) => column.notNull())
        .addColumn('content', 'bytea', (column) => column.notNull())
        .addPrimaryKeyConstraint('connector_files_key', ['repository', 'folder', 'path'])
        .execute();
      await schema.alterTable('repositories').addColumn('reference', 'jsonb').execute();
    },
  },
  '0015-inline-columns': {
    async up(db: Kysely<unknown>) {
      // Lists and searches read these columns of all rows: they stay in the row, and the long texts
      // are stored beside the table.
      const inline =
        'folder title_key title_words publisher_key publisher categories authentication ' +
        'triggers states rings vector';
      for (const column of inline.split(' '))
        await sql`alter table gatehouse.connectors alter column ${sql.ref(column)}
          set storage main`.execute(db);
      // Nothing empties the list of pending entries of an embedded database, and each search reads it.
      for (const index of ['connectors_search', 'operations_search'])
        await sql`alter index ${sql.table(`gatehouse.${index}`)} set (fastupdate = off)`.execute(
          db,
        );
    },
  },
};
