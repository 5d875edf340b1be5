import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { CodeRequest } from '../../shared/wire/index.ts'
import { becomes, lost, openShop, refusal } from './shop.ts'

let folder: string
let shop: ReturnType<typeof openShop>
const open = () => openShop(join(folder, 'book.db'))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reach-codes-'))
  shop = open()
})
afterEach(async () => {
  await shop.close()
  rmSync(folder, { recursive: true })
})

const scene = (name: string): CodeRequest => ({ kind: 'scene', scene: name })
const ahead = (request: CodeRequest) => shop.codes.makeAhead(shop.app, request)
const make = (request: CodeRequest) => shop.codes.make(shop.app, request)
const waiting = async () => (await shop.codes.usage(shop.app.appId)).scene.waiting
const wait = async (count: number) => {
  await becomes(async () => (await waiting()) === count)
  // What is read may be written before its writer was told: he has been when a later write is answered.
  await shop.store.ping()
}
const nobodyWaits = () => wait(0)

describe('what is made ahead', () => {
  it('is there when it is asked for, and was made once', async () => {
    expect(await ahead(scene('a'))).toBe('queued')
    await nobodyWaits()
    expect(await make(scene('a'))).toMatchObject({ was: 'known' })
    expect(await ahead(scene('a'))).toBe('made')
    expect(shop.calls).toHaveLength(1)
  })

  it('leaves turns for those who wait', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await ahead(scene(name))
    await wait(2)
    expect(shop.calls).toHaveLength(2)
    expect(await make(scene('z'))).toMatchObject({ was: 'made' })
    shop.world.clock.advance(60_000)
    await nobodyWaits()
    expect(shop.calls.map((call) => call.scene).sort()).toEqual(['a', 'b', 'c', 'd', 'z'])
  })

  it('is made at once for who asks for it before its turn', async () => {
    for (const name of ['a', 'b', 'c']) await ahead(scene(name))
    await wait(1)
    expect(await make(scene('c'))).toMatchObject({ was: 'made' })
    expect(await waiting()).toBe(0)
  })

  it('is made by the next process when this one ends, which knows what turns are left', async () => {
    for (const name of ['a', 'b', 'c']) await ahead(scene(name))
    await wait(1)
    await shop.close()
    shop = open()
    expect(shop.calls).toEqual([])
    shop.codes.start()
    await becomes(() => shop.asked() === 1)
    expect(shop.calls).toEqual([])
    shop.world.clock.advance(60_000)
    await nobodyWaits()
    expect(shop.calls).toMatchObject([{ scene: 'c' }])
  })

  it('is tried again after a while when WeChat was busy', async () => {
    shop.answers((n) => (n === 1 ? refusal(-1) : refusal(41030)))
    await ahead(scene('a'))
    await nobodyWaits()
    expect(shop.calls).toHaveLength(2)
    expect(shop.world.monotonic.now()).toBe(60_000)
  })

  it('is forgotten when WeChat refuses it, with a line in the log', async () => {
    shop.answers(() => refusal(41030))
    await ahead(scene('a'))
    await nobodyWaits()
    expect(shop.world.lines).toEqual([expect.stringContaining('page_unknown')])
  })

  it('is not tried again when that could spend one more of the codes that last', async () => {
    shop.answers(() => lost)
    await ahead({ kind: 'path', path: 'a' })
    await nobodyWaits()
    expect(shop.calls).toHaveLength(1)
    expect((await shop.codes.usage(shop.app.appId)).lasting.used).toBe(1)
  })
})
