/**
 * Codes, scenes and media. The bytes of images stand in tables of their own, so that a row that changes does not
 * drag megabytes along.
 */
export const codesAndMedia = `
-- One row a request, for ever. key: SHA-256 of what was asked, its defaults filled in.
-- state: 0 waits to be made ahead, 1 is being made, 2 is not made, 3 is made. due: when its lease ends, by the
-- machine's clock since the file was opened. request: while it is to be made ahead.
-- shown: a call may have made it at WeChat, so that its scene may be on a wall somewhere.
CREATE TABLE wxa_codes (
  code         INTEGER PRIMARY KEY,
  app          INTEGER NOT NULL,
  key          BLOB NOT NULL,
  state        INTEGER NOT NULL,
  scene        TEXT,
  request      TEXT,
  holder       TEXT,
  due          REAL,
  shown        INTEGER NOT NULL DEFAULT 0,
  content_type TEXT,
  asked_ms     INTEGER NOT NULL,
  made_ms      INTEGER,
  UNIQUE (app, key)
) STRICT;

CREATE INDEX wxa_codes_under_way ON wxa_codes (app, code) WHERE state < 2;

CREATE TABLE wxa_code_images (
  code  INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

-- lasting: codes A and C that were made, or that nobody knows of.
CREATE TABLE wxa_code_counts (
  app       INTEGER PRIMARY KEY,
  lasting   INTEGER NOT NULL DEFAULT 0 CHECK (lasting >= 0),
  exhausted INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE scenes (
  app      INTEGER NOT NULL,
  scene    TEXT NOT NULL,
  payload  TEXT,
  share_id TEXT,
  made_ms  INTEGER NOT NULL,
  PRIMARY KEY (app, scene)
) STRICT, WITHOUT ROWID;

-- media_id: of the first upload; current_id: of the last.
CREATE TABLE media (
  medium      INTEGER PRIMARY KEY,
  app         INTEGER NOT NULL,
  media_id    TEXT NOT NULL,
  current_id  TEXT NOT NULL,
  type        TEXT NOT NULL,
  ends_ms     INTEGER NOT NULL,
  uploaded_ms INTEGER NOT NULL,
  UNIQUE (app, media_id)
) STRICT;

CREATE TABLE media_images (
  medium INTEGER PRIMARY KEY,
  bytes  BLOB NOT NULL
) STRICT;
`
