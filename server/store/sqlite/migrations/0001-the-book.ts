/**
 * The first schema. A migration that was published is never edited: write the next one.
 *
 * Slim by design: apps, users, shares and groups are numbers, rows lie clustered by user where they are read
 * by user, and the only secondary indexes are those that a lookup needs. Times are milliseconds. Kinds, channels and
 * states are the small numbers of codes.ts.
 */
export const theBook = `
CREATE TABLE apps (
  app    INTEGER PRIMARY KEY,
  app_id TEXT NOT NULL UNIQUE
) STRICT;

-- The one table that holds an openId; NULL once the user was erased, which severs all the rest.
CREATE TABLE users (
  user          INTEGER PRIMARY KEY,
  app           INTEGER NOT NULL,
  open_id       TEXT,
  below_minimum INTEGER NOT NULL DEFAULT 0,
  day           INTEGER NOT NULL DEFAULT 0,
  events_of_day INTEGER NOT NULL DEFAULT 0,
  UNIQUE (app, open_id)
) STRICT;

CREATE TABLE session_keys (
  user    INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  sealed  BLOB NOT NULL,
  made_ms INTEGER NOT NULL,
  PRIMARY KEY (user, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  token_hash BLOB PRIMARY KEY,
  user       INTEGER NOT NULL,
  ends_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- recorded 0: only seen, with data that no key opened.
CREATE TABLE events (
  user        INTEGER NOT NULL,
  id          TEXT NOT NULL,
  recorded    INTEGER NOT NULL,
  type        TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  raw         TEXT NOT NULL,
  result      TEXT,
  PRIMARY KEY (user, id)
) STRICT, WITHOUT ROWID;

-- id: 48 bits of a hash of (kind, ref), so that one key is uniqueness, clustering and history.
-- uses_left: free uses, NULL where there is no limit. n: the number of its entries.
CREATE TABLE credits (
  user            INTEGER NOT NULL,
  id              INTEGER NOT NULL,
  kind            INTEGER NOT NULL,
  ref             TEXT NOT NULL,
  uses_left       INTEGER CHECK (uses_left >= 0),
  reserved        INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  generation      INTEGER NOT NULL DEFAULT 1,
  below_minimum   INTEGER NOT NULL DEFAULT 0,
  usable_until_ms INTEGER,
  ends_ms         INTEGER,
  n               INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (user, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
  user     INTEGER NOT NULL,
  credit   INTEGER NOT NULL,
  n        INTEGER NOT NULL,
  change   INTEGER NOT NULL,
  uses     INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  message  INTEGER,
  reason   TEXT,
  at_ms    INTEGER NOT NULL,
  PRIMARY KEY (user, credit, n)
) STRICT, WITHOUT ROWID;

-- id: 48 bits of the hash of the idempotency key, or the next free number, so that a key needs no index.
-- A row is therefore never deleted: the search for a key ends at the first gap.
-- due: of a queued message, when it is tried again; of one that is being sent, when its lease ends. By the
-- machine's clock since the file was opened; NULL: its process is gone, or at once.
CREATE TABLE messages (
  user              INTEGER NOT NULL,
  id                INTEGER NOT NULL,
  key               BLOB,
  body              BLOB NOT NULL,
  channel           INTEGER NOT NULL,
  template_id       TEXT,
  kinds             INTEGER NOT NULL,
  ref               TEXT,
  payload           TEXT,
  state             INTEGER NOT NULL,
  inferred          INTEGER NOT NULL DEFAULT 0,
  reason            TEXT,
  attempts          INTEGER NOT NULL DEFAULT 0,
  burnt             INTEGER NOT NULL DEFAULT 0,
  credit            INTEGER,
  credit_generation INTEGER,
  shown             INTEGER NOT NULL DEFAULT 0,
  holder            TEXT,
  due               REAL,
  key_ends_ms       INTEGER NOT NULL,
  created_ms        INTEGER NOT NULL,
  deadline_ms       INTEGER NOT NULL,
  settled_ms        INTEGER,
  PRIMARY KEY (user, id)
) STRICT, WITHOUT ROWID;

-- Small and always warm: it holds only what is on its way.
CREATE INDEX messages_under_way ON messages (due) WHERE state < 2;

CREATE TABLE stops (
  app      INTEGER NOT NULL,
  channel  INTEGER NOT NULL,
  shut     INTEGER NOT NULL,
  until_ms INTEGER,
  reason   TEXT NOT NULL,
  at_ms    INTEGER NOT NULL,
  probe_ms INTEGER NOT NULL,
  PRIMARY KEY (app, channel)
) STRICT, WITHOUT ROWID;

-- user NULL: only an arrival, or a child, told of it so far.
CREATE TABLE shares (
  share      INTEGER PRIMARY KEY,
  app        INTEGER NOT NULL,
  share_id   TEXT NOT NULL,
  parent     INTEGER,
  user       INTEGER,
  page       TEXT,
  path       TEXT,
  title      TEXT,
  origin     TEXT,
  started_ms INTEGER,
  result     TEXT,
  UNIQUE (app, share_id)
) STRICT;
CREATE INDEX shares_by_parent ON shares (parent) WHERE parent IS NOT NULL;

CREATE TABLE groups (
  grp           INTEGER PRIMARY KEY,
  app           INTEGER NOT NULL,
  open_gid      TEXT NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  UNIQUE (app, open_gid)
) STRICT;

CREATE TABLE group_members (
  grp           INTEGER NOT NULL,
  user          INTEGER NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  PRIMARY KEY (grp, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_shares (
  grp   INTEGER NOT NULL,
  share INTEGER NOT NULL,
  PRIMARY KEY (grp, share)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_shares_by_share ON group_shares (share);

CREATE TABLE arrivals (
  arrival     INTEGER PRIMARY KEY,
  user        INTEGER NOT NULL,
  share       INTEGER,
  grp         INTEGER,
  scene       INTEGER NOT NULL,
  page        TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  received_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX arrivals_by_share ON arrivals (share, user) WHERE share IS NOT NULL;
CREATE INDEX arrivals_by_group ON arrivals (grp, at_ms) WHERE grp IS NOT NULL;
`
