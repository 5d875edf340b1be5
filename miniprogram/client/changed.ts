/** A copy with changes. Object spread is younger than ES2017 and would bring a helper into every module that uses it. */
export const changed = <T extends object, Changes extends object>(original: T, changes: Changes) =>
  Object.assign({}, original, changes)
