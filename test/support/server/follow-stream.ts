/** A client of `GET /v1/stream`. */
export interface StreamedEvent {
  id: string
  event: string
  data: Record<string, unknown>
}

export interface Followed {
  headers: Headers
  /** The next event, once it has come. Rejects when the stream ends before. */
  next(): Promise<StreamedEvent>
  /** Resolves once the next comment has come. */
  comment(): Promise<true>
  /** Resolves when the server ends the stream, or the connection breaks. */
  ended: Promise<'ended' | 'cut'>
  stop(): void
}

/** @throws when the reply is no stream */
export async function followStream(
  url: string,
  headers: Record<string, string>,
): Promise<Followed> {
  const stopping = new AbortController()
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''))
  const response = await fetch(url, { headers: given, signal: stopping.signal })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  const events: StreamedEvent[] = []
  let comments = 0
  let over = false
  let look = () => {}

  async function read(): Promise<void> {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const bytes of response.body!) {
      const blocks = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split('\n\n')
      rest = blocks.pop()!
      for (const block of blocks) take(block)
      look()
    }
  }

  function take(block: string): void {
    if (block === ':') comments += 1
    const [, id, event, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? []
    if (id !== undefined)
      events.push({ id, event: event!, data: JSON.parse(data!) as StreamedEvent['data'] })
  }

  /** Resolves with what `find` finds, once it does. */
  const when = <Found>(find: () => Found | undefined): Promise<Found> =>
    new Promise((resolve, reject) => {
      look = () => {
        const found = find()
        if (found !== undefined) {
          look = () => {}
          resolve(found)
        } else if (over) reject(new Error('The stream has ended.'))
      }
      look()
    })

  const ended = read()
    .then(
      () => 'ended' as const,
      () => 'cut' as const,
    )
    .finally(() => {
      over = true
      look()
    })
  return {
    headers: response.headers,
    next: () => when(() => events.shift()),
    async comment() {
      const before = comments
      return when(() => comments > before || undefined)
    },
    ended,
    stop: () => stopping.abort(),
  }
}
