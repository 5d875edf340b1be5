import type { ReachEvent } from '../../shared/wire/index'
import type { World } from './context'
import type { Tell, Quietly } from './notices'
import { changed } from './wrap'

/** `Omit` for each member of a union by itself. */
type Without<Event, Keys extends PropertyKey> = Event extends unknown ? Omit<Event, Keys> : never

export type EventFields = Without<ReachEvent, 'id' | 'at'>

/** Makes an event of now, or of `at`, and hands it to the queue. `undefined`: nothing may be recorded. */
export type Capture = (fields: EventFields, at?: number) => ReachEvent | undefined

export const createEvent = (world: World, fields: EventFields, at: number): ReachEvent =>
  changed({ id: createId(world), at }, fields) as ReachEvent

/** Six characters of chance: 31 bits. */
const chance = (world: World): string =>
  Math.floor((1 + world.random()) * 36 ** 6)
    .toString(36)
    .slice(-6)

/**
 * Sixteen letters and digits, for events and shares alike. The first four turn with the clock, the rest is
 * chance: base libraries have no crypto, and some phones start Math.random from the same seed.
 */
export const createId = (world: World): string =>
  world.now().toString(36).slice(-4) + chance(world) + chance(world)

/** What the server takes for an id; a foreign word in the parameter of a path is none. */
export const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{8,64}$/.test(value)

/**
 * Why an event will never reach the server: the phone's storage is full, memory holds as much as it may while consent
 * is awaited, or the server rejected it by name.
 */
export type DropReason = 'storage_full' | 'queue_full' | 'rejected'

export interface DroppedEvent {
  event: ReachEvent
  reason: DropReason
  /** With `rejected`: the server's own reason; `body_too_large` where it takes no request of this size. */
  detail?: string
}

export type Drop = (events: ReachEvent[], reason: DropReason, detail?: string) => void

export const createDrop =
  (tell: Tell, quietly: Quietly, onDrop?: (dropped: DroppedEvent) => void): Drop =>
  (events, reason, detail) =>
    events.forEach((event) => {
      tell('event_dropped', `${event.type}: ${detail || reason}`)
      quietly(() => onDrop && onDrop({ event, reason, detail } as DroppedEvent))
    })
