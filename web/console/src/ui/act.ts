/** An act of the person: one at a time, with a notice if it fails. */
import { readonly, ref, type Ref } from 'vue'
import { toast } from './toasts.ts'
import { language } from '../words/language.ts'
import { noteError } from '../api/api.ts'
import { explain } from '../api/explain.ts'

export interface Act {
  busy: Readonly<Ref<boolean>>
  /** @returns whether it succeeded */
  run(act: () => Promise<void>): Promise<boolean>
}

export function useAct(): Act {
  const busy = ref(false)
  return {
    busy: readonly(busy),
    async run(act) {
      busy.value = true
      try {
        await act()
        return true
      } catch (error) {
        noteError(error)
        const { why, next, detail } = explain(error, language.value)
        toast([why, next, detail].filter(Boolean).join(' '), 'failed')
        return false
      } finally {
        busy.value = false
      }
    },
  }
}
