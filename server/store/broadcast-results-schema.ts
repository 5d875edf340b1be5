/**
 * What came of broadcasts. broadcast_results: how many recipients a result has, by the hour in
 * which it came. It names nobody, so that the sums outlive a user who is erased.
 *
 * broadcast_recipients: when the message was settled, its notice was opened, and a right arose
 * after that. `users.asked_until_ms`: a right that arises before is looked up there.
 */
export const broadcastResultsSchema = (clustered: string): string => `
ALTER TABLE broadcast_recipients ADD COLUMN settled_ms bigint;
ALTER TABLE broadcast_recipients ADD COLUMN opened_ms bigint;
ALTER TABLE broadcast_recipients ADD COLUMN renewed_ms bigint;
ALTER TABLE users ADD COLUMN asked_until_ms bigint;

CREATE TABLE broadcast_results (
  broadcast bigint NOT NULL,
  hour_ms   bigint NOT NULL,
  count     int NOT NULL,
  result    smallint NOT NULL,
  PRIMARY KEY (broadcast, hour_ms, result)
)${clustered};
`
