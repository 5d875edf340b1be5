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
  text(content, account) {
    const words = text(content['content'])
    if (words === undefined) return refuse(44004)
    if (Buffer.byteLength(words) > account.limits().customerTextBytes) return refuse(45002)
    for (const link of miniProgramLinks(words)) {
      // seeds/000 说明 4. The page names no code; 40013 is the platform's for a wrong appid.
      if (link.appId !== account.appId) return refuse(40013)
      if (link.path !== '' && !account.pages.exists(link.path)) return refuse(41030)
    }
    return undefined
  },
  image: (content, account) => checkMedia(content['media_id'], account),
  link: (content) => checkPresent(content, ['title', 'description', 'url', 'thumb_url']),
  miniprogrampage(content, account) {
    const missing = checkPresent(content, ['title', 'pagepath', 'thumb_media_id'])
    if (missing) return missing
    // platform, customer service: documented as required today, and most SDKs leave it out.
    const appId = account.edition === '2018' ? undefined : text(content['appid'])
    if (appId !== undefined && appId !== account.appId) return refuse(40013)
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

/** The links to mini-programs within a text. Without a path they open the home page. */
function miniProgramLinks(words: string): { appId: string; path: string }[] {
  return [...words.matchAll(/<a(?=\s)/gi)].flatMap(({ index }) => {
    const attributes = readAttributes(words, index + '<a'.length)
    const appId = attributes.get('data-miniprogram-appid')
    const path = attributes.get('data-miniprogram-path') ?? ''
    return appId === undefined ? [] : [{ appId, path }]
  })
}

/** The attributes of a tag from `start` on, where a `>` within quotes does not end it. */
function readAttributes(words: string, start: number): Map<string, string> {
  const attributes = new Map<string, string>()
  const pattern = /\s*([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]*)))?/y
  pattern.lastIndex = start
  for (let found = pattern.exec(words); found; found = pattern.exec(words)) {
    const [, name, double, single, bare] = found
    attributes.set(name!.toLowerCase(), double ?? single ?? bare ?? '')
  }
  return attributes
}

/** Shows or hides that customer service is typing (platform, 客服输入状态). */
export const typing: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/custom/typing',
  needs: 'token',
  handle: setTyping,
}

/** The documented path of `typing` since the later edition, which serves both. */
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

/**
 * Stores an image for three days (platform, customer service). Its bytes decide its type. SDKs send
 * `type` in the query or as a field of the form.
 */
export const mediaUpload: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/media/upload',
  needs: 'token',
  takes: 'upload',
  handle(query, account, upload) {
    if ((query['type'] ?? upload.fields['type']) !== 'image') return refuse(40004)
    if (!upload.file) return refuse(41005)
    const { bytes } = upload.file
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
