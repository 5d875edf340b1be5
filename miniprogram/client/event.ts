/** Events, their ids, and how they end. */
import type { ReachEvent } from '../../shared/wire/index'
import type { World } from './world'

/** `Omit` for each member of a union by itself. */
type Without<Event, Keys extends PropertyKey> = Event extends unknown ? Omit<Event, Keys> : never

/** JSON leaves a tag out that is `undefined`. */
type Untagged<Event> = Event extends { tag?: string }
  ? Omit<Event, 'tag'> & { tag?: string | undefined }
  : Event

export type EventFields = Untagged<Without<ReachEvent, 'id' | 'at'>>

/** Queues an event of now, or of `at`. Returns `undefined` where nothing may be recorded. */
export type Capture = (fields: EventFields, at?: number) => ReachEvent | undefined

export const createEvent = (world: World, fields: EventFields, at: number): ReachEvent =>
  Object.assign({ id: createId(world), at }, fields) as ReachEvent

/**
 * Sixteen letters and digits, for events and shares alike. The first four change with the clock,
 * the rest is random: base libraries have no crypto, and some phones start Math.random from one
 * seed.
 */
export const createId = (world: World): string =>
  world.now().toString(36).slice(-4) + randomPart(world) + randomPart(world)

/** Six random characters: 31 bits. */
const randomPart = (world: World): string =>
  Math.floor((1 + world.random()) * 36 ** 6)
    .toString(36)
    .slice(-6)

/** Of what a platform or an app gives; empty text says as little as none. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** What the server takes for an id. Other content of the parameter in a path is no id. */
export const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{8,64}$/.test(value)

/** The server's result for an event, with any words: the phone may be older than the server. */
export interface UncheckedResult {
  id: string | null
  status: string
  reason?: string
  openGId?: string
}

/**
 * Why an event never reaches the server: the phone's storage is full, memory is full while consent
 * is awaited, or the server rejected the event by name.
 */
export type DropReason = 'storage_full' | 'queue_full' | 'rejected'

export interface DroppedEvent {
  event: ReachEvent
  reason: DropReason
  /**
   * With `rejected`: the server's own reason; `body_too_large` where one event exceeds its limit.
   */
  detail?: string
}
