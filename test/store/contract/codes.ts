import { expect, it } from '@jest/globals'
import type { DropCode, OpenCode } from '../../../server/store/store.ts'
import { appId, hashOf, nowMs } from '../builders.ts'
import type { Current } from './store-under-test.ts'

const key = hashOf('a request')
const image = { bytes: Buffer.from('\x89PNG an image', 'latin1'), contentType: 'image/png' }
const scene = { id: 'AAAAAAAAAAAAAAAAAAAAAA', payload: '{"a":1}', shareId: 'share-0001' }

const open = (rest: Partial<OpenCode> = {}): OpenCode => ({
  appId,
  key,
  counts: true,
  holder: 'first',
  leaseMs: 60_000,
  nowMs,
  ...rest,
})
const keep = (rest: object = {}) => ({
  appId,
  key,
  holder: 'first',
  counts: true,
  image,
  nowMs,
  ...rest,
})
const drop = (rest: Partial<DropCode> = {}): DropCode => ({
  appId,
  key,
  holder: 'first',
  counts: true,
  was: 'not_made',
  exhausted: false,
  again: false,
  ...rest,
})
const request = { kind: 'path' as const, path: 'pages/index' }
const queue = (rest: object = {}) => ({ appId, key, request, nowMs, ...rest })

export function codePromises(current: Current): void {
  const lasting = async () => (await current().store.countCodes(appId)).lasting

  it('keeps the image of a request for ever, and spends one code for it', async () => {
    const { store } = current()
    expect(await store.findCode(appId, key)).toBeUndefined()
    expect(await store.openCode(open())).toEqual({ was: 'opened' })
    expect(await store.keepCode(keep())).toBe(1)
    const again = await current().restart()
    expect(await again.findCode(appId, key)).toEqual(image)
    expect(await again.openCode(open())).toEqual({ was: 'made' })
    expect(await again.countCodes(appId)).toEqual({ lasting: 1, exhausted: false, waiting: 0 })
  })

  it('keeps the codes of apps apart', async () => {
    const { store } = current()
    await store.openCode(open())
    await store.keepCode(keep())
    expect(await store.findCode('wx2', key)).toBeUndefined()
    expect(await store.openCode(open({ appId: 'wx2' }))).toEqual({ was: 'opened' })
    expect(await store.countCodes('wx3')).toEqual({ lasting: 0, exhausted: false, waiting: 0 })
  })

  it('leases a request to one of several concurrent callers', async () => {
    const { store } = current()
    const holders = ['first', 'second', 'third']
    const opened = await Promise.all(holders.map((holder) => store.openCode(open({ holder }))))
    expect(opened.map(({ was }) => was).sort()).toEqual(['in_progress', 'in_progress', 'opened'])
    expect(await lasting()).toBe(1)
  })

  it('gives back a code that was certainly not made, and deletes the request', async () => {
    const { store } = current()
    await store.openCode(open({ scene }))
    await store.dropCode(drop())
    expect(await lasting()).toBe(0)
    expect(await store.findScene(appId, scene.id)).toBeUndefined()
  })

  it('keeps a code with an unknown outcome spent, and keeps its scene', async () => {
    const { store } = current()
    await store.openCode(open({ scene }))
    await store.dropCode(drop({ was: 'outcome_unknown' }))
    expect(await lasting()).toBe(1)
    const other = { ...scene, id: 'BBBBBBBBBBBBBBBBBBBBBB' }
    expect(await store.openCode(open({ scene: other }))).toEqual({ was: 'opened', scene: scene.id })
    await store.dropCode(drop())
    expect(await store.findScene(appId, scene.id)).toBeDefined()
  })

  it('lets only the holder of the lease drop a code', async () => {
    const { store } = current()
    await store.openCode(open())
    await store.dropCode(drop({ holder: 'second' }))
    expect(await lasting()).toBe(1)
    expect(await store.openCode(open({ holder: 'third' }))).toEqual({ was: 'in_progress' })
  })

  it('leases a request again after its holder ended, and counts both codes', async () => {
    await current().store.openCode(open({ scene }))
    const store = await current().restart()
    const other = { ...scene, id: 'BBBBBBBBBBBBBBBBBBBBBB' }
    const opened = await store.openCode(open({ holder: 'second', scene: other }))
    expect(opened).toEqual({ was: 'opened', scene: scene.id })
    expect((await store.countCodes(appId)).lasting).toBe(2)
  })

  it('counts only lasting codes', async () => {
    const { store } = current()
    await store.openCode(open({ counts: false }))
    expect(await store.keepCode(keep({ counts: false }))).toBe(0)
  })

  it('remembers that WeChat reported all codes used up, until it makes one', async () => {
    const { store } = current()
    const exhausted = async () => (await store.countCodes(appId)).exhausted
    await store.openCode(open())
    await store.dropCode(drop({ exhausted: true }))
    expect(await exhausted()).toBe(true)
    await store.openCode(open())
    await store.keepCode(keep())
    expect(await exhausted()).toBe(false)
  })

  it('finds the payload and the share behind a scene of this app', async () => {
    const { store } = current()
    const { id, ...behind } = scene
    await store.openCode(open({ scene }))
    await store.keepCode(keep())
    expect(await store.findCode(appId, key)).toEqual({ ...image, scene: id })
    expect(await store.findScene(appId, id)).toEqual(behind)
    expect(await store.findScene('wx2', id)).toBeUndefined()
    expect(await store.findScene(appId, id.toLowerCase())).toBeUndefined()
  })

  it('queues codes to pregenerate, oldest first, each once, and survives a restart', async () => {
    const { store } = current()
    const second = hashOf('another request')
    expect(await store.queueCode(queue())).toBe('queued')
    await store.queueCode(queue({ key: second }))
    await store.queueCode(queue())
    const queued = [
      { key, request },
      { key: second, request },
    ]
    expect(await store.findQueuedCodes(appId, 10)).toEqual(queued)
    expect(await store.findQueuedCodes(appId, 1)).toEqual(queued.slice(0, 1))
    expect(await store.findQueuedCodes('wx2', 1)).toEqual([])
    await store.openCode(open())
    expect(await store.findQueuedCodes(appId, 10)).toEqual(queued.slice(1))
    const again = await current().restart()
    expect(await again.findQueuedCodes(appId, 10)).toEqual(queued)
  })

  it('removes made and dropped codes from the queue, and keeps retries', async () => {
    const { store } = current()
    const waiting = async () => (await store.countCodes(appId)).waiting
    await store.queueCode(queue())
    await store.openCode(open())
    await store.dropCode(drop({ again: true }))
    expect(await waiting()).toBe(1)
    await store.openCode(open())
    await store.dropCode(drop())
    expect(await waiting()).toBe(0)
    await store.queueCode(queue())
    await store.openCode(open())
    await store.keepCode(keep())
    expect(await waiting()).toBe(0)
    expect(await store.queueCode(queue())).toBe('made')
  })

  it('are listed, the last one first, with what they were asked for', async () => {
    const { store } = current()
    const asked = { kind: 'scene', page: 'pages/index', payload: { secret: 1 } } as const
    await store.openCode(open({ counts: false, request: asked, scene }))
    await store.keepCode(keep({ counts: false, nowMs: nowMs + 1 }))
    await store.openCode(open({ key: hashOf('unknown'), request, nowMs: nowMs + 2 }))
    await store.dropCode(drop({ key: hashOf('unknown'), was: 'outcome_unknown' }))
    await store.queueCode(queue({ key: hashOf('queued'), nowMs: nowMs + 3 }))
    await store.openCode(open({ appId: 'wx2', key: hashOf('of another app') }))
    await store.openCode(open({ key: hashOf('making'), nowMs: nowMs + 4 }))
    const list = async (limit: number) => {
      const found = []
      for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
        const part = await store.findCodes(appId, { limit, ...(cursor && { cursor }) })
        found.push(...part.codes)
        cursor = part.cursor
      }
      return found
    }
    const id = expect.any(Number)
    const listed = [
      { id, state: 'making', askedMs: nowMs + 4 },
      { id, state: 'queued', askedMs: nowMs + 3, request },
      { id, state: 'unknown', askedMs: nowMs + 2, request },
      {
        id,
        state: 'made',
        askedMs: nowMs,
        madeMs: nowMs + 1,
        contentType: 'image/png',
        request: { kind: 'scene', page: 'pages/index' },
        scene: scene.id,
        payload: scene.payload,
        shareId: scene.shareId,
      },
    ]
    for (const limit of [1, 3, 10]) expect(await list(limit)).toEqual(listed)
    const made = (await list(10)).at(-1)!
    expect(await store.findCodeImage(appId, made.id)).toEqual({ ...image, scene: scene.id })
    expect(await store.findCodeImage('wx2', made.id)).toBeUndefined()
  })
}
