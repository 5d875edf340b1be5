/** Images for messages of customer service. */
import { checkImage } from '../customer/check-image.ts'
import { mediaRules } from '../customer/media-rules.ts'
import { ProblemError } from '../problem.ts'
import * as schemas from '../schemas/media.ts'
import { bytesOf, operatorRoute, queryOf } from './route.ts'
import { iso } from './time.ts'
import { wechatProblem } from './wechat-problem.ts'

export const postMedia = operatorRoute(
  'POST /v1/media',
  'send',
  {
    summary: 'Upload an image for a message or the cover of a card: its bytes are the body',
    query: queryOf(schemas.mediaQuery),
    body: bytesOf({
      maxBytes: mediaRules.maxBytes,
      contentTypes: ['image/jpeg', 'image/png', 'image/gif'],
    }),
    replies: { 201: { description: 'Uploaded, for three days.', schema: schemas.media } },
  },
  async ({ query, body: bytes, app }, { media }) => {
    const checked = checkImage(bytes, query.for)
    if (!checked.ok) throw new ProblemError(415, 'image_not_taken', checked.detail)
    const { type, warnings } = checked
    const uploaded = await media.upload(app, { bytes, type })
    if (!uploaded.ok) throw wechatProblem(uploaded.reply)
    const { mediaId, expiresAtMs } = uploaded
    return {
      status: 201,
      body: { mediaId, expiresAt: iso(expiresAtMs), ...(warnings.length > 0 && { warnings }) },
    }
  },
)
