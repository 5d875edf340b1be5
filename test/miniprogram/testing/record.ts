/** Names of calls, in their order. */
export function createRecord() {
  const calls: string[] = []
  const record = (name: string) => () => void calls.push(name)
  const all = (names: string[], of = '') =>
    Object.fromEntries(names.map((name) => [name, record(of + name)]))
  return { calls, all }
}
