/**
 * Two copies of the library in one mini-program, as a plugin or a second npm package brings them:
 * two bundles, which share only the storage, and the marks on functions.
 *
 * @jest-environment node
 */
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { buildSync } from 'esbuild'
import type * as Library from '../../miniprogram/client'
import type { EnterOptions, Platform } from '../../miniprogram/client/platform'
import { createPhone, type Life, type Phone } from '../support/phone'

const { outputFiles } = buildSync({
  entryPoints: [join(__dirname, '../../miniprogram/client/index.ts')],
  bundle: true,
  format: 'cjs',
  target: 'es2017',
  write: false,
  tsconfigRaw: {},
})

/** The library evaluated anew: no variable of one copy is seen by another. */
function loadCopy(): typeof Library {
  const module = { exports: {} }
  // oxlint-disable-next-line no-new-func, no-implied-eval -- what a loader of modules does
  new Function('module', 'exports', outputFiles[0]!.text)(module, module.exports)
  return module.exports as typeof Library
}

const [one, other] = [loadCopy(), loadCopy()]
const baseUrl = 'https://reach.test'

/** A life of a mini-program with both copies, each with its own reach. */
function live(phone: Phone, launch?: EnterOptions, without?: (keyof Platform)[]) {
  const life = phone.start(launch, without)
  const begin = ({ createReach }: typeof Library) =>
    createReach({ baseUrl, consent: 'granted', platform: life.platform }, life.world)
  return { life, ours: begin(one), theirs: begin(other) }
}

const submit = (reach: Library.Reach, formId: string) =>
  reach.formSubmit()({ detail: { formId, value: {} } })

const formIdsAt = ({ server }: Phone) =>
  server.events.map((event) => (event as { formId?: string }).formId)

const shareIdsIn = (path: string) => path.match(/_wxr=/g)!.length

async function tap(life: Life, page: object): Promise<string> {
  return (await life.tapShare(life.open(page)))!.path
}

describe('two copies of the library in one mini-program', () => {
  it('are two: what one holds in memory the other does not see', () => {
    expect(one.createReach).not.toBe(other.createReach)
  })

  it('recognize each other’s wrapping: one share id, one share [case 37]', async () => {
    const phone = createPhone()
    const { life, ours, theirs } = live(phone)
    const page = { onShareAppMessage: () => ({ path: '/a' }) }
    const paths = [
      await tap(life, ours.page(theirs.page(page))),
      await phone.clock.advance(1000).then(() => tap(life, theirs.page(ours.page(page)))),
    ]
    expect(paths.map(shareIdsIn)).toEqual([1, 1])
    await phone.clock.settle()
    const shares = phone.server.events.map((event) => (event as { shareId?: string }).shareId)
    expect(shares).toEqual(paths.map((path) => path.split('_wxr=')[1]))
  })

  it('record a form once that both have wrapped', async () => {
    const phone = createPhone()
    const { ours, theirs } = live(phone)
    ours.formSubmit(theirs.formSubmit())({ detail: { formId: 'f1', value: {} } })
    await phone.clock.settle()
    expect(formIdsAt(phone)).toEqual(['f1'])
  })

  it('lose no event of one another, and send none twice, over kills [case 37]', async () => {
    const phone = createPhone()
    const expected: string[] = []
    phone.network.online = false
    for (let lives = 0; lives < 3; lives++) {
      const { life, ours, theirs } = live(phone)
      for (let n = 0; n < 60; n++) {
        expected.push(`form-${lives}-${n}`)
        submit(n % 2 ? ours : theirs, `form-${lives}-${n}`)
      }
      await phone.clock.advance(60_000)
      life.kill()
    }
    phone.network.online = true
    const { ours, theirs } = live(phone)
    const flights = Promise.all([ours.flush(), theirs.flush()])
    expected.push('meanwhile')
    submit(theirs, 'meanwhile')
    await flights
    await phone.clock.advance(600_000)
    expect(formIdsAt(phone).toSorted()).toEqual(expected.toSorted())
    expect([ours, theirs].map((reach) => reach.inspect().queued)).toEqual([[], []])
  })

  it('use one token: the latest sign-in serves both', async () => {
    const phone = createPhone()
    const { ours, theirs } = live(phone)
    submit(ours, 'f1')
    await phone.clock.settle()
    submit(theirs, 'f2')
    await phone.clock.settle()
    expect(phone.server.tokens).toHaveLength(1)
    expect(formIdsAt(phone)).toEqual(['f1', 'f2'])
  })

  const launch = {
    path: 'pages/a',
    query: { _wxr: 'abcdefgh1234' },
    scene: 1044,
    shareTicket: 't1',
  }

  const isArrival = ({ type }: { type: string }) => type === 'share.opened'

  it('send one arrival for one launch, whose group both report', async () => {
    const phone = createPhone()
    const { life, ours, theirs } = live(phone, launch)
    const reported: unknown[] = []
    ours.onArrival(({ openGId }) => reported.push(openGId))
    theirs.onArrival(({ openGId }) => reported.push(openGId))
    life.App(ours.app(theirs.app({})))
    await phone.clock.advance(60_000)
    expect(phone.server.events).toMatchObject([{ group: { iv: 'iv' } }])
    expect(phone.server.events).toHaveLength(1)
    expect(reported).toEqual(['G-group', 'G-group'])
    for (const times of [1, 2]) {
      life.hide()
      life.show({ ...launch, shareTicket: `warm-${times}` })
      await phone.clock.advance(60_000)
      expect(phone.server.events).toHaveLength(1 + times)
    }
  })

  it('send one arrival for each launch, though the same card is opened again', async () => {
    const phone = createPhone()
    const card = { path: 'pages/a', query: launch.query, scene: 1007 }
    const { life, ours, theirs } = live(phone, card)
    life.App(ours.app(theirs.app({})))
    for (const times of [2, 3]) {
      life.show({ path: 'pages/a', query: {}, scene: 1001 })
      life.show(card)
      await phone.clock.advance(60_000)
      expect(phone.server.events.filter(isArrival)).toHaveLength(times)
    }
  })

  it('send one where the other starts after the user came back without the ticket', async () => {
    const phone = createPhone()
    const { life, ours } = live(phone, launch)
    life.App(ours.app({}))
    const { shareTicket: _, ...back } = launch
    life.show({ ...back, scene: 1089 })
    loadCopy().createReach({ baseUrl, consent: 'granted', platform: life.platform }, life.world)
    await phone.clock.advance(60_000)
    expect(phone.server.events.filter(isArrival)).toHaveLength(1)
  })

  it('report one launch to a page once each', async () => {
    const phone = createPhone()
    const { life, ours, theirs } = live(phone, launch)
    const reported: string[] = []
    ours.onArrival(() => reported.push('ours'))
    theirs.onArrival(() => reported.push('theirs'))
    life.App(ours.app(theirs.app({})))
    await phone.clock.advance(60_000)
    expect(reported.toSorted()).toEqual(['ours', 'theirs'])
  })

  it('send one where both have waited for consent, and where storage is broken', async () => {
    for (const consent of ['granted', 'required'] as const) {
      const phone = createPhone()
      const life = phone.start(launch)
      if (consent === 'granted') phone.storage.limitTo(0)
      const reaches = [one, other].map(({ createReach }) =>
        createReach({ baseUrl, consent, platform: life.platform }, life.world),
      )
      life.App(reaches.reduce((options, reach) => reach.app(options), {}))
      await phone.clock.advance(60_000)
      for (const reach of reaches) {
        reach.consent(true)
        await reach.flush()
      }
      expect(phone.server.events.filter(isArrival)).toHaveLength(1)
    }
  })

  it('send one where one is in a subpackage, and the app with the other comes later', async () => {
    const phone = createPhone()
    const life = phone.start(launch)
    const begin = ({ createReach }: typeof Library) =>
      createReach({ baseUrl, consent: 'granted', platform: life.platform }, life.world)
    begin(one)
    life.show()
    await phone.clock.advance(60_000)
    expect(phone.server.events.filter(isArrival)).toHaveLength(1)
    const late = begin(other)
    const reported: unknown[] = []
    late.onArrival(({ openGId }) => reported.push(openGId))
    life.App(late.app({}))
    await phone.clock.advance(60_000)
    expect(phone.server.events.filter(isArrival)).toHaveLength(1)
    expect(reported).toEqual(['G-group'])
    life.show({ ...launch, shareTicket: 'warm' })
    begin(loadCopy())
    await phone.clock.advance(60_000)
    expect(phone.server.events.filter(isArrival)).toHaveLength(2)
  })

  it('send one for each life, though the user opens the same card again', async () => {
    const phone = createPhone()
    for (const lives of [1, 2]) {
      const { life, ours, theirs } = live(phone, { ...launch, shareTicket: '' })
      life.App(theirs.app(ours.app({})))
      await phone.clock.advance(60_000)
      expect(phone.server.events.filter(isArrival)).toHaveLength(lives)
      life.kill()
    }
  })

  it('lose no arrival where the app cannot be written to', async () => {
    const phone = createPhone()
    const { life, ours, theirs } = live(phone, launch)
    life.world.app = () => Object.freeze({})
    life.show()
    await phone.clock.advance(60_000)
    for (const reach of [ours, theirs]) expect(reach.inspect().queued).toEqual([])
    expect(phone.server.events.filter(isArrival)).toHaveLength(2)
  })

  it('leave an arrival to the one that has seen it, though the other sends a form', async () => {
    const phone = createPhone()
    const { life, ours, theirs } = live(phone, launch, ['onAppShow'])
    const reported: unknown[] = []
    ours.onArrival(({ openGId }) => reported.push(openGId))
    life.App(ours.app({}))
    submit(theirs, 'f1')
    await theirs.flush()
    await phone.clock.advance(60_000)
    expect(phone.server.events).toHaveLength(2)
    expect(phone.server.events.filter(isArrival)).toMatchObject([{ group: { iv: 'iv' } }])
    expect(reported).toEqual(['G-group'])
  })

  it('send what an earlier life has left without its group, whichever had seen it', async () => {
    const phone = createPhone()
    phone.network.online = false
    const before = live(phone, launch)
    before.life.App(before.ours.app({}))
    await phone.clock.settle()
    before.life.kill()
    phone.network.online = true
    const { theirs } = live(phone)
    await theirs.flush()
    expect(phone.server.events[0]).toMatchObject({ group: { unavailable: 'ticket_expired' } })
  })
})
