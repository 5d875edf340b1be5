/** `EventChannel`: what a page and the one that it opens tell each other. */
export interface EventChannel {
  emit(name: string, ...args: unknown[]): void
  on(name: string, listener: Listener): void
  once(name: string, listener: Listener): void
  off(name: string, listener?: Listener): void
}

type Listener = (...args: never[]) => void

export function createEventChannel(): EventChannel {
  const listeners = new Map<string, { listener: Listener; once: boolean }[]>()
  const add = (name: string, listener: Listener, once: boolean) =>
    void listeners.set(name, [...(listeners.get(name) ?? []), { listener, once }])
  const channel: EventChannel = {
    emit(name, ...args) {
      const known = listeners.get(name) ?? []
      listeners.set(
        name,
        known.filter(({ once }) => !once),
      )
      for (const { listener } of known) listener(...(args as never[]))
    },
    on: (name, listener) => add(name, listener, false),
    once: (name, listener) => add(name, listener, true),
    off(name, listener) {
      const known = listeners.get(name) ?? []
      listeners.set(name, listener ? known.filter((one) => one.listener !== listener) : [])
    },
  }
  return channel
}

/** Two ends: what one emits, the other hears. */
createEventChannel.pair = (): [EventChannel, EventChannel] => {
  const [a, b] = [createEventChannel(), createEventChannel()]
  return [
    { ...a, emit: b.emit },
    { ...b, emit: a.emit },
  ]
}
