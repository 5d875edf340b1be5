/**
 * What a code was asked for, for lists: `request` is there only while a code waits.
 *
 * `described`: JSON of the request, without the payload, which is behind the scene. NULL: the code
 * was made before this column was there.
 */
export const codeRequestsSchema = `
ALTER TABLE wxa_codes ADD COLUMN described text;
`
