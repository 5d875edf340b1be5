/**
 * A sandbox on a port of its own, at a fixed time and with fixed randomness, and how a test speaks
 * to it.
 */
import { createHash } from 'node:crypto'
import { createAdvancingClock, type Random } from '../../../server/runtime/world.ts'
import {
  listenSandbox,
  type ListenOptions,
  type ListeningSandbox,
} from '../../../server/sandbox/listen.ts'
import type { Platform } from '../../../server/sandbox/sandbox.ts'
import { startMs } from './start-reach.ts'

export const app = { appId: 'wx0000000000sandbox', secret: '0123456789abcdef0123456789abcdef' }

/** Every field that some reply has: a test knows which reply it asked for. */
interface SandboxReply {
  errcode: number
  errmsg: string
  session_key: string
  openid: string
  access_token: string
  expires_in: number
  list: { title: string; template_id: string }[]
  template_id: string
  keyword_list: { name: string }[]
  openId: string
  code: string
  formId: string
  prepayId: string
  transactionId: string
  encryptedData: string
  iv: string
  openGId: string
  messages: unknown[]
  calls: unknown[]
  media_id: string
  trace_id: string
  created_at: number
  priTmplId: string
  data: unknown[]
  templateId: string
  secret: string
  verified: boolean
  problem: string
  accepted: boolean
  attempts: number
  status: number | null
  body: string | null
  reply: string | null
  push: unknown
  quota: object
  ip_list: string[]
  url_link: string
  openlink: string
  link: string
  links: object[]
  pushes: { event?: string; accepted: boolean }[]
  error: string
}

export interface StartedSandbox {
  url: string
  sandbox: Platform
  world: ListeningSandbox['world']
  get(path: string, query?: Record<string, string>): Promise<SandboxReply>
  post(path: string, body?: unknown): Promise<SandboxReply>
  /** With a good access_token. */
  call(path: string, body: unknown): Promise<SandboxReply>
  /** A file in the field `media`, as SDKs send it. */
  upload(bytes: Buffer, query?: Record<string, string>): Promise<SandboxReply>
  token(): Promise<string>
  /** Signs the user in and gives the session_key. */
  signIn(openId: string): Promise<string>
  close(): Promise<void>
}

export async function startSandbox(options: Partial<ListenOptions> = {}): Promise<StartedSandbox> {
  const { url, sandbox, world, close } = await listenSandbox({
    apps: [app],
    edition: '2018',
    clock: createAdvancingClock(() => startMs),
    random: createFixedRandom(),
    ...options,
  })
  const read = async (reply: Response) => JSON.parse(await reply.text()) as SandboxReply
  const get = async (path: string, query: Record<string, string> = {}) =>
    read(await fetch(`${url}${path}?${new URLSearchParams(query)}`))
  const post = async (path: string, body: unknown = {}) =>
    read(await fetch(url + path, { method: 'POST', body: JSON.stringify(body) }))
  const token = async () => {
    const credentials = { appid: app.appId, secret: app.secret }
    const query = { grant_type: 'client_credential', ...credentials }
    return (await get('/cgi-bin/token', query)).access_token
  }
  return {
    url,
    sandbox,
    world,
    get,
    post,
    token,
    call: async (path, body) => post(`${path}?access_token=${await token()}`, body),
    async upload(bytes, more = { type: 'image' }) {
      const query = new URLSearchParams({ access_token: await token(), ...more })
      const form = new FormData()
      form.set('media', new Blob([new Uint8Array(bytes)]), '图片.png')
      return read(
        await fetch(`${url}/cgi-bin/media/upload?${query}`, { method: 'POST', body: form }),
      )
    },
    async signIn(openId) {
      const { code } = await post('/sandbox/login-codes', { openId })
      return (await get('/sns/jscode2session', signInQuery(code))).session_key
    },
    close,
  }
}

export function signInQuery(code: string) {
  const credentials = { appid: app.appId, secret: app.secret }
  return { ...credentials, js_code: code, grant_type: 'authorization_code' }
}

/** The same bytes in the same order, and no two alike. */
export function createFixedRandom(seed = 'sandbox'): Random {
  let draws = 0
  return (bytes) => {
    const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, block) =>
      createHash('sha256').update(`${seed} ${draws} ${block}`).digest(),
    )
    draws += 1
    return Buffer.concat(blocks).subarray(0, bytes)
  }
}
