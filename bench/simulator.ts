/**
 * The simulator in Chromium: how long the demo's mini-program takes from the navigation to the
 * first page that is drawn, and how long its folder takes to compile.
 *
 *   npm run bench -- simulator           five turns
 *   npm run bench -- simulator --quick   one
 *
 * CHROMIUM_PATH: default /usr/bin/chromium.
 */
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright-core'
import { startSimulator } from 'wx-reach-simulator'
import { median, table, turns } from './compare.ts'

const firstPageAtMostMs = 2_000

const project = fileURLToPath(new URL('../..', import.meta.url))
/** Without a server: what is asked for is not waited for. */
const offline = () => Promise.reject(new Error('offline'))

type Measured = Window & { firstPageMs?: number }

/** Runs in each frame before its scripts. */
function noteFirstPage(): void {
  const seen = new MutationObserver(() => {
    if (!document.querySelector('.page-frame wx-page > *')) return
    seen.disconnect()
    // The frame after the one that draws it.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const outer = window.top as Measured
        // Both clocks are that of the machine.
        const now = performance.timeOrigin + performance.now()
        outer.firstPageMs = now - outer.performance.timeOrigin
      }),
    )
  })
  seen.observe(document, { childList: true, subtree: true })
}

async function firstPageMs(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 940 } })
  try {
    await context.addInitScript(noteFirstPage)
    const page = await context.newPage()
    await page.goto(url, { waitUntil: 'commit' })
    const drawn = await page.waitForFunction(() => (window as Measured).firstPageMs)
    return (await drawn.jsonValue())!
  } finally {
    await context.close()
  }
}

async function startMs(): Promise<number> {
  const startedAt = performance.now()
  const started = await startSimulator({ folder: project, watch: false, fetch: offline })
  const ms = performance.now() - startedAt
  await started.close()
  return ms
}

const starts: number[] = []
for (let turn = 0; turn < turns; turn += 1) starts.push(await startMs())

const simulator = await startSimulator({ folder: project, watch: false, fetch: offline })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
try {
  // Each in a context of its own, which has nothing in its cache.
  const firstPages: number[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    firstPages.push(await firstPageMs(browser, simulator.url))
  }
  table(
    ["the demo's mini-program", 'ms', 'at most'],
    [
      ['from the navigation to the first page', median(firstPages), firstPageAtMostMs],
      ['until the simulator listens: it compiles the folder', median(starts), 'no limit'],
    ],
  )
} finally {
  await browser.close()
  await simulator.close()
}
