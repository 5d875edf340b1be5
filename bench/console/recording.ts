/** What runs in the pages of the bench and records what the browser tells of its own work. */

export interface Recorded {
  firstPaintMs: number
  largestPaintMs: number
  /** Nothing is being loaded any more. */
  completeMs: number
  /** The sum of all shifts that no input led to. */
  shift: number
  /** Of what people did, until the frame that showed it. Below 16 ms the browser tells none. */
  interactionsMs: number[]
}

declare global {
  var recorded: Recorded
}

/** Runs before the page's own scripts, alone: it can use nothing of this file. */
export function record(): void {
  const kept: Recorded = {
    firstPaintMs: 0,
    largestPaintMs: 0,
    completeMs: 0,
    shift: 0,
    interactionsMs: [],
  }
  globalThis.recorded = kept
  const observe = (
    type: string,
    take: (entry: PerformanceEntry) => void,
    options: Record<string, unknown> = {},
  ) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
      ...options,
    })
  observe('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') kept.firstPaintMs = startTime
  })
  observe('largest-contentful-paint', ({ startTime }) => {
    kept.largestPaintMs = startTime
  })
  observe('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as unknown as { value: number; hadRecentInput: boolean }
    if (!hadRecentInput) kept.shift += value
  })
  observe(
    'event',
    (entry) => {
      const { interactionId } = entry as unknown as { interactionId: number }
      if (interactionId > 0) kept.interactionsMs.push(entry.duration)
    },
    { durationThreshold: 16 },
  )
  const look = () => {
    const loads = document.querySelector('[aria-busy="true"], .loading')
    const drawnAhead = document.querySelector('.first')
    if (document.querySelector('h1') && !drawnAhead && !loads) kept.completeMs ||= performance.now()
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}
