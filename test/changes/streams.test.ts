import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Readable } from 'node:stream'
import { createStreams, type Streams } from '../../server/changes/streams.ts'
import { streamRules } from '../../server/rules/streams.ts'
import { StoreUnavailableError, type Change } from '../../server/store/store.ts'
import { createRecordedLog } from '../support/logs/recorded-log.ts'
import { createDrivenMonotonic, type DrivenMonotonic } from '../support/server/driven-monotonic.ts'

const appId = 'wx0123456789abcdef'

let monotonic: DrivenMonotonic
let log: ReturnType<typeof createRecordedLog>
let streams: Streams
let changes: Change[]
/** The first position that is there. `undefined`: nobody can read. */
let since: number
let isAway: boolean
let reads: number
let watches: number

beforeEach(() => {
  monotonic = createDrivenMonotonic()
  log = createRecordedLog()
  ;[changes, since, isAway, reads, watches] = [[], 0, false, 0, 0]
  const last = () => changes.at(-1)?.position ?? since
  const store = {
    async watchChanges() {
      watches += 1
      if (isAway) throw new StoreUnavailableError('It is away.')
      return Math.max(last(), since)
    },
    async readChanges({ after, limit }: { after: number; limit: number }) {
      reads += 1
      if (isAway) throw new StoreUnavailableError('It is away.')
      if (after < since) return undefined
      return changes.filter(({ position }) => position > after).slice(0, limit)
    },
  }
  streams = createStreams({ store, world: { monotonic, log } })
})
afterEach(() => streams.close())

const happen = (count = 1) => {
  for (let n = 0; n < count; n += 1) {
    const position = (changes.at(-1)?.position ?? since) + 1
    changes.push({ position, atMs: 0, type: 'group.joined', openGId: `group-${position}` })
  }
}

async function open(after?: number, isGood = () => true): Promise<Readable> {
  const opened = await streams.open({ appId, keyId: 'key', topics: [], after, isGood })
  if (opened === 'too_many') throw new Error('Too many.')
  return opened
}

/** After this the reader has looked once more. */
async function look(): Promise<void> {
  await monotonic.waitedFor(streamRules.lookEveryMs)
  const before = reads
  monotonic.advance(streamRules.lookEveryMs)
  const hasLooked = () => reads > before
  while (!hasLooked()) await new Promise(setImmediate)
  await monotonic.waitedFor(streamRules.lookEveryMs)
}

/** What waits to be read. */
const taken = (stream: Readable): string => String((stream.read() as Buffer | null) ?? '')
const eventsIn = (text: string) => [...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type)

describe('the reader of an app', () => {
  it('is one for all who follow it, and stops when nobody does', async () => {
    const followers = await Promise.all(Array.from({ length: 10 }, () => open()))
    await look()
    const before = reads
    happen()
    await look()
    expect(reads - before).toBe(1)
    for (const stream of followers) {
      expect(eventsIn(taken(stream))).toEqual(['reset', 'group.joined'])
      stream.destroy()
    }
    monotonic.advance(streamRules.lookEveryMs)
    await monotonic.endedFor(streamRules.lookEveryMs)
    const last = reads
    monotonic.advance(10 * streamRules.lookEveryMs)
    expect(reads).toBe(last)
    happen()
    expect(eventsIn(taken(await open()))).toEqual(['reset'])
  })

  it('says every half a minute that it is still there', async () => {
    await open()
    const begun = watches
    await look()
    expect(watches).toBe(begun)
    for (const times of [1, 2]) {
      monotonic.advance(streamRules.renewEveryMs)
      await look()
      expect(watches).toBe(begun + times)
    }
  })

  it('goes on when the database is back, and tells what happened meanwhile', async () => {
    const stream = await open()
    taken(stream)
    isAway = true
    for (let n = 0; n < 3; n += 1) await look()
    happen(2)
    isAway = false
    await look()
    expect(eventsIn(taken(stream))).toEqual(['group.joined', 'group.joined'])
    expect(log.lines.filter((line) => /change feed cannot be read/.test(line))).toHaveLength(1)
  })

  it('tells reset where changes were not written for a while', async () => {
    const stream = await open()
    taken(stream)
    happen()
    since = 10
    await look()
    expect(eventsIn(taken(stream))).toEqual(['reset'])
    changes = []
    happen()
    await look()
    expect(taken(stream)).toContain('id: 11\nevent: group.joined')
  })

  it('refuses to begin while the database is away, and begins later', async () => {
    isAway = true
    await expect(open()).rejects.toThrow(StoreUnavailableError)
    isAway = false
    expect(eventsIn(taken(await open()))).toEqual(['reset'])
  })
})

describe('a client that is slow to read', () => {
  const perLook = 150

  async function fill(): Promise<void> {
    for (let n = 0; n * perLook < 1_000; n += 1) {
      happen(perLook)
      await look()
    }
  }

  it('has a bounded part waiting for it, then one reset, and delays no other', async () => {
    const [slow, quick] = [await open(), await open()]
    let heard = 0
    quick.on('data', (bytes: Buffer) => void (heard += eventsIn(String(bytes)).length))
    await fill()
    expect(slow.readableLength).toBeLessThan(1.5 * streamRules.maxWaitingBytes)
    await look()
    expect(heard).toBe(1 + changes.length)
    const waited = eventsIn(taken(slow))
    expect(waited.length).toBeLessThan(changes.length)
    happen()
    await look()
    const { position } = changes.at(-1)!
    expect(taken(slow)).toBe(`id: ${position}\nevent: reset\ndata: {}\n\n`)
    happen()
    await look()
    expect(eventsIn(taken(slow))).toEqual(['group.joined'])
  })

  it('is cut when it reads nothing for a minute', async () => {
    const slow = await open()
    await fill()
    expect(slow.destroyed).toBe(false)
    monotonic.advance(streamRules.slowForMs)
    await look()
    expect(slow.destroyed).toBe(true)
  })
})

describe('who resumes', () => {
  it('is told each change once, while others happen', async () => {
    happen(5)
    const heard: string[] = []
    const stream = await open(2)
    stream.on('data', (bytes: Buffer) => {
      for (const [, id] of String(bytes).matchAll(/^id: (.*)$/gm)) heard.push(id!)
    })
    for (let n = 0; n < 3; n += 1) {
      happen()
      await look()
    }
    await look()
    expect(heard).toEqual(['3', '4', '5', '6', '7', '8'])
  })

  it('begins anew with a position that is still to come: it is of another database', async () => {
    happen(5)
    expect(eventsIn(taken(await open(6)))).toEqual(['reset'])
    expect(eventsIn(taken(await open(5)))).toEqual([])
  })
})
