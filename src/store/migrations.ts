import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A migration that has been released is never changed: a later one changes what it made. */
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
      await schema.createIndex('deliveries_received_at').on('deliveries').column('received_at').execute();
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
  '0002-who-pushed': {
    async up(db: Kysely<unknown>) {
      await db.schema.withSchema('gatehouse').alterTable('pushes').addColumn('by', 'bigint').execute();
    },
  },
};
