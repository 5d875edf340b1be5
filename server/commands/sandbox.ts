/** The sandbox alone, for the SDK of anybody. */
import { demoValues } from '../config/config.ts'
import { sandboxPort } from '../demo/settings.ts'
import { listenSandbox } from '../sandbox/listen.ts'
import type { Command } from './command.ts'

/** Opens nothing but a sandbox. */
const defaultSecret = 'sandbox-secret'

export const sandbox: Command = async ({ env, print, stopped }) => {
  const appId = env.WECHAT_APPID ?? demoValues.appId
  const secret = env.WECHAT_SECRET ?? defaultSecret
  const edition = env.WECHAT_EDITION === '2026' ? '2026' : '2018'
  const listening = await listenSandbox({
    apps: [{ appId, secret, edition }],
    port: sandboxPort(env),
    host: env.HOST ?? '127.0.0.1',
  })
  print(
    [
      `The sandbox plays api.weixin.qq.com at ${listening.url}, by the rules of ${edition}.`,
      `Give your SDK that address, the appid ${appId} and the secret ${
        env.WECHAT_SECRET ? 'of WECHAT_SECRET' : secret
      }.`,
      `What its users do is under /sandbox: curl -s ${listening.url}/sandbox/users -d '{}'`,
    ].join('\n'),
  )
  await stopped
  await listening.close()
  return 0
}
