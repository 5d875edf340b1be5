/** Columns of texts, in each of which the user chooses one. */
export interface Columns {
  texts(): readonly (readonly string[])[]
  /** The index of each column. */
  chosen(): readonly number[]
  choose(column: number, index: number): void
  /** Calls `listener` when the texts or what is chosen has changed. */
  onChange(listener: () => void): void
}

interface ColumnActs {
  /** @returns what is chosen now that the user has chosen in a column */
  adjust?: (chosen: readonly number[], column: number) => readonly number[]
  /** Called after the user has chosen in a column. */
  told?: (column: number, index: number) => void
}

export function createColumns(
  first: readonly number[],
  /** A column may depend on what those before it have. */
  textsFor: (chosen: readonly number[]) => string[][],
  { adjust = (chosen) => chosen, told }: ColumnActs = {},
): Columns & { set(chosen: readonly number[]): void } {
  let chosen = first
  let redraw = () => {}
  const set = (next: readonly number[]) => {
    chosen = next
    redraw()
  }
  return {
    set,
    texts: () => textsFor(chosen),
    chosen: () =>
      textsFor(chosen).map(({ length }, n) => Math.max(0, Math.min(chosen[n] ?? 0, length - 1))),
    choose(column, index) {
      const next = textsFor(chosen).map((_, n) => (n === column ? index : (chosen[n] ?? 0)))
      set(adjust(next, column))
      told?.(column, index)
    },
    onChange: (listener) => void (redraw = listener),
  }
}
