/** The sandbox's controls, as one user. */
import { createCallWechat } from './wechat-call'
import type { Platform, RequestResult } from './platform'

const key = 'wx-reach-sandbox:1'

export interface SandboxApi {
  /** Posts to `/sandbox/<control>` in the user's name, making the user first where there is none yet. */
  asUser<Result extends object>(control: string, body: object): Promise<Result>
}

export interface SandboxAddress {
  url: string
  appId: string
  openId?: string
}

export function createSandboxApi(wx: Platform, address: SandboxAddress): SandboxApi {
  const { url, appId } = address
  const base = `${url.replace(/\/+$/, '')}/sandbox/`
  // No time-outs, and nobody to tell: the errors say all.
  const callWechat = createCallWechat({ after: () => () => {} }, () => {})
  let user: Promise<string> | undefined

  async function post<Result>(control: string, body: object): Promise<Result> {
    const reply = await callWechat<RequestResult>(wx, 'request', {
      url: base + control,
      method: 'POST',
      header: { 'content-type': 'application/json' },
      data: { appId, ...body },
    }).catch((error: { errMsg: string }) => {
      throw new Error(`${error.errMsg}: is the sandbox running at ${url}?`)
    })
    if (reply.statusCode < 200 || reply.statusCode > 299) {
      throw new Error(`POST /sandbox/${control} answered ${reply.statusCode}`)
    }
    return reply.data as Result
  }

  /** Made, or made known again: a sandbox that was reset has forgotten whom we remember. */
  async function signUp(openId: string | undefined): Promise<string> {
    const made = await post<{ openId: string }>('users', openId ? { openId } : {})
    if (!address.openId) wx.setStorageSync(key, [url, made.openId])
    return made.openId
  }

  function remembered(): string | undefined {
    const [at, openId] = (wx.getStorageSync(key) || []) as string[]
    return at === url ? openId : undefined
  }

  return {
    async asUser<Result>(control: string, body: object) {
      const known = address.openId || remembered()
      user = user || (known ? Promise.resolve(known) : signUp(undefined))
      user.catch(() => (user = undefined))
      const openId = await user
      try {
        return await post<Result>(control, { openId, ...body })
      } catch {
        user = signUp(openId)
        user.catch(() => (user = undefined))
        return post<Result>(control, { openId: await user, ...body })
      }
    },
  }
}
