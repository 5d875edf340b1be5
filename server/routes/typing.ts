/** Somebody is typing, or no longer. */
import { typing } from '../schemas/media.ts'
import { bodyOf, operatorRoute } from './route.ts'
import { answered } from './wechat-answer.ts'

export const postTyping = operatorRoute(
  'POST /v1/typing',
  'send',
  {
    summary: 'Show the user that customer service is typing; spends no right to write',
    body: bodyOf(typing),
    replies: { 204: { description: 'Shown, or no longer.' } },
  },
  async ({ body, app }, { wechat }) => {
    answered(await wechat(app.appId).setTyping(body))
    return { status: 204 }
  },
)
