/** The platform as one app sees it: one function per endpoint. Makes every call once, save for a refused token. */
import type * as wire from '../../shared/wire/index.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { World } from '../runtime/world.ts'
import { createAuthorized } from './authorized.ts'
import {
  makePathCode,
  type PathCode,
  makeQrCode,
  type QrCode,
  makeSceneCode,
  type SceneCode,
} from './codes.ts'
import type { CodeImage } from './codes.ts'
import type { JsonObject } from '../runtime/json.ts'
import type { ReplyFile, WechatHttp } from './http.ts'
import { getMedia, uploadMedia, type UploadedMedia } from './media.ts'
import type { ImageType } from '../rules/media.ts'
import {
  sendCustomer,
  type CustomerSend,
  sendSubscribe,
  type SubscribeSend,
  sendTemplate,
  type TemplateSend,
  setTyping,
} from './messages.ts'
import type { AuthorizedReply, WechatReply } from './reply.ts'
import { createSharedFetch } from './shared-token.ts'
import type { SharedFetchOptions } from './shared-token.ts'
import { codeToSession, type SignedIn } from './sign-in.ts'
import { createNewtmpl, type Newtmpl } from './subscribe-templates.ts'
import {
  addTemplate,
  deleteTemplate,
  getLibraryTitle,
  listLibrary,
  listTemplates,
  type AccountTemplate,
} from './templates.ts'
import {
  createFetchToken,
  createForceLimit,
  createSharedForceLimit,
  createTokenKeeper,
} from './token.ts'
import type { FetchToken, TokenSource } from './token.ts'

/** `count` (1 to 20) from `offset` on. */
interface Page {
  offset: number
  count: number
}

export interface Wechat {
  readonly tokens: TokenSource
  code2Session(code: string): Promise<WechatReply<SignedIn>>

  listLibrary(page: Page): Promise<AuthorizedReply<wire.TemplateLibraryReply>>
  getLibraryTitle(id: string): Promise<AuthorizedReply<wire.TemplateLibraryTitleReply>>
  listTemplates(page: Page): Promise<AuthorizedReply<AccountTemplate[]>>
  addTemplate(template: wire.AddTemplateRequest): Promise<AuthorizedReply<wire.AddTemplateReply>>
  deleteTemplate(templateId: string): Promise<AuthorizedReply<JsonObject>>
  /** Subscribe templates. */
  readonly newtmpl: Newtmpl

  sendTemplate(message: TemplateSend): Promise<AuthorizedReply<JsonObject>>
  sendSubscribe(message: SubscribeSend): Promise<AuthorizedReply<JsonObject>>
  sendCustomer(message: CustomerSend): Promise<AuthorizedReply<JsonObject>>

  setTyping(state: wire.TypingRequest): Promise<AuthorizedReply<JsonObject>>
  uploadMedia(image: { bytes: Buffer; type: ImageType }): Promise<AuthorizedReply<UploadedMedia>>
  getMedia(mediaId: string): Promise<AuthorizedReply<ReplyFile>>

  makePathCode(code: PathCode): Promise<AuthorizedReply<CodeImage>>
  makeSceneCode(code: SceneCode): Promise<AuthorizedReply<CodeImage>>
  makeQrCode(code: QrCode): Promise<AuthorizedReply<CodeImage>>

  /** Stops refreshing the token; `http` belongs to the caller. */
  close(): void
}

export interface WechatOptions {
  app: ReachApp
  http: WechatHttp
  /** An existing token service; default: our own keeper, which must then be the only one for this app. */
  token?: TokenSource
  /** Where our own keeper shares its token with other processes and with later ones. Default: it does not. */
  shared?: Pick<SharedFetchOptions, 'store' | 'seal' | 'holder'>
  /** Stands around each fetch that our own keeper makes, to count it. Default: nothing does. */
  around?: (fetchToken: FetchToken) => FetchToken
  world: Pick<World, 'clock' | 'monotonic' | 'log'>
}

export function createWechat(options: WechatOptions): Wechat {
  const { app, http, token, shared, around = (fetchToken) => fetchToken, world } = options
  const { tokens, close } = token ? { tokens: token, close() {} } : keepTokens()
  const authorized = createAuthorized(http, tokens)
  return {
    tokens,
    code2Session: (code) => codeToSession(http, app, code),
    listLibrary: (page) => listLibrary(authorized, page),
    getLibraryTitle: (id) => getLibraryTitle(authorized, id),
    listTemplates: (page) => listTemplates(authorized, page),
    addTemplate: (template) => addTemplate(authorized, template),
    deleteTemplate: (templateId) => deleteTemplate(authorized, templateId),
    newtmpl: createNewtmpl(authorized),
    sendTemplate: (message) => sendTemplate(authorized, message),
    sendSubscribe: (message) => sendSubscribe(authorized, message),
    sendCustomer: (message) => sendCustomer(authorized, app, message),
    setTyping: (state) => setTyping(authorized, app, state),
    uploadMedia: (image) => uploadMedia(authorized, image),
    getMedia: (mediaId) => getMedia(authorized, mediaId),
    makePathCode: (code) => makePathCode(authorized, code),
    makeSceneCode: (code) => makeSceneCode(authorized, code),
    makeQrCode: (code) => makeQrCode(authorized, code),
    close,
  }

  function keepTokens() {
    const { appId } = app
    const mayForce = shared
      ? createSharedForceLimit({ ...shared, appId, world })
      : createForceLimit(world.clock)
    const fetch = around(createFetchToken(http, app, mayForce))
    const fetchToken = shared
      ? createSharedFetch({ ...shared, appId, fetchToken: fetch, world })
      : fetch
    const keeper = createTokenKeeper({ fetchToken, world })
    return { tokens: keeper, close: () => keeper.close() }
  }
}
