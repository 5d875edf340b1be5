/**
 * What the library costs a page, in counts: they are the same on every phone, where milliseconds
 * are not.
 */
import { createReach } from '../../miniprogram/client'
import { createCountingPhone } from './phone'
import type { CountingPhone } from './phone'
import type { Reach } from '../../miniprogram/client'

export interface Count {
  what: string
  value: number
  /**
   * The least it can be where anything was counted: a capture that writes nothing costs nothing,
   * and keeps nothing.
   */
  least: number
  /** The most it may be. */
  limit: number
}

const options = { baseUrl: 'https://reach.test', consent: 'granted' } as const

const start = ({ platform, world }: CountingPhone): Reach =>
  createReach({ ...options, platform }, world)

const formId = (n: number) => `${n}`.padEnd(32, 'f')

interface Content {
  title: string
  path: string
}

const content: Content = { title: '一起来看', path: '/pages/detail/detail?id=12345678' }

/** As a mini-program does: forms, with every third a share of a page with a query. */
function capture(reach: Reach, n: number, shared = content): void {
  if (n % 3 === 2) reach.share(() => shared)({ from: 'button', target: undefined })
  else reach.formSubmit()({ detail: { formId: formId(n), value: {} } })
}

/**
 * Up to sixty 汉字 of title, and as many in the path, which an author who is Chinese writes as they
 * are.
 */
const chinese = (n: number): Content => {
  const words = '今天群里谁走得最多来看看你排在第几名'.repeat(4).slice(0, 10 + (n % 51))
  return { title: words, path: `/pages/详情/详情?name=${words}` }
}

/** Up to the first page, with five hundred events left from an earlier launch. */
function launch(): Count[] {
  const phone = createCountingPhone()
  const before = start(phone)
  for (let n = 0; n < 500; n++) capture(before, n)
  const queued = before.inspect().queued.length
  phone.forget()
  const parses = phone.parsesOf(() => {
    const app = start(phone).app({})
    app.onLaunch!({ path: 'pages/index/index', query: {}, scene: 1001 } as never)
    app.onShow!({ path: 'pages/index/index', query: {}, scene: 1001 } as never)
  })
  const { reads, writes, requests, warnings } = phone
  return [
    { what: 'launch: events left from before', value: queued, least: 500, limit: 500 },
    { what: 'launch: storage keys read', value: new Set(reads).size, least: 1, limit: 1 },
    { what: 'launch: reads of them', value: reads.length, least: 1, limit: 2 },
    { what: 'launch: JSON parsed', value: parses, least: 0, limit: 0 },
    { what: 'launch: storage writes', value: writes.length, least: 0, limit: 0 },
    { what: 'launch: requests', value: requests, least: 0, limit: 0 },
    { what: 'launch: warnings', value: warnings.length, least: 0, limit: 0 },
  ]
}

/** Each of a thousand captures, on top of those before. */
function captures(
  name: string,
  mostBytes: number,
  mostWrites: number,
  sharedAt?: (n: number) => Content,
): Count[] {
  const phone = createCountingPhone()
  const reach = start(phone)
  let largest = 0
  let most = 0
  let total = 0
  for (let n = 0; n < 1000; n++) {
    phone.forget()
    capture(reach, n, sharedAt && sharedAt(n))
    largest = Math.max(largest, ...phone.writes.map(({ bytes }) => bytes))
    most = Math.max(most, phone.writes.length)
    total += phone.writes.length
  }
  const { warnings } = phone
  return [
    { what: `${name}: bytes of a write`, value: largest, least: 2048, limit: mostBytes },
    { what: `${name}: writes, on average`, value: total / 1000, least: 1, limit: mostWrites },
    { what: `${name}: writes, at most`, value: most, least: 1, limit: 1 },
    { what: `${name}: warnings`, value: warnings.length, least: 0, limit: 0 },
  ]
}

/**
 * Functions that are made for a page's handlers, and calls of the library for one that is not ours.
 */
function wrapping(): Count[] {
  const { platform, world } = createCountingPhone()
  const reach = createReach({ ...options, platform }, world)
  const given = { onLoad() {}, onShow() {}, onTap() {}, onShareAppMessage: () => ({ title: 'A' }) }
  const wrapped = reach.page(given)
  const made = (Object.keys(given) as (keyof typeof given)[]).filter(
    (name) => wrapped[name] !== given[name],
  )
  const plain = { onLoad() {}, onTap() {} }
  return [
    { what: 'page with a share handler: closures', value: made.length, least: 1, limit: 1 },
    {
      what: 'page without one: closures',
      value: reach.page(plain) === plain ? 0 : 1,
      least: 0,
      limit: 0,
    },
  ]
}

export const counts = (): Count[] => [
  ...launch(),
  ...captures('capture', 4096, 1),
  ...captures('capture in Chinese', 4096, 1, chinese),
  ...wrapping(),
]
