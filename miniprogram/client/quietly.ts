import type { Tell } from './notice'

/** Runs what is ours, or a listener. Its failure is told to the developer and never reaches the page. */
export type Quietly = (task: () => unknown) => void

export const createQuietly =
  (tell: Tell): Quietly =>
  (task) => {
    try {
      task()
    } catch (error) {
      tell('failed', error)
    }
  }

/** Content as `change` makes it, or untouched where that fails. What is no content is the platform's to judge. */
export function changedQuietly<Given>(
  quietly: Quietly,
  given: unknown,
  change: (given: never) => Given,
): Given {
  let result = given as Given
  if (given && typeof given !== 'object') return result
  quietly(() => {
    result = change(given as never)
  })
  return result
}
