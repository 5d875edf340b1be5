/**
 * What pushes need: which are known, which windows of customer service are open, which consents wait for their
 * counterpart, what a delivery told of a message; and how many messages a user was sent on a day.
 */
export const pushes = `
-- key: 16 bytes of a hash of (appId, key of the push), so that it lies anywhere and names nobody.
CREATE TABLE pushes (
  key         BLOB PRIMARY KEY,
  received_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The latest window of each kind. at_ms: when it was opened; the latest of a user began his allowance's generation.
CREATE TABLE customer_windows (
  user            INTEGER NOT NULL,
  kind            INTEGER NOT NULL,
  uses            INTEGER NOT NULL,
  at_ms           INTEGER NOT NULL,
  usable_until_ms INTEGER NOT NULL,
  ends_ms         INTEGER NOT NULL,
  PRIMARY KEY (user, kind)
) STRICT, WITHOUT ROWID;

-- source 1: answers that the phone told and no push has yet; 2: the other way round. 3: revoked then, which an
-- answer from before does not undo.
CREATE TABLE consents (
  user        INTEGER NOT NULL,
  template_id TEXT NOT NULL,
  source      INTEGER NOT NULL,
  at_ms       INTEGER NOT NULL,
  count       INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (user, template_id, source, at_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_days (
  user  INTEGER PRIMARY KEY,
  day   INTEGER NOT NULL,
  count INTEGER NOT NULL
) STRICT;

-- platform_id: WeChat's own id of the message. delivered: what WeChat told of its delivery, a reason as JSON, or
-- '' when it arrived. day: on which it counts towards the user's limit.
ALTER TABLE messages ADD COLUMN platform_id TEXT;
ALTER TABLE messages ADD COLUMN delivered TEXT;
ALTER TABLE messages ADD COLUMN day INTEGER;
`
