/**
 * What users wrote, and events of them, as WeChat pushed it. A table beside `pushes`, whose rows
 * are known for less long, lie in no order of users, and stay when a user is erased.
 *
 * @param clustered behind a table whose rows are stored in the order of the primary key
 */
export const pushContentsSchema = (clustered: string): string => `
-- content: JSON of the fields, without the names of user and account. ends_ms: it is deleted then.
CREATE TABLE push_contents (
  usr         bigint NOT NULL,
  received_ms bigint NOT NULL,
  ends_ms     bigint NOT NULL,
  key         bytea NOT NULL,
  content     text NOT NULL,
  PRIMARY KEY (usr, received_ms, key)
)${clustered};
`
