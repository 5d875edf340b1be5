/** A promise that a test resolves. */
export function createDeferred<Value = void>() {
  let resolve = (_value: Value) => {}
  const promise = new Promise<Value>((settle) => (resolve = settle))
  return { resolve: (value: Value) => resolve(value), promise }
}
