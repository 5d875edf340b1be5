// Compiled, never run: `this` in a wrapped page is what `Page` itself infers.
import { reach } from './reach'

Page(
  reach.page({
    data: { count: 1, name: 'a' },
    timer: 0,
    onLoad(query) {
      const given: string | undefined = query['id']
      const count: number = this.data.count
      this.setData({ count: count + 1 })
      this.timer = 1
      this.createSelectorQuery()
      const route: string = this.route
      const greeting: string = this.greet('x')
      // @ts-expect-error -- a number
      const wrong: string = this.data.count
      // @ts-expect-error -- not in data
      void this.data.missing
      // @ts-expect-error -- count is a number
      this.setData({ count: 'x' })
      return void [given, route, greeting, wrong]
    },
    greet(name: string): string {
      return this.data.name + name
    },
    onShareAppMessage(event) {
      const from: 'button' | 'menu' = event.from
      // @ts-expect-error -- the platform says nothing of it
      void event.missing
      return { title: this.data.name + from, path: '/a', imageUrl: '/a.png' }
    },
  }),
)

Page(
  reach.page(
    {
      // @ts-expect-error -- a title is text
      onShareAppMessage() {
        return { title: 1 }
      },
    },
    { groupTicket: true },
  ),
)

// `Page` itself lets a misspelt field pass.
Page({ onShareAppMessage: () => ({ title: 'a', imgUrl: '/a.png' }) })
// @ts-expect-error -- imageUrl
Page(reach.page({ onShareAppMessage: () => ({ title: 'a', imgUrl: '/a.png' }) }))
// @ts-expect-error -- title
Page(reach.page({ onShareAppMessage: () => ({ titel: 'a' }) }))
// @ts-expect-error -- title
Page(reach.page({ onShareAppMessage: () => Promise.resolve({ titel: 'a', path: '/a' }) }))

Page(
  reach.page({
    data: { n: 1 },
    // @ts-expect-error -- imageUrl, also where `this` is read
    onShareAppMessage() {
      return { title: `${this.data.n}`, imgUrl: '/a.png' }
    },
  }),
)
Page(
  reach.page({
    data: { n: 1 },
    // @ts-expect-error -- title, in one of two
    onShareAppMessage() {
      return this.data.n ? { title: 'a' } : { titel: 'b' }
    },
  }),
)

/** Options that came from elsewhere go on being what `Page` takes, and helpers of the app's too. */
export const pageOf = <Options extends Record<string, unknown>>(options: Options) =>
  Page(reach.page(options))
export function typed<Data extends object, Custom extends object>(
  options: WechatMiniprogram.Page.Options<Data, Custom>,
) {
  Page(options)
  Page(reach.page(options))
}
const official: WechatMiniprogram.Page.Options<{ n: number }, {}> = {
  data: { n: 1 },
  onShareAppMessage: () => ({ title: 'a' }),
}
Page(reach.page(official))

/** What is content in another way goes on being it, with `this` and the argument inferred. */
Page(
  reach.page({
    data: { n: 1 },
    onShareAppMessage(event) {
      if (this.data.n > 1) return undefined
      if (event.from === 'menu') return { path: '/a', success() {} }
      return { title: `${this.data.n}`, promise: Promise.resolve({ title: 'later' }) }
    },
  }),
)
Page(reach.page({ data: { n: 1 }, async onShareAppMessage() {} }))
const whatever: Record<string, string> = {}
Page(reach.page({ onShareAppMessage: () => whatever }))
Page(reach.page({ onShareAppMessage: reach.share(() => ({ title: 'a' })) }))

/**
 * A lifetime function can be called, as in `Page` alone. Where the returned content reads `this`,
 * neither knows the page's own functions, and both accept every name.
 */
Page(
  reach.page({
    data: { n: 1 },
    onLoad() {},
    onPullDownRefresh() {
      this.onLoad()
    },
    onShareAppMessage() {
      return { title: `${this.data.n}` }
    },
    onShareTimeline() {
      return this.onShareAppMessage() as {}
    },
  }),
)
Page(
  reach.page({
    data: { n: 1 },
    onLoad() {},
    onPullDownRefresh() {
      this.onLoad()
      // @ts-expect-error -- no such function
      this.nothing()
    },
    onShareAppMessage() {
      this.setData({ n: 2 })
      return { title: 'a' }
    },
  }),
)

/** The callbacks of a content get their argument, whatever form the handler has. */
Page(
  reach.page({
    data: { chats: 0 },
    onShareAppMessage(event) {
      if (event.from === 'menu') return { path: '/a', fail: (error) => void error.errMsg.length }
      return {
        title: this.title(),
        success: (result) => this.setData({ chats: result.shareTickets?.length ?? 0 }),
        complete(result) {
          // @ts-expect-error -- a failure has none
          void result.shareTickets
          return void result.errMsg.length
        },
      }
    },
    title() {
      return `${this.data.chats}`
    },
  }),
)
Page(
  reach.page({
    onShareAppMessage: ({ from }) => ({
      title: from,
      success(result) {
        // @ts-expect-error -- a list
        const wrong: string = result.shareTickets
        return void wrong
      },
    }),
  }),
)
Page(
  reach.page({
    async onShareAppMessage() {
      return { path: '/a', success: (result) => void result.shareTickets }
    },
  }),
)

// @ts-expect-error -- yes or no
reach.page({ data: {} }, { groupTicket: 'yes' })

/** `Page` takes what our wrapper returns, also through another wrapper. */
const identity = <Options>(options: Options) => options
Page(identity(reach.page({ data: { n: 1 }, onShareAppMessage: () => ({ path: '/a' }) })))
