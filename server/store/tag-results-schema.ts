/**
 * What came of the rights that phones put a word (tag) on. tag_facts: one more of a result, as it
 * comes. Rows are only added, so that a thousand phones with one tag never wait for one row. A
 * sweep adds them to tag_results, which has them by the hour. Neither names anybody, so that the
 * sums outlive a user who is erased.
 *
 * credits.tags: the words of credit_tags in one text, so that a use knows at no cost whether it
 * has any. messages.tags: those of the use, once its message was sent or is unknown.
 */
export const tagResultsSchema = (identity: string, plain: string, clustered: string): string => `
CREATE TABLE tag_facts (
  fact    bigint ${identity} PRIMARY KEY,
  hour_ms bigint NOT NULL,
  app     int NOT NULL,
  count   int NOT NULL,
  result  smallint NOT NULL,
  tag     text NOT NULL
)${plain};
CREATE INDEX tag_facts_by_tag ON tag_facts (app, tag);

CREATE TABLE tag_results (
  hour_ms bigint NOT NULL,
  app     int NOT NULL,
  count   int NOT NULL,
  result  smallint NOT NULL,
  tag     text NOT NULL,
  PRIMARY KEY (app, tag, hour_ms, result)
)${clustered};

ALTER TABLE credits ADD COLUMN tags text;
ALTER TABLE messages ADD COLUMN tags text;
UPDATE credits SET tags = (
  SELECT string_agg(tag, '\u001f') FROM credit_tags AS t
  WHERE t.usr = credits.usr AND t.credit = credits.id)
WHERE (usr, id) IN (SELECT usr, credit FROM credit_tags);
`
