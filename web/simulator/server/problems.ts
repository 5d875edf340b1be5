/** What of a project is wrong, or is not played. */
export interface Problem {
  /**
   * `error`: the project is wrong. `warning`: it is wrong where the platform lets it pass.
   * `lacking`: the simulator has no such thing.
   */
  kind: 'error' | 'warning' | 'lacking'
  /** A path from the project's folder. */
  file: string
  /** In plain words, with the line where it is known. */
  text: string
}

/** Collects problems, each one once. */
export interface Problems {
  readonly list: readonly Problem[]
  add(kind: Problem['kind'], file: string, text: string): void
}

export function createProblems(): Problems {
  const list: Problem[] = []
  const known = new Set<string>()
  return {
    list,
    add(kind, file, text) {
      const key = `${file}\0${text}`
      if (known.has(key)) return
      known.add(key)
      list.push({ kind, file, text })
    },
  }
}
