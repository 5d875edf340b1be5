/**
 * The entry `wx-reach-simulator/test`: drives a mini-program in a headless browser.
 *
 * @example
 * const phone = await launch({ folder: '.', server, sandbox })
 * await phone.tap('提交')
 * await phone.close()
 */
import { existsSync } from 'node:fs'
import { chromium, type Browser, type Frame, type Page } from 'playwright-core'
import { startSimulator, type Simulator, type SimulatorOptions } from '../server/serve.ts'

export interface LaunchOptions extends SimulatorOptions {
  /** Who holds the phone. Default: `Alice`. */
  user?: string
  /** The base library. Default: the newest that the simulator knows. */
  library?: string
  /** Default: `CHROMIUM_PATH`, else an installed Chromium or Chrome, else Playwright's own. */
  executablePath?: string
  /** Milliseconds until an act fails. Default: 10,000. */
  timeout?: number
}

export type NetworkState = 'wifi' | 'slow' | 'none' | 'interrupted'

export interface PlayedPhone {
  readonly user: string
  /** Of playwright-core, for what is not here. */
  readonly page: Page
  /** The mini-program's own frame. It is another one after each launch. */
  frame(): Promise<Frame>
  /** Taps what has this text, or what a selector finds: `.submit`, `#id`, `wx-button`. */
  tap(text: string): Promise<void>
  /** Writes into the field with this placeholder, or the one that a selector finds. */
  fill(field: string, text: string): Promise<void>
  /** The text that the page on top shows. */
  text(): Promise<string>
  /** Waits until the page on top shows a text. */
  sees(text: string): Promise<void>
  /** The path with its query of the page on top. */
  route(): Promise<string>
  /**
   * Shares by the menu, or by the button with this text.
   *
   * @param chat - `friend`, `group`, or a chat's name: 家人群, 同事群
   */
  share(chat: string, button?: string): Promise<void>
  /** Opens the card that was sent last. Returns its path. */
  openCard(): Promise<string>
  /** Scans a code of this page: scene 1047. */
  scan(url: string): Promise<void>
  /** Launches the mini-program by a path and a scene. */
  enter(url: string, scene?: number): Promise<void>
  kill(): Promise<void>
  launch(): Promise<void>
  background(): Promise<void>
  foreground(): Promise<void>
  network(state: NetworkState): Promise<void>
  /** The service notices of the user, the newest first. */
  notices(): Promise<string[]>
  /** The calls of `wx` that went out, with their outcomes. */
  calls(): Promise<{ name: string; detail: string; outcome?: string }[]>
  /** What is not played, and errors. */
  problems(): Promise<string[]>
  /** What `reach.inspect()` returns. */
  inspect(): Promise<unknown>
  /** Another user's phone beside this one. */
  beside(user: string): Promise<PlayedPhone>
  /** Closes the browser and the simulator, with all its phones. */
  close(): Promise<void>
}

/** What the page offers: see browser/frame/main.ts. */
interface PageWindow {
  simulator: {
    phone(user: string):
      | {
          kill(): void
          launch(): void
          background(): void
          open(): void
          setNetwork(state: string): void
          inspect(): unknown
          readonly calls: { name: string; detail: string; outcome?: string }[]
          readonly problems: string[]
        }
      | undefined
    addPhone(user: string): void
    openCard(user: string): string | undefined
    scan(user: string, url: string): void
    enter(user: string, url: string, scene: number): void
  }
}

/** Compiles the folder, starts a browser, and opens the mini-program on one phone. */
export async function launch(options: LaunchOptions): Promise<PlayedPhone> {
  const { user = 'Alice', library, executablePath = findBrowser(), timeout = 10_000 } = options
  const simulator = await startSimulator({ watch: false, ...options })
  let browser: Browser | undefined
  try {
    browser = await chromium.launch({ ...(executablePath && { executablePath }), args: flags })
    const context = await browser.newContext({ viewport: { width: 1440, height: 940 } })
    const page = await context.newPage()
    page.setDefaultTimeout(timeout)
    const search = new URLSearchParams({ users: user, lang: 'zh' })
    if (library !== undefined) search.set('library', library)
    await page.goto(`${simulator.url}/?${search}`)
    const phone = createPhone({ page, browser, simulator, timeout }, user)
    await phone.frame()
    return phone
  } catch (error) {
    await browser?.close()
    await simulator.close()
    throw error
  }
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const browsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
]

const findBrowser = (): string | undefined =>
  process.env['CHROMIUM_PATH'] ?? browsers.find((path) => existsSync(path))

interface Session {
  page: Page
  browser: Browser
  simulator: Simulator
  timeout: number
}

function createPhone(session: Session, user: string): PlayedPhone {
  const { page, browser, simulator, timeout } = session
  const bench = page.locator(`section[data-user="${user}"]`)

  /** Calls a function of the page with this phone. */
  const act = <Result>(name: keyof PageWindow['simulator'], ...args: unknown[]) =>
    page.evaluate(
      ([method, ...rest]) => {
        const { simulator: own } = window as unknown as PageWindow
        const call = own[method as keyof typeof own] as (...given: unknown[]) => unknown
        return call(...rest) as Result
      },
      [name, user, ...args] as const,
    )
  type Held = NonNullable<ReturnType<PageWindow['simulator']['phone']>>
  const hold = <Result>(name: keyof Held, ...args: unknown[]) =>
    page.evaluate(
      ([who, key, ...rest]) => {
        const { simulator: own } = window as unknown as PageWindow
        const phone = own.phone(who as string) as unknown as Record<string, unknown>
        const value = phone[key as string]
        return (typeof value === 'function' ? value.call(phone, ...rest) : value) as Result
      },
      [user, name, ...args] as const,
    )

  async function frame(): Promise<Frame> {
    const handle = await bench.locator('iframe').elementHandle()
    const found = await handle?.contentFrame()
    if (!found) throw new Error(`the mini-program of ${user} is not running`)
    // Its code may go on to another page at once.
    await found.waitForSelector('.page-frame:not([hidden]) wx-page')
    return found
  }

  const isSelector = (text: string) => /^([.#[]|wx-)/.test(text)

  /** Found anew after a launch or a reload, also while one waits for it. */
  const inside = bench.frameLocator('iframe')
  const shownPage = inside.locator('.page-frame:not([hidden])')

  function find(text: string) {
    const shown = inside.locator('.page-frame:not([hidden]), .ui-layer, .bar-tabs')
    if (isSelector(text)) return shown.locator(text).first()
    return shown.getByText(text, { exact: true }).last()
  }

  async function chooseChat(chat: string) {
    const name = { friend: '好友', group: '家人群' }[chat] ?? chat
    await inside.locator('.ui-sheet').getByText(name, { exact: true }).click()
  }

  const phone: PlayedPhone = {
    user,
    page,
    frame,
    async tap(text) {
      await find(text).click()
    },
    async fill(field, text) {
      const found = isSelector(field)
        ? shownPage.locator(field).locator('input, textarea')
        : shownPage.getByLabel(field)
      await found.first().fill(text)
    },
    text: () => shownPage.innerText(),
    async sees(text) {
      const shown = inside.locator('.page-frame:not([hidden]), .ui-layer')
      await shown.getByText(text).first().waitFor()
    },
    route: async () =>
      (await frame()).evaluate(() => {
        const { phone: own } = window as unknown as { phone: { route(): string } }
        return own.route()
      }),
    async share(chat, button) {
      if (button === undefined) {
        await inside.getByRole('button', { name: '更多' }).click()
        await inside.locator('.ui-sheet').getByText('转发给朋友').click()
      } else await phone.tap(button)
      await chooseChat(chat)
    },
    async openCard() {
      const path = await act<string | undefined>('openCard')
      if (path === undefined) throw new Error('no card was sent')
      await frame()
      return path
    },
    async scan(url) {
      await act('scan', url)
    },
    async enter(url, scene = 1001) {
      await act('enter', url, scene)
      await frame()
    },
    async kill() {
      await hold('kill')
    },
    async launch() {
      await hold('launch')
      await frame()
    },
    async background() {
      await hold('background')
    },
    async foreground() {
      await hold('open')
    },
    async network(state) {
      await hold('setNetwork', state)
    },
    async notices() {
      await bench.locator('.phone-name').click()
      await page.getByRole('tab', { name: '服务通知' }).click()
      await page.locator('.content[data-tab="inbox"]').waitFor()
      await page.locator('.notice').first().waitFor({ timeout })
      return page.locator('.notice').allInnerTexts()
    },
    calls: () => hold('calls'),
    problems: () => hold('problems'),
    inspect: () => hold('inspect'),
    async beside(other) {
      await page.evaluate((name) => {
        ;(window as unknown as PageWindow).simulator.addPhone(name)
      }, other)
      const added = createPhone(session, other)
      await added.frame()
      return added
    },
    async close() {
      await browser.close()
      await simulator.close()
    },
  }
  return phone
}
