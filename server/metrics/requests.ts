import type { Families } from './families.ts'

/** @param seconds from the head of the request to its answer */
export type RequestMeter = (status: number, seconds: number) => void

export function createRequestMeter(
  { requests, requestSeconds }: Pick<Families, 'requests' | 'requestSeconds'>,
  { method, path: route }: { method: string; path: string },
): RequestMeter {
  const byStatus = new Map<number, { inc(): void; observe(seconds: number): void }>()
  const meterOf = (status: number) => {
    const labels = { method: method.toUpperCase(), route, status: String(status) }
    const [counter, histogram] = [requests.labels(labels), requestSeconds.labels(labels)]
    return {
      inc: () => counter.inc(),
      observe: (seconds: number) => histogram.observe(seconds),
    }
  }
  return (status, seconds) => {
    let meter = byStatus.get(status)
    if (!meter) byStatus.set(status, (meter = meterOf(status)))
    meter.inc()
    meter.observe(seconds)
  }
}
