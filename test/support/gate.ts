/** Something that others wait for. */
export function gate<Value = void>() {
  let open = (_value: Value) => {}
  const opened = new Promise<Value>((resolve) => (open = resolve))
  return { open: (value: Value) => open(value), opened }
}
