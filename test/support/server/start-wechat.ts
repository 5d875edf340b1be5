import type { Edition } from '../../../server/rules/credits.ts'
import { createWechatHttp } from '../../../server/wechat/http.ts'
import { createWechat, type Wechat } from '../../../server/wechat/wechat.ts'
import { createFakeWorld } from '../fake-world.ts'
import {
  createScriptedServer,
  json,
  type ScriptedServer,
  type SeenCall,
} from '../scripted-server.ts'

export interface StartedWechat {
  server: ScriptedServer
  wechat: Wechat
  /** The last call but for the token's. */
  lastCall(): SeenCall | undefined
  setEdition(edition: Edition): void
  close(): Promise<void>
}

export const appId = 'wx123456'

/** A platform that does what the test says, and gives `token1`, `token2`, … */
export async function startWechat(edition: Edition = '2018'): Promise<StartedWechat> {
  const server = await createScriptedServer()
  const http = createWechatHttp({ base: server.base })
  const app = { appId, secret: 'hush', edition }
  const wechat = createWechat({ app, http, world: createFakeWorld() })
  let count = 0
  for (const path of ['/cgi-bin/token', '/cgi-bin/stable_token']) {
    server.on(path, (response, call) =>
      json({ access_token: `token${++count}`, expires_in: 7200 })(response, call),
    )
  }
  return {
    server,
    wechat,
    lastCall: () => server.calls.findLast(({ path }) => !path.endsWith('token')),
    setEdition: (next) => void (app.edition = next),
    async close() {
      wechat.close()
      await server.close()
      await http.close()
    },
  }
}

export const ok = json({ errcode: 0, errmsg: 'ok' })
