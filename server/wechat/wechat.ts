/** The platform as one app sees it: one function per endpoint. Makes every call once, save for a refused token. */
import type { ReachApp } from '../apps.ts'
import type { World } from '../world.ts'
import { createAuthorized } from './authorized.ts'
import { codeToSession, type SignedIn } from './code-to-session.ts'
import { createFetchToken } from './fetch-token.ts'
import type { JsonObject, WechatHttp } from './http.ts'
import { listTemplates, type AccountTemplate } from './list-templates.ts'
import type { AuthorizedReply, Reply } from './reply.ts'
import { sendTemplate, type TemplateSend } from './send-template.ts'
import { createTokenKeeper } from './token.ts'
import type { TokenSource } from './token-source.ts'

export interface Wechat {
  readonly tokens: TokenSource
  code2Session(code: string): Promise<Reply<SignedIn>>
  listTemplates(page: {
    offset: number
    count: number
  }): Promise<AuthorizedReply<AccountTemplate[]>>
  sendTemplate(message: TemplateSend): Promise<AuthorizedReply<JsonObject>>
  /** Stops refreshing the token; `http` belongs to the caller. */
  close(): void
}

export interface WechatOptions {
  app: ReachApp
  http: WechatHttp
  /** An existing token service; default: our own keeper, which must then be the only one for this app. */
  token?: TokenSource
  world: Pick<World, 'clock' | 'monotonic' | 'log'>
}

export function createWechat({ app, http, token, world }: WechatOptions): Wechat {
  const { tokens, close } = token ? { tokens: token, close() {} } : keepTokens()
  const authorized = createAuthorized(http, tokens)
  return {
    tokens,
    code2Session: (code) => codeToSession(http, app, code),
    listTemplates: (page) => listTemplates(authorized, page),
    sendTemplate: (message) => sendTemplate(authorized, message),
    close,
  }

  function keepTokens() {
    const keeper = createTokenKeeper({ fetchToken: createFetchToken(http, app), world })
    return { tokens: keeper, close: () => keeper.close() }
  }
}
