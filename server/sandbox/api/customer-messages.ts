/**
 * Customer-service messages (客服消息), the typing state and the temporary media that they refer to.
 */
import type { Account } from '../state/account.ts'
import { isFields, ok, refuse, text } from './endpoint.ts'
import type { Endpoint, Fields, Refusal, Reply } from './endpoint.ts'

/**
 * Sends a customer-service message (seeds/000, seeds/002). The window is checked last and its use
 * is spent with the delivery: a refused call never spends it.
 */
export const customerSend: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/custom/send',
  needs: 'token',
  handle(body, account) {
    const openId = account.users.find(text(body['touser']))
    if (openId === undefined) return refuse(40003)
    const msgtype = text(body['msgtype']) ?? ''
    const check = Object.hasOwn(contentChecks, msgtype) ? contentChecks[msgtype] : undefined
    if (!check) return refuse(40008)
    const content = body[msgtype]
    if (!isFields(content)) return refuse(40035)
    const refusal = check(content, account)
    if (refusal) return refusal

    const allowance = account.customerWindows.check(openId)
    if (allowance === 'closed') return refuse(45015)
    if (allowance === 'used up') return refuse(45047)

    account.customerWindows.spend(openId)
    account.typing.message(openId)
    account.inbox.deliver(openId, 'customer', body)
    return ok()
  },
}

type ContentCheck = (content: Fields, account: Account) => Refusal | undefined

/** The rules for the content of each kind of message (seeds/000 参数说明). */
const contentChecks: Readonly<Record<string, ContentCheck>> = {
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
    // platform, customer service: required today; the page of 2018 does not have it.
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

/** Shows or hides that customer service is typing (platform, 客服输入状态). */
export const typing: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/custom/typing',
  needs: 'token',
  editions: ['2018'],
  handle: setTyping,
}

/** The path of `typing` since the later edition. */
export const businessTyping: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/custom/business/typing',
  needs: 'token',
  editions: ['2026'],
  handle: setTyping,
}

function setTyping(body: Fields, account: Account): Reply {
  const openId = account.users.find(text(body['touser']))
  if (openId === undefined) return refuse(40003)
  const { command } = body
  if (command !== 'Typing' && command !== 'CancelTyping') return refuse(45072)
  if (account.customerWindows.check(openId) === 'closed') return refuse(45015)
  if (command === 'CancelTyping') {
    account.typing.cancel(openId)
    return ok()
  }
  const state = account.typing.state(openId)
  if (state === 'typing') return refuse(45081)
  if (state === 'silent') return refuse(45080)
  account.typing.begin(openId)
  return ok()
}

/** Stores an image for three days (platform, customer service). Its bytes decide its type. */
export const mediaUpload: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/media/upload',
  needs: 'token',
  takes: 'upload',
  handle(query, account, upload) {
    if (query['type'] !== 'image') return refuse(40004)
    if (!upload) return refuse(41005)
    const { bytes } = upload
    if (bytes.length === 0) return refuse(44001)
    if (bytes.length > account.limits().mediaBytes) return refuse(40006)
    const medium = account.media.add(bytes)
    if (!medium) return refuse(40005)
    return ok({ type: 'image', media_id: medium.mediaId, created_at: medium.createdAt })
  },
}

/** Returns the bytes of an image that was uploaded, or that a user sent. */
export const mediaGet: Endpoint = {
  method: 'GET',
  path: '/cgi-bin/media/get',
  needs: 'token',
  handle(query, account) {
    const medium = account.media.find(text(query['media_id']) ?? '')
    if (!medium) return refuse(40007)
    const { mediaId, bytes, type } = medium
    return { contentType: type.contentType, bytes, fileName: `${mediaId}.${type.extension}` }
  },
}
