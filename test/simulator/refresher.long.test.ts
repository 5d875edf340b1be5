/** The refresher of a scroll-view, as the platform documents it. */
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals'
import { playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

let played: PlayedPages
beforeAll(async () => {
  played = await playPages({
    home: [
      `<scroll-view class="list" scroll-y style="height: 200px" refresher-enabled
        refresher-threshold="60" refresher-triggered="{{on}}" bindrefresherpulling="note"
        bindrefresherrefresh="note" bindrefresherrestore="note" bindrefresherabort="note">
        <view style="height: 900px">content</view>
      </scroll-view><button bindtap="start">start</button><button bindtap="end">end</button>`,
      `Page({
        data: { heard: [], on: false },
        note({ type, detail }) { this.setData({ heard: [...this.data.heard, [type, detail]] }) },
        start() { this.setData({ on: true }) },
        end() { this.setData({ on: false }) },
      })`,
    ],
  })
})
afterAll(() => played.stop())
beforeEach(() => played.open('home'))

async function pull(by: number): Promise<void> {
  const box = await (await played.phone.frame()).locator('.list').boundingBox()
  const { mouse } = played.phone.page
  const [x, y] = [box!.x + 50, box!.y + 20]
  await mouse.move(x, y)
  await mouse.down()
  await mouse.move(x, y + by, { steps: 2 })
  await mouse.up()
}

const types = async () => (await played.heard()).map(([type]) => type)

it('refreshes after a pull beyond the threshold, until the page ends it', async () => {
  await pull(100)
  await played.hears('refresherrefresh')
  expect(await types()).toEqual(['refresherpulling', 'refresherpulling', 'refresherrefresh'])
  expect(await played.style('.refresher-mark', 'height')).toBe('60px')
  // The page follows what the user has begun, as it is written.
  await played.phone.tap('start')
  await played.phone.tap('end')
  await played.hears('refresherrestore')
  expect(await played.style('.refresher-mark', 'display')).toBe('none')
})

it('does not after a shorter one', async () => {
  await pull(30)
  await played.hears('refresherabort')
  expect(await types()).not.toContain('refresherrefresh')
})

it('refreshes when the page says so', async () => {
  await played.phone.tap('start')
  expect(await played.hears('refresherrefresh')).toHaveLength(1)
  await played.phone.tap('end')
  expect(await played.hears('refresherrestore')).toHaveLength(1)
})
