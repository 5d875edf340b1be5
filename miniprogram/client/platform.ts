/**
 * The functions of `wx` that the library uses, and nothing more of them than it uses. `wx` itself fits; so
 * does a fake, another host, or the sandbox. Only requests and storage are needed: everything else is tested
 * for before use, since base libraries from 1.1.0 on, plugins and single-page mode lack some of it.
 */
import type { WechatError } from './platform-call'

export interface Callbacks<Result> {
  // Methods, so that an object of the typings' own, whose results say more or less, fits too.
  success?(result: Result): void
  fail?(error: WechatError): void
  complete?(result: Result | WechatError): void
}

export interface RequestOptions extends Callbacks<RequestResult> {
  url: string
  method: 'GET' | 'POST'
  data?: object
  header: Record<string, string>
}

export interface RequestResult {
  statusCode: number
  data: unknown
  header?: object
}

/** Launch or enter options. `shareTicket` and `query` are missing where the platform has nothing to say. */
export interface EnterOptions {
  path?: string
  query?: object
  scene?: number
  shareTicket?: string
}

export interface EncryptedData {
  encryptedData: string
  iv: string
}

export interface ShareInfoOptions extends Callbacks<EncryptedData> {
  shareTicket: string
  /** Milliseconds. */
  timeout?: number
}

/** What the platform says where it has nothing else to say. */
export interface GeneralResult {
  errMsg: string
}

export interface ShareMenuOptions extends Callbacks<GeneralResult> {
  withShareTicket?: boolean
}

export interface SubscribeOptions extends Callbacks<Record<string, string>> {
  /** At most five template ids; one-time and long-term ones cannot be mixed. */
  tmplIds: string[]
}

export interface Platform {
  request(options: RequestOptions): unknown
  getStorageSync(key: string): unknown
  setStorageSync(key: string, value: unknown): void
  removeStorageSync(key: string): void
  getStorageInfoSync(): { keys: string[] }
  login?(options: Callbacks<{ code: string }>): unknown
  getShareInfo?(options: ShareInfoOptions): unknown
  getGroupEnterInfo?(options: Callbacks<EncryptedData>): unknown
  showShareMenu?(options: ShareMenuOptions): unknown
  hideShareMenu?(options: ShareMenuOptions): unknown
  updateShareMenu?(options: ShareMenuOptions): unknown
  /** What it answers is read as it comes: typings before 3 have no word for a template's id in it. */
  requestSubscribeMessage?(options: Callbacks<unknown> & { tmplIds: string[] }): unknown
  onAppShow?(listener: (options: EnterOptions) => void): void
  onAppHide?(listener: () => void): void
  onNetworkStatusChange?(listener: (state: { isConnected: boolean }) => void): void
  getLaunchOptionsSync?(): EnterOptions
  getEnterOptionsSync?(): EnterOptions
  getAccountInfoSync?(): { miniProgram: { appId: string } }
  getAppBaseInfo?(): { SDKVersion?: string; version?: string }
  getSystemInfoSync?(): { SDKVersion?: string; version?: string }
  /** Not of `wx`: turns the mock word that a form yields without an AppID into a formId that the sandbox made. */
  exchangeFormId?(formId: unknown, keep: (formId: unknown) => void): void
}

/** What the platform says when it is simply asked. A host that cannot say it must not stop us. */

type Answer<Name extends keyof Platform> = Partial<
  ReturnType<Extract<Platform[Name], () => object>>
>

/**
 * What a function that needs no arguments answers; `{}` where it is missing, throws, or has nothing to say.
 *
 * @param older - asked where this base library lacks the other one
 */
export function readPlatform<Name extends keyof Platform>(
  platform: Platform,
  name: Name,
  older?: Name,
): Answer<Name> {
  try {
    return (platform[platform[name] ? name : older!] as () => Answer<Name>)() || {}
  } catch {
    return {}
  }
}

/** The versions of WeChat and of the base library. */
export const readVersions = (platform: Platform) =>
  readPlatform(platform, 'getAppBaseInfo', 'getSystemInfoSync')
