/** Every screen of the console in a browser, in a demo where all of them have something to show. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'
import { fillDemo, type FilledDemo } from '../support/console/fill-demo.ts'
import { flawsOf } from '../support/console/page-checks.ts'
import { looks, screens } from '../support/console/screens.ts'

let demo: DemoConsole
let filled: FilledDemo
beforeAll(async () => {
  demo = await startDemoConsole()
  filled = await fillDemo(demo)
}, 180_000)
afterAll(() => demo?.close())

describe.each(looks)('in $locale, $width pixels wide, $colorScheme', (look) => {
  let page: Page
  beforeAll(async () => {
    page = await demo.open('', look)
  })
  afterAll(() => page?.context().close())

  it.each(Object.keys(screens))(
    'all can read %s, and no part is cut off',
    async (name) => {
      await page.goto(`${demo.origin}/console/${screens[name]!(filled)}`)
      expect(await flawsOf(page)).toEqual([])
    },
    60_000,
  )
})

it('broke no rule of the policy, and raised no error', () => {
  expect(demo.complaints).toEqual([])
})
