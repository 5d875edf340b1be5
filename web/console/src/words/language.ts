/** The language of the pages, and how words are looked up in it. */
import { computed, readonly, ref, type ComputedRef, type Ref } from 'vue'
import { firstLanguage, languageMemory, type Language } from './choices.ts'

export type { Language }

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

const current = ref<Language>(firstLanguage())
const ofFrame = ref<Language>(current.value)

export const language = readonly(current)
/** Of the header and the navigation, which change first. */
export const frameLanguage = readonly(ofFrame)

/**
 * The frame changes at once, the screen after the next paint: all text of a long list takes a slow
 * phone longer than a click may seem to do nothing.
 */
export function setLanguage(chosen: Language): void {
  ofFrame.value = chosen
  languageMemory.write(chosen)
  requestAnimationFrame(() => setTimeout(() => (current.value = ofFrame.value)))
}

/** Both at once, where nobody waits. */
export function showLanguage(chosen: Language): void {
  ofFrame.value = current.value = chosen
}

/** The words of a dictionary in the language of the pages: `w.title` in a template. */
export const useWords = <Words extends object>(
  words: Dictionary<Words>,
  of: Readonly<Ref<Language>> = current,
): ComputedRef<Words> => computed(() => words[of.value])
