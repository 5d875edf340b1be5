/** What the documents call of co-wechat-api, which has no types. */
declare module 'co-wechat-api' {
  interface Token {
    accessToken: string
    expireTime: number
  }
  export default class WeChatApi {
    constructor(
      appId: string,
      secret: string,
      getToken?: () => Promise<Token>,
      saveToken?: (token: Token | null) => Promise<void>,
    )
    prefix: string
    wxaPrefix: string
    setOpts(options: { timeout: number }): void
    getAccessToken(): Promise<Token>
    getIp(): Promise<object>
    getWXACodeUnlimit(scene: string): Promise<Buffer>
    sendSubscribeMessage(
      openId: string,
      templateId: string,
      page: string,
      data: object,
    ): Promise<object>
  }
}
