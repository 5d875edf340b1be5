/** The administrative regions of China, for `<picker mode="region">`. */
export interface Place {
  name: string
  /** Of the national statistics, six digits. */
  code: string
  parts: Place[]
}

let asked: Promise<Place[]> | undefined

/** Read once, when a picker needs them: they are as large as the rest of the page. */
export const readRegions = (): Promise<Place[]> =>
  (asked ??= fetch('/regions.json').then((reply) => reply.json() as Promise<Place[]>))
