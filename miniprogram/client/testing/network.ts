/** The network under a phone, with somebody at the other end. */
export interface PhoneRequest {
  method: string
  /** Without scheme and host. */
  path: string
  token?: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks into what it expects to be there
  body: any
}

export interface PhoneReply {
  status: number
  body?: unknown
  header?: Record<string, string>
}

/** `hang`: nobody ever answers. */
export type NetworkAnswer = PhoneReply | 'hang' | 'fail'

export interface FakeNetwork {
  online: boolean
  /** Every request that left the phone, in order. */
  readonly requests: PhoneRequest[]
  /** Requests that nobody has answered yet, and the most there were at one time. */
  inFlight: number
  mostInFlight: number
  aborted: number
  answer: (request: PhoneRequest) => NetworkAnswer | Promise<NetworkAnswer>
  bodies(path: string): PhoneRequest['body'][]
}

export function createFakeNetwork(answer: FakeNetwork['answer']): FakeNetwork {
  const network: FakeNetwork = {
    online: true,
    requests: [],
    inFlight: 0,
    mostInFlight: 0,
    aborted: 0,
    answer,
    bodies: (path) => network.requests.filter((one) => one.path === path).map((one) => one.body),
  }
  return network
}
