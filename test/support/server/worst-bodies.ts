/**
 * The requests of the largest allowed size that cost each route the most, as a hostile caller would
 * write them.
 */
import { createCipheriv } from 'node:crypto'
import { broadcastRules } from '../../../server/rules/broadcasts.ts'
import { mediaRules } from '../../../server/rules/media.ts'
import { serverRules } from '../../../server/rules/process.ts'
import { pushLimits } from '../../../server/rules/pushes.ts'
import { lintLimits } from '../../../server/rules/requests.ts'
import { sha1 } from '../../verify/push/platform.ts'
import { message, type Sample } from './samples.ts'
import { pushToken } from './start-pushes.ts'
import { app, startMs } from './start-reach.ts'

export interface WorstRequest {
  what: string
  /** Absent: the route takes none. */
  body?: string | Buffer
  /** With its `?`. */
  query?: string
  /** In place of the sample's. */
  path?: string
}

/** Room for what surrounds a value in its body. */
const valueBytes = serverRules.maxBodyBytes - 4 * 1_024

const repeated = (part: string, bytes = valueBytes) =>
  part.repeat(Math.floor(bytes / Buffer.byteLength(part)))
const listOf = (part: string) => `[${repeated(`${part},`)}${part}]`
const manyFields = (value: string) => {
  const fields = Array.from({ length: 15_000 }, (_, index) => `"f${index}":${value}`)
  return `{${fields.join(',')}}`
}

/** JSON in place of any value. */
const hostileValues: readonly (readonly [what: string, json: string])[] = [
  ['a long text', `"${repeated('a')}"`],
  ['a text that NFKC makes six times longer', `"${repeated('\ufdfa')}"`],
  ['a list of numbers', listOf('1')],
  ['a list of objects', listOf('{}')],
  ['many fields of objects', manyFields('{"a":{}}')],
  ['a deep list', '['.repeat(valueBytes / 2) + ']'.repeat(valueBytes / 2)],
  ['a deep object', '{"a":'.repeat(valueBytes / 6) + '1' + '}'.repeat(valueBytes / 6)],
]

/** `body` with each of its values in turn replaced by each hostile value. */
function replacements(body: object): WorstRequest[] {
  return placesIn(body).flatMap((place) =>
    hostileValues.map(([what, json]) => ({
      what: `${what} at /${place.join('/')}`,
      body: place.length === 0 ? json : withValueAt(body, place, json),
    })),
  )
}

function placesIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]]
  const inner = Object.entries(value).flatMap(([name, field]) =>
    placesIn(field).map((place) => [name, ...place]),
  )
  return [[], ...inner]
}

function withValueAt(body: object, place: readonly string[], json: string): string {
  const copy = structuredClone(body)
  const parent = place.slice(0, -1).reduce<unknown>((one, name) => fieldsOf(one)[name], copy)
  fieldsOf(parent)[place.at(-1)!] = '\u0001'
  return JSON.stringify(copy).replace('"\\u0001"', () => json)
}
const fieldsOf = (value: unknown) => value as Record<string, unknown>

/** Further bodies of a route that has several shapes: all their values are replaced as well. */
const otherShapes: Record<string, readonly object[]> = {
  'POST /v1/sessions': [{ code: 'code-of-wx-login' }],
  'DELETE /v1/sessions': [{ token: 'a-token' }],
  'POST /v1/events': [
    withEvent({ type: 'subscription.answered', answers: { 'template-1': 'accept' } }),
    withEvent({ type: 'share.started', shareId: 'share-0001', page: 'a', title: 't', path: 'b' }),
    withEvent({
      type: 'share.finished',
      shareId: 'share-0001',
      result: 'ok',
      shareTickets: ['ticket'],
      groups: [{ unavailable: 'denied' }],
    }),
    withEvent({
      type: 'share.opened',
      scene: 1044,
      page: 'a',
      group: { source: 'shareInfo', encryptedData: 'AAAA', iv: 'AAAA' },
    }),
  ],
  'POST /v1/messages': [
    subscribe({ thing1: 'a', date2: '2019年10月1日', amount3: '¥1', name4: '小明' }),
    customer('text', { content: 'a' }),
    customer('text', { parts: ['a', { text: 'b', path: 'pages/a', href: 'https://a.cn' }] }),
    customer('image', { media_id: 'media-1' }),
    customer('link', {
      title: 'a',
      description: 'b',
      url: 'https://a.cn',
      thumb_url: 'https://a.cn/b.png',
    }),
    customer('miniprogrampage', { title: 'a', pagepath: 'pages/a', thumb_media_id: 'media-1' }),
  ],
  'POST /v1/templates/lint': [
    {
      title: '购买成功通知',
      keywords: [{ name: '购买时间', example: '2019年' }],
      otherTitles: ['a'],
    },
  ],
  'POST /v1/codes': [
    { kind: 'scene', payload: { a: [1] }, page: 'pages/a' },
    { kind: 'scene', scene: 'a=1' },
    { kind: 'path', path: 'pages/a', lineColor: { r: 0, g: 0, b: 0 } },
  ],
}

function withEvent(fields: object) {
  return { sentAt: startMs, events: [{ id: 'event-0001', at: startMs, ...fields }] }
}

function subscribe(values: Record<string, string>) {
  const data = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]))
  return { channel: 'subscribe', openId: 'alice-0001', templateId: 'template-1', data }
}

function customer(msgtype: string, content: object) {
  return { channel: 'customer', openId: 'alice-0001', msgtype, [msgtype]: content }
}

/** What the shapes above do not say: bodies that pass the schema and cost much behind it. */
const valid: Record<string, () => WorstRequest[]> = {
  'POST /v1/events': () => [
    json('2,000 groups that no key opens', groupsOf(20, 'AAAAAAAAAAAAAAAAAAAAAA==')),
    json('2,000 groups that a key opens', groupsOf(20, ofGroup('{"openGId":"tG"}'))),
    json('100 events of the longest data', groupsOf(1, ofGroup('['.repeat(1_700)))),
    json('100 events of 20 malformed groups', groupsOf(20, null)),
    json(
      '100 events of unknown types',
      events(100, () => ({ type: 'x'.repeat(2_000) })),
    ),
    json('100 events of the most answers', events(100, answers)),
  ],
  'POST /v1/decrypt': () => [
    json('the longest data', {
      openId: 'phone-0001',
      encryptedData: 'A'.repeat(65_536),
      iv: zeroIv,
    }),
  ],
  'POST /v1/messages': () => [
    json('1,000 keywords that NFKC lengthens', {
      ...message,
      data: fieldsFrom(999, (index) => [`keyword${index + 1}`, '\ufdfa'.repeat(65)]),
    }),
    json('marks between 汉字', { ...message, data: { keyword1: { value: '红' + repeated('-') } } }),
    json('红包 with marks between', { ...message, data: { keyword1: { value: repeated('红-') } } }),
    ...['thing', 'number', 'date', 'time', 'amount', 'name', 'car_number'].flatMap((type) =>
      ['1', '年', '2019年1', ' ', '1:', '~', '红'].map((part) =>
        json(`a ${type} of ${part}`, subscribe({ [`${type}1`]: `1${repeated(part)}` })),
      ),
    ),
    json('12,000 values', subscribe(Object.fromEntries(shortFields('date', 5_900, '2019年')))),
    ...['<a ', '<a/', '<a x=', '&', '&#1;', '<a data-miniprogram-path="', ']]>'].map((part) =>
      json(`a text of ${part}`, customer('text', { content: repeated(part, 16_384) })),
    ),
    json('100 parts', customer('text', { parts: Array(100).fill(repeated('&', 160)) })),
    json('100 long parts', customer('text', { parts: Array(100).fill(repeated('&', 2_500)) })),
    json('a long address', customer('link', link(`https://a.cn/${repeated('a.', 16_000)}`))),
    json('an address of escapes', customer('link', link(`https://a.cn/${repeated('é', 32_000)}`))),
    json('a long host', customer('link', link(`https://${repeated('é.', 32_000)}cn`))),
    json('dots in an address', customer('link', link(`https://a.cn/${repeated('../', 16_000)}`))),
  ],
  'POST /v1/templates/lint': () => [
    json('50 keywords and 1,000 titles that NFKC lengthens', {
      title: '\ufdfa'.repeat(64),
      keywords: texts(50, '\ufdfa'),
      otherTitles: texts(1_000, '\ufdfa'),
    }),
    json('50 keywords and 1,000 titles that are alike', {
      title: '单'.repeat(62) + '通知',
      keywords: texts(50, '单'),
      otherTitles: texts(1_000, '单'),
    }),
    json('50 keywords with examples of many numbers', {
      title: '购买成功通知',
      keywords: Array.from({ length: 50 }, (_, index) => ({
        name: `${index}时间`,
        example: '省'.repeat(128) + '1'.repeat(128),
      })),
    }),
  ],
  'POST /v1/codes': () => [
    json('a wide payload', { kind: 'scene', payload: Array(2_000).fill(1) }),
    json('a path of slashes', { kind: 'path', path: '/'.repeat(1_024) }),
  ],
  'POST /v1/media': () => [
    media('of padding', 0xff),
    media('of markers without a length', 0xff, 0xd0),
    media('of segments without content', 0xff, 0xe0, 0, 2),
    media('without segments', 0),
  ],
  'POST /v1/broadcasts/:id/recipients': () => [
    upload('of empty lines', '\n'),
    upload('of as many bad lines as it may have', `${'x'.repeat(20)}\n`),
    upload('of the shortest recipients', `{"openId":"${'o'.repeat(7)}"}\n`),
    upload('of long lines that are not JSON', `${'['.repeat(16_000)}\n`),
    upload('of one line', 'a'),
    upload('of bytes that are no text', Buffer.from(`${'\xff'.repeat(20)}\n`, 'latin1')),
    upload('of as many fields as a line may have', `${recipientOfFields(20)}\n`),
    upload('of too many fields', `${recipientOfFields(1_000)}\n`),
    upload('of CSV of empty rows', `${','.repeat(20)}\n`, 'openId,a\n'),
    upload('of CSV of quotes', `${'""'.repeat(8_000)}\n`, 'openId,a\n'),
    upload('of CSV of open quotes', `o,"${'a'.repeat(16_000)}\n`, 'openId,a\n'),
    upload('of CSV of as many columns as fit', `${','.repeat(3_000)}\n`, wideHead),
  ],
  'POST /v1/push/:appId': () => pushBodies().map(([what, body]) => pushed(what, body)),
}

function upload(what: string, part: string | Buffer, head?: string): WorstRequest {
  const body = Buffer.alloc(broadcastRules.maxUploadBytes, part)
  if (head !== undefined) body.write(head)
  return { what: `an upload ${what}`, body, ...(head !== undefined && { query: '?format=csv' }) }
}
const recipientOfFields = (many: number) =>
  JSON.stringify({
    openId: 'o',
    data: Object.fromEntries(Array.from({ length: many }, (_, index) => [`f${index}`, 'x'])),
  })
const wideHead = `${['openId', ...Array.from({ length: 3_000 }, (_, n) => `f${n}`)].join(',')}\n`

const json = (what: string, body: object): WorstRequest => ({ what, body: JSON.stringify(body) })
const link = (url: string) => ({ title: 'a', description: 'b', url, thumb_url: url })

const shortFields = (type: string, many: number, value: string): [string, string][] =>
  Array.from({ length: many }, (_, index) => [`${type}${index}`, value])
const fieldsFrom = (many: number, entry: (index: number) => [string, string]) =>
  Object.fromEntries(
    Array.from({ length: many }, (_, index) => {
      const [name, value] = entry(index)
      return [name, { value }]
    }),
  )

/** Of the greatest length, each with another end. */
const texts = (many: number, character: string) =>
  Array.from({ length: many }, (_, index) => {
    const end = String(index)
    return character.repeat(lintLimits.titleLength - end.length) + end
  })

function events(many: number, fieldsAt: (index: number) => object) {
  const list = Array.from({ length: many }, (_, index) => ({
    id: `event-${String(index).padStart(6, '0')}`,
    at: startMs,
    ...fieldsAt(index),
  }))
  return { sentAt: startMs, events: list }
}

const answers = (index: number) => ({
  type: 'subscription.answered',
  answers: Object.fromEntries(shortFields(`template-${index}-`, 5, 'accept')),
})

/** @param encryptedData `null`: the groups are malformed */
const groupsOf = (groups: number, encryptedData: string | null) =>
  events(100, (index) => ({
    type: 'share.finished',
    shareId: `share-${String(index).padStart(6, '0')}`,
    result: 'ok',
    groups: Array.from({ length: groups }, () =>
      encryptedData === null ? 1 : { source: 'shareInfo', encryptedData, iv: zeroIv },
    ),
  }))

/** The session_key of the phone in these tests, and an initialization vector. */
export const worstSessionKey = Buffer.alloc(16, 7)
const zeroIv = Buffer.alloc(16).toString('base64')

function ofGroup(plain: string): string {
  const cipher = createCipheriv('aes-128-cbc', worstSessionKey, Buffer.alloc(16))
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}

function media(what: string, ...bytes: number[]): WorstRequest {
  const body = Buffer.alloc(mediaRules.maxBytes, Buffer.from(bytes))
  Buffer.from([0xff, 0xd8, 0xff, 0xff]).copy(body)
  return { what: `a picture ${what}`, body, query: '?for=card' }
}

function pushBodies(): (readonly [what: string, body: string])[] {
  const most = pushLimits.bodyBytes - 512
  const head = `<FromUserName>alice-0001</FromUserName><CreateTime>${startMs / 1_000}</CreateTime>`
  const xml = (rest: string) => `<xml>${head}<MsgType>text</MsgType>${rest}</xml>`
  const ofJson = (rest: string) =>
    `{"FromUserName":"alice-0001","CreateTime":${startMs / 1_000},"MsgType":"event",${rest}}`
  const answer = '{"TemplateId":"t-1","SubscribeStatusString":"accept","PopupScene":"0"},'
  const list = `[${repeated(answer, most)}${answer.slice(0, -1)}]`
  return [
    ['of one element', xml(repeated('<a>b</a>', most))],
    ['of empty elements', xml(repeated('<a/>', most))],
    ['of open elements', `<xml>${repeated('<a>', most)}`],
    ['of references', xml(`<Content>${repeated('&#1;', most)}</Content>`)],
    ['of ampersands', xml(`<Content>${repeated('&', most)}</Content>`)],
    ['of open sections', `<xml>${repeated('<![CDATA[', most)}`],
    ['of sections', xml(`<Content>${repeated('<![CDATA[a]]>', most)}</Content>`)],
    ['of spaces', `${repeated(' ', most)}<xml></xml>`],
    ['of a long text', xml(`<Content>${repeated('中', most)}</Content>`)],
    ['of nested lists', ofJson(`"Content":${repeated('[', most)}`)],
    ['of escapes', ofJson(`"Content":"${repeated('\\u', most)}"`)],
    ['of quotes', repeated('"', most)],
    ['of control characters', ofJson(`"Content":"${repeated('\u0001', most)}"`)],
    ['of large numbers', ofJson(`"List":[${repeated('12345678901234567890,', most)}1]`)],
    ['of answers', ofJson(`"Event":"subscribe_msg_popup_event","List":${list}`)],
    ['of settings', ofJson(`"Event":"subscribe_msg_change_event","List":${list}`)],
  ]
}

/** Signed, as one that a leaked token allows to forge. */
function pushed(what: string, body: string): WorstRequest {
  const stamp = { timestamp: String(startMs / 1_000), nonce: '1' }
  const signature = sha1(pushToken, stamp.timestamp, stamp.nonce)
  return { what: `a push ${what}`, body, query: `?${new URLSearchParams({ ...stamp, signature })}` }
}

/** Longer ones do not fit into the head of a request (16 KB). */
const longPath = 'x'.repeat(8_000)

/**
 * All of one route. A route with a body that has no sample, or whose bytes are not JSON and are not
 * listed here, throws: write its worst body.
 */
export function worstRequests({ name, route, body, at }: Sample): WorstRequest[] {
  const bodies = valid[name]?.() ?? []
  if (route.body?.bytes) {
    if (bodies.length === 0) throw new Error(`${name} has no worst body: write one here.`)
    return bodies
  }
  if (route.body) {
    if (!body) throw new Error(`${name} has no sample: write one in samples.ts.`)
    const shapes = [body, ...(otherShapes[name] ?? [])]
    return [...shapes.flatMap(replacements), ...bodies]
  }
  const parameters = Array.from({ length: 64 }, (_, index) => `f${index}=${'%20'.repeat(30)}`)
  const query = `?${parameters.join('&')}`
  const long = at.replace(/[^/]+$/, longPath)
  return [
    { what: 'nothing more' },
    { what: 'many parameters', query },
    { what: 'a long parameter', query: `?cursor=${longPath}&appId=${app.appId}` },
    { what: 'a list of numbers', query: `?categoryIds=${'1,'.repeat(4_000)}1` },
    { what: 'a long path', path: long.split(' ')[1] ?? longPath },
  ]
}
