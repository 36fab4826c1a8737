import { sql, type Kysely, type Transaction } from 'kysely';
import { defaultSettings } from '../settings/defaults.ts';
import type { ReferenceSettings } from '../settings/reference-settings.ts';
import { mergeTrain, type TrainSettings } from '../settings/train-settings.ts';
import type { Tables } from './database.ts';

/** What may be shown of a repository, and to whom. */
export interface StoredRepository {
  /** `owner/name`, as GitHub writes it. */
  name: string;
  /** When GitHub last said that the repository is public; null if it is not, or may not be. */
  publicAt: Date | null;
  /** Null if nothing is deployed. */
  train: TrainSettings | null;
  /** Null if the settings were never read. */
  reference: ReferenceSettings | null;
  /** Increases with every change of what is shown of the repository. */
  revision: number;
}

/** What was read of a repository on GitHub. */
export interface RepositoryReading extends Pick<StoredRepository, 'name'> {
  isPublic: boolean;
  /** Undefined if the settings could not be read: the train is then left as it is. */
  train: TrainSettings | null | undefined;
  /** Undefined if the settings could not be read. */
  reference: ReferenceSettings | undefined;
}

export async function repositoriesOf(kysely: Kysely<Tables>): Promise<StoredRepository[]> {
  const rows = await kysely
    .selectFrom('repositories')
    .select(['name', 'public_at', 'train', 'reference', 'revision'])
    .orderBy('repository')
    .execute();
  return rows.map(({ name, public_at, train, reference, revision }) => ({
    name,
    publicAt: public_at,
    // An earlier version of Gatehouse did not store settings that it did not have.
    train: train && mergeTrain(defaultSettings.train, train),
    reference: reference && { ...defaultSettings.reference, ...reference },
    revision,
  }));
}

export async function recordRepository(
  transaction: Transaction<Tables>,
  { name, isPublic, train, reference }: RepositoryReading,
  at: Date,
): Promise<void> {
  const repository = name.toLowerCase();
  const publicAt = isPublic ? at : null;
  await transaction
    .insertInto('repositories')
    .values({
      repository,
      name,
      public_at: publicAt,
      train: train ?? null,
      reference: reference ?? null,
    })
    .onConflict((conflict) =>
      conflict.column('repository').doUpdateSet({
        name,
        public_at: publicAt,
        ...(train !== undefined && { train }),
        ...(reference !== undefined && { reference }),
        revision: sql<number>`repositories.revision + (
          repositories.name <> excluded.name
          or (repositories.public_at is null) <> (excluded.public_at is null)
          ${reference === undefined ? sql`` : sql`or repositories.reference is distinct from excluded.reference`}
          ${train === undefined ? sql`` : sql`or repositories.train is distinct from excluded.train`}
        )::int`,
      }),
    )
    .execute();
}

/** Hides repositories until GitHub says again that they are public. */
export async function hideRepositories(
  kysely: Kysely<Tables>,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await kysely
    .updateTable('repositories')
    .set({ public_at: null, revision: sql<number>`revision + 1` })
    .where(
      'repository',
      'in',
      names.map((name) => name.toLowerCase()),
    )
    .where('public_at', 'is not', null)
    .execute();
}
