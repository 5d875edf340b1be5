/** Schema changes, the same way on every engine. */
export interface Migration {
  name: string
  sql: string
}

/** forwarded: the backend that pushes are forwarded to has taken it. */
export const forwardedPushes = `
ALTER TABLE pushes ADD COLUMN forwarded boolean NOT NULL DEFAULT false;
`

/** held_out: how many recipients are left out: see operations/holdout.ts. */
export const heldOutRecipients = `
ALTER TABLE broadcasts ADD COLUMN held_out int NOT NULL DEFAULT 0;
`

/**
 * The migrations that are due, in the order in which they are applied.
 *
 * @param list all migrations of this version. A published one is never edited: append the next one.
 * @param applied names of those that the database holds
 * @throws if the database holds one that this version does not know
 */
export function dueMigrations(
  list: readonly Migration[],
  applied: readonly string[],
): readonly Migration[] {
  const { newerMigration, dueMigrations: due } = compareMigrations(list, applied)
  if (newerMigration !== undefined) {
    throw new Error(
      `The database was written by a newer version (it holds the migration ${newerMigration}): ` +
        'install that version, or use another database.',
    )
  }
  return due
}

/** What the database lacks, and one that it holds and this version does not know. */
export function compareMigrations(
  list: readonly Migration[],
  applied: readonly string[],
): { dueMigrations: Migration[]; newerMigration?: string } {
  const newerMigration = applied.find((name) => list.every((known) => known.name !== name))
  return {
    dueMigrations: list.filter(({ name }) => !applied.includes(name)),
    ...(newerMigration !== undefined && { newerMigration }),
  }
}
