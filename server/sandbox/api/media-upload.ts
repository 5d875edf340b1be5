import { imageTypeOf } from '../rules/image-types.ts'
import type { Endpoint } from './endpoint.ts'
import { ok, refuse } from './reply.ts'

/** Keeps an image for three days (platform, customer service). Its type is what its bytes say. */
export const mediaUpload: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/media/upload',
  needs: 'token',
  takes: 'upload',
  answer(query, account, upload) {
    if (query['type'] !== 'image') return refuse(40004)
    if (!upload) return refuse(41005)
    const { bytes } = upload
    if (bytes.length === 0) return refuse(44001)
    if (bytes.length > account.limits().mediaBytes) return refuse(40006)
    const type = imageTypeOf(bytes)
    if (!type) return refuse(40005)
    const { mediaId, createdAt } = account.media.add(bytes, type)
    return ok({ type: 'image', media_id: mediaId, created_at: createdAt })
  },
}
