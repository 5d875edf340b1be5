/** Light, dark, or as the system is. CSS does the rest: see ui/theme/tokens.css. */
import { readonly, ref } from 'vue'
import { showTheme, themeMemory, type Theme } from './choices.ts'

const current = ref<Theme>(themeMemory.read() ?? 'auto')

export const theme = readonly(current)

export function setTheme(chosen: Theme): void {
  current.value = chosen
  themeMemory.write(chosen)
  showTheme(chosen)
}
