import { codeState, stateCode } from '../row-codes.ts'

/**
 * The first schema. A published migration is never edited: append the next one.
 *
 * The same tables and columns as PostgreSQL's. Rows are clustered by user where they are read by
 * user (WITHOUT ROWID), and the only secondary indexes are those that a lookup needs. Times are
 * milliseconds: `…_ms` of the platform's clock; `due` and `until` of the machine's, since the file
 * was opened.
 */
export const initialSchema = `
CREATE TABLE apps (
  app    INTEGER PRIMARY KEY,
  app_id TEXT NOT NULL UNIQUE
) STRICT;

-- The only table with openIds. open_id is NULL once the user was erased; the rest is anonymous
-- then.
CREATE TABLE users (
  usr           INTEGER PRIMARY KEY,
  app           INTEGER NOT NULL,
  day           INTEGER NOT NULL DEFAULT 0,
  events_of_day INTEGER NOT NULL DEFAULT 0,
  below_minimum INTEGER NOT NULL DEFAULT 0,
  open_id       TEXT,
  UNIQUE (app, open_id)
) STRICT;

CREATE TABLE session_keys (
  usr     INTEGER NOT NULL,
  made_ms INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  sealed  BLOB NOT NULL,
  PRIMARY KEY (usr, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  usr        INTEGER NOT NULL,
  ends_ms    INTEGER NOT NULL,
  token_hash BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- recorded false: only seen, with data that no key opened.
CREATE TABLE events (
  usr         INTEGER NOT NULL,
  at_ms       INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  recorded    INTEGER NOT NULL,
  id          TEXT NOT NULL,
  type        TEXT NOT NULL,
  raw         TEXT NOT NULL,
  result      TEXT,
  PRIMARY KEY (usr, id)
) STRICT, WITHOUT ROWID;

-- id: 48 bits of a hash of (kind, ref), so that one key is uniqueness and history.
-- uses_left: free uses, NULL where there is no limit. n: how many history rows the credit has.
CREATE TABLE credits (
  usr             INTEGER NOT NULL,
  id              INTEGER NOT NULL,
  usable_until_ms INTEGER,
  ends_ms         INTEGER,
  uses_left       INTEGER CHECK (uses_left >= 0),
  reserved        INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  generation      INTEGER NOT NULL DEFAULT 1,
  n               INTEGER NOT NULL DEFAULT 1,
  kind            INTEGER NOT NULL,
  below_minimum   INTEGER NOT NULL DEFAULT 0,
  ref             TEXT NOT NULL,
  PRIMARY KEY (usr, id)
) STRICT, WITHOUT ROWID;

-- One row for each change of a credit: see writeHistory.
CREATE TABLE credit_history (
  usr      INTEGER NOT NULL,
  credit   INTEGER NOT NULL,
  at_ms    INTEGER NOT NULL,
  message  INTEGER,
  n        INTEGER NOT NULL,
  uses     INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  change   INTEGER NOT NULL,
  reason   TEXT,
  PRIMARY KEY (usr, credit, n)
) STRICT, WITHOUT ROWID;

-- id: 48 bits of the hash of the idempotency key, or the next free number, so that a key needs no
-- index. A row is not deleted while another one follows it, because the search for a key ends at
-- the first gap. due: when a queued message is tried again, or when the lease of one being sent
-- ends; NULL: neither. platform_id: WeChat's own id of the message. delivered: WeChat's delivery
-- report, '' if it arrived, else the reason as JSON. day: on which it counts towards the user's
-- limit. handed_over: an earlier holder may have made the call that the lease is for.
-- presentations: how often the credit went to WeChat.
CREATE TABLE messages (
  usr               INTEGER NOT NULL,
  id                INTEGER NOT NULL,
  due               REAL,
  credit            INTEGER,
  key_ends_ms       INTEGER NOT NULL,
  created_ms        INTEGER NOT NULL,
  deadline_ms       INTEGER NOT NULL,
  settled_ms        INTEGER,
  credit_generation INTEGER,
  kinds             INTEGER NOT NULL,
  attempts          INTEGER NOT NULL DEFAULT 0,
  rejected_credits  INTEGER NOT NULL DEFAULT 0,
  presentations     INTEGER NOT NULL DEFAULT 0,
  day               INTEGER,
  channel           INTEGER NOT NULL,
  state             INTEGER NOT NULL,
  inferred          INTEGER NOT NULL DEFAULT 0,
  handed_over       INTEGER NOT NULL DEFAULT 0,
  key               BLOB,
  body              BLOB NOT NULL,
  holder            TEXT,
  template_id       TEXT,
  ref               TEXT,
  reason            TEXT,
  platform_id       TEXT,
  delivered         TEXT,
  payload           TEXT,
  PRIMARY KEY (usr, id)
) STRICT, WITHOUT ROWID;

-- Small, since it holds only messages under way. A message enters it once and leaves it once; only
-- a retry moves it in between.
CREATE INDEX messages_under_way ON messages (due) WHERE state < ${stateCode.of('sent')};

CREATE TABLE suspensions (
  app      INTEGER NOT NULL,
  channel  INTEGER NOT NULL,
  shut     INTEGER NOT NULL,
  until_ms INTEGER,
  at_ms    INTEGER NOT NULL,
  probe_ms INTEGER NOT NULL,
  reason   TEXT NOT NULL,
  PRIMARY KEY (app, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_days (
  usr   INTEGER PRIMARY KEY,
  day   INTEGER NOT NULL,
  count INTEGER NOT NULL
) STRICT;

-- key: 16 bytes of a hash of (appId, key of the push): evenly spread, and no personal data.
CREATE TABLE pushes (
  received_ms INTEGER NOT NULL,
  key         BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- The latest window of each kind. at_ms: when it was opened. The latest window of a user began the
-- generation of their allowance.
CREATE TABLE customer_windows (
  usr             INTEGER NOT NULL,
  at_ms           INTEGER NOT NULL,
  usable_until_ms INTEGER NOT NULL,
  ends_ms         INTEGER NOT NULL,
  uses            INTEGER NOT NULL,
  kind            INTEGER NOT NULL,
  PRIMARY KEY (usr, kind)
) STRICT, WITHOUT ROWID;

-- source 1: the phone reported the consent and no push did yet. 2: a push did and the phone did not
-- yet. 3: the consent was revoked at this time; an older report does not undo that.
CREATE TABLE consents (
  usr         INTEGER NOT NULL,
  at_ms       INTEGER NOT NULL,
  count       INTEGER NOT NULL DEFAULT 1,
  source      INTEGER NOT NULL,
  template_id TEXT NOT NULL,
  PRIMARY KEY (usr, template_id, source, at_ms)
) STRICT, WITHOUT ROWID;

-- until: when the lease ends; NULL: there is no lease. forced: JSON, when a new token was forced
-- within the last 24 hours.
CREATE TABLE tokens (
  fetched_ms INTEGER,
  expires_ms INTEGER,
  until      REAL,
  app        INTEGER PRIMARY KEY,
  sealed     BLOB,
  holder     TEXT,
  forced     TEXT
) STRICT;

-- usr NULL: known only from an arrival or a child so far.
CREATE TABLE shares (
  share      INTEGER PRIMARY KEY,
  parent     INTEGER,
  usr        INTEGER,
  started_ms INTEGER,
  app        INTEGER NOT NULL,
  share_id   TEXT NOT NULL,
  page       TEXT,
  path       TEXT,
  title      TEXT,
  origin     TEXT,
  result     TEXT,
  UNIQUE (app, share_id)
) STRICT;
CREATE INDEX shares_by_parent ON shares (parent) WHERE parent IS NOT NULL;

CREATE TABLE groups (
  grp           INTEGER PRIMARY KEY,
  first_seen_ms INTEGER NOT NULL,
  app           INTEGER NOT NULL,
  open_gid      TEXT NOT NULL,
  UNIQUE (app, open_gid)
) STRICT;

CREATE TABLE group_members (
  grp           INTEGER NOT NULL,
  usr           INTEGER NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  PRIMARY KEY (grp, usr)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_shares (
  grp   INTEGER NOT NULL,
  share INTEGER NOT NULL,
  PRIMARY KEY (grp, share)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_shares_by_share ON group_shares (share);

CREATE TABLE arrivals (
  arrival     INTEGER PRIMARY KEY,
  usr         INTEGER NOT NULL,
  share       INTEGER,
  grp         INTEGER,
  at_ms       INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  scene       INTEGER NOT NULL,
  page        TEXT NOT NULL
) STRICT;
CREATE INDEX arrivals_by_share ON arrivals (share, usr) WHERE share IS NOT NULL;
CREATE INDEX arrivals_by_group ON arrivals (grp, at_ms) WHERE grp IS NOT NULL;

-- One row a request, kept for ever. key: SHA-256 of the request with its defaults filled in. state:
-- see codeState in row-codes.ts. due: when its lease ends. request: set while it is to be
-- pregenerated. maybe_made: a call may have made it at WeChat, so that its scene may be in print.
CREATE TABLE wxa_codes (
  code         INTEGER PRIMARY KEY,
  due          REAL,
  asked_ms     INTEGER NOT NULL,
  made_ms      INTEGER,
  app          INTEGER NOT NULL,
  state        INTEGER NOT NULL,
  maybe_made   INTEGER NOT NULL DEFAULT 0,
  key          BLOB NOT NULL,
  scene        TEXT,
  request      TEXT,
  holder       TEXT,
  content_type TEXT,
  UNIQUE (app, key)
) STRICT;
CREATE INDEX wxa_codes_under_way ON wxa_codes (app, code) WHERE state < ${codeState.idle};

-- Image bytes have tables of their own, so that updating a row does not copy megabytes.
CREATE TABLE wxa_code_images (
  code  INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

-- lasting: codes A and C that were made or may have been made.
CREATE TABLE wxa_code_counts (
  app       INTEGER PRIMARY KEY,
  lasting   INTEGER NOT NULL DEFAULT 0 CHECK (lasting >= 0),
  exhausted INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE scenes (
  made_ms  INTEGER NOT NULL,
  app      INTEGER NOT NULL,
  scene    TEXT NOT NULL,
  payload  TEXT,
  share_id TEXT,
  PRIMARY KEY (app, scene)
) STRICT, WITHOUT ROWID;

-- media_id: of the first upload; current_id: of the last.
CREATE TABLE media (
  medium      INTEGER PRIMARY KEY,
  ends_ms     INTEGER NOT NULL,
  uploaded_ms INTEGER NOT NULL,
  app         INTEGER NOT NULL,
  media_id    TEXT NOT NULL,
  current_id  TEXT NOT NULL,
  type        TEXT NOT NULL,
  UNIQUE (app, media_id)
) STRICT;

CREATE TABLE media_images (
  medium INTEGER PRIMARY KEY,
  bytes  BLOB NOT NULL
) STRICT;

-- The rate slots of the last minutes. at_s: a second of the platform's clock. last_ms: the latest
-- slot of that second; all slots of the second count as if they came then.
CREATE TABLE rate_slots (
  at_s    INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  app     INTEGER NOT NULL,
  count   INTEGER NOT NULL,
  PRIMARY KEY (app, at_s)
) STRICT, WITHOUT ROWID;
`
