import type { ReachEvent } from '../../shared/wire/index'
import { changed } from './changed'
import { createId } from './ids'
import type { World } from './world'

/** `Omit` for each member of a union by itself. */
type Without<Event, Keys extends PropertyKey> = Event extends unknown ? Omit<Event, Keys> : never

export type EventFields = Without<ReachEvent, 'id' | 'at'>

/** Makes an event of now, or of `at`, and hands it to the queue. `undefined`: nothing may be recorded. */
export type Capture = (fields: EventFields, at?: number) => ReachEvent | undefined

export const createEvent = (world: World, fields: EventFields, at: number): ReachEvent =>
  changed({ id: createId(world), at }, fields) as ReachEvent
