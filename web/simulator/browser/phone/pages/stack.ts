/** The page stack: which pages there are, their lifecycles, and how one comes to another. */
import type * as glassEasel from 'glass-easel'
import type { AssociatedBackend, CodeSpace, Root } from 'glass-easel-miniprogram-adapter'
import { element } from '../../dom.ts'
import type { Bars } from '../screen/bars.ts'
import { createEventChannel, type EventChannel } from '../platform/event-channel.ts'
import type { ProjectConfig } from '../platform/project.ts'
import { PlatformError } from '../platform/call.ts'
import type { Theme } from '../platform/theme.ts'
import { parseUrl, withQuery } from '../platform/url.ts'

/** What `getCurrentPages` lists: the page itself, with its methods. */
export interface PageInstance extends Record<string, unknown> {
  readonly _$: glassEasel.GeneralComponent
  route: string
  data: Record<string, unknown>
}

export interface OpenPage {
  readonly path: string
  readonly query: Record<string, string>
  readonly instance: PageInstance
  /** Scrolls. */
  readonly scroller: HTMLElement
}

export interface Stack {
  pages(): readonly OpenPage[]
  top(): OpenPage | undefined
  /** The path with its query. */
  route(): string
  /** The first page. */
  launch(path: string, query: Record<string, string>): void
  navigateTo(url: string, events?: Record<string, (data: unknown) => void>): EventChannel
  redirectTo(url: string): void
  reLaunch(url: string): void
  switchTab(url: string): void
  navigateBack(delta?: number): void
  /** The app comes and goes: the page on top is told. */
  show(): void
  hide(): void
  /** Calls a method of the page on top; `undefined` where it has none. */
  call(name: string, ...args: unknown[]): unknown
  /** The theme has changed. */
  refresh(): void
  /** Changes the window of a page over its JSON, by the same names. Default: the page on top. */
  setWindow(style: Record<string, unknown>, frame?: Element): void
  startPullDownRefresh(): void
  stopPullDownRefresh(): void
}

export interface StackWorld {
  config: ProjectConfig
  space: CodeSpace
  backend: AssociatedBackend
  bars: Bars
  theme: Theme
  /** Defines the page's component, by running its module. */
  load(path: string): void
  /** Tells the components that were attached that they are ready. */
  ready(): void
  problem(error: unknown): void
  /** A page that is not there. */
  notFound(path: string, query: Record<string, string>): void
}

const mostPages = 10
const customTabBar = 'custom-tab-bar/index'

export function createStack(world: StackWorld): Stack {
  const { config, bars, problem } = world
  const hasCustomTabs = customTabBar in config.components
  const open: (OpenPage & { root: Root; frame: HTMLElement; ready: boolean })[] = []
  const tabs = (config.app.tabBar?.list ?? []).map(({ pagePath }) => pagePath)
  /** Pages of tabs live on while another tab is shown. */
  const kept = new Map<string, (typeof open)[number]>()

  /** What code has changed of a page's window, by its frame. */
  const changes = new WeakMap<Element, Record<string, unknown>>()

  const windowOf = (path: string): Record<string, unknown> =>
    world.theme.resolve({ ...config.app.window, ...config.components[path] })

  function run(page: OpenPage, name: string, ...args: unknown[]): unknown {
    const method = page.instance[name]
    if (typeof method !== 'function') return undefined
    try {
      return method.apply(page.instance, args)
    } catch (error) {
      problem(error)
      return undefined
    }
  }

  const lifetime = (page: (typeof open)[number], name: string, ...args: unknown[]) =>
    page.root.getComponent().triggerPageLifetime(name, args)

  function create(path: string, query: Record<string, string>, channel?: EventChannel) {
    const ownTabs = hasCustomTabs && tabs.includes(path)
    if (ownTabs) world.load(customTabBar)
    world.load(path)
    const root = world.backend.createRoot('page', world.space, path)
    const component = root.getComponent()
    const instance = component.getMethodCaller() as unknown as PageInstance
    const frame = element('div', { class: 'page-frame' })
    const scroller = element('div', { class: 'page-scroll' })
    const placeholder = element('div')
    scroller.append(placeholder)
    frame.append(scroller)
    const host = component.getBackendElement() as unknown as HTMLElement
    host.setAttribute('data-route', path)
    const properties = { route: path, __route__: path, options: query, exitState: undefined }
    Object.assign(instance, properties, {
      getOpenerEventChannel: () => channel ?? createEventChannel(),
    })
    const page = { path, query, instance, scroller, root, frame, ready: false }
    for (const [name, value] of Object.entries(query)) {
      if (component.getComponentDefinition().behavior.getPropertyType?.(name) !== undefined) {
        component.setData({ [name]: value } as never)
      }
    }
    bars.pages.append(frame)
    root.attach(scroller, placeholder)
    if (ownTabs) addCustomTabs(frame, instance)
    addScrolling(page)
    return page
  }

  /** Each page of a tab has its own one, over what it scrolls. */
  function addCustomTabs(frame: HTMLElement, instance: PageInstance) {
    const root = world.backend.createRoot('custom-tab-bar', world.space, customTabBar)
    const place = element('div', { class: 'custom-tab-bar' })
    const placeholder = element('div')
    place.append(placeholder)
    frame.append(place)
    root.attach(place, placeholder)
    const bar = root.getComponent().getMethodCaller()
    Object.assign(instance, { getTabBar: () => bar })
  }

  function addScrolling(page: (typeof open)[number]) {
    let atBottom = false
    const { scroller, path } = page
    const distance = Number(windowOf(path)['onReachBottomDistance'] ?? 50)
    scroller.addEventListener('scroll', () => {
      run(page, 'onPageScroll', { scrollTop: scroller.scrollTop })
      const left = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
      const now = left <= distance && scroller.scrollHeight > scroller.clientHeight
      if (now && !atBottom) run(page, 'onReachBottom')
      atBottom = now
    })
    if (windowOf(path)['enablePullDownRefresh'] !== true) return
    let from: number | undefined
    scroller.addEventListener('pointerdown', ({ clientY }) => {
      from = scroller.scrollTop <= 0 ? clientY : undefined
    })
    scroller.addEventListener('pointerup', ({ clientY }) => {
      if (from !== undefined && clientY - from > 80) pullDown(page)
      from = undefined
    })
  }

  function pullDown(page: (typeof open)[number]) {
    page.frame.setAttribute('data-pulled', '')
    run(page, 'onPullDownRefresh')
  }

  function load(page: (typeof open)[number]) {
    run(page, 'onLoad', page.query)
  }

  function show(page: (typeof open)[number]) {
    page.frame.hidden = false
    drawWindow(page)
    run(page, 'onShow')
    lifetime(page, 'show')
    if (page.ready) return
    page.ready = true
    world.ready()
    run(page, 'onReady')
  }

  /** The bars around a page, and what is behind it. */
  function drawWindow(page: (typeof open)[number]) {
    const style = { ...windowOf(page.path), ...changes.get(page.frame) }
    page.frame.style.background = String(style['backgroundColor'] ?? '')
    // What `rem` counts from. All pages are in one document.
    document.documentElement.style.fontSize = String(style['rootFontSize'] ?? '')
    const first = open[0] === page
    const isHome = page.path === config.app.pages[0] || tabs.includes(page.path)
    bars.setTitle(String(style['navigationBarTitleText'] ?? ''))
    bars.setColors(
      String(style['navigationBarTextStyle'] ?? 'white'),
      String(style['navigationBarBackgroundColor'] ?? '#000000'),
    )
    bars.setLoading(style['navigationBarLoading'] === true)
    bars.showTab(tabs.includes(page.path) ? page.path : undefined)
    bars.setNavigation({
      custom: style['navigationStyle'] === 'custom',
      back: !first ? 'back' : isHome || style['homeButton'] === false ? 'none' : 'home',
    })
  }

  function hide(page: (typeof open)[number] | undefined) {
    if (!page) return
    run(page, 'onHide')
    lifetime(page, 'hide')
    page.frame.hidden = true
  }

  function unload(page: (typeof open)[number]) {
    run(page, 'onUnload')
    page.root.release()
    page.frame.remove()
    kept.delete(page.path)
  }

  /** @throws PlatformError as the platform fails */
  function target(url: string): { path: string; query: Record<string, string> } {
    const from = open.at(-1)?.path ?? ''
    const { path, query } = parseUrl(url, from)
    if (!config.app.pages.includes(path)) {
      throw new PlatformError(`page "${path}" is not found`)
    }
    return { path, query }
  }

  function push(path: string, query: Record<string, string>, channel?: EventChannel) {
    const page = kept.get(path) ?? create(path, query, channel)
    const isNew = !kept.has(path)
    if (tabs.includes(path)) kept.set(path, page)
    open.push(page)
    if (isNew) load(page)
    show(page)
  }

  const stack: Stack = {
    pages: () => open,
    top: () => open.at(-1),
    route() {
      const page = open.at(-1)
      return page ? withQuery(page.path, page.query) : ''
    },
    launch(path, query) {
      if (config.app.pages.includes(path)) return push(path, query)
      world.notFound(path, query)
      // A listener of onPageNotFound may have gone elsewhere.
      if (open.length === 0) push(config.app.pages[0]!, {})
    },
    navigateTo(url, events = {}) {
      const { path, query } = target(url)
      if (tabs.includes(path)) throw new PlatformError('can not navigateTo a tabbar page')
      if (open.length >= mostPages) throw new PlatformError('webview count limit exceed')
      const [ours, theirs] = createEventChannel.pair()
      for (const [name, listener] of Object.entries(events)) ours.on(name, listener)
      hide(open.at(-1))
      push(path, query, theirs)
      return ours
    },
    redirectTo(url) {
      const { path, query } = target(url)
      if (tabs.includes(path)) throw new PlatformError('can not redirectTo a tabbar page')
      const last = open.pop()
      if (last) unload(last)
      push(path, query)
    },
    reLaunch(url) {
      const { path, query } = target(url)
      const ended = new Set([...open.splice(0), ...kept.values()])
      for (const page of [...ended].reverse()) unload(page)
      push(path, query)
    },
    switchTab(url) {
      const { path } = target(url)
      if (!tabs.includes(path)) throw new PlatformError('can not switch to no-tabBar page')
      if (open.at(-1)?.path === path) return
      for (const page of open.splice(0).reverse()) {
        if (tabs.includes(page.path)) hide(page)
        else unload(page)
      }
      const last = open.length
      push(path, {})
      run(open[last]!, 'onTabItemTap', tabItem(path))
    },
    navigateBack(delta = 1) {
      if (open.length < 2) throw new PlatformError('cannot navigate back at first page.')
      const count = Math.min(Math.max(1, delta), open.length - 1)
      for (const page of open.splice(-count).reverse()) unload(page)
      show(open.at(-1)!)
    },
    show() {
      const page = open.at(-1)
      if (page) show(page)
    },
    hide() {
      const page = open.at(-1)
      if (!page) return
      run(page, 'onHide')
      lifetime(page, 'hide')
    },
    call(name, ...args) {
      const page = open.at(-1)
      return page && run(page, name, ...args)
    },
    refresh() {
      const page = open.at(-1)
      if (page) drawWindow(page)
    },
    setWindow(style, frame = open.at(-1)?.frame) {
      if (!frame) return
      changes.set(frame, { ...changes.get(frame), ...style })
      stack.refresh()
    },
    startPullDownRefresh() {
      const page = open.at(-1)
      if (page) pullDown(page)
    },
    stopPullDownRefresh: () => open.at(-1)?.frame.removeAttribute('data-pulled'),
  }

  function tabItem(pagePath: string) {
    const index = tabs.indexOf(pagePath)
    return { index: String(index), pagePath, text: config.app.tabBar?.list[index]?.text }
  }
  return stack
}
