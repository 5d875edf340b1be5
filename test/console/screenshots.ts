/**
 * Takes pictures of the console, filled as for its tests.
 *
 *   npm run screenshots             those of the README, into docs/images
 *   npm run screenshots -- FOLDER   every screen in every look, into FOLDER
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import type { Look } from '../support/console/console-browser.ts'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'
import { fillDemo, type FilledDemo } from '../support/console/fill-demo.ts'
import { settled } from '../support/console/page-checks.ts'
import { looks, screens } from '../support/console/screens.ts'

/** Those of the README, by the names of their files. */
const chosen: Readonly<Record<string, keyof typeof screens>> = {
  'console-overview': 'the overview',
  'console-message': 'a refused message',
  'console-shares': 'a share tree',
}
const languages: Readonly<Record<string, Look['locale']>> = { '': 'en-US', '.zh-CN': 'zh-CN' }

async function take(page: Page, url: string, path: string): Promise<void> {
  await page.goto(url)
  await settled(page)
  // Drawings measure their frame first, and the live state comes with the stream.
  await page.waitForTimeout(1_000)
  await page.screenshot({ path })
}

async function takeChosen(demo: DemoConsole, filled: FilledDemo, folder: string): Promise<void> {
  for (const [suffix, locale] of Object.entries(languages)) {
    const page = await demo.open('', { locale })
    await page.getByRole('button', { name: /^(不再显示|Do not show again)$/ }).click()
    for (const [name, screen] of Object.entries(chosen)) {
      const url = `${demo.origin}/console/${screens[screen]!(filled)}`
      await take(page, url, join(folder, `${name}${suffix}.png`))
    }
    await page.context().close()
  }
}

async function takeAll(demo: DemoConsole, filled: FilledDemo, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const look of looks) {
    const page = await demo.open('', look)
    for (const [name, pathOf] of Object.entries(screens)) {
      const file = [name.replaceAll(' ', '-'), look.width, look.locale, look.colorScheme].join('.')
      await take(page, `${demo.origin}/console/${pathOf(filled)}`, join(folder, `${file}.png`))
    }
    await page.context().close()
  }
}

async function main(folder: string | undefined): Promise<void> {
  const demo = await startDemoConsole()
  try {
    const filled = await fillDemo(demo)
    if (folder === undefined) await takeChosen(demo, filled, resolve('docs/images'))
    else await takeAll(demo, filled, resolve(folder))
  } finally {
    await demo.close()
  }
}

void main(process.argv[2])
