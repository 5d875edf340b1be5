/** What was captured, where it is now, and whether that may be. */
import type { ReachEvent } from '../../../shared/wire/index'
import type { PhoneUnderFire } from './phone'

export interface Book {
  /** After each thing that happens. Throws where a promise of the outbox is broken. */
  check(): void
  /** After a capture on this copy. */
  checkCaptured(copy: 0 | 1): void
  /** Nobody promises any more what it makes unreadable. What is whole beside that must not be lost. */
  excuseDamaged(inflict: () => void): void
  /** When all is well again: nothing may be waiting any more. */
  close(): void
}

type Seen = Pick<ReachEvent, 'id' | 'type'>

/** Events that one copy holds in memory before it gives one up. */
const mostInMemory = 100

const isPrecious = (type: string) => !/^share\.(started|finished)$/.test(type)

/** What must not be counted twice, whatever the id that it came under. */
const contentOf = (event: ReachEvent) => {
  const { id: _id, at: _at, ...content } = event
  if ('formId' in event) return event.formId
  if ('shareId' in event) return `${event.type} ${event.shareId}`
  return JSON.stringify(content)
}

const fail = (what: string): never => {
  throw new Error(what)
}

export function createBook(fire: PhoneUnderFire): Book {
  const { server } = fire.phone
  /** Every event that was ever seen on the phone, with its type. */
  const known = new Map<string, string>()
  /** Lost by what no outbox can prevent: torn content, or the end of a life whose storage took nothing. */
  const excused = new Set<string>()
  let inMemoryAlone = new Set<string>()
  let refusalsBefore = 0
  let overflowsBefore = 0
  let dropsBefore = 0
  /** What stood in storage at the last look, oldest first. */
  let order: string[] = []
  /** What the server has applied so far. */
  const contents = new Set<string>()
  let appliedBefore = 0

  const ids = (events: { id: string }[]) => new Set(events.map(({ id }) => id))
  const queueOf = (copy: 0 | 1): Seen[] => fire.last().copies[copy].inspect().queued

  const dropped = () => fire.dropped.map(({ event }) => event)

  function checkDrops(here: Set<string>): void {
    if (ids(dropped()).size !== fire.dropped.length) fail('onDrop spoke twice of one event')
    for (const { event, reason } of fire.dropped.slice(dropsBefore)) {
      if (here.has(event.id)) fail(`${event.type} ${event.id} dropped, and still here`)
      if (reason === 'rejected') fail(`${event.id} rejected by a server that rejects none`)
      // Only what has no room, never what failed for another reason, while memory can hold it.
      const hadRoom = fire.last().mortal.overflows === overflowsBefore
      if (hadRoom && inMemoryAlone.size < mostInMemory) fail(`${reason} where all found room`)
      const cheaper = fire.stored().find((one) => !isPrecious(one.type))
      const inMemory = inMemoryAlone.size >= mostInMemory
      const at = order.indexOf(event.id)
      const before = order.slice(0, Math.max(0, at))
      const older = fire.stored().find((one) => !isPrecious(one.type) && before.includes(one.id))
      if (!isPrecious(event.type) && older && !inMemory) fail('an older share stayed')
      if (isPrecious(event.type) && cheaper) fail(`${event.type} dropped before a ${cheaper.type}`)
    }
    dropsBefore = fire.dropped.length
    order = fire.stored().map(({ id }) => id)
  }

  function checkOnce(): void {
    for (const event of server.events.slice(appliedBefore)) {
      const content = contentOf(event)
      if (contents.has(content)) fail(`${content} was applied twice`)
      contents.add(content)
    }
    appliedBefore = server.events.length
  }

  /** The end of a life takes its memory, and what a full storage had just given up: nobody is left to be told. */
  function excuseTheEnd(): void {
    for (const id of inMemoryAlone) excused.add(id)
    if (fire.last().mortal.overflows === overflowsBefore) return
    for (const [id, type] of known) if (!isPrecious(type)) excused.add(id)
  }

  const book: Book = {
    check() {
      const { mortal } = fire.last()
      const stored = fire.stored()
      const memory = mortal.dead ? [] : [...queueOf(0), ...queueOf(1)]
      const here = ids([...stored, ...memory])
      const done = ids([...server.events, ...dropped()])
      if (mortal.dead) excuseTheEnd()
      for (const seen of [...stored, ...memory, ...server.events, ...dropped()]) {
        known.set(seen.id, seen.type)
      }
      for (const [id, type] of known) {
        if (!here.has(id) && !done.has(id) && !excused.has(id)) fail(`${type} ${id} is lost`)
      }
      const inStorage = ids(stored)
      inMemoryAlone = new Set([...here].filter((id) => !inStorage.has(id)))
      if (inMemoryAlone.size && !mortal.refusals) fail('kept from a storage that refuses nothing')
      checkDrops(here)
      checkOnce()
      refusalsBefore = mortal.dead ? 0 : mortal.refusals
      overflowsBefore = mortal.dead ? 0 : mortal.overflows
    },
    checkCaptured(copy) {
      const { mortal } = fire.last()
      const stored = ids(fire.stored())
      const wellStored = queueOf(copy).every(({ id }) => stored.has(id))
      const refused = mortal.refusals > refusalsBefore
      if (!mortal.dead && !refused && !wellStored) fail('captured, and not in storage')
      book.check()
    },
    excuseDamaged(inflict) {
      const before = ids(fire.stored())
      inflict()
      const whole = ids(fire.stored())
      for (const id of before) if (!whole.has(id)) excused.add(id)
    },
    close() {
      book.check()
      const waiting = [...queueOf(0), ...queueOf(1)]
      if (waiting.length) fail(`${waiting.length} events still wait for nothing`)
    },
  }
  return book
}
