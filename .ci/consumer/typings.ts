/** A user of `wx-reach` who has the typings of the platform, in whatever generation. */
import { createReach } from 'wx-reach'
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
      return { title: this.title(), path: '/pages/index/index' }
    },
    onShareTimeline: timeline(reach, () => ({ query: 'x=1' })),
    submit: reach.formSubmit(function (event) {
      this.setData({ n: Number(event.detail.value.n) })
    }),
  }),
)
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
