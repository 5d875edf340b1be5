import type { Tell } from './notice'

/** Runs what is ours, or a listener. Its failure is told to the developer and never reaches the page. */
export type Quietly = (task: () => unknown) => void

export const createQuietly =
  (tell: Tell): Quietly =>
  (task) => {
    try {
      task()
    } catch (error) {
      tell('failed', String(error))
    }
  }
