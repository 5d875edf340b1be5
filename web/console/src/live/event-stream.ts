/** Reads `text/event-stream`, and keeps a stream open: it resumes where it was cut. */

export interface StreamEvent {
  id?: string
  type: string
  data: string
}

/** Takes the text of a stream in pieces, and gives the events that are complete. */
export function createEventReader(): (text: string) => StreamEvent[] {
  let rest = ''
  return (text) => {
    const blocks = (rest + text).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop()!
    return blocks.flatMap(eventOf)
  }
}

function eventOf(block: string): StreamEvent[] {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? []
    if (name === undefined) continue
    const before = name === 'data' ? fields.get('data') : undefined
    fields.set(name, before === undefined ? value! : `${before}\n${value}`)
  }
  const [id, type, data] = [fields.get('id'), fields.get('event'), fields.get('data') ?? '']
  return type === undefined ? [] : [{ type, data, ...(id !== undefined && { id }) }]
}

export interface StreamOptions {
  url: URL
  onEvent(event: StreamEvent): void
  onState(state: StreamState): void
  fetch?: typeof globalThis.fetch
  wait?: (ms: number, signal: AbortSignal) => Promise<void>
  /** From 0 to 1. */
  random?: () => number
}

/** `none`: the server has no stream, or refuses this key one. */
export type StreamState = 'on' | 'off' | 'none'

const firstWaitMs = 500
const longestWaitMs = 15_000
/** Refused for good: asking again would change nothing. */
const final = [401, 403, 404]

/**
 * Follows the stream until it is stopped. It resumes after the last event by `Last-Event-ID`;
 * an EventSource would give up at the first reply of a proxy that is not 200.
 *
 * @returns stops it
 */
export function followStream({
  url,
  onEvent,
  onState,
  fetch = globalThis.fetch,
  wait = waitFor,
  random = Math.random,
}: StreamOptions): () => void {
  const stop = new AbortController()
  let lastId: string | undefined
  let failures = 0

  /** @returns whether to ask again */
  async function readOnce(): Promise<boolean> {
    const response = await fetch(url, {
      headers: {
        Accept: 'text/event-stream',
        'X-Reach-Console': '1',
        ...(lastId !== undefined && { 'Last-Event-ID': lastId }),
      },
      signal: stop.signal,
    })
    if (final.includes(response.status)) return false
    const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream')
    if (!response.ok || !isStream || !response.body) throw new Error(`HTTP ${response.status}`)
    onState('on')
    const read = createEventReader()
    const reader = response.body.getReader()
    const decoder = new TextDecoder()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return true
      failures = 0
      for (const event of read(decoder.decode(value, { stream: true }))) {
        lastId = event.id ?? lastId
        onEvent(event)
      }
    }
  }

  async function follow(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        if (!(await readOnce())) {
          onState('none')
          return
        }
      } catch {
        if (stop.signal.aborted) return
      }
      onState('off')
      failures += 1
      const waitMs = Math.min(firstWaitMs * 2 ** (failures - 1), longestWaitMs)
      await wait(waitMs * (0.5 + random() / 2), stop.signal)
    }
  }

  void follow()
  return () => stop.abort()
}

const waitFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
