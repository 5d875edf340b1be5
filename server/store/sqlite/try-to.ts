/**
 * For what may fail now and is tried again later, such as a checkpoint on a full disk: what was committed stands in the
 * log all the same, and a disk that takes nothing shows itself at the next commit.
 */
export function tryTo<Result>(act: () => Result): Result | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
