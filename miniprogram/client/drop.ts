import type { ReachEvent } from '../../shared/wire'
import type { Tell } from './notice'

/**
 * Why an event will never reach the server: the phone's storage is full, the queue holds as much as it may, the
 * server rejected it by name, or it is too large for the server even alone.
 */
export type DropReason = 'storage_full' | 'queue_full' | 'rejected' | 'too_large'

export interface DroppedEvent {
  event: ReachEvent
  reason: DropReason
  /** With `rejected`: the server's own reason. */
  detail?: string
}

export type Drop = (events: ReachEvent[], reason: DropReason, detail?: string) => void

export function createDrop(tell: Tell, onDrop?: (dropped: DroppedEvent) => void): Drop {
  return (events, reason, detail) => {
    for (const event of events) {
      tell('event_dropped', `${event.type}: ${detail || reason}`)
      try {
        if (onDrop) onDrop(detail ? { event, reason, detail } : { event, reason })
      } catch (error) {
        tell('listener_failed', String(error))
      }
    }
  }
}
