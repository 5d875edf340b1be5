/** Follows every captured event, and checks the promises of the outbox. */
import type { ReachEvent } from '../../../shared/wire/index'
import type { FaultyPhone } from './faulty-phone'

export interface EventAudit {
  /** Call it after every step. Throws where a promise of the outbox is broken. */
  check(): void
  /** Call it after a capture on this copy. */
  checkCaptured(copy: 0 | 1): void
  /** Events that the damage makes unreadable may be lost; intact events beside them may not. */
  allowDamage(apply: () => void): void
  /** Call it after the recovery: no event may wait any more. */
  finish(): void
}

type Seen = Pick<ReachEvent, 'id' | 'type'>

/** Events that one copy holds in memory before it drops one. */
const mostInMemory = 100

const isPrecious = (type: string) => !/^share\.(started|finished)$/.test(type)

/** The content that must not be applied twice, under any id. */
const contentOf = (event: ReachEvent) => {
  const { id: _id, at: _at, ...content } = event
  if ('formId' in event) return event.formId
  if ('shareId' in event) return `${event.type} ${event.shareId}`
  return JSON.stringify(content)
}

const fail = (what: string): never => {
  throw new Error(what)
}

export function createEventAudit(faulty: FaultyPhone): EventAudit {
  const { server } = faulty.phone
  /** The type of every event that was ever seen on the phone, by id. */
  const known = new Map<string, string>()
  /**
   * Losses that no outbox can prevent: damaged content, or the end of a life whose storage failed.
   */
  const allowedLosses = new Set<string>()
  let inMemoryAlone = new Set<string>()
  let refusalsBefore = 0
  let overflowsBefore = 0
  let dropsBefore = 0
  /** Ids in storage at the last check, oldest first. */
  let order: string[] = []
  /** Contents that the server has applied so far. */
  const contents = new Set<string>()
  let appliedBefore = 0

  const ids = (events: { id: string }[]) => new Set(events.map(({ id }) => id))
  const queueOf = (copy: 0 | 1): Seen[] => faulty.last().copies[copy].inspect().queued

  const dropped = () => faulty.dropped.map(({ event }) => event)

  function checkDrops(here: Set<string>): void {
    if (ids(dropped()).size !== faulty.dropped.length) fail('onDrop was called twice for one event')
    for (const { event, reason } of faulty.dropped.slice(dropsBefore)) {
      if (here.has(event.id)) fail(`${event.type} ${event.id} dropped, and still here`)
      if (reason === 'rejected') fail(`${event.id} rejected by a server that rejects none`)
      // Only for want of room, not after another failure, while memory can hold the event.
      const hadRoom = faulty.last().interruptible.overflows === overflowsBefore
      if (hadRoom && inMemoryAlone.size < mostInMemory) fail(`${reason} where all found room`)
      const cheaper = faulty.stored().find((one) => !isPrecious(one.type))
      const inMemory = inMemoryAlone.size >= mostInMemory
      const at = order.indexOf(event.id)
      const before = order.slice(0, Math.max(0, at))
      const older = faulty.stored().find((one) => !isPrecious(one.type) && before.includes(one.id))
      if (!isPrecious(event.type) && older && !inMemory) fail('an older share stayed')
      if (isPrecious(event.type) && cheaper) fail(`${event.type} dropped before a ${cheaper.type}`)
    }
    dropsBefore = faulty.dropped.length
    order = faulty.stored().map(({ id }) => id)
  }

  function checkOnce(): void {
    for (const event of server.events.slice(appliedBefore)) {
      const content = contentOf(event)
      if (contents.has(content)) fail(`${content} was applied twice`)
      contents.add(content)
    }
    appliedBefore = server.events.length
  }

  /** The end of a life loses its memory, and shares that a full storage has just dropped. */
  function allowLossAtEnd(): void {
    for (const id of inMemoryAlone) allowedLosses.add(id)
    if (faulty.last().interruptible.overflows === overflowsBefore) return
    for (const [id, type] of known) if (!isPrecious(type)) allowedLosses.add(id)
  }

  const audit: EventAudit = {
    check() {
      const { interruptible } = faulty.last()
      const stored = faulty.stored()
      const memory = interruptible.ended ? [] : [...queueOf(0), ...queueOf(1)]
      const here = ids([...stored, ...memory])
      const done = ids([...server.events, ...dropped()])
      if (interruptible.ended) allowLossAtEnd()
      for (const seen of [...stored, ...memory, ...server.events, ...dropped()]) {
        known.set(seen.id, seen.type)
      }
      for (const [id, type] of known) {
        if (!here.has(id) && !done.has(id) && !allowedLosses.has(id)) fail(`${type} ${id} is lost`)
      }
      const inStorage = ids(stored)
      inMemoryAlone = new Set([...here].filter((id) => !inStorage.has(id)))
      if (inMemoryAlone.size && !interruptible.refusals)
        fail('kept from a storage that refuses nothing')
      checkDrops(here)
      checkOnce()
      refusalsBefore = interruptible.ended ? 0 : interruptible.refusals
      overflowsBefore = interruptible.ended ? 0 : interruptible.overflows
    },
    checkCaptured(copy) {
      const { interruptible } = faulty.last()
      const stored = ids(faulty.stored())
      const wellStored = queueOf(copy).every(({ id }) => stored.has(id))
      const refused = interruptible.refusals > refusalsBefore
      if (!interruptible.ended && !refused && !wellStored) fail('captured, and not in storage')
      audit.check()
    },
    allowDamage(apply) {
      const before = ids(faulty.stored())
      apply()
      const whole = ids(faulty.stored())
      for (const id of before) if (!whole.has(id)) allowedLosses.add(id)
    },
    finish() {
      audit.check()
      const waiting = [...queueOf(0), ...queueOf(1)]
      if (waiting.length) fail(`${waiting.length} events still wait`)
    },
  }
  return audit
}
