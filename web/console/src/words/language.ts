/** The language of the pages, and how words are looked up in it. */
import { computed, readonly, ref, type ComputedRef } from 'vue'
import { stored } from './preferences.ts'

export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]

/** Words of one subject, in each language. */
export interface Dictionary<Words> {
  zh: Words
  en: Words
}

/**
 * Words of one subject. Those in Chinese decide the type: a word that English lacks does not
 * compile. A word with a number or a name in it is a function.
 *
 * @example
 * export const groupWords = dictionary(
 *   { title: '群', members: (n: number) => `${n} 人` },
 *   { title: 'Groups', members: (n: number) => `${n} members` },
 * )
 */
export const dictionary = <Words extends object>(
  zh: Words,
  en: NoInfer<Words>,
): Dictionary<Words> => ({ zh, en })

/** Chinese, unless the browser prefers English to it. */
export function preferredLanguage(browser: readonly string[]): Language {
  const known = browser.map((tag) => tag.slice(0, 2).toLowerCase())
  return known.find((tag): tag is Language => languages.includes(tag as Language)) ?? 'zh'
}

const memory = stored('language', languages)
const current = ref<Language>(memory.read() ?? preferredLanguage(navigator.languages))

export const language = readonly(current)

export function setLanguage(chosen: Language): void {
  current.value = chosen
  memory.write(chosen)
}

/** The words of a dictionary in the language of the pages: `w.title` in a template. */
export const useWords = <Words extends object>(words: Dictionary<Words>): ComputedRef<Words> =>
  computed(() => words[current.value])
