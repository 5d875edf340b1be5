/** Short notices of what was done. */
import { readonly, ref } from 'vue'

export interface Toast {
  id: number
  text: string
  look: 'done' | 'failed'
}

const shownMs = { done: 4_000, failed: 10_000 }
const list = ref<Toast[]>([])
let lastId = 0

export const toasts = readonly(list)

export function toast(text: string, look: Toast['look'] = 'done'): void {
  lastId += 1
  const id = lastId
  list.value = [...list.value.slice(-2), { id, text, look }]
  setTimeout(() => closeToast(id), shownMs[look])
}

export function closeToast(id: number): void {
  list.value = list.value.filter((one) => one.id !== id)
}
