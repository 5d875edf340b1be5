/** Faults that wait for their call. Several on one path are played one after the other. */
export type FaultEffect =
  { errcode: number } | { status: number } | { delayMs: number } | { hangUp: true }

export interface Fault {
  path: string
  /** Only calls of this app; absent: of any. */
  appId?: string
  times: number
  /** Before the sandbox has acted, so that nothing happens, or after, so that only the reply is lost. */
  when: 'before' | 'after'
  effect: FaultEffect
}

export interface Faults {
  add(fault: Fault): void
  /** Takes one use of the first fault for this call. */
  take(path: string, appId: string | undefined): Fault | undefined
}

export function createFaults(): Faults {
  let waiting: Fault[] = []
  return {
    add(fault) {
      waiting.push({ ...fault })
    },
    take(path, appId) {
      const fault = waiting.find(
        (each) => each.path === path && (each.appId === undefined || each.appId === appId),
      )
      if (!fault) return undefined
      fault.times -= 1
      if (fault.times === 0) waiting = waiting.filter((each) => each !== fault)
      return fault
    },
  }
}
