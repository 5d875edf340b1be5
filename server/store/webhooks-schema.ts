/**
 * Outgoing webhooks. `apps.webhook_types`: the types of changes that the app's webhooks receive.
 *
 * webhooks: types: as `changeMask`. sealed: the secret. position: changes up to there are queued.
 * failing_since_ms: the first failure since the last success.
 *
 * webhook_deliveries: one row for each event of a webhook; n: the position of the change. state:
 * see `deliveryState`. due: when it is tried next, or when the lease of a try ends; NULL: it is not
 * tried. attempts: tries so far; it tells one try from another.
 *
 * credit_endings: one row. The walk over all credits tells of those that end between told_ms and
 * target_ms, and is at next_usr; NULL: it is complete, and target_ms equals told_ms.
 *
 * @param identity behind the type of a key that the engine numbers
 */
export const webhooksSchema = (identity: string, plain: string, clustered: string): string => `
ALTER TABLE apps ADD COLUMN webhook_types int NOT NULL DEFAULT 0;

CREATE TABLE webhooks (
  webhook          bigint ${identity} PRIMARY KEY,
  position         bigint NOT NULL,
  created_ms       bigint NOT NULL,
  failing_since_ms bigint,
  disabled_ms      bigint,
  app              int NOT NULL,
  types            int NOT NULL,
  id               text NOT NULL UNIQUE,
  url              text NOT NULL,
  failure          text,
  sealed           bytea NOT NULL
)${plain};

CREATE TABLE webhook_deliveries (
  webhook  bigint NOT NULL,
  n        bigint NOT NULL,
  due      engine_ms,
  tried_ms bigint,
  attempts int NOT NULL DEFAULT 0,
  status   int,
  state    smallint NOT NULL DEFAULT 0,
  failure  text,
  PRIMARY KEY (webhook, n)
)${clustered};
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, due) WHERE due IS NOT NULL;
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (webhook, n) WHERE state = 2;

CREATE TABLE credit_endings (
  walk      int PRIMARY KEY,
  next_usr  bigint,
  told_ms   bigint NOT NULL,
  target_ms bigint NOT NULL
)${clustered};
`
