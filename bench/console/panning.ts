/** The frames of a share tree while it is dragged. */
import type { BenchBrowser, Conditions } from './pages.ts'
import { asItIs } from './pages.ts'

const moves = 120
const perMove = { x: -6, y: 9 } as const

/**
 * @param url of a tree, all of which is unfolded first
 * @returns how long each frame was shown, in milliseconds
 */
export async function panTree(
  browser: BenchBrowser,
  url: string,
  conditions: Conditions,
): Promise<number[]> {
  const { page, slowDown, close } = await browser.newPage(asItIs)
  try {
    await page.goto(url)
    const drawing = page.getByRole('tree')
    await drawing.waitFor()
    await page.getByRole('button', { name: /^(Unfold all|全部展开)$/ }).click()
    const box = (await drawing.boundingBox())!
    await slowDown(conditions)
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    const frames = page.evaluate(
      () =>
        new Promise<number[]>((resolve) => {
          const times: number[] = []
          const frame = (at: number) => {
            times.push(at)
            if (globalThis.panned) resolve(times.slice(1).map((time, n) => time - times[n]!))
            else requestAnimationFrame(frame)
          }
          requestAnimationFrame(frame)
        }),
    )
    for (let n = 1; n <= moves; n += 1) {
      const back = n > moves / 2 ? moves - n : n
      await page.mouse.move(
        box.x + box.width / 2 + back * perMove.x,
        box.y + box.height / 2 + (back * perMove.y) / 2,
      )
    }
    await page.evaluate(() => {
      globalThis.panned = true
    })
    return await frames
  } finally {
    await close()
  }
}

declare global {
  var panned: boolean | undefined
}
