/**
 * Asks the platform which group a card came from, or went to. The answer is encrypted under the session key, so
 * the phone must be signed in before it asks: a sign-in in between replaces the key.
 */
import { callWechat } from './wechat-call'
import type { WechatError } from './wechat-call'
import type { EncryptedData, Platform } from './platform'
import type { Tell } from './notice'
import type { World } from './world'
import type { Group } from '../../shared/wire'

/** getShareInfo takes a time-out from 1.9.90 on, getGroupEnterInfo none, and neither answers when it hangs. */
const timeoutMs = 3000

/** `unavailable` is the platform's errcode (40097: not opened in a group, 65206: left it), `timeout`, `missing`, or its words. */
function reasonOf({ errMsg, errCode }: Partial<WechatError>): string {
  const words = String(errMsg || 'failed')
  const known = /40097|65206|timeout/.exec(`${errCode} ${words}`)
  if (known) return known[0]
  return /not supported/.test(words) ? 'missing' : words.slice(0, 256)
}

export type AskGroup = (ticket: string | undefined, entered: boolean) => Promise<Group>

export function createAskGroup(platform: Platform, world: World, tell: Tell): AskGroup {
  const ask = (name: 'getShareInfo' | 'getGroupEnterInfo', options: object): Promise<Group> =>
    callWechat<EncryptedData>(platform, name, options, world, timeoutMs, tell).then(
      ({ encryptedData, iv }) => ({
        source: name === 'getShareInfo' ? 'shareInfo' : 'groupEnterInfo',
        encryptedData,
        iv,
      }),
      (error) => ({ unavailable: reasonOf(error || {}) }),
    )

  const byTicket = (shareTicket: string) => ask('getShareInfo', { shareTicket, timeout: timeoutMs })

  return async (ticket, entered) => {
    if (!entered || !platform.getGroupEnterInfo) return byTicket(ticket!)
    const group = await ask('getGroupEnterInfo', {})
    return 'unavailable' in group && ticket ? byTicket(ticket) : group
  }
}
