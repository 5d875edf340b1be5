/** The turns of the last minutes, over all processes and restarts. */
export const turns = `
-- at_s: a second of the platform's clock. last_ms: the latest of its turns, as which all of them count.
CREATE TABLE turns (
  at_s    bigint NOT NULL,
  last_ms bigint NOT NULL,
  app     int NOT NULL,
  count   int NOT NULL,
  PRIMARY KEY (app, at_s)
) WITH (fillfactor = 75);
`
