/**
 * The entry `wx-reach/sandbox`. In DevTools without an AppID `wx.login` and every form give one and
 * the same mock text, and there is no group. This platform is `wx` with those results taken from a
 * wx-reach sandbox, so that everything else, the library included, runs as on a phone. Not for a
 * published mini-program: the sandbox checks no secrets.
 */
import { isFormId } from './credits'
import { readPlatform } from './platform'
import type {
  Callbacks,
  EncryptedData,
  EnterOptions,
  Platform,
  RequestResult,
  ShareInfoOptions,
  SubscribeOptions,
  WechatError,
} from './platform'
import { createCallWechat, withCallbacks } from './platform-call'

export interface SandboxOptions {
  /** The sandbox's address. @example 'http://127.0.0.1:3001' */
  url: string
  /** The user of this phone. Default: one made at the first sign-in, and remembered in storage. */
  openId?: string
  /** The mini-program's id at the sandbox. Default: `wx0000000000sandbox`, as in `npm start`. */
  appId?: string
  /** Any text: the group in which cards are opened. Default: `sandbox`. */
  group?: string
}

/**
 * A platform for `createReach` whose sign-in, formIds, groups and subscriptions come from the
 * sandbox. `getShareInfo` takes the tickets of this launch, and of others those that `wx` itself
 * takes; it never shows the openGId, which only the server can decrypt.
 *
 * @example
 * const platform = sandboxPlatform(wx, { url: 'http://127.0.0.1:3001' })
 * createReach({ baseUrl, consent: 'granted', platform })
 */
export function sandboxPlatform(wx: Platform, options: SandboxOptions): Platform {
  const { appId = 'wx0000000000sandbox', group = 'sandbox' } = options
  const user = createSandboxUser(wx, { ...options, appId })

  const subscribe = async ({ tmplIds }: SubscribeOptions) => {
    const answers: Record<string, string> = {}
    for (const templateId of tmplIds) {
      await user.post('subscriptions', { templateId, answer: 'accept' })
      answers[templateId] = 'accept'
    }
    return answers
  }

  const isOfThisLaunch = createTicketCheck(wx)
  const shareInfo = async (given?: Partial<ShareInfoOptions>): Promise<EncryptedData> => {
    const { shareTicket } = given || {}
    if (typeof shareTicket !== 'string') throw new Error('shareTicket should be a String')
    // Base libraries before 2.3.0 give tickets to the user who shares, too: only `wx` knows them.
    if (!isOfThisLaunch(shareTicket)) await callWx(wx, 'getShareInfo', { shareTicket })
    const { encryptedData, iv } = await user.post<EncryptedData>('share-info', { group })
    return { errMsg: 'getShareInfo:ok', encryptedData, iv }
  }

  const replaced: Partial<Platform> = {
    login: (given) => report('login', user.post<{ code: string }>('login-codes', {}), given),
    getShareInfo: (given) => report('getShareInfo', shareInfo(given), given),
    requestSubscribeMessage: (given) => report('requestSubscribeMessage', subscribe(given), given),
    getAccountInfoSync: () => ({ miniProgram: { appId } }),
    exchangeFormId(formId, keep) {
      // What is no text is no mock text either: the form lacks `report-submit`.
      if (isFormId(formId) || typeof formId !== 'string') return keep(formId)
      void user
        .post<{ formId: string }>('form-ids', {})
        .then((made) => made.formId)
        .then(keep, keep)
    },
  }
  // Not a copy: `wx` has functions that are not enumerable. getGroupEnterInfo is hidden, because
  // the sandbox has getShareInfo only.
  const platform = Object.create(wx) as Platform
  for (const name of [...Object.keys(replaced), 'getGroupEnterInfo']) {
    Object.defineProperty(platform, name, { value: replaced[name as keyof Platform] })
  }
  return platform
}

/** A result of the sandbox as the platform would give it: with `errMsg`, to the callbacks. */
const report = <Result extends object>(
  name: string,
  result: Promise<Result>,
  given: Callbacks<Result>,
): unknown =>
  withCallbacks(
    result.then(
      (value) => Object.assign({ errMsg: `${name}:ok` }, value),
      (error: Error | WechatError) =>
        Promise.reject('errMsg' in error ? error : { errMsg: `${name}:fail ${error.message}` }),
    ),
    given,
  )

/** Without time-outs and warnings: the errors carry everything. */
const callWx = createCallWechat({ after: () => () => {} }, () => {})

/** Whether the user has come in by a ticket since the launch. A ticket is good no longer. */
function createTicketCheck(wx: Platform): (shareTicket: string) => boolean {
  const tickets: (string | undefined)[] = []
  const note = (entered: EnterOptions | undefined) => void tickets.push((entered || {}).shareTicket)
  if (wx.onAppShow) wx.onAppShow(note)
  return (shareTicket) => {
    note(readPlatform(wx, 'getLaunchOptionsSync'))
    note(readPlatform(wx, 'getEnterOptionsSync'))
    return tickets.indexOf(shareTicket) >= 0
  }
}

/** The user of this phone, at the controls of the sandbox. */
interface SandboxUser {
  /**
   * Posts to `/sandbox/<control>` in the user's name, making the user first where there is none.
   */
  post<Result extends object>(control: string, body: object): Promise<Result>
}

interface SandboxAddress {
  url: string
  appId: string
  openId?: string
}

const userKey = 'wx-reach-sandbox:1'

function createSandboxUser(wx: Platform, address: SandboxAddress): SandboxUser {
  const { url, appId } = address
  const base = `${url.replace(/\/+$/, '')}/sandbox/`
  let user: Promise<string> | undefined

  async function post<Result>(control: string, body: object): Promise<Result> {
    const reply = await callWx<RequestResult>(wx, 'request', {
      url: base + control,
      method: 'POST',
      header: { 'content-type': 'application/json' },
      data: { appId, ...body },
    }).catch((error: { errMsg: string }) => {
      throw new Error(`${error.errMsg}: is the sandbox running at ${url}?`)
    })
    if (reply.statusCode < 200 || reply.statusCode > 299) {
      throw new Error(`POST /sandbox/${control} replied ${reply.statusCode}`)
    }
    return reply.data as Result
  }

  /** Makes a user, or registers the remembered one again: a sandbox that was reset has no users. */
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
    async post<Result>(control: string, body: object) {
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
