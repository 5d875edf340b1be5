/** Nothing leaves the phone, and nothing is written to its storage, before the user has agreed. */
import type { ReachEvent } from '../../shared/wire'
import type { Drop } from './drop'
import type { Outbox } from './outbox'

const mostWaiting = 100

export type Consent = 'granted' | 'required' | 'refused'

export interface Gate {
  state(): Consent
  /** Passes an event on, keeps it in memory until the answer, or forgets it. */
  add(event: ReachEvent): void
  /** Granted: what waited goes on. Refused: what waited is gone, and what an earlier launch queued too. */
  set(granted: boolean): void
}

export function createGate(initial: Consent, outbox: Outbox, drop: Drop): Gate {
  let state = initial
  let waiting: ReachEvent[] = []
  return {
    state: () => state,
    add(event) {
      if (state === 'granted') outbox.add(event)
      if (state === 'required') waiting.push(event)
      if (waiting.length > mostWaiting) drop(waiting.splice(0, 1), 'queue_full')
    },
    set(granted) {
      state = granted ? 'granted' : 'refused'
      const released = waiting
      waiting = []
      if (granted) released.forEach((event) => outbox.add(event))
      else outbox.clear()
    },
  }
}
