/** When a broadcast may send, and no more: its own hours, and the quiet hours of the server. */
import type { QuietHours } from '../config/values.ts'
import { limitedChannels } from '../rules/sending.ts'
import type { BroadcastPlan } from './plan.ts'
import { createNextOpening } from './send-window.ts'

interface Opening {
  /** The moment itself: it may send now. */
  atMs: number
  /** What it waits for. */
  reason: 'send_window' | 'quiet_hours'
}

/** Two windows that never overlap are given up after so many looks. */
const mostLooks = 8

export function createOpenings(
  quietHours: QuietHours | undefined,
  timeZone: string,
): (plan: BroadcastPlan, nowMs: number) => Opening {
  const afterQuiet =
    quietHours &&
    createNextOpening({
      fromMinute: quietHours.untilMinute,
      untilMinute: quietHours.fromMinute,
      timeZone,
    })

  return ({ sendWindow, message: { channel } }, nowMs) => {
    const inWindow = sendWindow && createNextOpening(sendWindow)
    const afterHours = limitedChannels.includes(channel) ? afterQuiet : undefined
    let found: Opening = { atMs: nowMs, reason: 'send_window' }
    for (let look = 0; look < mostLooks; look++) {
      const windowMs = inWindow ? inWindow(found.atMs) : found.atMs
      const quietMs = afterHours ? afterHours(windowMs) : windowMs
      const reason = quietMs > windowMs ? 'quiet_hours' : found.reason
      if (quietMs === found.atMs) return found
      found = { atMs: quietMs, reason }
    }
    return found
  }
}

/** When an open broadcast may send no more; `Infinity`: its hours never end. */
export function createClosings(
  quietHours: QuietHours | undefined,
  timeZone: string,
): (plan: BroadcastPlan, nowMs: number) => number {
  const quietBegins = quietHours && createNextOpening({ ...quietHours, timeZone })
  return ({ sendWindow, message: { channel } }, nowMs) => {
    const windowEnds =
      sendWindow &&
      createNextOpening({
        ...sendWindow,
        fromMinute: sendWindow.untilMinute,
        untilMinute: sendWindow.fromMinute,
      })
    const ends = limitedChannels.includes(channel) ? [windowEnds, quietBegins] : [windowEnds]
    return Math.min(...ends.map((next) => next?.(nowMs) ?? Infinity))
  }
}
