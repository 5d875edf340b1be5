const dayMs = 24 * 60 * 60 * 1_000

/** The next midnight in a zone without summer time, as Shanghai is. */
export function nextMidnightMs(nowMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(nowMs)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  const passedMs = (part('hour') * 3600 + part('minute') * 60 + part('second')) * 1_000
  return nowMs - (nowMs % 1_000) - passedMs + dayMs
}
