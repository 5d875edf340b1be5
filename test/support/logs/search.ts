/** Searches the log of all suites for every secret that any of them used. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { folderOf, type Collected } from './collected.ts'

interface Leak {
  secret: string
  line: string
}

/** Shorter ones stand in any text by chance. */
export const minSecret = 5

/** Each secret that a line holds, once. */
export function findLeaks(collected: Iterable<Collected>): Leak[] {
  const lines = new Set<string>()
  /** By their first characters, so that each place of a line is looked at once. */
  const secrets = new Map<string, Set<string>>()
  for (const [kind, text] of collected) {
    if (kind === 'line') lines.add(text)
    else if (text.length >= minSecret) {
      const start = text.slice(0, minSecret)
      secrets.set(start, (secrets.get(start) ?? new Set()).add(text))
    }
  }
  const leaks = new Map<string, Leak>()
  for (const line of lines) {
    for (let at = 0; at + minSecret <= line.length; at++) {
      for (const secret of secrets.get(line.slice(at, at + minSecret)) ?? []) {
        if (line.startsWith(secret, at)) leaks.set(secret, { secret, line })
      }
    }
  }
  return [...leaks.values()]
}

/** After the last suite. @throws when the log holds a secret */
export function searchCollected(): void {
  const folder = folderOf(process.env)
  if (folder === undefined) return
  const leaks = findLeaks(readCollected(folder))
  rmSync(folder, { recursive: true })
  if (leaks.length === 0) return
  const told = leaks.map(({ secret, line }) => `${secret} in ${line.slice(0, 1_000)}`)
  throw new Error(
    'The log of the suites holds what a suite used as a secret. Take it out of the log; or, if ' +
      `it is a word that stands there by chance, let the suite use another.\n${told.join('\n')}`,
  )
}

function* readCollected(folder: string): Iterable<Collected> {
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8')
    for (const one of text.split('\n')) if (one !== '') yield JSON.parse(one) as Collected
  }
}
