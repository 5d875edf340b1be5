/** Asks the user for subscriptions and records the answers. */
import { answer } from './answer'
import type { Capture } from './event'
import type { PassThrough } from './pass-through'
import type { Platform, SubscribeOptions } from './platform'
import type { Quietly } from './quietly'
import type { CallWechat } from './wechat-call'

/**
 * The platform's answer: a word for each template id (`accept`, `reject`, `ban`, `filter`, …), and `errMsg`, which is
 * ok also for a user who refused everything.
 */
export type SubscribeAnswer = Record<string, string>

export type Subscribe = PassThrough<SubscribeOptions, SubscribeAnswer>

export function createSubscribe(
  platform: Platform,
  callWechat: CallWechat,
  capture: Capture,
  quietly: Quietly,
): Subscribe {
  return ((options: SubscribeOptions) =>
    answer(
      // The platform is called in this very turn: after any wait the tap would not count any more.
      callWechat<SubscribeAnswer>(platform, 'requestSubscribeMessage', options).then((given) => {
        quietly(() => {
          const answers: SubscribeAnswer = {}
          for (const id of options.tmplIds) {
            // Unknown words too: which of them is a right to write, the server decides.
            if (typeof given[id] === 'string') answers[id] = given[id]
          }
          if (Object.keys(answers).length) capture({ type: 'subscription.answered', answers })
        })
        return given
      }),
      options,
    )) as Subscribe
}
