/** Every API call seen, in the order of arrival. Secrets and all: they are this sandbox's own. */
export interface SeenCall {
  /** ISO 8601, by the platform's clock. */
  at: string
  method: string
  path: string
  query: Record<string, string>
  /** Parsed when it is JSON, else the text; `null`: none. */
  body: unknown
  /** `null`: no reply yet, or none at all. */
  status: number | null
  reply: unknown
}

export interface Calls {
  /** The entry is filled in as the call goes on. */
  begin(call: SeenCall): { call: SeenCall; appId?: string }
  /** Those of one app, or all. */
  list(appId?: string): SeenCall[]
}

/** So that a bench against the sandbox does not eat the memory: the oldest go first. */
const kept = 100_000

export function createCalls(): Calls {
  const entries: { call: SeenCall; appId?: string }[] = []
  return {
    begin(call) {
      const entry = { call }
      entries.push(entry)
      if (entries.length > 2 * kept) entries.splice(0, kept)
      return entry
    },
    list: (appId) =>
      entries
        .slice(-kept)
        .filter((entry) => appId === undefined || entry.appId === appId)
        .map(({ call }) => call),
  }
}
