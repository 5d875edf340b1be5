import type { Endpoint } from './endpoint.ts'
import { text } from './fields.ts'
import { refuse } from './reply.ts'

/** The bytes of an image that was uploaded, or that a user sent. */
export const mediaGet: Endpoint = {
  method: 'GET',
  path: '/cgi-bin/media/get',
  needs: 'token',
  answer(query, account) {
    const medium = account.media.find(text(query['media_id']) ?? '')
    if (!medium) return refuse(40007)
    const { mediaId, bytes, type } = medium
    return { contentType: type.contentType, bytes, fileName: `${mediaId}.${type.extension}` }
  },
}
