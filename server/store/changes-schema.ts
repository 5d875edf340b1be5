/**
 * The change feed. `apps.watched`: the types of changes that are written for the app, as a number
 * of bits (`changeMask`); 0, and nothing is written, while nobody watches. `watched_until`: when
 * the lease of those that watch all types ends. `watched_since`: the position at which it began.
 *
 * changes: n is the position. Positions have no gaps, and are in the order of the commits. subject:
 * the number of the message, or of the credit. detail: JSON, without anything that names a user.
 *
 * change_log: one row. swept: the last position that was deleted.
 *
 * @param position behind the type of the position
 */
export const changesSchema = (position: string, clustered: string): string => `
ALTER TABLE apps ADD COLUMN watched int NOT NULL DEFAULT 0;
ALTER TABLE apps ADD COLUMN watched_since bigint NOT NULL DEFAULT 0;
ALTER TABLE apps ADD COLUMN watched_until engine_ms;

CREATE TABLE changes (
  n ${position},
  ${changeColumns}
)${clustered};
CREATE INDEX changes_by_app ON changes (app, n);

CREATE TABLE change_log (
  log   int PRIMARY KEY,
  swept bigint NOT NULL DEFAULT 0
)${clustered};
`

const changeColumns = `usr     bigint,
  subject bigint,
  at_ms   bigint NOT NULL,
  app     int NOT NULL,
  type    smallint NOT NULL,
  detail  text`

/**
 * Where transactions run beside each other, they write here, and `orderChanges` gives what was
 * committed its positions.
 */
export const newChangesSchema = `
CREATE TABLE new_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ${changeColumns}
);
`
