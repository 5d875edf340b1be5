/** A user of `wx-reach-server` who hangs it in a Koa app, compiled against what npm packs. */
import Koa from 'koa'
import { createReachServer, readConfig } from 'wx-reach-server'
import type { ReachServer } from 'wx-reach-server'
import { createSandbox } from 'wx-reach-server/sandbox'

export function mount(env: Record<string, string | undefined>): [Koa, ReachServer] {
  const reach = createReachServer({ ...readConfig(env), prefix: '/reach' })
  const app = new Koa()
  app.use(reach.router.routes())
  return [app, reach]
}

/** A test of theirs, which plays WeChat. */
export async function play(): Promise<string | undefined> {
  const wechat = await createSandbox({ edition: '2018' })
  const { openId } = await wechat.control.addUser()
  const { messages } = await wechat.control.listInbox({ openId })
  await wechat.close()
  return messages[0]?.kind
}
