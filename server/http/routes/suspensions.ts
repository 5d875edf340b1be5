/** Channels of an app that WeChat paused or shut. */
import type { Channel } from '../../../shared/wire/index.ts'
import { ProblemError } from '../problems.ts'
import { operatorRoute } from '../route.ts'

const channels: readonly string[] = ['template', 'subscribe', 'customer'] satisfies Channel[]
const isChannel = (word: string | undefined): word is Channel => channels.includes(word ?? '')

export const deleteSuspension = operatorRoute(
  'DELETE /v1/suspensions/:channel',
  'admin',
  {
    summary: 'Resume a channel that WeChat shut or paused, before a probe or midnight does',
    audit: 'each',
    replies: {
      204: {
        description: 'The channel is open. WeChat may shut it again on the next message.',
      },
    },
  },
  async ({ params, app }, { store, world }) => {
    const { channel } = params
    if (!isChannel(channel)) {
      throw new ProblemError(404, 'not_found', `The channels are ${channels.join(', ')}.`)
    }
    await store.resumeChannel(app.appId, channel)
    world.log.info({ appId: app.appId, channel }, 'an operator resumed the channel')
    return { status: 204, concerns: { object: channel } }
  },
)
