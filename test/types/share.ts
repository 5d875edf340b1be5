// Compiled, never run.
import { reach } from './reach'
import type { ShareEvent, ShareFailure, ShareSuccess } from '../../miniprogram/client'

Page({
  data: { n: 1 },
  onShareAppMessage: reach.share(function (event) {
    this.setData({ n: 2 })
    const given: ShareEvent = event
    return { title: given.from, promise: Promise.resolve({ title: 'later' }) }
  }),
})

/** Also where `Page`, whose type of a content lacks the callbacks, says what it takes. */
Page({
  onShareAppMessage: reach.share(() => ({
    success(result) {
      const given: ShareSuccess = result
      // @ts-expect-error -- absent in later base libraries
      const wrong: string[] = result.shareTickets
      return void [given, wrong]
    },
    fail: (error) => {
      const given: ShareFailure = error
      return void given
    },
    complete: (result) => void result.errMsg.length,
  })),
})
Page({
  onShareAppMessage: reach.share(async () => ({ success: (result) => void result.errMsg })),
})

export const withThis = reach.share(function (this: { title: string }) {
  return { title: this.title }
})
export const nothing = reach.share(() => {})
export const later = reach.share(async () => ({ path: '/a' }))

// @ts-expect-error -- a path is text
reach.share(() => ({ path: 1 }))
// @ts-expect-error -- content, or nothing
reach.share(() => 'a title')
// @ts-expect-error -- title
reach.share(() => ({ titel: 'a' }))
