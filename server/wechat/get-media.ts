import type { Authorized } from './authorized.ts'
import type { ReplyFile } from './http.ts'
import type { AuthorizedReply } from './reply.ts'

/** The bytes of a temporary medium, one of ours or one that a user sent (platform: customer service). */
export function getMedia(
  authorized: Authorized,
  mediaId: string,
): Promise<AuthorizedReply<ReplyFile>> {
  return authorized({
    method: 'GET',
    path: '/cgi-bin/media/get',
    query: { media_id: mediaId },
    decodeFile: (file) => (file.bytes.length > 0 ? file : undefined),
  })
}
