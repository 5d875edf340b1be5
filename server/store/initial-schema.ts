import { codeState, kindCode, stateCode } from './rows.ts'

/** What engines write differently in a schema. Types have PostgreSQL's names and `engine_ms`. */
interface SchemaDialect {
  /** Behind the type of a key that the engine numbers. */
  identity: string
  /** Behind a table whose rows are stored in the order of the primary key. */
  clustered: string
  /** Behind any other table. */
  plain: string
  /** Behind a table whose rows are updated often, or now and then. */
  often: string
  sometimes: string
}

/**
 * The first schema, for every engine. A published migration is never edited: append the next one.
 *
 * Kinds, channels and states are the small numbers of rows.ts. The only secondary indexes are those
 * that a lookup or a list needs. Times are milliseconds: `…_ms` of the platform's clock,
 * `engine_ms` of the engine's. `usr` is the user's number and leads the primary key of everything
 * that belongs to a user, so that the rows of one user are stored together, also where a database
 * spans several machines. There are no foreign keys, triggers or functions.
 */
export const initialSchema = (dialect: SchemaDialect): string => {
  const { identity, clustered, plain, often, sometimes } = dialect
  return `
CREATE TABLE apps (
  app    int ${identity} PRIMARY KEY,
  app_id text NOT NULL UNIQUE
)${plain};

-- The only table with openIds. open_id is NULL once the user was erased; the rest is anonymous
-- then. usr: 48 random bits.
CREATE TABLE users (
  usr           bigint PRIMARY KEY,
  app           int NOT NULL,
  day           int NOT NULL DEFAULT 0,
  events_of_day int NOT NULL DEFAULT 0,
  below_minimum boolean NOT NULL DEFAULT false,
  open_id       text,
  UNIQUE (app, open_id)
)${plain}${sometimes};

-- Erased users of whom there are still rows to clear: see operations/erase.ts.
CREATE TABLE erasures (
  usr   bigint PRIMARY KEY,
  at_ms bigint NOT NULL
)${plain};

CREATE TABLE session_keys (
  usr     bigint NOT NULL,
  made_ms bigint NOT NULL,
  n       int NOT NULL,
  sealed  bytea NOT NULL,
  PRIMARY KEY (usr, n)
)${clustered};

CREATE TABLE sessions (
  usr        bigint NOT NULL,
  ends_ms    bigint NOT NULL,
  token_hash bytea PRIMARY KEY
)${clustered};
CREATE INDEX sessions_by_user ON sessions (usr);

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
)${clustered};

-- id: 48 bits of a hash of (kind, ref), so that one key is uniqueness and history.
-- uses_left: free uses, NULL where there is no limit. n: how many history rows the credit has.
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
)${clustered}${often};
-- Of no other kind: phones report those by tens. Its columns never change.
CREATE INDEX credits_by_template ON credits (ref, usr) WHERE kind = ${kindCode.of('subscription')};

-- One row for each change of a credit: see writeHistory.
CREATE TABLE credit_history (
  usr            bigint NOT NULL,
  credit         bigint NOT NULL,
  at_ms          bigint NOT NULL,
  message        bigint,
  n              int NOT NULL,
  uses_delta     int NOT NULL,
  reserved_delta int NOT NULL,
  change         smallint NOT NULL,
  reason         text,
  PRIMARY KEY (usr, credit, n)
)${clustered};

-- id: 48 bits of the hash of the idempotency key, or the next free number, so that a key needs no
-- index. A row is not deleted while another one follows it, because the search for a key ends at
-- the first gap. due: when a queued message is tried again, or when the lease of one being sent
-- ends; NULL: neither. platform_id: WeChat's own id of the message. delivered: WeChat's delivery
-- report, '' if it arrived, else the reason as JSON. day: on which it counts towards the user's
-- limit. handed_over: an earlier holder may have made the call that the lease is for.
-- presentations: how often the credit went to WeChat. sent_by: see Sender. calls: see writeCall.
CREATE TABLE messages (
  usr               bigint NOT NULL,
  id                bigint NOT NULL,
  due               engine_ms,
  credit            bigint,
  key_ends_ms       bigint NOT NULL,
  created_ms        bigint NOT NULL,
  deadline_ms       bigint NOT NULL,
  settled_ms        bigint,
  credit_generation int,
  kinds             int NOT NULL,
  attempts          int NOT NULL DEFAULT 0,
  rejected_credits  int NOT NULL DEFAULT 0,
  presentations     int NOT NULL DEFAULT 0,
  day               int,
  channel           smallint NOT NULL,
  state             smallint NOT NULL,
  inferred          boolean NOT NULL DEFAULT false,
  handed_over       boolean NOT NULL DEFAULT false,
  key               bytea,
  body              bytea NOT NULL,
  holder            text,
  template_id       text,
  ref               text,
  reason            text,
  platform_id       text,
  delivered         text,
  sent_by           text,
  calls             text NOT NULL DEFAULT '',
  payload           text,
  PRIMARY KEY (usr, id)
)${clustered}${sometimes};

-- Small, since it holds only messages under way. A message enters it once and leaves it once; only
-- a retry moves it in between.
CREATE INDEX messages_under_way ON messages (due) WHERE state < ${stateCode.of('sent')};
-- New entries are all at its end, where the page is in memory.
CREATE INDEX messages_by_time ON messages (created_ms, usr, id);

CREATE TABLE suspensions (
  app      int NOT NULL,
  channel  smallint NOT NULL,
  shut     boolean NOT NULL,
  until_ms bigint,
  at_ms    bigint NOT NULL,
  probe_ms bigint NOT NULL,
  reason   text NOT NULL,
  PRIMARY KEY (app, channel)
)${clustered};

CREATE TABLE user_days (
  usr   bigint PRIMARY KEY,
  day   int NOT NULL,
  count int NOT NULL
)${plain}${often};

-- key: 16 bytes of a hash of (appId, key of the push): evenly spread, and no personal data. usr
-- NULL: nobody whom the server knows. type: see RecordPush.
CREATE TABLE pushes (
  received_ms bigint NOT NULL,
  usr         bigint,
  app         int NOT NULL,
  key         bytea PRIMARY KEY,
  type        text NOT NULL
)${clustered};
CREATE INDEX pushes_by_time ON pushes (app, received_ms, key);
CREATE INDEX pushes_by_user ON pushes (usr, received_ms, key) WHERE usr IS NOT NULL;

-- The latest window of each kind. at_ms: when it was opened. The latest window of a user began the
-- generation of their allowance.
CREATE TABLE customer_windows (
  usr             bigint NOT NULL,
  at_ms           bigint NOT NULL,
  usable_until_ms bigint NOT NULL,
  ends_ms         bigint NOT NULL,
  uses            int NOT NULL,
  kind            smallint NOT NULL,
  PRIMARY KEY (usr, kind)
)${clustered};

-- source 1: the phone reported the consent and no push did yet. 2: a push did and the phone did not
-- yet. 3: the consent was revoked at this time; an older report does not undo that.
CREATE TABLE consents (
  usr         bigint NOT NULL,
  at_ms       bigint NOT NULL,
  count       int NOT NULL DEFAULT 1,
  source      smallint NOT NULL,
  template_id text NOT NULL,
  PRIMARY KEY (usr, template_id, source, at_ms)
)${clustered};

-- until: when the lease ends; NULL: there is no lease. forced: JSON, when a new token was forced
-- within the last 24 hours.
CREATE TABLE tokens (
  fetched_ms bigint,
  expires_ms bigint,
  until      engine_ms,
  app        int PRIMARY KEY,
  sealed     bytea,
  holder     text,
  forced     text
)${plain};

-- usr NULL: known only from an arrival or a child so far.
CREATE TABLE shares (
  share      bigint ${identity} PRIMARY KEY,
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
)${plain};
CREATE INDEX shares_by_parent ON shares (parent) WHERE parent IS NOT NULL;
CREATE INDEX shares_by_user ON shares (usr, share) WHERE usr IS NOT NULL;

CREATE TABLE groups (
  grp           bigint ${identity} PRIMARY KEY,
  first_seen_ms bigint NOT NULL,
  app           int NOT NULL,
  open_gid      text NOT NULL,
  UNIQUE (app, open_gid)
)${plain};
CREATE INDEX groups_by_app ON groups (app, grp);

CREATE TABLE group_members (
  grp           bigint NOT NULL,
  usr           bigint NOT NULL,
  first_seen_ms bigint NOT NULL,
  PRIMARY KEY (grp, usr)
)${clustered};
CREATE INDEX group_members_by_user ON group_members (usr, grp);

CREATE TABLE group_shares (
  grp   bigint NOT NULL,
  share bigint NOT NULL,
  PRIMARY KEY (grp, share)
)${clustered};
CREATE INDEX group_shares_by_share ON group_shares (share);

CREATE TABLE arrivals (
  arrival     bigint ${identity} PRIMARY KEY,
  usr         bigint NOT NULL,
  share       bigint,
  grp         bigint,
  at_ms       bigint NOT NULL,
  received_ms bigint NOT NULL,
  scene       int NOT NULL,
  page        text NOT NULL
)${plain};
CREATE INDEX arrivals_by_share ON arrivals (share, usr) WHERE share IS NOT NULL;
CREATE INDEX arrivals_by_user ON arrivals (usr, arrival);
CREATE INDEX arrivals_by_group ON arrivals (grp, at_ms) WHERE grp IS NOT NULL;

-- One row a request, kept for ever. key: SHA-256 of the request with its defaults filled in. state:
-- see codeState in rows.ts. due: when its lease ends. request: set while it is to be
-- pregenerated. maybe_made: a call may have made it at WeChat, so that its scene may be in print.
CREATE TABLE wxa_codes (
  code         bigint ${identity} PRIMARY KEY,
  due          engine_ms,
  asked_ms     bigint NOT NULL,
  made_ms      bigint,
  app          int NOT NULL,
  state        smallint NOT NULL,
  maybe_made   boolean NOT NULL DEFAULT false,
  key          bytea NOT NULL,
  scene        text,
  request      text,
  holder       text,
  content_type text,
  UNIQUE (app, key)
)${plain};
CREATE INDEX wxa_codes_under_way ON wxa_codes (app, code) WHERE state < ${codeState.idle};

-- Image bytes have tables of their own, so that updating a row does not copy megabytes.
CREATE TABLE wxa_code_images (
  code  bigint PRIMARY KEY,
  bytes bytea NOT NULL
)${plain};

-- lasting: codes A and C that were made or may have been made.
CREATE TABLE wxa_code_counts (
  app       int PRIMARY KEY,
  lasting   int NOT NULL DEFAULT 0 CHECK (lasting >= 0),
  exhausted boolean NOT NULL DEFAULT false
)${plain};

-- Lasting codes that API keys spent on a day, by key. key_id '': by all keys of the app.
CREATE TABLE wxa_code_days (
  app    int NOT NULL,
  day    int NOT NULL,
  count  int NOT NULL,
  key_id text NOT NULL,
  PRIMARY KEY (app, day, key_id)
)${clustered}${often};

CREATE TABLE scenes (
  made_ms  bigint NOT NULL,
  app      int NOT NULL,
  scene    text NOT NULL,
  payload  text,
  share_id text,
  PRIMARY KEY (app, scene)
)${clustered};

-- media_id: of the first upload; current_id: of the last.
CREATE TABLE media (
  medium      bigint ${identity} PRIMARY KEY,
  ends_ms     bigint NOT NULL,
  uploaded_ms bigint NOT NULL,
  app         int NOT NULL,
  media_id    text NOT NULL,
  current_id  text NOT NULL,
  type        text NOT NULL,
  UNIQUE (app, media_id)
)${plain};

CREATE TABLE media_images (
  medium bigint PRIMARY KEY,
  bytes  bytea NOT NULL
)${plain};

-- API keys beside those of REACH_API_KEYS. hash: SHA-256 of the secret, which is not stored. app
-- NULL: all apps. scopes: JSON.
CREATE TABLE api_keys (
  created_ms bigint NOT NULL,
  expires_ms bigint,
  used_ms    bigint,
  app        int,
  hash       bytea PRIMARY KEY,
  id         text NOT NULL UNIQUE,
  name       text NOT NULL,
  scopes     text NOT NULL
)${plain}${often};

-- The rate slots of the last minutes. at_s: a second of the platform's clock. last_ms: the latest
-- slot of that second; all slots of the second count as if they came then.
CREATE TABLE rate_slots (
  at_s    bigint NOT NULL,
  last_ms bigint NOT NULL,
  app     int NOT NULL,
  count   int NOT NULL,
  PRIMARY KEY (app, at_s)
)${clustered}${often};

-- Who did what. n: tells entries of one millisecond apart. usr and app NULL: it concerns none, or
-- one that is not known. key: the id of the API key. count: for calls that are counted by the
-- minute.
CREATE TABLE audit (
  at_ms     bigint NOT NULL,
  usr       bigint,
  n         int NOT NULL,
  app       int,
  count     int NOT NULL,
  actor     smallint NOT NULL,
  status    smallint,
  key       text,
  operation text,
  object    text,
  outcome   text NOT NULL,
  network   text,
  request   text,
  PRIMARY KEY (at_ms, n)
)${clustered};
CREATE INDEX audit_by_user ON audit (usr, at_ms, n) WHERE usr IS NOT NULL;
`
}
