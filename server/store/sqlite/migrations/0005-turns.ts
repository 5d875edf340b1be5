/** The turns of the last minutes, over all processes and restarts. */
export const turns = `
-- at_s: a second of the platform's clock. last_ms: the latest of its turns, as which all of them count.
CREATE TABLE turns (
  app     INTEGER NOT NULL,
  at_s    INTEGER NOT NULL,
  count   INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (app, at_s)
) STRICT, WITHOUT ROWID;
`
