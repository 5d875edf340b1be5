/** Requests of the page: to the simulator, and through it to the sandbox. */
import type { NetworkReply } from '../device.ts'

export interface Settings {
  name: string
  pages: string[]
  modes: { name: string; pathName: string; query: string; scene?: number; group?: string }[]
  problems: { kind: 'error' | 'warning' | 'lacking'; file: string; text: string }[]
  hash: string
  server: string | null
  sandbox: string | null
  appId: string
  domains: string[] | null
}

export async function readSettings(): Promise<Settings> {
  const reply = await fetch('/project.json')
  return (await reply.json()) as Settings
}

/** Sends a phone's request through the simulator. @throws where there is no reply */
export async function sendThrough(
  request: { url: string; method: string; header: Record<string, string>; body?: string },
  signal?: AbortSignal,
): Promise<NetworkReply> {
  const reply = await fetch('/proxy', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-simulator': '1' },
    body: JSON.stringify(request),
    ...(signal && { signal }),
  })
  const result = (await reply.json()) as NetworkReply & { problem?: string }
  if (!reply.ok) throw new Error(result.problem ?? `replied ${reply.status}`)
  return result
}

export interface Sandbox {
  post<Result>(control: string, body: object): Promise<Result>
  get<Result>(control: string): Promise<Result>
}

/** @param address - `null`: every call fails with `missing` */
export function createSandbox(
  address: string | null,
  appId: string,
  missing: () => string,
): Sandbox {
  async function call<Result>(method: string, control: string, body?: object): Promise<Result> {
    if (address === null) throw new Error(missing())
    const query = body ? '' : `${control.includes('?') ? '&' : '?'}appId=${appId}`
    const reply = await sendThrough({
      url: `${address.replace(/\/+$/, '')}/sandbox/${control}${query}`,
      method,
      header: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify({ appId, ...body }) }),
    })
    const result = JSON.parse(reply.text ?? '{}') as Result & { error?: string }
    if (reply.status > 299) throw new Error(result.error ?? `the sandbox replied ${reply.status}`)
    return result
  }
  return {
    post: (control, body) => call('POST', control, body),
    get: (control) => call('GET', control),
  }
}
