import { isLive, recipientCode } from './rows.ts'

/**
 * broadcasts: plan: JSON of what is sent, to whom and how fast. key, body: hashes of the
 * idempotency key and of the request. due_ms: nothing is done before. served_ms: the last step; the
 * broadcast that was served least recently comes first. next_send_ms: by the pace, the next message
 * is due then. opening_usr: the audience is opened from behind this user on; NULL: it is complete.
 * position: recipients up to this one were leased. reason: why it is held or paused.
 * minute_ms, minute_count, per_minute: when the counting of this minute began, what was settled
 * before, and the rate of the last one.
 *
 * broadcast_recipients: waiting ones lie behind `position`, or have a time (due_ms) of their own.
 * lease_ends: when another process may take it over. tries: which of the idempotency keys. message:
 * the number of the message within its user. data: fields of the texts, until it is settled.
 *
 * broadcast_reasons: how many recipients have a state for a reason.
 *
 * @param identity behind the type of a key that the engine numbers
 */
export const broadcastsSchema = (identity: string, plain: string, clustered: string): string => `
CREATE TABLE broadcasts (
  broadcast    bigint ${identity} PRIMARY KEY,
  created_ms   bigint NOT NULL,
  due_ms       bigint NOT NULL,
  served_ms    bigint NOT NULL,
  start_at_ms  bigint,
  started_ms   bigint,
  ended_ms     bigint,
  deadline_ms  bigint,
  next_send_ms bigint NOT NULL DEFAULT 0,
  opening_usr  bigint,
  position     bigint NOT NULL DEFAULT -1,
  minute_ms    bigint NOT NULL,
  minute_count int NOT NULL DEFAULT 0,
  per_minute   int NOT NULL DEFAULT 0,
  app          int NOT NULL,
  recipients   int NOT NULL DEFAULT 0,
  sent         int NOT NULL DEFAULT 0,
  refused      int NOT NULL DEFAULT 0,
  unknown      int NOT NULL DEFAULT 0,
  state        smallint NOT NULL,
  id           text NOT NULL UNIQUE,
  key          bytea NOT NULL,
  body         bytea NOT NULL,
  sent_by      text,
  reason       text,
  plan         text NOT NULL,
  UNIQUE (app, key)
)${plain};
CREATE INDEX broadcasts_live ON broadcasts (due_ms) WHERE ${isLive};

CREATE TABLE broadcast_recipients (
  broadcast  bigint NOT NULL,
  usr        bigint NOT NULL,
  lease_ends engine_ms,
  due_ms     bigint,
  message    bigint,
  tries      int NOT NULL DEFAULT 0,
  state      smallint NOT NULL DEFAULT ${recipientCode.of('waiting')},
  reason     text,
  page       text,
  data       text,
  PRIMARY KEY (broadcast, usr)
)${clustered};
CREATE INDEX broadcast_recipients_by_user ON broadcast_recipients (usr);
CREATE INDEX broadcast_recipients_leased ON broadcast_recipients (lease_ends)
  WHERE lease_ends IS NOT NULL;
CREATE INDEX broadcast_recipients_due ON broadcast_recipients (broadcast, due_ms)
  WHERE due_ms IS NOT NULL;

CREATE TABLE broadcast_reasons (
  broadcast bigint NOT NULL,
  count     int NOT NULL,
  state     smallint NOT NULL,
  reason    text NOT NULL,
  PRIMARY KEY (broadcast, state, reason)
)${clustered};
`
