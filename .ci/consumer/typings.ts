/** A user of `wx-reach` who has the typings of the platform, in whatever generation. */
import { createReach } from 'wx-reach'
import type { ShareSuccess } from 'wx-reach'
import { component } from 'wx-reach/component'
import { timeline } from 'wx-reach/timeline'
export const reach = createReach({
  baseUrl: 'https://reach.test',
  consent: 'granted',
  platform: wx,
})
Page(
  reach.page({
    data: { n: 1 },
    title() {
      return `No. ${this.data.n}`
    },
    onShareAppMessage() {
      this.setData({ n: 2 })
      const success = (result: ShareSuccess) => void result.shareTickets
      return { title: this.title(), success, fail: (error) => void error.errMsg.length }
    },
    onShareTimeline: timeline(reach, () => ({ query: 'x=1' })),
    submit: reach.formSubmit(function (event) {
      this.setData({ n: Number(event.detail.value.n) })
    }),
  }),
)
Page({
  onShareAppMessage: reach.share(function (event) {
    return { title: event.from, success: (result) => void result.shareTickets }
  }),
})
App(reach.app({ onLaunch() {} }))
Component(
  component(reach, {
    methods: {
      onShareAppMessage() {
        return { title: 'a' }
      },
    },
  }),
)
