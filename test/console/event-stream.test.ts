import { describe, expect, it } from '@jest/globals'
import {
  createEventReader,
  followStream,
  type StreamEvent,
  type StreamState,
} from '../../web/console/src/live/event-stream.ts'

const url = new URL('http://reach.example/v1/stream')

describe('the reader of events', () => {
  it('puts pieces together, and passes over comments', () => {
    const read = createEventReader()
    expect(read(': heartbeat\n\nid: 7\nevent: message.')).toEqual([])
    expect(read('settled\ndata: {"id":"m"}\r\n\r\nevent: reset\n\n')).toEqual([
      { id: '7', type: 'message.settled', data: '{"id":"m"}' },
      { type: 'reset', data: '' },
    ])
  })

  it('joins the lines of one datum', () => {
    const [event] = createEventReader()('event: x\ndata: a\ndata: b\n\n')
    expect(event!.data).toBe('a\nb')
  })
})

describe('a stream that is followed', () => {
  /** Answers the requests in turn; after the last answer it stays silent. */
  function follow(answers: (() => Response)[]) {
    const events: StreamEvent[] = []
    const states: StreamState[] = []
    const lastIds: (string | null)[] = []
    const waits: number[] = []
    let stop = () => {}
    const ended = new Promise<void>((resolve) => {
      stop = followStream({
        url,
        onEvent: (event) => events.push(event),
        onState(state) {
          states.push(state)
          if (state === 'none') resolve()
        },
        async fetch(_url, init) {
          lastIds.push(new Headers(init?.headers).get('Last-Event-ID'))
          const answer = answers.shift()
          if (answer) return answer()
          resolve()
          return new Promise(() => {})
        },
        async wait(ms) {
          waits.push(ms)
        },
        random: () => 1,
      })
    })
    return { ended, events, states, lastIds, waits, stop: () => stop() }
  }

  const stream = (text: string) => () =>
    new Response(text, { headers: { 'Content-Type': 'text/event-stream' } })
  const refused = (status: number) => () => new Response('', { status })
  const away = () => {
    throw new TypeError('fetch failed')
  }

  it('resumes after its last event once the server is back, waiting longer each time', async () => {
    const followed = follow([
      stream('id: 1\nevent: a\n\nid: 2\nevent: b\n\n'),
      away,
      refused(502),
      stream('id: 3\nevent: c\n\n'),
    ])
    await followed.ended
    followed.stop()
    expect(followed.lastIds).toEqual([null, '2', '2', '2', '3'])
    expect(followed.events.map(({ type }) => type)).toEqual(['a', 'b', 'c'])
    expect(followed.states).toEqual(['on', 'off', 'off', 'off', 'on', 'off'])
    expect(followed.waits).toEqual([500, 1_000, 2_000, 500])
  })

  it.each([401, 403, 404])('is not asked for again after %i', async (status) => {
    const followed = follow([refused(status)])
    await followed.ended
    expect(followed.states).toEqual(['none'])
    expect(followed.lastIds).toHaveLength(1)
  })

  it('takes no page of a proxy for a stream', async () => {
    const followed = follow([() => new Response('<html>')])
    await followed.ended
    followed.stop()
    expect(followed.events).toEqual([])
    expect(followed.states).toEqual(['off'])
  })
})
