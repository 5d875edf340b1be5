import { describe, expect, it } from '@jest/globals'
import { createReach } from '../../miniprogram/client'
import { inspect } from '../../miniprogram/client/inspect'
import type { Platform } from '../../miniprogram/client/platform'
import { createPhone } from '../support/phone'
import { launchApp, start, submit } from '../support/phone/start'

/** A phone whose host is changed in this way. */
function on(change: (platform: Platform) => void) {
  const phone = createPhone()
  const life = phone.start()
  change(life.platform)
  const { platform, world } = life
  const options = { baseUrl: 'https://reach.test', consent: 'granted', platform } as const
  return { phone, life, reach: createReach(options, world) }
}

const listeners = ({ life }: ReturnType<typeof on>) =>
  [life.wx.shown, life.wx.hidden, life.wx.connected].map(({ length }) => length)

describe('a host', () => {
  it('without launch options still reports showing and hiding', () => {
    const running = on((platform) => {
      platform.getLaunchOptionsSync = () => undefined as never
    })
    expect(listeners(running)).toEqual([1, 1, 1])
    expect(running.life.warnings).toEqual([])
  })

  it('that refuses one listener still calls the others', () => {
    const running = on((platform) => {
      platform.onAppShow = () => {
        throw new Error('not in a plugin')
      }
    })
    expect(listeners(running)).toEqual([0, 1, 1])
    expect(running.life.warnings).toEqual([expect.stringContaining('not in a plugin')])
  })

  it.each([
    [{ path: 'pages/a', query: null, scene: 1044, shareTicket: 't1' }],
    [{ path: null, query: { _wxr: 'SSSSSSSSSSSSSSSS' }, scene: 1007 }],
    [{ path: null, query: null, scene: 1007 }],
  ])('that launches with %j makes an arrival', async (launch) => {
    const running = start({ launch: launch as never })
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.phone.server.events).toMatchObject([
      { type: 'share.opened', page: launch.path || '' },
    ])
  })

  it('without a version is reported without one', () => {
    const { reach } = on((platform) => {
      platform.getAppBaseInfo = () => {
        throw new Error('no info')
      }
    })
    expect(inspect(reach)).toMatchObject({ sdkVersion: '' })
  })

  it('whose page has an object for its route shares the page on top', () => {
    const { reach, life } = start()
    life.open({}, { route: 'pages/top' })
    const content = reach.share(() => ({})).call({ route: {} }) as { path?: string }
    expect(content.path).toMatch(/^\/pages\/top\?_wxr=/)
  })
})

describe('a developer', () => {
  it.each([5, {}, true])('who gives %p as baseUrl loses nothing', async (baseUrl) => {
    const running = start({ baseUrl: baseUrl as never })
    running.phone.network.online = false
    submit(running.reach, 'f1')
    await running.reach.flush()
    expect(running.reach.inspect().queued).toHaveLength(1)
  })

  it('who shares without a handler shares the page itself', () => {
    const { reach, life } = start()
    const page = life.open({ onShareAppMessage: reach.share() }, { route: 'pages/a' })
    const handler = page.onShareAppMessage as () => { path: string }
    expect(handler.call(page).path).toMatch(/^\/pages\/a\?_wxr=/)
  })

  it('gets one warning for each missing function', async () => {
    const { reach, life } = start({ without: ['updateShareMenu', 'requestSubscribeMessage'] })
    for (let n = 0; n < 2; n++) {
      await reach.updateShareMenu().catch(() => {})
      await reach.subscribe({ tmplIds: ['a'] }).catch(() => {})
    }
    expect(life.warnings).toEqual(
      ['updateShareMenu', 'requestSubscribeMessage'].map((name) =>
        expect.stringContaining(`not_supported (${name})`),
      ),
    )
  })
})
