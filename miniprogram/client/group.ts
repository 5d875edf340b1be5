/**
 * Asks the platform which group a card came from, or went to. The answer is encrypted under the session key, so
 * the phone must be signed in before it asks: a sign-in in between replaces the key.
 */
import type { Group } from '../../shared/wire/index'
import type { EncryptedData, Platform } from './platform'
import type { CallWechat, WechatError } from './wechat-call'

/** Ours for both: getShareInfo takes one from 1.9.90 on, getGroupEnterInfo none, and neither answers when it hangs. */
const timeoutMs = 3000

/** `unavailable` is the platform's errcode (40097: not opened in a group, 65206: left it), `timeout`, `missing`, or its words. */
function reasonOf(error: unknown): string {
  const { errMsg, errCode } = (error || {}) as Partial<WechatError>
  const words = `${errMsg || 'failed'}`
  if (/not supported/.test(words)) return 'missing'
  const [known] = /40097|65206|timeout/.exec(`${errCode} ${words}`) || [words]
  return known.slice(0, 256)
}

export type AskGroup = (shareTicket: string | undefined, entered: boolean) => Promise<Group>

export function createAskGroup(platform: Platform, callWechat: CallWechat): AskGroup {
  const ask = (name: keyof Platform, source: 'shareInfo' | 'groupEnterInfo', options: object) =>
    callWechat<EncryptedData>(platform, name, options, timeoutMs)
      .then(({ encryptedData, iv }): Group => ({ source, encryptedData, iv }))
      // Also where the platform has called it a success, and given nothing.
      .catch((error) => ({ unavailable: reasonOf(error) }))
      // What it rejected with may have no words at all.
      .catch(() => ({ unavailable: 'failed' }))

  return async (shareTicket, entered) => {
    const group =
      entered &&
      platform.getGroupEnterInfo &&
      (await ask('getGroupEnterInfo', 'groupEnterInfo', {}))
    if (group && ('iv' in group || !shareTicket)) return group
    return ask('getShareInfo', 'shareInfo', { shareTicket })
  }
}
