/** What the pages remember of their user; the script that runs before all others reads it, too. */
import { stored } from './preferences.ts'

export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]

export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const languageMemory = stored('language', languages)
export const themeMemory = stored('theme', themes)

/** Chinese, unless the browser prefers English to it. */
export function preferredLanguage(browser: readonly string[]): Language {
  const known = browser.map((tag) => tag.slice(0, 2).toLowerCase())
  return known.find((tag): tag is Language => languages.includes(tag as Language)) ?? 'zh'
}

export const firstLanguage = (): Language =>
  languageMemory.read() ?? preferredLanguage(navigator.languages)

/** As HTML names it. */
export const tagOf = { zh: 'zh-CN', en: 'en' } as const satisfies Record<Language, string>

export function showTheme(chosen: Theme, root: HTMLElement = document.documentElement): void {
  if (chosen === 'auto') root.removeAttribute('data-theme')
  else root.dataset.theme = chosen
}
