import { isScheduled } from './rows.ts'

/** send_at_ms: when a message is to be sent; NULL: at once. */
export const scheduledMessagesSchema = `
ALTER TABLE messages ADD COLUMN send_at_ms bigint;
-- Small, since a message leaves it when it is sent.
CREATE INDEX messages_scheduled ON messages (send_at_ms) WHERE ${isScheduled};
`
