/** When a new access_token was forced, over all processes and restarts. */
export const forcedTokens = `
-- forced: JSON, the times of the last 24 hours.
ALTER TABLE tokens ADD COLUMN forced TEXT;
`
