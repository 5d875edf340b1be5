/** Schema changes, the same way on every engine. Those of a few lines stand here. */
import { isScheduled } from './rows.ts'

export interface Migration {
  name: string
  sql: string
}

/** forwarded: the backend that pushes are forwarded to has taken it. */
export const forwardedPushes = `
ALTER TABLE pushes ADD COLUMN forwarded boolean NOT NULL DEFAULT false;
`

/**
 * described: JSON of what a code was asked for, without the payload, which is behind the scene.
 * NULL: the code was made before this column was there.
 */
export const codeRequests = `
ALTER TABLE wxa_codes ADD COLUMN described text;
`

/** send_at_ms: when a message is to be sent; NULL: at once. */
export const scheduledMessages = `
ALTER TABLE messages ADD COLUMN send_at_ms bigint;
-- Small, since a message leaves it when it is sent.
CREATE INDEX messages_scheduled ON messages (send_at_ms) WHERE ${isScheduled};
`

/** held_out: how many recipients are left out: see operations/holdout.ts. */
export const heldOutRecipients = `
ALTER TABLE broadcasts ADD COLUMN held_out int NOT NULL DEFAULT 0;
`

/** told_ms: when the last change of the broadcast was written for those who watch. */
export const toldBroadcasts = `
ALTER TABLE broadcasts ADD COLUMN told_ms bigint NOT NULL DEFAULT 0;
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
