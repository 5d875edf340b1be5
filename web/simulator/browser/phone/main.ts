/** One life of a mini-program, in a frame of its own. */
import type { Device, Entry } from '../device.ts'
import { createAppLife } from './app.ts'
import { createBars } from './screen/bars.ts'
import type { Host } from './components/component.ts'
import { wxsCalls } from './document/component-descriptor.ts'
import { registerComponents } from './components/register.ts'
import { createModules, type Modules } from './pages/modules.ts'
import { openType } from './open-types.ts'
import { choose } from './screen/picker-panel.ts'
import type { ModuleFunction, ProjectConfig, Templates } from './platform/project.ts'
import { createRuntime } from './pages/runtime.ts'
import { createShareMenus } from './wx/share-menus.ts'
import { createSharing } from './share.ts'
import { createStack, type Stack } from './pages/stack.ts'
import { createUi } from './screen/ui.ts'
import { phoneWords } from './platform/words.ts'
import { createCalls, createPlatform, type Functions } from './platform/call.ts'
import { followClock } from './platform/clock.ts'
import { createTheme, showTheme } from './platform/theme.ts'
import { withQuery } from './platform/url.ts'
import { interfaceFunctions } from './wx/interface.ts'
import { createNetwork, interruptedAfterMs } from './wx/network.ts'
import { openFunctions } from './wx/open.ts'
import { storageFunctions } from './wx/storage.ts'
import { systemFunctions } from './wx/system.ts'

// Templates take it when they are loaded.
window.wxsCalls = wxsCalls
window.simulatedProject = (config, templates, modules) => {
  const found = window.parent.simulatorDevice?.(window.name)
  if (found) start(found, config, templates(), modules)
}

function start(
  device: Device,
  config: ProjectConfig,
  templates: Templates,
  functions: Record<string, ModuleFunction>,
): void {
  const root = document.body
  root.toggleAttribute('data-v2', config.app.style === 'v2')
  followClock(device.now)
  const theme = createTheme(config, () => device.theme)
  showTheme(theme.name())
  const app = createAppLife(device.library, device.problem)
  const words = () => phoneWords(device.language)
  const ui = createUi(root, words)
  let entry = device.entry
  /** The groups of the tickets that this life was given. */
  const tickets = new Map<string, string>()
  const keepTicket = ({ options, group }: Entry) => {
    if (options.shareTicket && group) tickets.set(options.shareTicket, group)
  }
  keepTicket(entry)

  const attempt = (act: () => void) => {
    try {
      act()
    } catch (error) {
      app.failed(error)
    }
  }
  const bars = createBars(
    root,
    () => theme.resolve(config.app.tabBar),
    () => new Date(),
    words,
    {
      back: () =>
        attempt(() => {
          if (stack.pages().length > 1) stack.navigateBack()
          else stack.reLaunch(`/${config.app.pages[0]!}`)
        }),
      menu: () => void openMenu(),
      close: () => device.leave(),
      tab: (path) => attempt(() => stack.switchTab(`/${path}`)),
    },
  )

  const modules = createModules(config, functions)
  const runtime = createRuntime(config, templates, modules, app.failed)
  const stack: Stack = createStack({
    config,
    bars,
    theme,
    space: runtime.space,
    backend: runtime.backend,
    load: runtime.load,
    ready: runtime.ready,
    problem: app.failed,
    notFound: (path, query) => app.notFound(path, query, stack.pages().length === 0),
  })
  const menu = createShareMenus(() => stack.top()?.instance)
  const sharing = createSharing({ device, ui, stack, menu, tickets })

  const openMenu = async () => {
    const { hidden: isHidden, timeline } = menu()
    const shareable = sharing.canShare() && !isHidden
    const items = [
      { text: words().shareToFriend, disabled: !shareable },
      { text: words().shareToTimeline, disabled: !timeline },
      { text: words().addToMine, disabled: true },
    ]
    const chosen = await ui.actions(items, device.appName)
    if (chosen === 0) await sharing.share('menu')
    if (chosen === 1) sharing.timeline()
  }

  const calls = createCalls(device)
  const network = createNetwork(calls, device, config.app.networkTimeout?.request)
  const all: Functions = {
    ...network.functions,
    ...storageFunctions(calls, device),
    ...openFunctions(calls, { device, ui, menu, tickets, entered: () => entry }),
    ...interfaceFunctions(calls, { ui, bars, stack }),
    ...systemFunctions(calls, {
      device,
      ui,
      bars,
      stack,
      theme,
      listeners: app.listeners,
      launched: entry.options,
      entered: () => entry.options,
      functions: () => all,
    }),
  }
  registerComponents(runtime.space.getComponentSpace(), {
    device,
    navigate: (type, { url, delta }) => attempt(() => navigate(stack, type, url, delta)),
    openType: (host: Host, type: string) => openType(host, type, { device, ui, sharing }),
    choose: (request) => choose(ui, request),
    setWindow: stack.setWindow,
    lacking: (text) => {
      device.problem(`${text}: 模拟器没有 / is not played`)
      ui.toast({ title: `${text} ${words().notPlayed}`, icon: 'none' })
    },
  })

  Object.assign(window, runtime.globals, {
    wx: createPlatform(all, device),
    App: app.App,
    getApp: app.getApp,
    getCurrentPages: () => stack.pages().map(({ instance }) => instance),
  })
  window.addEventListener('error', ({ error, message }) => app.failed(error ?? message))
  window.addEventListener('unhandledrejection', ({ reason }) => app.rejected(reason))

  const script = config.scripts['app']
  if (script !== undefined) attempt(() => void modules.run(script))
  app.launch(entry.options)
  app.show(entry.options)
  attempt(() => stack.launch(entry.options.path, entry.options.query))

  let hidden = false
  let interrupting: ReturnType<typeof setTimeout> | undefined
  window.phone = {
    hide() {
      if (hidden) return
      hidden = true
      stack.hide()
      app.hide()
      interrupting = setTimeout(network.interrupt, interruptedAfterMs)
    },
    show(next) {
      clearTimeout(interrupting)
      const again = !hidden && next === entry
      hidden = false
      if (again) return
      const other = next !== entry
      entry = next
      keepTicket(next)
      app.show(next.options)
      // A card, a code and a message open their page anew; the task switcher opens what was there.
      if (other) attempt(() => stack.reLaunch(`/${urlOf(next)}`))
      else stack.show()
    },
    route: stack.route,
    networkChanged: network.changed,
    languageChanged: bars.refresh,
    themeChanged() {
      if (config.app.darkmode !== true) return
      showTheme(theme.name())
      bars.refresh()
      stack.refresh()
      app.themeChanged(theme.name())
    },
    inspect: () => inspectReach(modules),
  }
}

const urlOf = ({ options: { path, query } }: Entry) => withQuery(path, query)

function navigate(stack: Stack, type: string, url: string, delta: number): void {
  switch (type) {
    case 'navigate':
      stack.navigateTo(url)
      return
    case 'redirect':
      stack.redirectTo(url)
      return
    case 'switchTab':
      stack.switchTab(url)
      return
    case 'reLaunch':
      stack.reLaunch(url)
      return
    case 'navigateBack':
      stack.navigateBack(delta)
  }
}

interface Inspecting {
  inspect(): object
  flush(): unknown
}

/** The project's `reach`: what one of its modules exports. */
function inspectReach(modules: Modules): unknown {
  for (const exported of modules.exported()) {
    if (typeof exported !== 'object' || exported === null) continue
    for (const value of Object.values(exported)) {
      const { inspect, flush } = (value ?? {}) as Partial<Inspecting>
      if (typeof inspect === 'function' && typeof flush === 'function') {
        return (value as Inspecting).inspect()
      }
    }
  }
  return undefined
}
