/** Marketing words in what a template message shows, as the server's linter finds them. */
import type { LintProblem } from 'wx-reach-server/client'

export interface MarketingWord {
  word: string
  /** The platform's page names it. Otherwise a person should judge. */
  sure: boolean
}

/** Characters of a title, which the linter reads. */
const mostCharacters = 64

/** The values as few texts. A full stop between two keeps a word from reaching into both. */
export function textsToLint(values: readonly string[]): string[] {
  const texts: string[] = []
  const pieces = values
    .map((value) => value.trim())
    .filter(Boolean)
    .flatMap((value) => value.match(/.{1,64}/gsu) ?? [])
  for (const piece of pieces) {
    const joined = `${texts.at(-1) ?? ''}。${piece}`
    if (texts.length > 0 && joined.length <= mostCharacters) texts[texts.length - 1] = joined
    else texts.push(piece.slice(0, mostCharacters))
  }
  return texts
}

/** Those of rule 1.6: the others are about titles. */
export function marketingWords(problems: readonly LintProblem[]): MarketingWord[] {
  const words = new Map<string, boolean>()
  for (const { rule, detail, certainty } of problems) {
    const word = /“(.+?)”/.exec(detail)?.[1]
    if (rule === '1.6' && word) words.set(word, certainty === 'sure')
  }
  return [...words].map(([word, sure]) => ({ word, sure }))
}
