import { accountTemplates } from '../rules/wechat-calls.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { AuthorizedReply } from '../wechat/call.ts'
import { meaningOf } from '../wechat/errcodes.ts'
import type { Wechat } from '../wechat/wechat.ts'

/**
 * The titles of all templates of the account: template messages in edition 2018, subscribe messages
 * in 2026. Empty where the account may have none (48001, or a retired API). Any other failure is
 * the reply itself.
 */
export async function accountTitles(
  wechat: Wechat,
  edition: ReachApp['edition'],
): Promise<{ ok: true; titles: string[] } | { ok: false; reply: AuthorizedReply<unknown> }> {
  const { perPage, maxPages } = accountTemplates
  const titles: string[] = []
  for (let page = 0; page < maxPages; page++) {
    const reply = await (edition === '2018'
      ? wechat.listTemplates({ offset: page * perPage, count: perPage })
      : wechat.newtmpl.list())
    if (isNotPermitted(reply)) break
    if (reply.result !== 'answered' || !reply.body) return { ok: false, reply }
    titles.push(...reply.body.map(({ title }) => title))
    if (edition !== '2018' || reply.body.length < perPage) break
  }
  return { ok: true, titles }
}

const isNotPermitted = (reply: AuthorizedReply<unknown>) =>
  reply.result === 'answered' && meaningOf(reply.errcode).effect === 'not_permitted'
