import { component } from '../../miniprogram/client/component'
import { inspect } from '../../miniprogram/client/inspect'
import { install } from '../../miniprogram/client/install'
import { scene, sceneOf } from '../../miniprogram/client/scene'
import { timeline } from '../../miniprogram/client/timeline'
import { reach } from './reach'

// Compiled, never run.

Page(
  reach.page({
    data: { n: 1, table: '' },
    onShareAppMessage() {
      return { title: `${this.data.n}` }
    },
    onShareTimeline: timeline(reach, function () {
      this.setData({ n: 2 })
      return { title: 'mine', query: 'x=1', promise: Promise.resolve({ query: 'x=2' }) }
    }),
    onLoad(options) {
      this.setData({ table: sceneOf(options) })
      void scene(reach, options).then(({ payload, shareId }) => {
        const share: string | undefined = shareId
        // @ts-expect-error -- the payload of a scene is unknown
        const wrong: string = payload
        return [share, wrong]
      })
    },
  }),
)

/** The content of the share handler serves the timeline too, in a page and in a component. */
Page(
  reach.page({
    data: { n: 1 },
    onShareAppMessage() {
      return { title: `${this.data.n}` }
    },
    onShareTimeline: timeline(reach, function () {
      const { title } = this.onShareAppMessage()
      return { title, query: `n=${this.data.n}` }
    }),
  }),
)
Component(
  component(reach, {
    methods: {
      onShareAppMessage: () => ({ title: 'a' }),
      onShareTimeline: timeline(reach, function () {
        const { title, imageUrl } = this.onShareAppMessage({ from: 'menu' })
        return { title, imageUrl }
      }),
    },
  }),
)
Page(
  reach.page({
    onShareAppMessage: () => ({ title: 'a' }),
    onShareTimeline: timeline(reach, function () {
      return this.onShareAppMessage()
    }),
  }),
)

// @ts-expect-error -- a query is text
timeline(reach, () => ({ query: { x: 1 } }))
// @ts-expect-error -- content, or nothing
timeline(reach, () => 'a title')

const installed = install(reach)
// @ts-expect-error -- there is nothing to undo where it failed
installed.undo()
if (installed.ok) installed.undo()
else void installed.reason.length

export const queued: number = inspect(reach).queued.length
// @ts-expect-error -- no formId is shown
void inspect(reach).queued[0]?.formId
