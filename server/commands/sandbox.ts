/** The sandbox alone, to test any SDK against. */
import { demoValues } from '../config/config.ts'
import { listenSandbox } from '../sandbox/listen.ts'
import type { Command } from './command.ts'
import { sandboxPort } from './demo-settings.ts'

/** No secret: it is valid for a sandbox only. */
const defaultSecret = 'sandbox-secret'

export const sandbox: Command = async ({ env, print, stopped }) => {
  const appId = env.WECHAT_APPID ?? demoValues.appId
  const secret = env.WECHAT_SECRET ?? defaultSecret
  const edition = env.WECHAT_EDITION === '2026' ? '2026' : '2018'
  const { url, close } = await listenSandbox({
    apps: [{ appId, secret, edition }],
    port: sandboxPort(env),
    host: env.HOST ?? '127.0.0.1',
  })
  const secretSource = env.WECHAT_SECRET ? 'of WECHAT_SECRET' : secret
  print(
    [
      `The sandbox simulates api.weixin.qq.com at ${url}, by the rules of ${edition}.`,
      `Give your SDK that address, the appid ${appId} and the secret ${secretSource}.`,
      `The actions of its users are under /sandbox: curl -s ${url}/sandbox/users -d '{}'`,
    ].join('\n'),
  )
  await stopped
  await close()
  return 0
}
