/** Where the demo finds its two servers: `npm start` answers at both. */
export const config = {
  /**
   * A real app names its own wx-reach server here, https, and lists it among the request domains
   * (服务器域名).
   */
  baseUrl: 'http://127.0.0.1:3000',
  /** Base libraries before 2.2.2 do not tell it. */
  appId: 'wx0000000000sandbox',
  /** Plays WeChat, so that no AppID is needed. A real app has no such line. */
  sandbox: 'http://127.0.0.1:3001',
} as const
