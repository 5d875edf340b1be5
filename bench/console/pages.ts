/** Pages of the console in Chromium, on a phone and a network of a chosen speed. */
import { chromium, type CDPSession, type Page } from 'playwright-core'

/** What slows a page down. */
export interface Conditions {
  /** How many times slower than this machine. */
  cpu: number
  network: 'slow 4G' | 'unlimited'
}

/** The phone of the limits. */
export const slowPhone: Conditions = { cpu: 4, network: 'slow 4G' }
export const slowCpu: Conditions = { cpu: 4, network: 'unlimited' }
export const asItIs: Conditions = { cpu: 1, network: 'unlimited' }

/** Slow 4G as Lighthouse has it: 150 ms a request, 1.6 Mbit/s down and 750 kbit/s up. */
const slow4g = { latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 }
const unlimited = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 }

export interface BenchBrowser {
  /** A signed-in page that has nothing cached, on which `record` runs first. */
  newPage(conditions: Conditions): Promise<BenchPage>
  close(): Promise<void>
}

export interface BenchPage {
  page: Page
  slowDown(conditions: Conditions): Promise<void>
  close(): Promise<void>
}

export async function startBrowser(
  { origin, apiKey }: { origin: string; apiKey: string },
  record: () => void,
): Promise<BenchBrowser> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
  return {
    async newPage(conditions) {
      const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } })
      const headers = { 'X-Reach-Console': '1' }
      const url = `${origin}/v1/console/session`
      const reply = await context.request.post(url, { headers, data: { apiKey } })
      if (!reply.ok()) throw new Error(`POST ${url}: ${reply.status()} ${await reply.text()}`)
      const page = await context.newPage()
      await page.addInitScript(record)
      const session = await context.newCDPSession(page)
      await session.send('Network.enable')
      await slowDown(session, conditions)
      return {
        page,
        slowDown: (next) => slowDown(session, next),
        close: () => context.close(),
      }
    },
    close: () => browser.close(),
  }
}

async function slowDown(session: CDPSession, { cpu, network }: Conditions): Promise<void> {
  await session.send('Emulation.setCPUThrottlingRate', { rate: cpu })
  const speed = network === 'slow 4G' ? slow4g : unlimited
  await session.send('Network.emulateNetworkConditions', { offline: false, ...speed })
}
