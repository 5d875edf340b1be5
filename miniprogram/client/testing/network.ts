/** The network of a phone, and what replies at the other end. */
export interface PhoneRequest {
  method: string
  /** Without scheme and host. */
  path: string
  token?: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests know its shape
  body: any
}

export interface PhoneReply {
  status: number
  body?: unknown
  header?: Record<string, string>
}

/** `hang`: a reply never comes. `fail`: the request fails without a reply. */
export type NetworkReply = PhoneReply | 'hang' | 'fail'

export interface FakeNetwork {
  online: boolean
  /** Every request that left the phone, in order. */
  readonly requests: PhoneRequest[]
  /** Requests without a reply yet, and the most at one time. */
  inFlight: number
  mostInFlight: number
  aborted: number
  reply: (request: PhoneRequest) => NetworkReply | Promise<NetworkReply>
  bodies(path: string): PhoneRequest['body'][]
}

export function createFakeNetwork(reply: FakeNetwork['reply']): FakeNetwork {
  const network: FakeNetwork = {
    online: true,
    requests: [],
    inFlight: 0,
    mostInFlight: 0,
    aborted: 0,
    reply,
    bodies: (path) => network.requests.filter((one) => one.path === path).map((one) => one.body),
  }
  return network
}
