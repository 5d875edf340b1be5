/**
 * The first schema. A migration that was published is never edited: write the next one.
 *
 * Slim by design: kinds, channels and states are the small numbers of row-codes.ts, and the only secondary indexes are
 * those that a lookup needs. Times are milliseconds: `…_ms` of the platform's clock, `due`, `until` and
 * `window_ends_ms` of the database's. `usr` is the user's number, which leads the primary key of all that is a user's:
 * whatever is done for one user is done in one place, also where a database lies on many machines. No key refers to
 * another table, and nothing of the schema runs code.
 *
 * Pages of rows that change often have room for the next version of a row, which then needs no entry in any index.
 */
export const theBook = `
CREATE TABLE apps (
  app    int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  app_id text NOT NULL UNIQUE
);

-- The one table that holds an openId; NULL once the user was erased, which severs all the rest.
-- usr: 48 random bits, drawn when the user is seen first.
CREATE TABLE users (
  usr           bigint PRIMARY KEY,
  app           int NOT NULL,
  day           int NOT NULL DEFAULT 0,
  events_of_day int NOT NULL DEFAULT 0,
  below_minimum boolean NOT NULL DEFAULT false,
  open_id       text,
  UNIQUE (app, open_id)
) WITH (fillfactor = 85);

CREATE TABLE session_keys (
  usr     bigint NOT NULL,
  made_ms bigint NOT NULL,
  n       int NOT NULL,
  sealed  bytea NOT NULL,
  PRIMARY KEY (usr, n)
);

CREATE TABLE sessions (
  usr        bigint NOT NULL,
  ends_ms    bigint NOT NULL,
  token_hash bytea PRIMARY KEY
);

-- recorded false: only seen, with data that no key opened.
CREATE TABLE events (
  usr         bigint NOT NULL,
  at_ms       bigint NOT NULL,
  received_ms bigint NOT NULL,
  recorded    boolean NOT NULL,
  id          text NOT NULL,
  type        text NOT NULL,
  raw         text NOT NULL,
  result      text,
  PRIMARY KEY (usr, id)
);

-- id: 48 bits of a hash of (kind, ref), so that one key is uniqueness and history.
-- uses_left: free uses, NULL where there is no limit. n: the number of its entries.
CREATE TABLE credits (
  usr             bigint NOT NULL,
  id              bigint NOT NULL,
  usable_until_ms bigint,
  ends_ms         bigint,
  uses_left       int CHECK (uses_left >= 0),
  reserved        int NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  generation      int NOT NULL DEFAULT 1,
  n               int NOT NULL DEFAULT 1,
  kind            smallint NOT NULL,
  below_minimum   boolean NOT NULL DEFAULT false,
  ref             text NOT NULL,
  PRIMARY KEY (usr, id)
) WITH (fillfactor = 75);

CREATE TABLE entries (
  usr      bigint NOT NULL,
  credit   bigint NOT NULL,
  at_ms    bigint NOT NULL,
  message  bigint,
  n        int NOT NULL,
  uses     int NOT NULL,
  reserved int NOT NULL,
  change   smallint NOT NULL,
  reason   text,
  PRIMARY KEY (usr, credit, n)
);

-- id: 48 bits of the hash of the idempotency key, or the next free number, so that a key needs no index.
-- A row is therefore not deleted while another lies behind it: the search for a key ends at the first gap.
-- due: of a queued message, when it is tried again; of one that is being sent, when its lease ends; NULL: at once.
-- platform_id: WeChat's own id of the message. delivered: what WeChat told of its delivery, a reason as JSON, or
-- '' when it arrived. day: on which it counts towards the user's limit.
CREATE TABLE messages (
  usr               bigint NOT NULL,
  id                bigint NOT NULL,
  due               bigint,
  credit            bigint,
  key_ends_ms       bigint NOT NULL,
  created_ms        bigint NOT NULL,
  deadline_ms       bigint NOT NULL,
  settled_ms        bigint,
  credit_generation int,
  kinds             int NOT NULL,
  attempts          int NOT NULL DEFAULT 0,
  burnt             int NOT NULL DEFAULT 0,
  shown             int NOT NULL DEFAULT 0,
  day               int,
  channel           smallint NOT NULL,
  state             smallint NOT NULL,
  inferred          boolean NOT NULL DEFAULT false,
  key               bytea,
  body              bytea NOT NULL,
  holder            text,
  template_id       text,
  ref               text,
  reason            text,
  platform_id       text,
  delivered         text,
  payload           text,
  PRIMARY KEY (usr, id)
) WITH (fillfactor = 85);

-- Small and always warm: it holds only what is on its way. A message enters it once and leaves it once; in between
-- only a retry moves it.
CREATE INDEX messages_under_way ON messages (due) WHERE state < 2;

CREATE TABLE stops (
  app      int NOT NULL,
  channel  smallint NOT NULL,
  shut     boolean NOT NULL,
  until_ms bigint,
  at_ms    bigint NOT NULL,
  probe_ms bigint NOT NULL,
  reason   text NOT NULL,
  PRIMARY KEY (app, channel)
);

CREATE TABLE user_days (
  usr   bigint PRIMARY KEY,
  day   int NOT NULL,
  count int NOT NULL
) WITH (fillfactor = 75);

-- key: 16 bytes of a hash of (appId, key of the push), so that it lies anywhere and names nobody.
CREATE TABLE pushes (
  received_ms bigint NOT NULL,
  key         bytea PRIMARY KEY
);

-- The latest window of each kind. at_ms: when it was opened; the latest of a user began his allowance's generation.
CREATE TABLE customer_windows (
  usr             bigint NOT NULL,
  at_ms           bigint NOT NULL,
  usable_until_ms bigint NOT NULL,
  ends_ms         bigint NOT NULL,
  uses            int NOT NULL,
  kind            smallint NOT NULL,
  PRIMARY KEY (usr, kind)
);

-- source 1: answers that the phone told and no push has yet; 2: the other way round. 3: revoked then, which an
-- answer from before does not undo.
CREATE TABLE consents (
  usr         bigint NOT NULL,
  at_ms       bigint NOT NULL,
  count       int NOT NULL DEFAULT 1,
  source      smallint NOT NULL,
  template_id text NOT NULL,
  PRIMARY KEY (usr, template_id, source, at_ms)
);

-- key: 16 bytes of a hash of (length of the window, whose requests), since an address tells of a person.
CREATE TABLE request_counts (
  window_ends_ms bigint NOT NULL,
  count          int NOT NULL,
  key            bytea PRIMARY KEY
) WITH (fillfactor = 75);

-- until: when the lease ends; NULL: nobody holds it.
CREATE TABLE tokens (
  fetched_ms bigint,
  expires_ms bigint,
  until      bigint,
  app        int PRIMARY KEY,
  sealed     bytea,
  holder     text
);

-- usr NULL: only an arrival, or a child, told of it so far.
CREATE TABLE shares (
  share      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parent     bigint,
  usr        bigint,
  started_ms bigint,
  app        int NOT NULL,
  share_id   text NOT NULL,
  page       text,
  path       text,
  title      text,
  origin     text,
  result     text,
  UNIQUE (app, share_id)
);
CREATE INDEX shares_by_parent ON shares (parent) WHERE parent IS NOT NULL;

CREATE TABLE groups (
  grp           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  first_seen_ms bigint NOT NULL,
  app           int NOT NULL,
  open_gid      text NOT NULL,
  UNIQUE (app, open_gid)
);

CREATE TABLE group_members (
  grp           bigint NOT NULL,
  usr           bigint NOT NULL,
  first_seen_ms bigint NOT NULL,
  PRIMARY KEY (grp, usr)
);

CREATE TABLE group_shares (
  grp   bigint NOT NULL,
  share bigint NOT NULL,
  PRIMARY KEY (grp, share)
);
CREATE INDEX group_shares_by_share ON group_shares (share);

CREATE TABLE arrivals (
  arrival     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  usr         bigint NOT NULL,
  share       bigint,
  grp         bigint,
  at_ms       bigint NOT NULL,
  received_ms bigint NOT NULL,
  scene       int NOT NULL,
  page        text NOT NULL
);
CREATE INDEX arrivals_by_share ON arrivals (share, usr) WHERE share IS NOT NULL;
CREATE INDEX arrivals_by_group ON arrivals (grp, at_ms) WHERE grp IS NOT NULL;

-- One row a request, for ever. key: SHA-256 of what was asked, its defaults filled in.
-- state: 0 waits to be made ahead, 1 is being made, 2 is not made, 3 is made. due: when its lease ends.
-- request: while it is to be made ahead.
-- shown: a call may have made it at WeChat, so that its scene may be on a wall somewhere.
CREATE TABLE wxa_codes (
  code         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  due          bigint,
  asked_ms     bigint NOT NULL,
  made_ms      bigint,
  app          int NOT NULL,
  state        smallint NOT NULL,
  shown        boolean NOT NULL DEFAULT false,
  key          bytea NOT NULL,
  scene        text,
  request      text,
  holder       text,
  content_type text,
  UNIQUE (app, key)
);
CREATE INDEX wxa_codes_under_way ON wxa_codes (app, code) WHERE state < 2;

-- The bytes of images stand in tables of their own, so that a row that changes does not drag megabytes along.
CREATE TABLE wxa_code_images (
  code  bigint PRIMARY KEY,
  bytes bytea NOT NULL
);

-- lasting: codes A and C that were made, or that nobody knows of.
CREATE TABLE wxa_code_counts (
  app       int PRIMARY KEY,
  lasting   int NOT NULL DEFAULT 0 CHECK (lasting >= 0),
  exhausted boolean NOT NULL DEFAULT false
);

CREATE TABLE scenes (
  made_ms  bigint NOT NULL,
  app      int NOT NULL,
  scene    text NOT NULL,
  payload  text,
  share_id text,
  PRIMARY KEY (app, scene)
);

-- media_id: of the first upload; current_id: of the last.
CREATE TABLE media (
  medium      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ends_ms     bigint NOT NULL,
  uploaded_ms bigint NOT NULL,
  app         int NOT NULL,
  media_id    text NOT NULL,
  current_id  text NOT NULL,
  type        text NOT NULL,
  UNIQUE (app, media_id)
);

CREATE TABLE media_images (
  medium bigint PRIMARY KEY,
  bytes  bytea NOT NULL
);
`
