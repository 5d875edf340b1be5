import { describe, expect, it } from '@jest/globals'
import type { PhoneReply } from '../support/phone'
import { launchApp, start, submit } from '../support/phone/start'

/** Signed in, with one event to which the server has replied in this way. */
async function startReplied(reply: PhoneReply) {
  const running = start()
  const { network, server, clock } = running.phone
  let well = false
  network.reply = (request) =>
    well || request.path !== '/v1/events' ? server.reply(request) : reply
  launchApp(running)
  submit(running.reach, 'f1')
  await clock.settle()
  return {
    ...running,
    posts: () => network.bodies('/v1/events').length,
    recover: () => void (well = true),
  }
}

describe('the backoff', () => {
  it('is kept while hidden: what is captured then makes no request of its own', async () => {
    const { life, reach, phone, posts } = await startReplied({ status: 503 })
    life.hide()
    await phone.clock.settle()
    const before = posts()
    for (let n = 0; n < 50; n++) {
      submit(reach, `more-${n}`)
      await phone.clock.advance(1000)
    }
    expect(posts()).toBe(before)
  })

  it('that the server asks for outlasts hiding, showing and the network', async () => {
    const header = { 'Retry-After': '3600' }
    const { life, phone, posts, recover } = await startReplied({ status: 429, header })
    for (let n = 0; n < 20; n++) {
      life.hide()
      await phone.clock.advance(1000)
      life.show()
      life.setOnline(true)
      await phone.clock.advance(1000)
    }
    expect(posts()).toBe(1)
    recover()
    await phone.clock.advance(3_600_000)
    expect(phone.server.events).toHaveLength(1)
  })

  it('ends with reach.flush, whatever the server has asked for', async () => {
    const header = { 'Retry-After': '3600' }
    const { reach, phone, recover } = await startReplied({ status: 429, header })
    recover()
    await reach.flush()
    expect(phone.server.events).toHaveLength(1)
  })

  it('sends the events behind a hundred that the server wants later', async () => {
    const running = start()
    const { network, server, clock } = running.phone
    network.online = false
    for (let n = 0; n < 150; n++) submit(running.reach, `form-${n}`)
    await clock.settle()
    let limited = true
    server.judge = (event) =>
      limited && 'formId' in event && Number(event.formId.slice(5)) < 100
        ? { status: 'retry', reason: 'rate_limited' }
        : undefined
    network.online = true
    await running.reach.flush()
    expect(server.events).toHaveLength(50)
    expect(network.bodies('/v1/events').map(({ events }) => events.length)).toEqual([100, 50])
    limited = false
    await clock.advance(2000)
    expect(server.events).toHaveLength(150)
  })

  it('grows where all the server says is: later', async () => {
    const running = start()
    running.phone.random = () => 0.999999
    running.phone.server.judge = () => ({ status: 'retry', reason: 'rate_limited' })
    submit(running.reach, 'f1')
    await running.phone.clock.advance(100_000)
    expect(running.phone.network.bodies('/v1/events')).toHaveLength(6)
    expect(running.reach.inspect().failures).toBe(6)
  })
})
