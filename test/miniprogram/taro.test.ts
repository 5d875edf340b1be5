import { describe, expect, it } from '@jest/globals'
import type * as Taro from '@tarojs/runtime'
import type { ShareContent, ShareEvent } from '../../miniprogram/client'
import type { EnterOptions } from '../../miniprogram/client/platform'
import { taroReach, type TaroHooks } from '../../miniprogram/client/taro'
import { start, submit, type Running } from '../support/phone/start'

/** What Taro's compiler defines for a build of a mini-program. */
const defined = { TARO_ENV: 'weapp', TARO_PLATFORM: 'mini' }
const parts =
  'INNER_HTML ADJACENT_HTML SIZE_APIS TEMPLATE_CONTENT CLONE_NODE CONTAINS MUTATION_OBSERVER'
Object.assign(process.env, defined)
for (const part of parts.split(' ')) Object.assign(globalThis, { [`ENABLE_${part}`]: false })

// eslint-disable-next-line @typescript-eslint/no-require-imports -- after what its build defines
const taro = require('@tarojs/runtime/dist/index.cjs.js') as typeof Taro

type Config = Record<string, (this: object, ...args: unknown[]) => unknown>
type Callbacks = Partial<Record<keyof TaroHooks, (argument?: unknown) => unknown>>

/**
 * Hooks that register as those of Taro's React plugin do: several callbacks of one name, run by the
 * runtime.
 */
function createHooks() {
  const registered: Callbacks = {}
  const hook = (name: keyof TaroHooks) => (callback: (argument: never) => unknown) =>
    void (registered[name] = callback as never)
  const hooks: TaroHooks = {
    useShareAppMessage: hook('useShareAppMessage'),
    useLaunch: hook('useLaunch'),
    useDidShow: hook('useDidShow'),
    useDidHide: hook('useDidHide'),
  }
  return { hooks, registered }
}

/**
 * A page as Taro makes it: its runtime writes the options, and calls the component's handlers
 * itself.
 */
function openTaroPage({ life }: Running, route: string, query: object, share: unknown) {
  const component = { enableShareAppMessage: true } as never
  Object.assign(taro.Current, {
    app: {
      mount(_: unknown, path: string, mounted: () => void) {
        taro.injectPageInstance({ onShareAppMessage: [share] } as never, path)
        const root = taro.document.createElement('root')
        root.id = path
        taro.document.body.appendChild(root)
        Object.assign(root, { performUpdate: () => {} })
        mounted()
      },
    },
  })
  const config = taro.createPageConfig(
    component,
    route,
    { root: { cn: [] } } as never,
    {
      enableShareAppMessage: true,
    } as never,
  ) as unknown as Config
  const page = Object.assign(Object.create(config) as Config & ShareHost, {
    route,
    options: query,
    setData() {},
  })
  life.pages.push(page as never)
  page.onLoad!.call(page, query)
  return page
}

interface ShareHost {
  onShareAppMessage(event: Partial<ShareEvent>): ShareContent
}

describe('in Taro', () => {
  it("Taro's runtime calls a handler of useShare, with a share id [case 9]", async () => {
    const running = start()
    const { hooks, registered } = createHooks()
    const events: ShareEvent[] = []
    taroReach(running.reach, hooks).useShare((event) => {
      events.push(event)
      return { title: 'Come in', path: '/pages/a/a?x=1' }
    })
    const page = openTaroPage(running, 'pages/a/a', {}, registered.useShareAppMessage)
    const content = page.onShareAppMessage({ from: 'menu' })
    expect(content.title).toBe('Come in')
    expect(content.path).toMatch(/^\/pages\/a\/a\?x=1&_wxr=\w{16}$/)
    expect(events).toEqual([expect.objectContaining({ from: 'menu' })])
    await running.phone.clock.settle()
    expect(running.phone.server.events).toEqual([
      expect.objectContaining({ type: 'share.started', page: 'pages/a/a', from: 'menu' }),
    ])
  })

  it('a handler without a path shares the page on top, though `this` is no page', () => {
    const running = start()
    const { hooks, registered } = createHooks()
    taroReach(running.reach, hooks).useShare(() => ({ title: 'Here' }))
    const page = openTaroPage(running, 'pages/b/b', { id: '7' }, registered.useShareAppMessage)
    expect(page.onShareAppMessage({}).path).toMatch(/^\/pages\/b\/b\?id=7&_wxr=\w{16}$/)
  })

  it.each([
    [{}, undefined],
    [{ enableShareAppMessage: true }, expect.stringMatching(/^\/pages\/c\/c\?_wxr=/)],
  ])(
    'a class component, whose handler is a field, shares if its configuration says so: %j',
    (pageConfig, shared) => {
      const { reach } = start()
      class Page {
        onShareAppMessage = reach.share(() => ({ title: 'Mine', path: '/pages/c/c' }))
      }
      taro.injectPageInstance(new Page() as never, 'pages/c/c')
      const root = { root: { cn: [] } } as never
      const config = taro.createPageConfig(Page as never, 'pages/c/c', root, pageConfig as never)
      const { onShareAppMessage } = config as unknown as Partial<ShareHost>
      expect(onShareAppMessage?.call({ $taroPath: 'pages/c/c' }, {}).path).toEqual(shared)
    },
  )

  it('useReach makes one arrival of launch and show, and sends when hidden', async () => {
    const card: EnterOptions = { path: 'pages/a/a', query: { _wxr: 'A'.repeat(16) }, scene: 1007 }
    const running = start({ launch: card })
    const { hooks, registered } = createHooks()
    taroReach(running.reach, hooks).useReach()
    registered.useLaunch!(card)
    registered.useDidShow!(card)
    await running.phone.clock.settle()
    expect(running.phone.server.events.map(({ type }) => type)).toEqual(['share.opened'])
    running.phone.network.online = false
    submit(running.reach, 'form-1')
    await running.phone.clock.settle()
    running.phone.network.online = true
    registered.useDidHide!()
    await running.phone.clock.settle()
    expect(running.phone.server.events).toHaveLength(2)
  })
})
