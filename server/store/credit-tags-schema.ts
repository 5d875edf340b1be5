/**
 * The words that phones put on a right. A consent adds to the right that there is, so that one
 * right may have several.
 */
export const creditTagsSchema = (clustered: string): string => `
CREATE TABLE credit_tags (
  usr    bigint NOT NULL,
  credit bigint NOT NULL,
  tag    text NOT NULL,
  PRIMARY KEY (usr, credit, tag)
)${clustered};
`
