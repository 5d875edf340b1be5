import type { ReachApp } from '../apps.ts'
import type { TypingRequest } from '../../shared/wire.ts'
import { acknowledged } from './acknowledged.ts'
import type { Authorized } from './authorized.ts'
import type { JsonObject } from './http.ts'
import type { AuthorizedReply } from './reply.ts'

const paths = {
  '2018': '/cgi-bin/message/custom/typing',
  '2026': '/cgi-bin/message/custom/business/typing',
} as const satisfies Record<ReachApp['edition'], string>

/** Shows the user that somebody is typing, or no longer (platform: customer service). Spends no credit. */
export function setTyping(
  authorized: Authorized,
  app: ReachApp,
  { openId, typing }: TypingRequest,
): Promise<AuthorizedReply<JsonObject>> {
  return authorized({
    path: paths[app.edition],
    body: { touser: openId, command: typing ? 'Typing' : 'CancelTyping' },
    decode: acknowledged,
  })
}
