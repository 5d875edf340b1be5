/** Asks the user for subscriptions and records the answers. */
import { callWechat } from './wechat-call'
import { hasCallbacks } from './pass-through'
import type { Capture } from './event'
import type { PassThrough } from './pass-through'
import type { Platform, SubscribeOptions } from './platform'
import type { Quietly } from './quietly'

/**
 * The platform's answer: a word for each template id (`accept`, `reject`, `ban`, `filter`, …), and `errMsg`, which is
 * ok also for a user who refused everything.
 */
export type SubscribeAnswer = Record<string, string>

export type Subscribe = PassThrough<SubscribeOptions, SubscribeAnswer>

export function createSubscribe(platform: Platform, capture: Capture, quietly: Quietly): Subscribe {
  const record = (tmplIds: string[], answer: object) =>
    quietly(() => {
      const answers: SubscribeAnswer = {}
      for (const id of tmplIds) {
        const word = (answer as Record<string, unknown>)[id]
        // Unknown words too: which of them is a right to write, the server decides.
        if (typeof word === 'string') answers[id] = word
      }
      if (Object.keys(answers).length) capture({ type: 'subscription.answered', answers })
    })

  return ((options: SubscribeOptions) => {
    // The platform is called in this very turn: after any wait the tap would not count any more.
    const asked = callWechat<SubscribeAnswer>(platform, 'requestSubscribeMessage', options)
    const answered = asked.then((answer) => {
      record(options.tmplIds, answer)
      return answer
    })
    if (!hasCallbacks(options)) {
      answered.catch(() => {})
      return answered
    }
    const { success, fail, complete } = options
    answered.then(
      (answer) => {
        if (success) success(answer)
        if (complete) complete(answer)
      },
      (error) => {
        if (fail) fail(error)
        if (complete) complete(error)
      },
    )
    return undefined
  }) as Subscribe
}
