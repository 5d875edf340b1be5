/** The platform as one app sees it: one function per endpoint. Each call is made once. */
import type * as wire from '../../shared/wire/index.ts'
import type { ImageType } from '../rules/media.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { JsonObject } from '../runtime/encoding.ts'
import type { World } from '../runtime/world.ts'
import { createAuthorized, type AuthorizedReply } from './call.ts'
import * as codes from './codes.ts'
import type { WechatReply, ReplyFile, WechatHttp } from './http.ts'
import * as media from './media.ts'
import * as messages from './messages.ts'
import { getQuota, type Quota } from './quotas.ts'
import { codeToSession, type SignedIn } from './sign-in.ts'
import { createNewtmpl, type Newtmpl } from './subscribe-templates.ts'
import * as templates from './templates.ts'
import { createTokenKeeper } from './token.ts'
import * as fetching from './token.ts'
import type {
  FetchToken,
  SharedFetchOptions,
  TokenLife,
  TokenRefusal,
  TokenSource,
} from './token.ts'

/** `count` (1 to 20) from `offset` on. */
interface Page {
  offset: number
  count: number
}

export interface Wechat {
  readonly tokens: TokenSource
  /** As `TokenKeeper.refusal`; never where another token service takes the place of our keeper. */
  tokenRefusal(): TokenRefusal | undefined
  /** As `TokenKeeper.life`, likewise. */
  tokenLife(): TokenLife | undefined
  code2Session(code: string): Promise<WechatReply<SignedIn>>

  listLibrary(page: Page): Promise<AuthorizedReply<wire.TemplateLibraryReply>>
  getLibraryTitle(id: string): Promise<AuthorizedReply<wire.TemplateLibraryTitleReply>>
  listTemplates(page: Page): Promise<AuthorizedReply<templates.AccountTemplate[]>>
  addTemplate(template: wire.AddTemplateRequest): Promise<AuthorizedReply<wire.AddTemplateReply>>
  deleteTemplate(templateId: string): Promise<AuthorizedReply<JsonObject>>
  /** Subscribe templates. */
  readonly newtmpl: Newtmpl

  sendTemplate(message: messages.TemplateSend): Promise<AuthorizedReply<JsonObject>>
  sendSubscribe(message: messages.SubscribeSend): Promise<AuthorizedReply<JsonObject>>
  sendCustomer(message: messages.CustomerSend): Promise<AuthorizedReply<JsonObject>>

  setTyping(state: wire.TypingRequest): Promise<AuthorizedReply<JsonObject>>
  uploadMedia(image: {
    bytes: Buffer
    type: ImageType
  }): Promise<AuthorizedReply<media.UploadedMedia>>
  getMedia(mediaId: string): Promise<AuthorizedReply<ReplyFile>>

  makePathCode(code: codes.PathCode): Promise<AuthorizedReply<codes.CodeImage>>
  makeSceneCode(code: codes.SceneCode): Promise<AuthorizedReply<codes.CodeImage>>
  makeQrCode(code: codes.QrCode): Promise<AuthorizedReply<codes.CodeImage>>

  /** Of today, of the API with this path. */
  getQuota(path: string): Promise<AuthorizedReply<Quota>>

  /** Stops refreshing the token; `http` belongs to the caller. */
  close(): void
}

interface WechatOptions {
  app: ReachApp
  http: WechatHttp
  /** An existing token service. Default: our own keeper, the only one for this app then. */
  token?: TokenSource
  /** How our own keeper shares its token with other and later processes. Default: not at all. */
  shared?: Pick<SharedFetchOptions, 'store' | 'seal' | 'holder'>
  /** Wraps each fetch of our own keeper, to count it. Default: not at all. */
  around?: (fetchToken: FetchToken) => FetchToken
  world: Pick<World, 'clock' | 'monotonic' | 'log'>
}

export function createWechat(options: WechatOptions): Wechat {
  const { app, http, token, shared, around = (fetchToken) => fetchToken, world } = options
  const { tokens, refusal, life, close } = token ? given(token) : keepTokens()
  const authorized = createAuthorized(http, tokens, world.clock)
  return {
    tokens,
    tokenRefusal: refusal,
    tokenLife: life,
    code2Session: (code) => codeToSession(http, app, code),
    listLibrary: (page) => templates.listLibrary(authorized, page),
    getLibraryTitle: (id) => templates.getLibraryTitle(authorized, id),
    listTemplates: (page) => templates.listTemplates(authorized, page),
    addTemplate: (template) => templates.addTemplate(authorized, template),
    deleteTemplate: (templateId) => templates.deleteTemplate(authorized, templateId),
    newtmpl: createNewtmpl(authorized),
    sendTemplate: (message) => messages.sendTemplate(authorized, message),
    sendSubscribe: (message) => messages.sendSubscribe(authorized, message),
    sendCustomer: (message) => messages.sendCustomer(authorized, app, message),
    setTyping: (state) => messages.setTyping(authorized, app, state),
    uploadMedia: (image) => media.uploadMedia(authorized, image),
    getMedia: (mediaId) => media.getMedia(authorized, mediaId),
    makePathCode: (code) => codes.makePathCode(authorized, code),
    makeSceneCode: (code) => codes.makeSceneCode(authorized, code),
    makeQrCode: (code) => codes.makeQrCode(authorized, code),
    getQuota: (path) => getQuota(authorized, path),
    close,
  }

  function keepTokens() {
    const { appId } = app
    const mayForce = shared
      ? fetching.createSharedForceLimit({ ...shared, appId, world })
      : fetching.createForceLimit(world.clock)
    const fetch = around(fetching.createFetchToken(http, app, mayForce))
    const fetchToken = shared
      ? fetching.createSharedFetch({ ...shared, appId, fetchToken: fetch, world })
      : fetch
    const keeper = createTokenKeeper({ fetchToken, world })
    return {
      tokens: keeper,
      refusal: keeper.refusal,
      life: keeper.life,
      close: keeper.close,
    }
  }
}

const given = (tokens: TokenSource) => ({
  tokens,
  refusal: () => undefined,
  life: () => undefined,
  close() {},
})

/** The platform as each app of the server sees it. */
interface Platforms {
  /** @throws for an app that the server does not serve */
  of(appId: string): Wechat
  close(): void
}

export function createPlatforms(
  apps: readonly ReachApp[],
  optionsOf: (appId: string) => Omit<WechatOptions, 'app'>,
): Platforms {
  const platforms = new Map(
    apps.map((app) => [app.appId, createWechat({ ...optionsOf(app.appId), app })]),
  )
  return {
    of(appId) {
      const platform = platforms.get(appId)
      if (!platform) throw new Error('No such app: apps are fixed when the server is made.')
      return platform
    },
    close() {
      for (const platform of platforms.values()) platform.close()
    },
  }
}

interface SendCall {
  openId: string
  ref: string
  fields: unknown
}
type FreshContent =
  { ok: true; content: messages.ComposedContent } | { ok: false; reply: AuthorizedReply<never> }
type Fields<Request> = Omit<Request, 'channel' | 'openId' | 'deadline'>

/**
 * The one call that each channel makes, as the ledger needs it. The route checked the fields before
 * they were stored: see http/schemas/messages.ts.
 * @param freshen replaces images that have ended at WeChat
 */
export function createSenders(
  wechatOf: (appId: string) => Wechat,
  freshen: (appId: string, content: messages.ComposedContent) => Promise<FreshContent>,
) {
  return {
    template: ({ appId }: ReachApp, { fields, openId, ref }: SendCall) =>
      wechatOf(appId).sendTemplate({
        ...(fields as Fields<wire.TemplateMessageRequest>),
        openId,
        formId: ref,
      }),
    subscribe: ({ appId }: ReachApp, { fields, openId }: SendCall) =>
      wechatOf(appId).sendSubscribe({
        ...(fields as Fields<wire.SubscribeMessageRequest>),
        openId,
      }),
    async customer({ appId }: ReachApp, { fields, openId }: SendCall) {
      const fresh = await freshen(appId, fields as messages.ComposedContent)
      if (!fresh.ok) return fresh.reply
      return wechatOf(appId).sendCustomer({ ...fresh.content, openId })
    },
  }
}
