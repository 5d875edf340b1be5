/** Customer service beside its messages: image uploads and the typing state. */
import { checkImage } from '../../customer/images.ts'
import { mediaRules } from '../../rules/media.ts'
import { iso } from '../../runtime/world.ts'
import { ProblemError } from '../problems.ts'
import { bytesOf, operatorRoute, queryOf, bodyOf } from '../route.ts'
import * as schemas from '../schemas/customer-service.ts'
import { requireSuccess, wechatProblem } from '../wechat-problems.ts'

export const postMedia = operatorRoute(
  'POST /v1/media',
  'send',
  {
    summary: 'Upload an image: of a message, of a card (cover) or of a link. The body is its bytes',
    query: queryOf(schemas.mediaQuery),
    audit: 'each',
    body: bytesOf({
      maxBytes: mediaRules.maxBytes,
      contentTypes: ['image/jpeg', 'image/png', 'image/gif'],
    }),
    replies: { 201: { description: 'Uploaded for three days.', schema: schemas.mediaReply } },
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
      concerns: { object: mediaId },
    }
  },
)

export const postTyping = operatorRoute(
  'POST /v1/typing',
  'send',
  {
    summary: 'Show the user that customer service is typing, or stop. It spends no credit',
    audit: 'byMinute',
    body: bodyOf(schemas.typingRequest),
    replies: { 204: { description: 'The typing state was set.' } },
  },
  async ({ body, app }, { wechat }) => {
    requireSuccess(await wechat(app.appId).setTyping(body))
    return { status: 204 }
  },
)
