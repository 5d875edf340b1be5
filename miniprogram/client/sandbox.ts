/**
 * The entry `wx-reach/sandbox`. In DevTools without an AppID `wx.login` and every form give one and the same mock word,
 * and there is no group. This platform is `wx` with those answers taken from a wx-reach sandbox, so that all else, the
 * library included, runs as on a phone. Not for a published mini-program: the sandbox knows no secrets.
 */
import { isFormId } from './credits'
import type {
  Callbacks,
  EncryptedData,
  Platform,
  SubscribeOptions,
  RequestResult,
} from './platform'
import { answer, createCallWechat } from './platform-call'

export interface SandboxOptions {
  /** Where the sandbox listens. @example 'http://127.0.0.1:3001' */
  url: string
  /** Whose phone this is. Default: a user made at the first sign-in, and remembered in storage. */
  openId?: string
  /** The mini-program's id at the sandbox. Default: `wx0000000000sandbox`, as `npm start` has it. */
  appId?: string
  /** Any word: the group in which cards are opened. Default: `sandbox`. */
  group?: string
}

/** The sandbox's answer in the platform's manners: with `errMsg`, to the callbacks. */
const tell = <Result extends object>(
  name: string,
  result: Promise<Result>,
  given: Callbacks<Result>,
): unknown =>
  answer(
    result.then(
      (value) => Object.assign({ errMsg: `${name}:ok` }, value),
      (error: Error) => Promise.reject({ errMsg: `${name}:fail ${error.message}` }),
    ),
    given,
  )

/**
 * A platform for `createReach` whose sign-in, formIds, groups and subscriptions come from the sandbox.
 *
 * @example
 * createReach({ baseUrl, consent: 'granted', platform: sandboxPlatform(wx, { url: 'http://127.0.0.1:3001' }) })
 */
export function sandboxPlatform(wx: Platform, options: SandboxOptions): Platform {
  const { appId = 'wx0000000000sandbox', group = 'sandbox' } = options
  const api = createSandboxApi(wx, { ...options, appId })

  const subscribe = async ({ tmplIds }: SubscribeOptions) => {
    const answers: Record<string, string> = {}
    for (const templateId of tmplIds) {
      await api.asUser('subscriptions', { templateId, answer: 'accept' })
      answers[templateId] = 'accept'
    }
    return answers
  }

  const replaced: Partial<Platform> = {
    login: (given) => tell('login', api.asUser<{ code: string }>('login-codes', {}), given),
    getShareInfo: (given) =>
      tell('getShareInfo', api.asUser<EncryptedData>('share-info', { group }), given),
    requestSubscribeMessage: (given) => tell('requestSubscribeMessage', subscribe(given), given),
    getAccountInfoSync: () => ({ miniProgram: { appId } }),
    exchangeFormId(formId, keep) {
      // What is no text is no mock word either: the form lacks `report-submit`.
      if (isFormId(formId) || typeof formId !== 'string') return keep(formId)
      void api
        .asUser<{ formId: string }>('form-ids', {})
        .then((made) => made.formId)
        .then(keep, keep)
    },
  }
  // Not a copy: `wx` has functions that no loop over it finds. getGroupEnterInfo is taken away, for the sandbox speaks getShareInfo.
  const platform = Object.create(wx) as Platform
  for (const name of [...Object.keys(replaced), 'getGroupEnterInfo']) {
    Object.defineProperty(platform, name, { value: replaced[name as keyof Platform] })
  }
  return platform
}

/** The sandbox's controls, as one user. */

const userKey = 'wx-reach-sandbox:1'

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
    if (!address.openId) wx.setStorageSync(userKey, [url, made.openId])
    return made.openId
  }

  function remembered(): string | undefined {
    const [at, openId] = (wx.getStorageSync(userKey) || []) as string[]
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
