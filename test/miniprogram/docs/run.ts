/**
 * Runs a file of docs/code as the platform runs a page or the app: with `wx`, `Page` and `App` as
 * globals.
 */
import { jest } from '@jest/globals'
import type { EnterOptions } from '../../../miniprogram/client/platform'
import { createPhone } from '../../../miniprogram/client/testing'
import type { FakePage, Life, Phone } from '../../../miniprogram/client/testing'

type Fields = Record<string, unknown>
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests know its shape
type OpenPage = FakePage & Record<string, any>

interface Reader {
  phone: Phone
  life: Life
  /** Requests to the reader's own backend, which replies with `own`. */
  asked: { url: string; data?: unknown }[]
  own: (url: string) => { statusCode: number; data: unknown }
  /** Loads the file, and gives what it exports. */
  load(file: string): Fields
  /** Loads a page and opens it. */
  open(file: string, query?: object): OpenPage
  /** Loads the app and launches it. */
  launch(file: string): void
}

/** Functions of `wx` that the reader's own code calls. */
export function createReader(launch?: EnterOptions, more: Fields = {}): Reader {
  const phone = createPhone({ ownTokens: ['own-token'] })
  const life = phone.start(launch)
  let registered: object = {}

  const reader: Reader = {
    phone,
    life,
    asked: [],
    own: () => ({ statusCode: 200, data: {} }),
    load: (file) => require(`../../../docs/code/${file}`) as Fields,
    open(file, query = {}) {
      reader.load(file)
      const page = life.open(registered, { route: `pages/${file}`, options: query }) as OpenPage
      return page
    },
    launch(file) {
      reader.load(file)
      life.App(registered)
    },
  }

  const register = (options: object): void => {
    const data = (options as { data?: object }).data
    registered = {
      ...options,
      data: { ...data },
      setData(this: { data: object }, changes: object) {
        Object.assign(this.data, changes)
      },
    }
  }
  const request: typeof life.platform.request = (options) => {
    if (/reach\.example\.com/.test(options.url)) return life.platform.request(options)
    reader.asked.push({ url: options.url, data: options.data })
    const reply = reader.own(options.url)
    return void Promise.resolve().then(() => options.success?.(reply))
  }
  Object.assign(globalThis, {
    wx: { ...life.platform, request, ...more },
    Page: register,
    App: register,
    getCurrentPages: () => life.pages,
    getApp: () => registered,
  })
  jest.resetModules()
  return reader
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
