/** told_ms: when the last change of the broadcast was written for those who watch. */
export const broadcastChangesSchema = `
ALTER TABLE broadcasts ADD COLUMN told_ms bigint NOT NULL DEFAULT 0;
`
