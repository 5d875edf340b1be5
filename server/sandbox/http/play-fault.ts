/**
 * Plays a fault around a call: before it acts, or after, when only the reply can be lost. Whoever hangs up while he waits
 * for a call that has not acted yet has made none.
 */
import type { Fault, FaultEffect } from '../state/faults.ts'
import { refuse } from '../api/reply.ts'

/** `undefined`: the connection is cut and nothing is answered. */
export type Outcome = { status: number; reply: object | string } | undefined

export async function playFault(
  fault: Fault,
  act: () => Outcome,
  /** False: the caller went away meanwhile. */
  wait: (ms: number) => Promise<boolean>,
): Promise<Outcome> {
  const { effect } = fault
  if (fault.when === 'after') {
    const outcome = act()
    if (!('delayMs' in effect)) return lose(effect)
    await wait(effect.delayMs)
    return outcome
  }
  if (!('delayMs' in effect)) return lose(effect)
  return (await wait(effect.delayMs)) ? act() : undefined
}

function lose(effect: Exclude<FaultEffect, { delayMs: number }>): Outcome {
  if ('hangUp' in effect) return undefined
  if ('errcode' in effect) return { status: 200, reply: refuse(effect.errcode) }
  // What stands between a caller and the platform answers in HTML.
  return { status: effect.status, reply: `<html><h1>${effect.status}</h1></html>` }
}
