import type { ReachApp } from '../runtime/apps.ts'
import { meaningOf } from '../wechat/errcodes/errcodes.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import type { Wechat } from '../wechat/wechat.ts'

const perPage = 20

/** More than any account may hold: a platform that never came to an end would not be asked for ever. */
const maxPages = 50

/**
 * The titles of all templates of the account: template messages in edition 2018, subscribe messages in 2026. Empty
 * where the account may not have any (48001, or an API that is retired); any other failure is the reply itself.
 */
export async function accountTitles(
  wechat: Wechat,
  edition: ReachApp['edition'],
): Promise<{ ok: true; titles: string[] } | { ok: false; reply: AuthorizedReply<unknown> }> {
  const titles: string[] = []
  for (let page = 0; page < maxPages; page++) {
    const reply = await (edition === '2018'
      ? wechat.listTemplates({ offset: page * perPage, count: perPage })
      : wechat.newtmpl.list())
    if (mayNot(reply)) break
    if (reply.result !== 'answered' || !reply.body) return { ok: false, reply }
    titles.push(...reply.body.map(({ title }) => title))
    if (edition !== '2018' || reply.body.length < perPage) break
  }
  return { ok: true, titles }
}

const mayNot = (reply: AuthorizedReply<unknown>) =>
  reply.result === 'answered' && meaningOf(reply.errcode).outcome === 'not_permitted'
