/** The time, as often as words about it change. One timer for the whole page. */
import { readonly, ref } from 'vue'

const current = ref(Date.now())

export const now = readonly(current)

/** In the demo the platform's clock runs ahead of this machine's. */
let aheadMs = 0

export function setClockAhead(ms: number): void {
  aheadMs = ms
  current.value = Date.now() + aheadMs
}

/** Called once, at the start. */
export function startClock(): void {
  setInterval(() => {
    if (!document.hidden) current.value = Date.now() + aheadMs
  }, 1_000)
}
