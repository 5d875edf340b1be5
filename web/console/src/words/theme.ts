/** Light, dark, or as the system is. CSS does the rest: see ui/theme/tokens.css. */
import { readonly, ref } from 'vue'
import { stored } from './preferences.ts'

export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const memory = stored('theme', themes)
const current = ref<Theme>(memory.read() ?? 'auto')

export const theme = readonly(current)

export function setTheme(chosen: Theme): void {
  current.value = chosen
  memory.write(chosen)
  showTheme()
}

export function showTheme(root: HTMLElement = document.documentElement): void {
  if (current.value === 'auto') root.removeAttribute('data-theme')
  else root.dataset.theme = current.value
}
