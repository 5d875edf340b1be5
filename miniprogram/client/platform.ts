/**
 * The functions of `wx` that the library uses, and nothing more of them than it uses. `wx` itself
 * fits; so does a fake, another host, or the sandbox. Only requests and storage are needed:
 * everything else is tested for before use, since old base libraries, plugins and single-page mode
 * lack some.
 */
/** What the platform hands to `fail`. */
export interface WechatError {
  errMsg: string
  errCode?: number
  errno?: number
}

export interface Callbacks<Result> {
  // Methods, so that an object of the typings' own, whose results have more or fewer fields, fits.
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

/** Launch or enter options. */
export interface EnterOptions {
  path?: string
  query?: object
  scene?: number
  shareTicket?: string
}

export interface EncryptedData extends GeneralResult {
  encryptedData: string
  iv: string
}

export interface ShareInfoOptions extends Callbacks<EncryptedData> {
  shareTicket: string
  /** Milliseconds. */
  timeout?: number
}

/** The result of a function that has no other result. */
export interface GeneralResult {
  errMsg: string
}

/** Of `showShareMenu`, `hideShareMenu` and `updateShareMenu`: each reads what it knows. */
export interface ShareMenuOptions extends Callbacks<GeneralResult> {
  withShareTicket?: boolean
  /** To show or to hide: `shareAppMessage`, `shareTimeline`. */
  menus?: string[]
  isUpdatableMessage?: boolean
  activityId?: string
  toDoActivityId?: string
  templateInfo?: { parameterList: { name: string; value: string }[] }
  isPrivateMessage?: boolean
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
  /** Its result is unknown: typings before 3 have no type for a template's id in it. */
  requestSubscribeMessage?(options: Callbacks<unknown> & { tmplIds: string[] }): unknown
  onAppShow?(listener: (options: EnterOptions) => void): void
  onAppHide?(listener: () => void): void
  onNetworkStatusChange?(listener: (state: { isConnected: boolean }) => void): void
  getLaunchOptionsSync?(): EnterOptions
  getEnterOptionsSync?(): EnterOptions
  getAccountInfoSync?(): { miniProgram: { appId: string } }
  getAppBaseInfo?(): { SDKVersion?: string; version?: string }
  getSystemInfoSync?(): { SDKVersion?: string; version?: string }
  /** Not of `wx`: turns the mock text of a form without an AppID into a formId of the sandbox. */
  exchangeFormId?(formId: unknown, keep: (formId: unknown) => void): void
}

type Known<Name extends keyof Platform> = Partial<ReturnType<Extract<Platform[Name], () => object>>>

/**
 * What a function without arguments returns; `{}` where it is missing, throws, or returns nothing:
 * a host that cannot say it must not stop the library.
 *
 * @param older - called where this base library lacks the other one
 */
export function readPlatform<Name extends keyof Platform>(
  platform: Platform,
  name: Name,
  older?: Name,
): Known<Name> {
  try {
    return (platform[platform[name] ? name : older!] as () => Known<Name>)() || {}
  } catch {
    return {}
  }
}

/** The versions of WeChat and of the base library. */
export const readVersions = (platform: Platform) =>
  readPlatform(platform, 'getAppBaseInfo', 'getSystemInfoSync')
