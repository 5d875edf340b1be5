import WeChatApi from 'co-wechat-api'
import type { ReachApi } from 'wx-reach-server/client'

/**
 * co-wechat-api with the access_token of wx-reach: it needs no AppSecret and fetches no token.
 *
 * @param reach `createReachClient({ baseUrl, apiKey })`, or `reach.app()` in the server's process
 */
export function createWechatApi(appId: string, reach: ReachApi): WeChatApi {
  let last = ''
  const inItsWords = (token: { accessToken: string; expiresAt: string }) => {
    last = token.accessToken
    return { accessToken: last, expireTime: Date.parse(token.expiresAt) }
  }
  const getToken = async () => inItsWords(await reach.accessToken.get())
  const saveToken = async () => {}
  const api = new WeChatApi(appId, '', getToken, saveToken)
  // It calls this after 40001 and 42001, to fetch a token by itself.
  api.getAccessToken = async () => inItsWords(await reach.accessToken.refresh({ rejected: last }))
  return api
}
