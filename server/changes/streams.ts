/**
 * Streams of what happens in an app. One reader a process and app looks at the change feed for all
 * who follow it; it looks only while somebody does. Any number of processes may do so.
 */
import { Readable } from 'node:stream'
import { streamRules } from '../rules/streams.ts'
import type { World } from '../runtime/world.ts'
import type { Change, ChangeStore } from '../store/store.ts'
import { heartbeat, isOf, writeChange, writeEvent, type Topic } from './stream-events.ts'

export interface Streams {
  /**
   * The events of an app, from now on or after a position. The stream begins with `reset` where it
   * does not go on after `after` without a gap. It ends when `isGood` says no, or with `close`.
   * `too_many`: the key, or the process, has as many streams as it may.
   */
  open(request: StreamRequest): Promise<Readable | 'too_many'>
  /** Ends all streams and their readers. */
  close(): Promise<void>
}

export interface StreamRequest {
  appId: string
  keyId: string
  /** Empty: all. */
  topics: readonly Topic[]
  after?: number | undefined
  /** Whether whoever opened it may go on; asked at each heartbeat. */
  isGood(): boolean | Promise<boolean>
}

/** One who follows, with what they have been told. */
interface Follower {
  stream: Readable
  request: StreamRequest
  /** They know of all changes up to this position. */
  position: number
  /** Since when they have left unread what waits for them. */
  behindSinceMs: number | undefined
}

interface Feed {
  appId: string
  /** All followers have been told of changes up to here. */
  position: number
  followers: Set<Follower>
  /** Those that are about to follow, too. */
  open: number
  /** Resolves once changes are written. */
  begun: Promise<void>
  done: Promise<void>
}

interface StreamsDeps {
  store: Pick<ChangeStore, 'watchChanges' | 'readChanges'>
  world: Pick<World, 'monotonic' | 'log'>
}

export function createStreams({ store, world: { monotonic, log } }: StreamsDeps): Streams {
  const { lookEveryMs, mostChanges, leaseMs, renewEveryMs, heartbeatMs, slowForMs } = streamRules
  const closing = new AbortController()
  const feeds = new Map<string, Feed>()
  /** By key. */
  const opened = new Map<string, number>()
  let all = 0

  const watch = (appId: string) => store.watchChanges({ appId, forMs: leaseMs })
  const read = (appId: string, after: number) =>
    store.readChanges({ appId, after, limit: mostChanges + 1 })

  function count(keyId: string, by: 1 | -1): void {
    const ofKey = (opened.get(keyId) ?? 0) + by
    all += by
    if (ofKey === 0) opened.delete(keyId)
    else opened.set(keyId, ofKey)
  }

  /** The feed of an app, which stays while somebody has it open. */
  function open(appId: string): Feed {
    const feed = feeds.get(appId) ?? begin(appId)
    feed.open += 1
    return feed
  }

  function begin(appId: string): Feed {
    const feed: Feed = {
      appId,
      position: 0,
      followers: new Set(),
      open: 0,
      begun: watch(appId).then((position) => void (feed.position = position)),
      done: Promise.resolve(),
    }
    feeds.set(appId, feed)
    const drop = () => void feeds.delete(appId)
    feed.done = feed.begun.then(() => follow(feed), drop)
    return feed
  }

  async function follow(feed: Feed): Promise<void> {
    let renewAtMs = monotonic.now() + renewEveryMs
    let beatAtMs = monotonic.now() + heartbeatMs
    let failed = false
    while (feed.open > 0 && !closing.signal.aborted) {
      try {
        if (monotonic.now() >= renewAtMs) {
          await watch(feed.appId)
          renewAtMs = monotonic.now() + renewEveryMs
        }
        await look(feed)
        failed = false
      } catch (err) {
        if (!failed) log.warn({ err, appId: feed.appId }, 'the change feed cannot be read')
        failed = true
      }
      catchUp(feed)
      if (monotonic.now() >= beatAtMs) {
        beatAtMs = monotonic.now() + heartbeatMs
        for (const follower of feed.followers) void beat(feed, follower)
      }
      await monotonic.wait(lookEveryMs, closing.signal)
    }
    // At once: the next one to open it needs another.
    feeds.delete(feed.appId)
    for (const follower of feed.followers) end(feed, follower)
  }

  function end({ followers }: Feed, follower: Follower): void {
    followers.delete(follower)
    if (!follower.stream.destroyed) follower.stream.push(null)
  }

  async function look(feed: Feed): Promise<void> {
    const changes = await read(feed.appId, feed.position)
    if (isWhole(changes)) {
      feed.position = changes.at(-1)?.position ?? feed.position
      for (const follower of feed.followers) tell(follower, changes)
      return
    }
    feed.position = await watch(feed.appId)
    for (const follower of feed.followers) {
      if (follower.position < feed.position) reset(follower, feed.position)
    }
  }

  function tell(follower: Follower, changes: readonly Change[]): void {
    const { position, request, behindSinceMs } = follower
    const news = changes.filter((change) => change.position > position)
    follower.position = news.at(-1)?.position ?? position
    if (behindSinceMs !== undefined) return
    const text = news.filter((change) => isOf(request.topics, change)).map(writeChange)
    if (text.length > 0) write(follower, text.join(''))
  }

  function reset(follower: Follower, position: number): void {
    follower.position = position
    if (follower.behindSinceMs === undefined) write(follower, writeEvent(position, 'reset', {}))
  }

  function write(follower: Follower, text: string): void {
    const { stream } = follower
    if (stream.destroyed) return
    stream.push(text)
    if (stream.readableLength > streamRules.maxWaitingBytes) {
      follower.behindSinceMs = monotonic.now()
    }
  }

  /** Goes on with those that have read all that waited for them. */
  function catchUp({ followers, position }: Feed): void {
    for (const follower of followers) {
      const { stream, behindSinceMs } = follower
      if (behindSinceMs === undefined) continue
      if (stream.readableLength === 0) {
        follower.behindSinceMs = undefined
        reset(follower, position)
      } else if (monotonic.now() - behindSinceMs >= slowForMs) stream.destroy()
    }
  }

  async function beat(feed: Feed, follower: Follower): Promise<void> {
    // While the database is away, nothing is told either.
    const isGood = await Promise.resolve(follower.request.isGood()).catch(() => true)
    if (!feed.followers.has(follower)) return
    if (!isGood) end(feed, follower)
    else if (follower.behindSinceMs === undefined) write(follower, heartbeat)
  }

  /** Lets one follow after the position that the request names, or from now on. */
  async function join(feed: Feed, follower: Follower): Promise<void> {
    const { appId } = feed
    const { after } = follower.request
    const last = after === undefined ? feed.position : await watch(appId)
    // A position of another database, or of this one before it was restored, leads nowhere.
    let goesOn = after !== undefined && after <= last
    if (goesOn) follower.position = after!
    while (goesOn) {
      const known = feed.position
      const changes = await read(appId, follower.position)
      if (isWhole(changes)) {
        tell(follower, changes)
        follower.position = Math.max(follower.position, known)
        if (follower.position >= feed.position) break
      } else goesOn = false
    }
    // Nothing waits from here on: what the feed tells next is the next that they do not know.
    if (!goesOn) reset(follower, Math.max(last, feed.position))
    feed.followers.add(follower)
  }

  /** Whether there are no more changes than are told one by one. */
  const isWhole = (changes: readonly Change[] | undefined): changes is readonly Change[] =>
    changes !== undefined && changes.length <= mostChanges

  return {
    async open(request) {
      const { appId, keyId } = request
      const ofKey = opened.get(keyId) ?? 0
      if (ofKey >= streamRules.perKey || all >= streamRules.perProcess) return 'too_many'
      const stream = new Readable({ read() {} })
      if (closing.signal.aborted) {
        stream.push(null)
        return stream
      }
      const follower: Follower = { stream, request, position: 0, behindSinceMs: undefined }
      const feed = open(appId)
      count(keyId, 1)
      stream.once('close', () => {
        count(keyId, -1)
        feed.open -= 1
        feed.followers.delete(follower)
      })
      stream.push(`retry: ${streamRules.retryMs}\n\n`)
      try {
        await feed.begun
        await join(feed, follower)
      } catch (error) {
        stream.destroy()
        throw error
      }
      if (closing.signal.aborted) end(feed, follower)
      return stream
    },
    async close() {
      closing.abort()
      await Promise.all([...feeds.values()].map(({ done }) => done))
    },
  }
}
