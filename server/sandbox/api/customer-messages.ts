import type { Account } from '../state/account.ts'
import { imageTypeOf } from '../state/media.ts'
import { isFields, text, ok, refuse, type Fields, type Refusal, type Reply } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'

/**
 * Sends a customer-service message (seeds/000, seeds/002). The window is checked last and its use is spent
 * with the delivery: no call that fails takes it.
 */
export const customerSend: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/custom/send',
  needs: 'token',
  answer(body, account) {
    const openId = text(body['touser'])
    if (openId === undefined || !account.users.has(openId)) return refuse(40003)
    const msgtype = text(body['msgtype']) ?? ''
    const check = Object.hasOwn(customerContent, msgtype) ? customerContent[msgtype] : undefined
    if (!check) return refuse(40008)
    const content = body[msgtype]
    if (!isFields(content)) return refuse(40035)
    const refusal = check(content, account)
    if (refusal) return refusal

    const standing = account.customerWindows.check(openId)
    if (standing === 'closed') return refuse(45015)
    if (standing === 'used up') return refuse(45047)

    account.customerWindows.spend(openId)
    account.typing.message(openId)
    account.inbox.deliver(openId, 'customer', body)
    return ok()
  },
}

/** What the content of each kind of customer-service message must be (seeds/000 参数说明). */

type Check = (content: Fields, account: Account) => Refusal | undefined

export const customerContent: Readonly<Record<string, Check>> = {
  text(content, { appId }) {
    const words = text(content['content'])
    if (words === undefined) return refuse(44004)
    // seeds/000 说明 4. The page names no code; 40013 is the platform's for a wrong appid.
    return linkedApps(words).every((each) => each === appId) ? undefined : refuse(40013)
  },
  image: (content, account) => checkMedia(content['media_id'], account),
  link: (content) => checkPresent(content, ['title', 'description', 'url', 'thumb_url']),
  miniprogrampage(content, account) {
    const missing = checkPresent(content, ['title', 'pagepath', 'thumb_media_id'])
    if (missing) return missing
    // platform, customer service: asked for today, unknown to the page of 2018.
    if (account.edition !== '2018' && content['appid'] !== account.appId) return refuse(40013)
    if (!account.pages.exists(text(content['pagepath']) ?? '')) return refuse(41030)
    return checkMedia(content['thumb_media_id'], account)
  },
}

function checkPresent(content: Fields, names: readonly string[]): Refusal | undefined {
  return names.every((name) => text(content[name]) !== undefined) ? undefined : refuse(40035)
}

function checkMedia(mediaId: unknown, { media }: Account): Refusal | undefined {
  return media.find(text(mediaId) ?? '') ? undefined : refuse(40007)
}

/** The appids of the links to mini-programs within a text. */
function linkedApps(words: string): string[] {
  const links = words.matchAll(
    /<a\b[^>]*?\bdata-miniprogram-appid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]*))/gi,
  )
  return [...links].map(([, double, single, bare]) => double ?? single ?? bare ?? '')
}

/** Shows or hides that customer service is typing (platform, 客服输入状态). The address moved. */
export const typing: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/custom/typing',
  needs: 'token',
  editions: ['2018'],
  answer: setTyping,
}

export const businessTyping: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/custom/business/typing',
  needs: 'token',
  editions: ['2026'],
  answer: setTyping,
}

function setTyping(body: Fields, account: Account): Reply {
  const openId = text(body['touser'])
  if (openId === undefined || !account.users.has(openId)) return refuse(40003)
  const { command } = body
  if (command !== 'Typing' && command !== 'CancelTyping') return refuse(45072)
  if (account.customerWindows.check(openId) === 'closed') return refuse(45015)
  if (command === 'CancelTyping') {
    account.typing.cancel(openId)
    return ok()
  }
  const standing = account.typing.standing(openId)
  if (standing === 'typing') return refuse(45081)
  if (standing === 'silent') return refuse(45080)
  account.typing.begin(openId)
  return ok()
}

/** Keeps an image for three days (platform, customer service). Its type is what its bytes say. */
export const mediaUpload: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/media/upload',
  needs: 'token',
  takes: 'upload',
  answer(query, account, upload) {
    if (query['type'] !== 'image') return refuse(40004)
    if (!upload) return refuse(41005)
    const { bytes } = upload
    if (bytes.length === 0) return refuse(44001)
    if (bytes.length > account.limits().mediaBytes) return refuse(40006)
    const type = imageTypeOf(bytes)
    if (!type) return refuse(40005)
    const { mediaId, createdAt } = account.media.add(bytes, type)
    return ok({ type: 'image', media_id: mediaId, created_at: createdAt })
  },
}

/** The bytes of an image that was uploaded, or that a user sent. */
export const mediaGet: Endpoint = {
  method: 'GET',
  path: '/cgi-bin/media/get',
  needs: 'token',
  answer(query, account) {
    const medium = account.media.find(text(query['media_id']) ?? '')
    if (!medium) return refuse(40007)
    const { mediaId, bytes, type } = medium
    return { contentType: type.contentType, bytes, fileName: `${mediaId}.${type.extension}` }
  },
}
