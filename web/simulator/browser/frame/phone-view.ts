/** A phone on the page: its frame, its lives, and what its user does. */
import type {
  Device,
  EnterOptions,
  Entry,
  Network,
  NotedCall,
  Phone,
  PhoneUser,
} from '../device.ts'
import { element } from '../dom.ts'
import { sendThrough } from './http.ts'
import { createStorage, remembered } from './storage.ts'
import { readTemplates } from './templates.ts'
import type { World } from './world.ts'

export interface PhoneView {
  readonly user: PhoneUser
  readonly root: HTMLElement
  readonly calls: readonly (NotedCall & { at: Date })[]
  readonly problems: readonly string[]
  network(): Network
  setNetwork(network: Network): void
  isRunning(): boolean
  isShown(): boolean
  /** Starts the mini-program, or comes back to it: without an entry as it was. */
  open(entry?: Entry): void
  /** The same as `open`, after a kill where it runs. */
  launch(entry?: Entry): void
  background(): void
  kill(): void
  clearStorage(): void
  clearChoices(): void
  /** Reloads the page of the mini-program: its files have changed. */
  reload(): void
  /** The language or the theme has changed. */
  refresh(): void
  inspect(): unknown
  /** Whether the mini-program waits for a code. */
  isScanning(): boolean
  scanned(result: string): void
  onContact(listener: (sessionFrom: string) => void): void
  close(): void
}

let frames = 0
/** The devices that frames ask for when they start. */
const devices = new Map<string, Device>()
window.simulatorDevice = (name) => devices.get(name)!

const mostCalls = 200

export function createPhoneView(world: World, user: PhoneUser, changed: () => void): PhoneView {
  const { settings } = world
  const prefix = `phone:${settings.appId}:${user.openId}:`
  const storage = createStorage(prefix)
  const choices = remembered<Record<string, string>>(`choices:${user.openId}`, {})
  const calls: (NotedCall & { at: Date })[] = []
  const problems: string[] = []
  const contact = new Set<(sessionFrom: string) => void>()
  let network: Network = 'wifi'
  let frame: HTMLIFrameElement | undefined
  let shown = false
  let scanning: ((result: string | undefined) => void) | undefined
  let lastEntry: Entry | undefined
  let theme = world.theme()

  const screen = element('div', { class: 'screen' })
  const off = element('button', { class: 'screen-off', onClick: () => view.open() })
  const root = element('div', { class: 'phone' }, element('div', { class: 'shell' }, screen))
  const errors = element('ul', { attributes: { role: 'alert' } })
  const overlay = element(
    'div',
    { class: 'overlay' },
    errors,
    element('button', { text: '×', onClick: () => overlay.remove() }),
  )
  /** Errors of the project's files lie over the phone until they are repaired or closed. */
  function showErrors() {
    const wrong = settings.problems.filter(({ kind }) => kind === 'error')
    const lines = wrong.map(({ file, text }) => element('li', { text: `${file}: ${text}` }))
    errors.replaceChildren(...lines)
    if (wrong.length > 0) screen.append(overlay)
    else overlay.remove()
  }

  const running = () => frame?.contentWindow?.phone as Phone | undefined

  function deviceOf(entry: Entry): Device {
    return {
      user,
      appId: settings.appId,
      appName: settings.name,
      library: world.library(),
      get language() {
        return world.language() === 'en' ? 'en' : 'zh_CN'
      },
      get theme() {
        return world.theme()
      },
      now: world.now,
      entry,
      storage,
      domains: settings.domains,
      choices: choices.get(),
      saveChoices: () => choices.set(choices.get()),
      network: () => network,
      chats: world.chats,
      send: sendThrough,
      async control<Result>(name: string, body: object) {
        // A formId is made on the phone, and the platform learns of it by itself.
        if (network === 'none' && name !== 'form-ids')
          throw new Error('net::ERR_INTERNET_DISCONNECTED')
        return world.control<Result>(user, name, body)
      },
      async templateTitles() {
        const templates = await readTemplates(world.sandbox)
        return new Map([...templates].map(([id, { title }]) => [id, title]))
      },
      share: (chat, card) => world.send(user, chat, card),
      openContact: ({ sessionFrom }) => contact.forEach((listener) => listener(sessionFrom)),
      scan: () =>
        new Promise((resolve) => {
          scanning?.(undefined)
          scanning = resolve
          changed()
        }),
      leave: () => view.background(),
      note(call) {
        calls.push({ ...call, at: new Date() })
        calls.splice(0, calls.length - mostCalls)
        changed()
      },
      problem(text) {
        if (!problems.includes(text)) problems.push(text)
        changed()
      },
      groupNames: world.groupNames,
      learnGroup: (openGId, name) => world.groupNames.set(openGId, name),
    }
  }

  function start(entry: Entry) {
    view.kill()
    lastEntry = entry
    const name = `phone-${++frames}`
    devices.set(name, deviceOf(entry))
    frame = element('iframe', {
      attributes: { src: '/phone', name, title: `${user.name}: ${settings.name}` },
    })
    shown = true
    screen.replaceChildren(frame)
    showErrors()
    changed()
  }

  const home = (): Entry => ({
    options: entryOptions(settings.pages[0]!, {}, 1001),
  })

  const view: PhoneView = {
    user,
    root,
    calls,
    problems,
    network: () => network,
    setNetwork(next) {
      network = next
      running()?.networkChanged()
      changed()
    },
    isRunning: () => frame !== undefined,
    isShown: () => shown,
    open(entry) {
      const phone = running()
      if (!frame || !phone) return start(entry ?? home())
      if (shown && entry) phone.hide()
      shown = true
      off.remove()
      phone.show(entry ?? lastEntry!)
      lastEntry = entry ?? lastEntry
      changed()
    },
    launch: (entry) => start(entry ?? home()),
    background() {
      running()?.hide()
      shown = false
      off.textContent = world.words().foreground
      screen.append(off)
      changed()
    },
    kill() {
      frame?.remove()
      frame = undefined
      shown = false
      scanning = undefined
      off.textContent = world.words().launch
      screen.replaceChildren(off)
      changed()
    },
    clearStorage() {
      const was = frame !== undefined
      view.kill()
      storage.clear()
      if (was) view.launch()
    },
    clearChoices() {
      choices.set({})
      if (frame) view.launch()
    },
    reload() {
      const route = running()?.route() ?? ''
      if (!frame || !lastEntry) return
      const { path, query } = splitUrl(route || settings.pages[0]!)
      start({ ...lastEntry, options: { ...lastEntry.options, path, query } })
    },
    refresh() {
      off.textContent = frame ? world.words().foreground : world.words().launch
      running()?.languageChanged()
      if (theme !== world.theme()) running()?.themeChanged()
      theme = world.theme()
    },
    inspect: () => running()?.inspect(),
    isScanning: () => scanning !== undefined,
    scanned(result) {
      scanning?.(result)
      scanning = undefined
      changed()
    },
    onContact: (listener) => void contact.add(listener),
    close() {
      view.kill()
      root.remove()
    },
  }
  off.textContent = world.words().launch
  screen.append(off)
  return view
}

export const entryOptions = (
  path: string,
  query: Record<string, string>,
  scene: number,
): EnterOptions => ({ path: path.replace(/^\//, ''), query, scene, referrerInfo: {} })

let tickets = 0

/** A ticket is good for one entry. */
export const withTicket = (options: EnterOptions): EnterOptions => ({
  ...options,
  shareTicket: `ticket-${Date.now().toString(36)}-${++tickets}`,
})

export function splitUrl(url: string): { path: string; query: Record<string, string> } {
  const [path = '', search = ''] = url.replace(/^\//, '').split('?')
  const query: Record<string, string> = {}
  for (const pair of search.split('&').filter(Boolean)) {
    const [name = '', ...value] = pair.split('=')
    query[name] = value.join('=')
  }
  return { path, query }
}
