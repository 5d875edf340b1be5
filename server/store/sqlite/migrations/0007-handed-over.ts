/** Whether a lease went from one holder to another: what the first one did, the second does not know. */
export const handedOver = `
-- handed_over 1: the call that the lease is for may have been made by an earlier holder.
ALTER TABLE messages ADD COLUMN handed_over INTEGER NOT NULL DEFAULT 0;
`
