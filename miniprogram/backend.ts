/**
 * The app's own backend, which knows its users by a session of its own. `npm start` plays it below
 * `/demo`.
 */
import { config } from './config'
import { platform } from './reach'

export interface Order {
  id: string
  /** For `wx.requestPayment`. */
  payment: {
    timeStamp: string
    nonceStr: string
    package: string
    signType: 'MD5'
    paySign: string
  }
}

export interface RankingRow {
  place: number
  member: number
  brought: number
  mine: boolean
}

/** What a call rejects with. `status` 0: there was no reply. */
export interface BackendError {
  status: number
}

interface Request {
  method: 'GET' | 'POST'
  path: string
  data?: object
}

// Callbacks: `wx.request` of no base library returns a promise.
const send = <Reply>({ path, ...options }: Request, token: string): Promise<Reply> =>
  new Promise((resolve, reject: (error: BackendError) => void) => {
    wx.request({
      ...options,
      url: `${config.baseUrl}/demo${path}`,
      header: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      success: ({ statusCode: status, data }) =>
        status === 200 ? resolve(data as Reply) : reject({ status }),
      fail: () => reject({ status: 0 }),
    })
  })

const login = (): Promise<string> =>
  new Promise((resolve, reject: (error: BackendError) => void) => {
    platform.login!({ success: ({ code }) => resolve(code), fail: () => reject({ status: 0 }) })
  })

function createBackend() {
  let session: Promise<string> | undefined

  async function newSession(): Promise<string> {
    const data = { code: await login() }
    return (await send<{ token: string }>({ method: 'POST', path: '/session', data }, '')).token
  }

  /** One sign-in, however many wait for it; a new one where the last has failed. */
  const token = () =>
    (session ??= newSession().catch((error) => {
      session = undefined
      throw error
    }))

  async function call<Reply>(request: Request): Promise<Reply> {
    try {
      return await send<Reply>(request, await token())
    } catch (error) {
      if ((error as BackendError).status !== 401) throw error
      session = undefined
      return send<Reply>(request, await token())
    }
  }

  return {
    /** Signs in where no call has done so. */
    async signIn(): Promise<void> {
      await token()
    },

    /** Orders at WeChat Pay (统一下单). */
    order: () => call<Order>({ method: 'POST', path: '/orders' }),

    receipt: (orderId: string) =>
      call<{ state: string; reason?: string }>({
        method: 'POST',
        path: `/orders/${orderId}/receipt`,
      }),

    /** The openGId in what `wx.getShareInfo` gave: only a server can decrypt it. */
    groupOf: ({ encryptedData, iv }: { encryptedData: string; iv: string }) =>
      call<{ openGId: string }>({ method: 'POST', path: '/groups', data: { encryptedData, iv } }),

    ranking: (openGId: string) =>
      call<{ rows: RankingRow[] }>({ method: 'GET', path: `/groups/${openGId}/ranking` }),
  }
}

export const backend = createBackend()
