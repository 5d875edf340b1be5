/** The access_token of each app, and who may fetch the next. */
export const tokens = `
-- until: when the lease ends, by the machine's clock since the file was opened; NULL: nobody holds it.
CREATE TABLE tokens (
  app        INTEGER PRIMARY KEY,
  sealed     BLOB,
  fetched_ms INTEGER,
  expires_ms INTEGER,
  holder     TEXT,
  until      REAL
) STRICT;
`
