/** What is used of two packages that publish no types. */
declare module 'co-wechat-api' {
  class WeChatApi {
    prefix: string
    setOpts(options: { timeout: number }): void
    wxaPrefix: string
    constructor(appId: string, secret: string)
    getIp(): Promise<object>
    getAccessToken(): Promise<{ accessToken: string; expireTime: number }>
    sendMiniProgramTemplate(
      openId: string,
      templateId: string,
      page: string,
      formId: string,
      data: object,
      color?: string,
      emphasisKeyword?: string,
    ): Promise<object>
    sendSubscribeMessage(
      openId: string,
      templateId: string,
      page: string,
      data: object,
    ): Promise<object>
    sendText(openId: string, text: string): Promise<object>
    sendImage(openId: string, mediaId: string): Promise<object>
    uploadMedia(
      bytes: Buffer,
      type: string,
      name: string,
      mime: string,
    ): Promise<{ media_id: string }>
    getMedia(mediaId: string): Promise<Buffer>
    createWXAQRCode(path: string, width?: number): Promise<Buffer>
    getWXACode(path: string, width?: number): Promise<Buffer>
    getWXACodeUnlimit(scene: string, page?: string): Promise<Buffer>
  }
  export default WeChatApi
}

declare module 'co-wechat' {
  import type { Middleware } from 'koa'
  export default function wechat(config: {
    token: string
    appid: string
    encodingAESKey: string
  }): {
    middleware(handle: (message: Record<string, unknown>) => Promise<unknown>): Middleware
  }
}
