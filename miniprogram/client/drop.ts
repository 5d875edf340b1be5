import type { ReachEvent } from '../../shared/wire/index'
import type { Tell } from './notice'
import type { Quietly } from './quietly'

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
