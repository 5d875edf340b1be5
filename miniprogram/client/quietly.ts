import type { Tell } from './notice'

/** Runs what is ours. Its failure is told to the developer and never reaches the page. */
export type Quietly = (task: () => void) => void

export const createQuietly =
  (tell: Tell): Quietly =>
  (task) => {
    try {
      task()
    } catch (error) {
      tell('content_unreadable', String(error))
    }
  }
