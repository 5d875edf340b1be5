/** Runs the files of docs/code unchanged: on a phone, or as code of a backend. */
import { jest } from '@jest/globals'
import type { EnterOptions } from '../../../miniprogram/client/platform'
import { createPhone } from '../../../miniprogram/client/testing'
import type {
  FakePage,
  Life,
  Phone,
  PhoneOptions,
  PhoneRequest,
} from '../../../miniprogram/client/testing'

/** The host of the reader's own backend in docs/code. */
const ownHost = 'app.example.com'

interface Reader {
  phone: Phone
  life: Life
  /** The requests to the reader's own backend. */
  asked(): PhoneRequest[]
  /** Loads the file, and gives what it exports. */
  load(file: string): Record<string, unknown>
  /** Loads a page and opens it. */
  open(file: string, search?: string): FakePage
}

/** @param backend - what the reader's own backend replies */
export function createReader(
  launch?: EnterOptions,
  { backend = {}, wx = {} }: { backend?: object; wx?: NonNullable<PhoneOptions['wx']> } = {},
): Reader {
  jest.resetModules()
  const hosts = { [ownHost]: () => ({ status: 200, body: backend }) }
  const phone = createPhone({ ownTokens: ['own-token'], hosts, wx })
  const life = phone.start(launch)
  life.defineGlobals()
  const load = (file: string) => require(`../../../docs/code/${file}`) as Record<string, unknown>
  return {
    phone,
    life,
    asked: () => phone.network.requests.filter(({ host }) => host === ownHost),
    load,
    open(file, search = '') {
      life.load(`pages/${file}`, () => load(file))
      return life.open(`/pages/${file}${search}`)
    },
  }
}

interface Asked {
  url: string
  method: string
  headers: Record<string, string>
  body: unknown
}

/** In place of `fetch`, for code of a backend. */
export function answerFetch(status: number, reply: unknown): Asked[] {
  const asked: Asked[] = []
  const fetch = async (url: string, init: RequestInit = {}) => {
    const body = init.body ? JSON.parse(String(init.body)) : undefined
    const headers = init.headers as Record<string, string>
    asked.push({ url, method: init.method || 'GET', headers, body })
    return {
      ok: status < 300,
      status,
      json: async () => reply,
      arrayBuffer: async () => reply,
    }
  }
  Object.assign(globalThis, { fetch })
  return asked
}
