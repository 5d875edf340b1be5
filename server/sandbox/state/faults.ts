/** Faults that wait for their call. Several on one path apply one after the other. */
import Type from 'typebox'
import { Bytes, Fields, type Memory } from '../rules/memory.ts'

/** What is wrong with a reply. What it does not name stays as the platform has it. */
const ReplyFault = Fields({
  status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
  contentType: Type.Optional(Type.String()),
  headers: Type.Optional(Type.Record(Type.String(), Type.String())),
  /** In place of the platform's, which is then not asked: the call has no effect. */
  body: Type.Optional(Bytes),
  gzip: Type.Optional(Type.Literal(true)),
  /** Pause between two parts of 16 bytes. */
  dripMs: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Twice as many bytes as Content-Length says. */
  overrun: Type.Optional(Type.Literal(true)),
})
export type ReplyFault = Memory<typeof ReplyFault>

const FaultEffect = Type.Union([
  Fields({ errcode: Type.Integer() }),
  Fields({ status: Type.Integer({ minimum: 200, maximum: 599 }) }),
  Fields({ delayMs: Type.Integer({ minimum: 0 }) }),
  Fields({ hangUp: Type.Literal(true) }),
  Fields({ reply: ReplyFault }),
])
export type FaultEffect = Memory<typeof FaultEffect>

const Fault = Fields({
  path: Type.String(),
  /** Absent: calls of any app. */
  appId: Type.Optional(Type.String()),
  times: Type.Integer({ minimum: 1 }),
  /**
   * `before`: the call has no effect, unless its own reply is to be damaged. `after`: the call
   * takes effect and only its reply is lost.
   */
  when: Type.Enum(['before', 'after']),
  effect: FaultEffect,
})
export type Fault = Memory<typeof Fault>

export const FaultsMemory = Type.Array(Fault)

export interface Faults {
  add(fault: Fault): void
  /** Takes one use of the first fault for this call. */
  take(path: string, appId: string | undefined): Fault | undefined
}

export function createFaults(waiting: Fault[]): Faults {
  return {
    add: (fault) => void waiting.push({ ...fault }),
    take(path, appId) {
      const fault = waiting.find(
        (each) => each.path === path && (each.appId === undefined || each.appId === appId),
      )
      if (!fault) return undefined
      fault.times -= 1
      if (fault.times === 0) waiting.splice(waiting.indexOf(fault), 1)
      return fault
    },
  }
}
