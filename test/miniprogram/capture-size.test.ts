import { describe, expect, it } from '@jest/globals'
import { start, submit, type Running } from '../support/phone/start'

/** Offline, with the bytes of each write as the platform stores them. */
function weighed() {
  const running = start()
  running.phone.network.online = false
  const sizes: number[] = []
  const { platform } = running.life
  const { setStorageSync } = platform
  platform.setStorageSync = (key, value) => {
    sizes.push(Buffer.byteLength(JSON.stringify(value)))
    setStorageSync(key, value)
  }
  return { ...running, sizes }
}

async function share({ reach, phone }: Running, title: string, path: string): Promise<void> {
  reach.share(() => ({ title, path }))()
  await phone.clock.advance(1000)
}

describe('a capture', () => {
  it('is one write of at most 4 KB, whatever the words in title and path', async () => {
    const running = weighed()
    for (let n = 0; n < 600; n++) {
      const words = '群里谁走得最多'.repeat(9).slice(0, 10 + (n % 51))
      if (n % 3) submit(running.reach, `${n}`.padEnd(32, 'f'))
      else await share(running, words, `/pages/ranking/ranking?name=${words}&id=${n}`)
    }
    expect(Math.max(...running.sizes)).toBeLessThanOrEqual(4096)
    expect(running.sizes).toHaveLength(600)
  })

  it('of a signed-in phone leaves its token where it is', async () => {
    const running = weighed()
    const { network, server, clock } = running.phone
    const token = 't'.repeat(900)
    network.reply = (request) => {
      const reply = server.reply(request)
      return request.path === '/v1/session' ? { ...reply, body: { token } } : reply
    }
    network.online = true
    submit(running.reach, 'f0')
    await clock.settle()
    network.online = false
    running.phone.storage.writes.splice(0)
    for (let n = 1; n < 60; n++) submit(running.reach, `form-${n}`)
    expect(JSON.stringify(running.phone.storage.get('wx-reach:1'))).toContain(token)
    expect(running.phone.storage.writes).not.toContain('wx-reach:1')
    expect(Math.max(...running.sizes)).toBeGreaterThan(3900)
    expect(Math.max(...running.sizes)).toBeLessThanOrEqual(4096)
  })

  it('that is larger than 4 KB is written alone, and the next is no larger', async () => {
    const running = weighed()
    for (let n = 0; n < 5; n++) submit(running.reach, `before-${n}`)
    running.life.open({}, { route: `pages/${'汉'.repeat(200)}` })
    running.sizes.splice(0)
    await share(running, '汉'.repeat(256), `/p?x=${'汉'.repeat(990)}`)
    running.life.pages.pop()
    submit(running.reach, 'after')
    const [alone, after] = running.sizes
    expect(running.sizes).toHaveLength(2)
    expect(alone).toBeGreaterThan(4096)
    expect(after).toBeLessThan(1500)
    expect(running.reach.inspect().queued).toHaveLength(7)
  })
})
