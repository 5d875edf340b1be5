import type { EventResult } from '../../shared/wire.ts'
import { eventSchemas } from '../schemas/events.ts'
import type { Families } from './families.ts'

/** A phone may send any word as a type: those that we do not know are one. */
export function countEvents(
  { events: counter }: Pick<Families, 'events'>,
  events: readonly unknown[],
  results: readonly EventResult[],
): void {
  results.forEach(({ status }, index) => counter.inc({ type: typeOf(events[index]), status }))
}

function typeOf(event: unknown): string {
  const type = (event as { type?: unknown } | null | undefined)?.type
  return typeof type === 'string' && Object.hasOwn(eventSchemas, type) ? type : 'other'
}
