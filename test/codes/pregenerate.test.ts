import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { CodeRequest } from '../../shared/wire/index.ts'
import { becomes, image, lost, openCodeServer, refusal } from './code-server.ts'

let folder: string
let server: ReturnType<typeof openCodeServer>
const open = () => openCodeServer(join(folder, 'ledger.db'))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reach-codes-'))
  server = open()
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const scene = (name: string): CodeRequest => ({ kind: 'scene', scene: name })
const pregenerate = async (request: CodeRequest) =>
  (await server.codes.pregenerate(server.app, request, 'key_1')).was
const make = (request: CodeRequest) => server.codes.make(server.app, request, 'key_1')
const waiting = async () => (await server.codes.usage(server.app.appId)).scene.waiting
const wait = async (count: number) => {
  await becomes(async () => (await waiting()) === count)
  // A read may see a write before its writer learns of it: a later write returns after that.
  await server.store.ping()
}
const queueIsEmpty = () => wait(0)

describe('a pregenerated code', () => {
  it('is known when it is requested, and was made once', async () => {
    expect(await pregenerate(scene('a'))).toBe('queued')
    await queueIsEmpty()
    expect(await make(scene('a'))).toMatchObject({ was: 'known' })
    expect(await pregenerate(scene('a'))).toBe('known')
    expect(server.calls).toHaveLength(1)
  })

  it('leaves rate slots to requests', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await pregenerate(scene(name))
    await wait(2)
    expect(server.calls).toHaveLength(2)
    expect(await make(scene('z'))).toMatchObject({ was: 'made' })
    server.world.clock.advance(60_000)
    await queueIsEmpty()
    expect(server.calls.map((call) => call.scene).sort()).toEqual(['a', 'b', 'c', 'd', 'z'])
  })

  it('is made at once when it is requested while it is queued', async () => {
    for (const name of ['a', 'b', 'c']) await pregenerate(scene(name))
    await wait(1)
    expect(await make(scene('c'))).toMatchObject({ was: 'made' })
    expect(await waiting()).toBe(0)
  })

  it('is made by the next process when this one ends, within the same rate slots', async () => {
    for (const name of ['a', 'b', 'c']) await pregenerate(scene(name))
    await wait(1)
    await server.close()
    server = open()
    expect(server.calls).toEqual([])
    server.codes.start()
    await becomes(() => server.asked() === 1)
    expect(server.calls).toEqual([])
    server.world.clock.advance(60_000)
    await queueIsEmpty()
    expect(server.calls).toMatchObject([{ scene: 'c' }])
  })

  it('is tried again after a minute when WeChat was busy', async () => {
    server.answers((n) => (n === 1 ? refusal(-1) : refusal(41030)))
    await pregenerate(scene('a'))
    await queueIsEmpty()
    expect(server.calls).toHaveLength(2)
    expect(server.world.monotonic.now()).toBe(60_000)
  })

  it('stays queued when WeChat counts too many (45011), and is made a minute later', async () => {
    const queued: number[] = []
    server.answers(async (n) => {
      queued.push(await waiting())
      return n === 1 ? refusal(45011) : image
    })
    await pregenerate(scene('a'))
    await queueIsEmpty()
    expect(queued).toEqual([1, 1])
    expect(server.world.monotonic.now()).toBe(60_000)
    expect(await make(scene('a'))).toMatchObject({ was: 'known' })
  })

  it('stays queued when WeChat counts a request for another code as too many', async () => {
    for (const name of ['a', 'b', 'c']) await pregenerate(scene(name))
    await wait(1)
    server.answers((n) => (n === 3 ? refusal(45011) : image))
    expect(await make(scene('z'))).toMatchObject({ was: 'refused' })
    expect(await waiting()).toBe(1)
    server.world.clock.advance(60_000)
    await queueIsEmpty()
    expect(await make(scene('c'))).toMatchObject({ was: 'known' })
  })

  it('leaves the queue when WeChat refuses it, with a line in the log', async () => {
    server.answers(() => refusal(41030))
    await pregenerate(scene('a'))
    await queueIsEmpty()
    expect(server.world.lines).toEqual([expect.stringContaining('page_unknown')])
  })

  it('is not tried again when that could use one more of the lasting codes', async () => {
    server.answers(() => lost)
    await pregenerate({ kind: 'path', path: 'a' })
    await queueIsEmpty()
    expect(server.calls).toHaveLength(1)
    expect((await server.codes.usage(server.app.appId)).lasting.used).toBe(1)
  })
})
