/**
 * The entry `wx-reach/sandbox`. In DevTools without an AppID `wx.login` and every form give one and the same mock word,
 * and there is no group. This platform is `wx` with those answers taken from a wx-reach sandbox, so that all else, the
 * library included, runs as on a phone. Not for a published mini-program: the sandbox knows no secrets.
 */
import { answer } from './answer'
import { createSandboxApi } from './sandbox-api'
import { isFormId } from './form-id'
import type { Callbacks, EncryptedData, Platform, SubscribeOptions } from './platform'

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
