/** Chromium on the console of a server. */
import { chromium, type Browser, type Page } from 'playwright-core'

export interface Look {
  locale: 'zh-CN' | 'en-US'
  width: number
  colorScheme: 'light' | 'dark'
}

/** Unlike in all: what one of them does not show, the other does. */
export const twoLooks: Look[] = [
  { locale: 'zh-CN', width: 1_280, colorScheme: 'light' },
  { locale: 'en-US', width: 375, colorScheme: 'dark' },
]

export interface ConsoleBrowser {
  /**
   * A page of a browser that knows nothing of the others.
   *
   * @param path below `/console/`
   */
  open(path: string, look?: Partial<Look>): Promise<Page>
  /** Violations of the policy, and errors of the pages or of their requests. */
  complaints: readonly string[]
  close(): Promise<void>
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

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: flags,
  })

export async function startConsoleBrowser(origin: string): Promise<ConsoleBrowser> {
  const browser = await launchChromium()
  const complaints: string[] = []
  return {
    complaints,
    async open(path, { locale = 'zh-CN', width = 1_280, colorScheme = 'light' } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: 800 },
        locale,
        colorScheme,
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`${path}: ${message.text()}`)
      })
      await page.goto(`${origin}/console/${path}`)
      return page
    },
    close: () => browser.close(),
  }
}
